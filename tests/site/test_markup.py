"""Every page is valid HTML: html-validate looks, with the rules of html_validate.mjs."""

import json
import subprocess
import sys
from pathlib import Path

from tests.site.conftest import ROOT

NODE = Path(sys.executable).with_name("node")  # from PyPI: systems bring older ones
VALIDATE = ROOT / "node_modules/html-validate/bin/html-validate.mjs"
RULES = ROOT / "tests/site/html_validate.mjs"


def errors(folder: Path) -> list[str]:
    """Return one line for each error: page, line, what is wrong, which rule says so."""
    assert VALIDATE.is_file(), "node_modules/html-validate is missing: run `make test`, or `npm ci`"
    command = [NODE, VALIDATE, f"--config={RULES}", "--formatter=json", "**/*.html"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.stdout, f"html-validate itself failed: {done.stderr}"
    return [
        f"{(folder / page['filePath']).relative_to(folder)}:{found['line']}: "
        f"{found['message']} ({found['ruleId']})"
        for page in json.loads(done.stdout)
        for found in page["messages"]
    ]


def test_every_page_is_valid_html(site) -> None:
    assert errors(site) == []


def test_invalid_html_is_seen(tmp_path) -> None:
    page = '<!doctype html><html lang="en"><head><title>a</title></head><body>{}</body></html>'
    (tmp_path / "sub").mkdir()
    (tmp_path / "good.html").write_text(page.format("<p>a</p>"))
    bad = page.format('<p id="a">a</p>\n<p id="a">b</p>')
    (tmp_path / "sub/bad.html").write_text(bad)
    assert errors(tmp_path) == ['sub/bad.html:2: Duplicate ID "a" (no-dup-id)']
