"""MkDocs hook: the repository's address, one setting, from which every link to it is built."""

from typing import Any

from mkdocs.exceptions import ConfigurationError
from mkdocs.plugins import event_priority

LOCAL = "http://127.0.0.1:8000/"  # where `mkdocs serve` listens; a build for nowhere in particular


def pages_address(repository: str) -> str:
    """Return the GitHub Pages address of ``owner/name``.

    >>> pages_address("ada/course")
    'https://ada.github.io/course/'
    """
    owner, _, name = repository.partition("/")
    host = f"{owner.lower()}.github.io"
    return f"https://{host}/" if name.lower() == host else f"https://{host}/{name}/"


def raw_address(repository: str, path: str) -> str:
    """Return the address of a file's bytes on the main branch of ``owner/name``.

    >>> raw_address("ada/course", "docs/nlp/tickets.csv")
    'https://raw.githubusercontent.com/ada/course/main/docs/nlp/tickets.csv'
    """
    return f"https://raw.githubusercontent.com/{repository}/main/{path}"


def addresses(repository: str, site_url: str = "") -> dict[str, str | None]:
    """Return MkDocs' four address settings for a repository ``owner/name`` ("" for none).

    Raises:
        ValueError: The repository is not of the form ``owner/name``.
    """
    if not repository:
        return {"site_url": site_url or LOCAL, "repo_url": None, "repo_name": None, "edit_uri": ""}
    if repository.count("/") != 1 or not all(repository.split("/")):
        raise ValueError(
            f"extra.repository in mkdocs.yml is {repository!r}: "
            "set GITHUB_REPOSITORY to owner/name, or leave it unset"
        )
    return {
        "site_url": site_url or pages_address(repository),
        "repo_url": f"https://github.com/{repository}",
        "repo_name": repository,
        "edit_uri": "edit/main/docs/",
    }


@event_priority(100)  # before the plugins, which read the addresses in the same event
def on_config(config: Any) -> Any:
    """Fill in the addresses before anything is built from them."""
    try:
        config.update(addresses(config.extra.get("repository") or "", config.site_url or ""))
    except ValueError as error:
        raise ConfigurationError(str(error)) from error
    return config
