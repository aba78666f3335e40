"""No dead link or anchor in the built site, raw HTML and notebook pages included: lychee looks."""

import json
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote

LYCHEE = Path(sys.executable).with_name("lychee")
# 404.html names pages from the root of the host, so only a server can tell whether they exist.
OPTIONS = [
    *("--offline", "--no-progress", "--format=json", "--include-fragments=full"),
    *("--index-files=index.html", "--exclude-path=/404\\.html$"),
    "--remap=#/([a-z][\\w-]*)$ #$1",  # reveal.js names a slide so; the slide has the id
]


def dead(site: Path) -> list[str]:
    """Return one line for each dead link: page, line, address, what is wrong."""
    command = [LYCHEE, *OPTIONS, f"--root-dir={site}", f"{site}/**/*.html"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 2), f"lychee itself failed: {done.stderr}"
    found = json.loads(done.stdout)
    assert found["total"] > 0, "lychee saw no link"
    home = site.as_uri() + "/"
    return sorted(
        f"{Path(page).relative_to(site)}:{error['span']['line']}: "
        f"{unquote(error['url'].removeprefix(home))}: {error['status']['text']}: mend the link"
        for page, errors in found["error_map"].items()
        for error in errors
    )


def test_no_link_or_anchor_is_dead(site) -> None:
    assert dead(site) == []


def test_lychee_sees_a_dead_link_and_a_dead_anchor(tmp_path) -> None:
    links = '<a href="sub/#there">a</a> <a href="sub/#gone">b</a> <a href="gone.html">c</a>'
    (tmp_path / "sub").mkdir()
    (tmp_path / "index.html").write_text(links)
    (tmp_path / "sub/index.html").write_text('<p id="there">x</p><a href="../">up</a>')
    lines = dead(tmp_path)
    assert [line.split(": ")[1] for line in lines] == ["gone.html", "sub#gone"]
    assert all(line.startswith("index.html:1: ") for line in lines)
