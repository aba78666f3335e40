"""`python -m hooks.commands.publish.last FOLDER`: fetches the notebooks that are published now.

The published site is the record of what last ran on the real weights: each notebook lies beside
its page for download. A notebook that is not published yet is left out, and so is one that was
made with stand-ins.
"""

import argparse
import os
import sys
import urllib.error
import urllib.request
from pathlib import Path

from hooks.core import files
from hooks.core.addresses import pages_address
from hooks.core.paths import ROOT
from hooks.executor.plan import stories

LARGEST = 20_000_000  # bytes of a notebook


class LastError(Exception):
    """The published notebooks cannot be fetched. The message says what to do about it."""


def fetch(site: str, section: str, demo: str) -> bytes | None:
    """One published notebook, or None when the site has none.

    Args:
        site: Address of the site, with a slash at the end.
        section: Folder of its section.
        demo: Name of the demo.

    Raises:
        LastError: The site cannot be reached or answers with an error.
    """
    address = f"{site}{section}/{demo}/{demo}.ipynb"
    try:
        with urllib.request.urlopen(address, timeout=60) as answer:
            content = answer.read(LARGEST + 1)
    except urllib.error.HTTPError as error:
        if error.code == 404:
            return None
        raise LastError(f"{address}: {error.code} {error.reason}; try again later") from error
    except OSError as error:
        reason = getattr(error, "reason", error)
        raise LastError(f"{address}: {reason}; check the address and the network") from error
    if len(content) > LARGEST:
        raise LastError(f"{address}: over {LARGEST:,} bytes, that is no notebook of ours")
    return content


def keep(content: bytes, path: Path) -> bool:
    """Writes a fetched notebook if it is sound and ran on the real weights.

    Args:
        content: The bytes of the notebook.
        path: Where to; nothing is there afterwards if it is not kept.

    Returns:
        Whether it was kept.
    """
    files.write_whole(path, content)
    try:
        notebook = files.read(path)
    except files.NotebookError:
        notebook = None
    course = (notebook and notebook.metadata.get("course")) or {}
    named = (course.get("demo"), course.get("section")) == (path.stem, path.parent.name)
    if not (named and course["provenance"]["hub"] == "huggingface"):
        path.unlink()
    return path.is_file()


def main(arguments: list[str] | None = None) -> int:
    """Fetches all; returns the exit status."""
    parser = argparse.ArgumentParser(prog=f"python -m {__spec__.name}", description=__doc__)
    parser.add_argument("folder", type=Path, help="where to: <folder>/<section>/<demo>.ipynb")
    told = "address (default: SITE_URL, else that of GITHUB_REPOSITORY on Pages)"
    parser.add_argument("--site", help=told)
    options = parser.parse_args(arguments)
    repository = os.environ.get("GITHUB_REPOSITORY", "")
    site = options.site or os.environ.get("SITE_URL") or (repository and pages_address(repository))
    if not site:
        parser.error("name the site with --site, or set GITHUB_REPOSITORY=owner/name")
    site = site.rstrip("/") + "/"
    options.folder.mkdir(parents=True, exist_ok=True)
    kept = []
    try:
        for story in stories(ROOT, []):
            content = fetch(site, story.section, story.demo)
            path = options.folder / story.section / f"{story.demo}.ipynb"
            if content is not None and keep(content, path):
                kept.append(story.demo)
    except LastError as error:
        print(f"hooks.commands.publish.last: {error}", file=sys.stderr)
        return 1
    print(f"{site}: {len(kept)} notebooks made with the real weights: {', '.join(kept) or 'none'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
