"""The repository's address is one setting, and everything that needs it is built from it."""

import pytest

from hooks.site.repository import LOCAL, addresses


def test_without_a_repository_there_is_nothing_to_link() -> None:
    assert addresses("").items() >= {"repo_url": None, "site_url": LOCAL}.items()


def test_a_repository_gives_every_address() -> None:
    assert addresses("Ada/course") == {
        "site_url": "https://ada.github.io/course/",
        "repo_url": "https://github.com/Ada/course",
        "repo_name": "Ada/course",
        "edit_uri": "edit/main/docs/",
    }


def test_a_site_of_the_owner_lies_at_the_root() -> None:
    assert addresses("ada/ada.github.io")["site_url"] == "https://ada.github.io/"


@pytest.mark.parametrize("repository", ["", "ada/course"])
def test_an_address_that_is_given_stays(repository: str) -> None:
    assert addresses(repository, "https://course.example/")["site_url"] == "https://course.example/"


@pytest.mark.parametrize("wrong", ["course", "a/b/c", "/course", "https://github.com/ada/course"])
def test_a_malformed_repository_says_how_to_mend_it(wrong: str) -> None:
    with pytest.raises(ValueError, match="set GITHUB_REPOSITORY to owner/name"):
        addresses(wrong)
