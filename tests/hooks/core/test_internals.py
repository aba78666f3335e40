"""What we use of other packages' insides is still there, in the version that was checked."""

from importlib.metadata import version
from pathlib import Path

import material
import pytest
import weasyprint
from markdown import markdown
from mkdocs.structure.pages import Page
from pygments.token import Token

from hooks.core import internals


@pytest.mark.parametrize(("name", "checked"), internals.CHECKED.items())
def test_the_version_was_checked(name: str, checked: str) -> None:
    assert version(name) == checked, (
        f"{name} was updated: see that what hooks/core/internals.py uses of it still works, "
        "then name the new version there"
    )


def test_the_theme_writes_an_empty_tabindex_as_we_cut_it() -> None:
    item = Path(material.__file__).with_name("templates") / "partials/nav-item.html"
    before, after = internals.EMPTY_TABINDEX.split('""')
    assert f'{before}"{{{{ tabindex }}}}"{after}' in item.read_text("utf-8")


def test_a_page_gets_its_renderer_back() -> None:
    page = Page.__new__(Page)
    page.render = print
    internals.use_own_renderer(page)
    assert page.render.__func__ is Page.render


def test_formatters_read_the_table_of_classes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(internals.token_classes(), Token.Keyword, "ours")
    html = markdown("```python\nreturn\n```", extensions=["pymdownx.superfences"])
    assert '<span class="ours">return</span>' in html


def test_the_box_of_a_page_holds_all_others() -> None:
    page = weasyprint.HTML(string="<p id=a>Text</p>").render().pages[0]
    boxes = internals.page_box(page).descendants()
    assert "a" in [box.element.get("id") for box in boxes if box.element is not None]
