"""Stop the book when a notebook's outputs are out of date."""

from pathlib import Path

from hooks.book.errors import BookError
from hooks.site.cells import CellError, read


def check(site: Path) -> None:
    """Stop at the first notebook of the site whose last run failed.

    Raises:
        BookError: Names the notebook, the cell and the command that mends it.
    """
    for path in sorted(site.rglob("*.ipynb")):
        name = f"docs/{path.parent.relative_to(site).parent.as_posix()}/{path.name}"
        try:
            stale = read(path)["metadata"]["course"].get("stale")
        except CellError as error:
            raise BookError(f"{name}: {error}") from error
        if stale:
            said = str(stale["error"]).splitlines()[0]
            raise BookError(
                f"{name}: out of date since {stale['since']}, cell {stale['cell']} failed with "
                f"{said}: mend {Path(name).with_suffix('.py')}, "
                f"then run `python -m hooks.execute {path.stem}`"
            )
