"""`python -m tests.site.lighthouse`: Lighthouse's scores of four pages, on a phone and a desktop.

The pages are served as GitHub Pages serves them: compressed. Reports are kept in `reports/`.
"""

import itertools
import json
import os
import subprocess
import sys
from pathlib import Path

from hooks.core.paths import ROOT
from tests.site.server import CHROMIUM, built, serve

NODE = Path(sys.executable).with_name("node")  # from PyPI: systems bring older ones
LIGHTHOUSE = ROOT / "node_modules/lighthouse/cli/index.js"
REPORTS = ROOT / "reports/lighthouse"
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
FORMS = {"mobile": [], "desktop": ["--preset=desktop"]}
PAGES = ("", "introduction/", "introduction/sentiment/", "introduction/slides.html")

Scores = dict[str, int]


def audit(base: str, path: str, form: str) -> tuple[Scores, list[str]]:
    """Open a page in Lighthouse, write reports, and return scores and what costs points.

    Args:
        base: Address of the site, ending in a slash.
        path: Address of the page below it.
        form: A key of `FORMS`.
    """
    REPORTS.mkdir(parents=True, exist_ok=True)
    name = path.removesuffix(".html").strip("/").replace("/", "-") or "home"
    stem = REPORTS / f"{form}-{name}"
    command = [
        *(str(NODE), str(LIGHTHOUSE), base + path, *FORMS[form], "--quiet"),
        *("--output=json", "--output=html", f"--output-path={stem}"),
        f"--only-categories={','.join(CATEGORIES)}",
        "--chrome-flags=--headless=new --no-sandbox --disable-dev-shm-usage",
    ]
    env = os.environ | ({"CHROME_PATH": CHROMIUM} if CHROMIUM else {})
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"Lighthouse failed on {path or 'home'}: {done.stderr.strip()[-2000:]}")
    found = json.loads(stem.with_name(stem.name + ".report.json").read_text(encoding="utf-8"))
    scores = {name: round(100 * found["categories"][name]["score"]) for name in CATEGORIES}
    costs = [
        f"{name}: {check['title']} {check.get('displayValue', '')}".strip()
        for name in CATEGORIES
        for part in found["categories"][name]["auditRefs"]
        if part["weight"] and (check := found["audits"][part["id"]])["score"] not in (None, 1)
    ]
    return scores, costs


def row(path: str, form: str, cells: dict[str, int | str]) -> str:
    """Return a line of the table."""
    return f"{path or 'home':28}{form:10}" + "".join(f"{cells[name]:>16}" for name in CATEGORIES)


HEAD = row("page", "form", {name: name for name in CATEGORIES})


def main() -> None:
    """Audit the pages of `site/` in both forms."""
    print(HEAD)
    with serve(built()) as base:
        for path, form in itertools.product(PAGES, FORMS):
            scores, costs = audit(base, path, form)
            print("\n    ".join([row(path, form, scores), *costs]), flush=True)


if __name__ == "__main__":
    main()
