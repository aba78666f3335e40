"""The repository's address, one setting, from which every link to it is built."""

from typing import Any

from mkdocs.exceptions import ConfigurationError

from hooks.core.addresses import pages_address

LOCAL = "http://127.0.0.1:8000/"  # where `mkdocs serve` listens; a build for nowhere in particular


def addresses(repository: str, site_url: str = "") -> dict[str, str | None]:
    """Return MkDocs' four address settings for a repository ``owner/name`` ("" for none).

    Args:
        repository: Where the course is published.
        site_url: The site's address, where it is another than the repository's own.

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


def set_addresses(config: Any) -> Any:
    """Fill in the addresses before anything is built from them."""
    try:
        config.update(addresses(config.extra.get("repository") or "", config.site_url or ""))
    except ValueError as error:
        raise ConfigurationError(str(error)) from error
    return config
