"""Every page: loads without a fault, fits a phone, passes axe-core in both color schemes."""

import pytest

from tests.site.conftest import ROOT, Tab, new_tab

AXE = ROOT / "node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PHONE_RULES = ["scrollable-region-focusable", "target-size"]
RUN_AXE = """async rules => {
  const {violations} = await axe.run({resultTypes: ['violations'], runOnly: rules})
  return violations.flatMap(({id, nodes}) => nodes.map(n => `${id}: ${n.html.slice(0, 160)}`))
}"""
SILENT = """all => all.filter(i => !(i.alt || i.ariaLabel || i.querySelector('title')))
  .map(i => i.outerHTML.slice(0, 160))"""
WIDE = """all => all.filter(table => {
  const box = table.closest('.md-typeset__scrollwrap, .cell-output') ?? table.parentElement
  return table.scrollWidth > box.clientWidth + 1
}).map(table => {
  const headings = [...document.querySelectorAll('article :is(h1, h2, h3, h4)')]
  const above = h => h.compareDocumentPosition(table) & Node.DOCUMENT_POSITION_FOLLOWING
  const head = [...table.rows[0].cells].map(cell => cell.textContent.trim()).join(' | ')
  const heading = headings.filter(above).at(-1)?.firstChild.textContent.trim()
  return `the table "${head}" under "${heading}" is ${table.scrollWidth} pixels wide: `
    + "shorten its cells, or leave out a column"
})"""
LEFT_OVER = "all => all.map(i => i.textContent.trim()).filter(i => /^--8 *< *--/m.test(i))"


Found = dict[str, list[str]]


def visit(tab: Tab, path: str, axe: str) -> Found:
    """Open a page once, light, dark, and at the width of a phone; return its faults by kind."""
    tab.faults.clear()
    tab.page.set_viewport_size({"width": 1280, "height": 900})
    tab.page.emulate_media(color_scheme="light")
    page = tab.open(path)
    page.evaluate(axe)
    found = {"picture": page.eval_on_selector_all("img", SILENT)}
    found["include"] = page.eval_on_selector_all("pre", LEFT_OVER)
    for scheme, material in (("light", "default"), ("dark", "slate")):
        page.emulate_media(color_scheme=scheme)
        page.wait_for_selector(f"body[data-md-color-scheme={material}]")
        found[f"axe {scheme}"] = page.evaluate(RUN_AXE, RULES)
    page.set_viewport_size({"width": 1440, "height": 900})
    found["table"] = page.eval_on_selector_all("article table", WIDE)
    page.set_viewport_size({"width": 390, "height": 844})
    width = page.evaluate("document.documentElement.scrollWidth")
    found["phone"] = [f"{width} pixels wide"] if width > 390 else []
    found["phone"] += page.evaluate(RUN_AXE, PHONE_RULES)
    return found | {"console or network": [*tab.faults]}


@pytest.fixture(scope="module")
def visits(browser, base, pages) -> dict[str, Found]:
    """Visit every page once."""
    if not AXE.is_file():
        pytest.exit("node_modules/axe-core is missing: run `make test`, or `npm ci`", 2)
    tab, axe = new_tab(browser, base), AXE.read_text()
    found = {path: visit(tab, path, axe) for path in pages}
    tab.page.context.close()
    return found


def test_every_page_is_visited(visits) -> None:
    assert {"", "404.html", "introduction/", "wrap_up/"} <= set(visits)


KINDS = ("console or network", "picture", "include", "axe light", "axe dark", "table", "phone")


@pytest.mark.parametrize("kind", KINDS)
def test_no_page_has_a_fault(visits, kind) -> None:
    assert [f"{path}: {fault}" for path, all_ in visits.items() for fault in all_[kind]] == []


def test_a_wide_table_is_seen_and_named(tab) -> None:
    page = tab.open("nlp/")
    page.eval_on_selector(
        "article h2",
        """h => h.insertAdjacentHTML('afterend',
          '<table><tr><th>Task</th><th><div style="width:2000px">Model</div></th></tr></table>')""",
    )
    heading = page.locator("article h2").first.evaluate("h => h.firstChild.textContent.trim()")
    (line,) = page.eval_on_selector_all("article table", WIDE)
    assert line.startswith(f'the table "Task | Model" under "{heading}" is 20')
