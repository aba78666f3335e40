"""`python -m hooks.commands.publish.colab`: do notebooks that are opened in Colab find their data?

Colab opens the committed notebook alone, so that one must know where its data is published.
"""

import os
import sys
from pathlib import Path

from hooks.core import files
from hooks.core.paths import DOCS, ROOT
from hooks.site import downloads


def without_data(docs: Path) -> list[Path]:
    """The notebooks that ask for their data in Colab instead of fetching it.

    Args:
        docs: The folder with the sections.

    Raises:
        NotebookError: A notebook cannot be read.
    """
    found = {path: files.read(path) for path in sorted(docs.glob("*/*.ipynb"))}
    return [path for path, one in found.items() if one and not downloads.comes_along(one)]


def main() -> int:
    """Checks; returns 1 when a repository is set and a notebook does not know its address."""
    repository = os.environ.get("GITHUB_REPOSITORY", "")
    try:
        lost = without_data(DOCS) if repository else []
    except files.NotebookError as error:
        print(f"colab: {error}", file=sys.stderr)
        return 1
    if lost:
        first = lost[0].relative_to(ROOT)
        mend = f"run GITHUB_REPOSITORY={repository} make execute, and commit the notebooks"
        what = f"{len(lost)} notebooks, first {first}, do not fetch their data in Colab"
        print(f"colab: {what}: {mend}", file=sys.stderr)
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
