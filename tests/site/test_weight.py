"""Weight of pages: HTML of sections and notebooks, and all that a section page makes one fetch."""

import pytest
from playwright.sync_api import Response

from hooks.core.course import SECTIONS
from hooks.site.weight import NOTEBOOK, SECTION, heavy
from tests.site.conftest import Tab

ALL = 600_000  # bytes
ADDRESSES = [f"{section.folder}/" for section in SECTIONS]


def fetched(tab: Tab, path: str) -> dict[str, int]:
    """Open a page and return the bytes sent for it by address, pictures left out."""
    answers: list[Response] = []
    tab.page.on("response", lambda answer: answers.append(answer))
    tab.open(path)
    tab.page.wait_for_load_state("networkidle")
    return {
        answer.url.removeprefix(tab.base): answer.request.sizes()["responseBodySize"]
        for answer in answers
        if answer.request.resource_type != "image" and answer.url.startswith(tab.base)
    }


def test_html_of_section_and_notebook_pages_is_light(site) -> None:
    notebooks = [path.parent.relative_to(site).as_posix() for path in site.glob("*/*/*.ipynb")]
    assert "introduction/sentiment" in notebooks
    assert heavy(site, ADDRESSES, SECTION) + heavy(site, notebooks, NOTEBOOK) == []


@pytest.mark.parametrize("path", ADDRESSES)
def test_all_that_a_section_page_fetches_is_light(tab, path) -> None:
    sizes = fetched(tab, path)  # the tab is fresh: nothing comes from a cache
    # As sent: compressed, as GitHub Pages sends text. The index of the search is part of it.
    assert {path, "search/search_index.json"} <= set(sizes)
    assert sum(sizes.values()) <= ALL, f"the largest: {sorted(sizes, key=sizes.get)[-5:]}"
