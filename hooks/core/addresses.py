"""Addresses that follow from the repository's name alone; nothing is imported for them."""


def pages_address(repository: str) -> str:
    """Return the GitHub Pages address of ``owner/name``.

    >>> pages_address("ada/course")
    'https://ada.github.io/course/'
    """
    owner, _, name = repository.partition("/")
    host = f"{owner.lower()}.github.io"
    return f"https://{host}/" if name.lower() == host else f"https://{host}/{name}/"


def raw_address(repository: str, path: str) -> str:
    """Return the address of a file's bytes on the main branch.

    Args:
        repository: ``owner/name`` on GitHub.
        path: Of the file, from the root of the repository.

    >>> raw_address("ada/course", "docs/nlp/tickets.csv")
    'https://raw.githubusercontent.com/ada/course/main/docs/nlp/tickets.csv'
    """
    return f"https://raw.githubusercontent.com/{repository}/main/{path}"
