"""The zip file of the offline edition: same bytes every time, whole or not there, limited."""

import os
import zipfile
from pathlib import Path

import pytest

from hooks.commands import offline


def filled(folder: Path) -> Path:
    for name, text in {"b.html": "b", "a/a.html": "a", "404.html": "x", "app.js.map": "x"}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def test_names_are_sorted_below_one_folder_and_what_needs_a_server_is_left_out(tmp_path) -> None:
    path = tmp_path / "course.zip"
    size = offline.pack(filled(tmp_path / "site"), path)
    assert size == path.stat().st_size
    with zipfile.ZipFile(path) as archive:
        assert archive.namelist() == ["course/a/a.html", "course/b.html"]
        assert archive.read("course/a/a.html") == b"a"


def test_the_same_files_give_the_same_bytes_whenever_they_were_written(tmp_path) -> None:
    folder = filled(tmp_path / "site")
    offline.pack(folder, tmp_path / "course.zip")
    first = (tmp_path / "course.zip").read_bytes()
    os.utime(folder / "b.html", (10**9, 10**9))
    (folder / "b.html").chmod(0o600)
    offline.pack(folder, tmp_path / "course.zip")
    assert (tmp_path / "course.zip").read_bytes() == first


def test_a_zip_over_the_limit_is_refused_and_the_last_one_stays(tmp_path) -> None:
    folder, path = filled(tmp_path / "site"), tmp_path / "course.zip"
    path.write_bytes(b"last good one")
    (folder / "noise.bin").write_bytes(os.urandom(5000))
    with pytest.raises(offline.OfflineError, match=r"over the limit of 4,000: .* noise\.bin"):
        offline.pack(folder, path, most=4000)
    assert path.read_bytes() == b"last good one"
    assert sorted(file.name for file in tmp_path.iterdir()) == ["course.zip", "site"]


def test_the_readme_takes_title_and_terms_from_the_configuration() -> None:
    config = "site_name: A Course\ncopyright: MIT.\n"
    assert offline.read_me(config, book=False).startswith("A Course\n")
    assert "PDF" not in offline.read_me(config, book=False)
    assert "PDF" in offline.read_me(config, book=True)
