"""Fetching what is published now."""

import functools
import http.server
import threading

import pytest

from hooks.commands.publish import last
from tests.reruns import BUSY_MACHINE

pytestmark = BUSY_MACHINE


@pytest.fixture
def site(tmp_path):
    """A folder, and the address under which a web server of the system's library serves it."""
    folder = tmp_path / "site"
    folder.mkdir()

    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield folder, f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def publish(course, folder, demo, **changes):
    path = course.notebook(demo, folder=folder / "made", **changes)
    target = folder / "nlp" / demo / f"{demo}.ipynb"
    target.parent.mkdir(parents=True)
    path.rename(target)
    return target


def test_notebooks_made_with_the_real_weights_are_kept_as_published(course, site, tmp_path, capsys):
    folder, address = site
    published = publish(course, folder, "ner")
    publish(course, folder, "lora", hub="offline")
    publish(course, folder, "translation").write_text("<html>Not a notebook</html>")
    assert last.main([str(tmp_path / "last"), "--site", address]) == 0
    kept = sorted(path.name for path in (tmp_path / "last").rglob("*.ipynb"))
    assert kept == ["ner.ipynb"]
    assert (tmp_path / "last/nlp/ner.ipynb").read_bytes() == published.read_bytes()
    assert capsys.readouterr().out == f"{address}: 1 notebooks made with the real weights: ner\n"


def test_a_site_that_does_not_answer_is_an_error_and_not_an_empty_site(tmp_path, capsys):
    assert last.main([str(tmp_path / "last"), "--site", "http://127.0.0.1:9"]) == 1
    assert "check the address and the network" in capsys.readouterr().err


def test_the_address_comes_from_the_repository(monkeypatch, tmp_path, capsys):
    monkeypatch.delenv("GITHUB_REPOSITORY", raising=False)
    monkeypatch.delenv("SITE_URL", raising=False)
    with pytest.raises(SystemExit):
        last.main([str(tmp_path)])
    assert "set GITHUB_REPOSITORY" in capsys.readouterr().err
