"""Open data that recipes train on: it lies beside the repository; nothing is downloaded."""

from pathlib import Path

from hooks.core.paths import SHARED


class MissingData(FileNotFoundError):
    """Data to train on is not there; the message says what to put where."""


def find(name: str, source: str) -> Path:
    """Return the path of a file or folder of open data.

    Args:
        name: In the folder of data, such as "sentiment/yelp_labelled.txt".
        source: Address where anybody gets it.

    Raises:
        MissingData: There is no such file or folder.
    """
    path = SHARED / name
    if not path.exists():
        raise MissingData(f"{path} is missing: put {path.name} from {source} into {path.parent}")
    return path


def read(name: str, source: str) -> str:
    """Return the text of a file of open data.

    Args:
        name: In the folder of data.
        source: Address where anybody gets it.

    Raises:
        MissingData: There is no such file.
    """
    return find(name, source).read_text(encoding="utf-8")
