"""Every page: loads without a fault, fits a phone, passes axe-core in both color schemes."""

from dataclasses import dataclass, field

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


@dataclass
class Report:
    """What a visit to every page found, one line a fault, each beginning with the page."""

    visited: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)
    includes: list[str] = field(default_factory=list)
    axe: dict[str, list[str]] = field(default_factory=lambda: {"default": [], "slate": []})
    tables: list[str] = field(default_factory=list)
    phone: list[str] = field(default_factory=list)

    def visit(self, tab: Tab, path: str, axe: str) -> None:
        """Open a page once and look at it light, dark, and at the width of a phone."""
        tab.faults.clear()
        tab.page.set_viewport_size({"width": 1280, "height": 900})
        tab.page.emulate_media(color_scheme="light")
        page = tab.open(path)
        page.evaluate(axe)
        self.pictures += [f"{path}: {i}" for i in page.eval_on_selector_all("img", SILENT)]
        self.includes += [f"{path}: {i}" for i in page.eval_on_selector_all("pre", LEFT_OVER)]
        for scheme, material in (("light", "default"), ("dark", "slate")):
            page.emulate_media(color_scheme=scheme)
            page.wait_for_selector(f"body[data-md-color-scheme={material}]")
            self.axe[material] += [f"{path}: {v}" for v in page.evaluate(RUN_AXE, RULES)]
        page.set_viewport_size({"width": 1440, "height": 900})
        self.tables += [f"{path}: {t}" for t in page.eval_on_selector_all("article table", WIDE)]
        page.set_viewport_size({"width": 390, "height": 844})
        width = page.evaluate("document.documentElement.scrollWidth")
        self.phone += [f"{path}: {width} pixels wide"] if width > 390 else []
        self.phone += [f"{path}: {v}" for v in page.evaluate(RUN_AXE, PHONE_RULES)]
        self.faults += [f"{path}: {fault}" for fault in tab.faults]
        self.visited.append(path)


@pytest.fixture(scope="module")
def report(browser, base, pages) -> Report:
    """Visit every page once."""
    if not AXE.is_file():
        pytest.exit("node_modules/axe-core is missing: run `make test`, or `npm ci`", 2)
    found, tab, axe = Report(), new_tab(browser, base), AXE.read_text()
    for path in pages:
        found.visit(tab, path, axe)
    tab.page.context.close()
    return found


def test_every_page_is_visited(report, pages) -> None:
    assert {"", "404.html", "introduction/", "wrap_up/"} <= set(report.visited) == set(pages)


def test_no_page_has_a_console_error_or_leaves_the_site(report) -> None:
    assert report.faults == []


def test_every_picture_has_alternative_text(report) -> None:
    assert report.pictures == []


def test_every_include_is_replaced(report) -> None:
    assert report.includes == []


def test_no_table_is_wider_than_the_page(report) -> None:
    assert report.tables == []


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


@pytest.mark.parametrize("scheme", ["default", "slate"])
def test_axe_finds_nothing(report, scheme) -> None:
    assert report.axe[scheme] == []


def test_every_page_fits_a_phone(report) -> None:
    assert report.phone == []
