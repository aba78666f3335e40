"""What we use of other packages' insides is still there, in the version that was checked.

mkdocs-jupyter's plugin is tried in `tests/hooks/site/test_notebook_page.py`, the box of a
PDF's page in `tests/book/test_stops.py`.
"""

from importlib.metadata import version
from pathlib import Path

import material
import pytest
from markdown import markdown
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


def test_formatters_read_the_table_of_classes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(internals.token_classes(), Token.Keyword, "ours")
    html = markdown("```python\nreturn\n```", extensions=["pymdownx.superfences"])
    assert '<span class="ours">return</span>' in html
