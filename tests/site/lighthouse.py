"""`python -m tests.site.lighthouse`: Lighthouse's scores of four pages, on a phone and a desktop.

The pages are served as GitHub Pages serves them: compressed. Reports are kept in `reports/`.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from hooks.core.paths import ROOT
from tests.site.server import serve

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
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    env = {**os.environ, **({"CHROME_PATH": chromium} if chromium else {})}
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


def row(path: str, form: str, scores: Scores) -> str:
    """Return a line of the table."""
    return f"{path or 'home':28}{form:10}" + "".join(f"{scores[name]:>16}" for name in CATEGORIES)


def head() -> str:
    """Return the table's first line."""
    return f"{'page':28}{'form':10}" + "".join(f"{name:>16}" for name in CATEGORIES)


def main() -> None:
    """Audit the pages of `site/` in both forms."""
    site = ROOT / "site"
    if not (site / "index.html").is_file():
        sys.exit("lighthouse: no site/ to audit: run `make site` first")
    print(head())
    with serve(site) as base:
        for path in PAGES:
            for form in FORMS:
                scores, costs = audit(base, path, form)
                print(row(path, form, scores))
                print("".join(f"    {cost}\n" for cost in costs), end="", flush=True)


if __name__ == "__main__":
    main()
