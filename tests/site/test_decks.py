"""Every deck: loads over HTTP and from disk, fits, passes axe-core; keys, notes, path, handout."""

import re

import pytest
from playwright.sync_api import Route

from hooks.core.course import DEMOS, SECTIONS, self_study
from hooks.slides.check import READY, check, check_site, decks
from tests.site.conftest import ROOT
from tests.site.test_pages import AXE, RULES, RUN_AXE

SCHEME = "document.documentElement.dataset.mdColorScheme"
TITLE = "Reveal.getCurrentSlide().querySelector('h2').firstChild.textContent.trim()"
TITLES = "Reveal.getSlides().map(s => s.querySelector('h2').textContent)"
# All slides one below the other, so that axe-core looks at a whole deck at once.
ALL_SLIDES = """
html, body, .reveal, .reveal .slides { height: auto !important; overflow: visible !important }
.reveal .slides, .reveal .slides section { display: block !important; opacity: 1 !important;
  position: relative !important; inset: auto !important; transform: none !important;
  visibility: visible !important }
.reveal :is(.foot, .controls, .slide-number, .progress, .backgrounds) { display: none !important }
"""
UNHIDE = """() => document.querySelectorAll('.slides section')
  .forEach(s => { s.removeAttribute('hidden'); s.removeAttribute('aria-hidden') })"""
COLOR_RULES = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
EVERY = [*(f"{section.folder}/slides.html" for section in SECTIONS), "slides/index.html"]


def test_every_section_and_the_lecture_have_a_deck(site) -> None:
    assert {path.relative_to(site).as_posix() for path in decks(site)} == set(EVERY)


def test_every_slide_fits_and_can_be_read(browser, site) -> None:
    total, faults = check_site(browser, site)
    assert faults == []
    assert total > 100


def test_the_check_names_what_does_not_fit(browser, site, tab) -> None:
    page = tab.open_deck("graphs/slides.html")
    at = tab.base + "graphs/slides.html"
    html = (site / "graphs/slides.html").read_text()
    tall = html.replace("<dl>", '<div style="height:900px">tall</div><dl>', 1)
    image = '<img alt="" src="none.svg" style="width:1500px;max-width:none;height:9px">'
    small = tall.replace("<ul>", f"{image}<ul>").replace("<th>", '<th style="font-size:11px">')
    small = small.replace('class="eyebrow">', 'class="eyebrow" style="font-size:9px">')
    page.route(at, lambda route: route.fulfill(body=small, content_type="text/html"))
    _, faults = check(page, at)
    graphs = f"Demo {DEMOS['node_classification'].number}"
    assert any(re.search(rf'slide 3/\d "{graphs} .*": \d+ px too high', f) for f in faults)
    assert "px too wide" in "".join(faults) and "text of 9 px, not 18" in "".join(faults)
    tab.faults.clear()  # none.svg


def axe_in_both_schemes(page) -> list[str]:
    """Run axe-core; what does not hang on colors need not be looked at twice."""
    page.evaluate(AXE.read_text())
    found = []
    for scheme, name, rules in (("light", "default", RULES), ("dark", "slate", COLOR_RULES)):
        page.emulate_media(color_scheme=scheme)
        page.wait_for_function(f"{SCHEME} === '{name}'")
        found += [f"{page.url} {scheme}: {fault}" for fault in page.evaluate(RUN_AXE, rules)]
    return found


def test_axe_finds_nothing_on_any_slide(tab) -> None:
    found = []
    for path in EVERY[:-1]:
        page = tab.open_deck(path)
        page.add_style_tag(content=ALL_SLIDES)
        page.evaluate(UNHIDE)
        slides = page.locator("section:not(:has(> section)):visible").count()
        assert slides == page.evaluate("Reveal.getTotalSlides()")
        found += axe_in_both_schemes(page)
    assert found == []


def test_axe_finds_nothing_while_presenting(tab) -> None:
    page = tab.open_deck("slides/index.html?path=120")
    for _ in range(4):
        assert axe_in_both_schemes(page) == []
        page.keyboard.press("Space")


@pytest.mark.parametrize("path", EVERY)
def test_a_deck_loads_without_a_fault(tab, path) -> None:
    page = tab.open_deck(path)
    show = "({h, v}) => Reveal.slide(h, v)"
    page.evaluate(f"Reveal.getSlides().map(Reveal.getIndices).forEach({show})")
    page.wait_for_load_state("networkidle")


def test_decks_load_from_disk_without_a_fault(disk) -> None:
    for path in EVERY:
        page = disk.open_deck(path)
        assert page.evaluate("[...document.images].every(image => image.naturalWidth)"), path


def test_keys_move_and_help(tab) -> None:
    page = tab.open_deck("nlp/slides.html")
    assert page.evaluate(TITLE) == "NLP"
    first = SECTIONS[1].demos[0].heading
    titles = ("One text, many tasks", "Corrected from the outline", first)
    for key, title in zip(("ArrowRight", "ArrowDown", "PageDown"), titles, strict=True):
        page.keyboard.press(key)
        assert page.evaluate(TITLE) == title
    page.keyboard.press("ArrowLeft")
    assert page.evaluate(TITLE) != first
    page.keyboard.press("Shift+Slash")
    page.get_by_text("Light or dark").wait_for()
    page.keyboard.press("Escape")
    assert page.get_by_text("Light or dark").count() == 0


@pytest.mark.parametrize("where", ["tab", "disk"])
def test_the_speaker_window_shows_notes_and_follows(request, where) -> None:
    page = request.getfixturevalue(where).open_deck("graphs/slides.html")
    with page.context.expect_page() as opened:
        page.keyboard.press("s")
    window = opened.value
    window.get_by_text("Can you label the rest?").wait_for()
    assert "pacing" in window.content().lower()
    page.keyboard.press("Space")
    page.keyboard.press("Space")
    window.get_by_text("A photo is a grid of pixels everywhere").first.wait_for()
    page.keyboard.press("Space")


def test_colors_follow_the_site_and_the_key_changes_them(tab) -> None:
    page = tab.open_deck("nlp/slides.html")
    assert page.evaluate(SCHEME) == "default"
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(f"{SCHEME} === 'slate'")  # as the system
    page.keyboard.press("d")
    assert page.evaluate(SCHEME) == "default"
    tab.open("nlp/")  # the site reads what the deck stored
    assert page.evaluate("document.body.getAttribute('data-md-color-scheme')") == "default"
    page.click("form[data-md-component=palette] label:visible")  # light to dark
    page.emulate_media(color_scheme="light")
    page = tab.open_deck("nlp/slides.html")
    assert page.evaluate(SCHEME) == "slate"


def test_the_short_path_leaves_out_self_study(tab) -> None:
    page = tab.open_deck("slides/index.html")
    everything = page.evaluate(TITLES)
    page.get_by_role("link", name="take the 120-minute path").click()
    page.wait_for_url("**/slides/index.html?path=120*")
    page.wait_for_function(READY)
    short = page.evaluate(TITLES)
    gone = re.findall(r"(?m)^Demo (\d+)", "\n".join(set(everything) - set(short)))
    assert set(map(int, gone)) == {demo.number for demo in DEMOS.values() if demo.self_study}
    left_out = self_study(SECTIONS, "demo {} is", "demos {} are")
    assert page.locator(".short").get_by_text(left_out).is_visible()
    assert page.evaluate("Reveal.getConfig().totalTime") == 120 * 60


def test_pictures_that_come_late_change_no_slide(tab) -> None:
    at_once = tab.open_deck("vision/slides.html").evaluate(TITLES)

    held: list[Route] = []
    tab.page.route("**/*.webp", lambda route: held.append(route))
    tab.page.context.new_cdp_session(tab.page).send("Network.clearBrowserCache")
    tab.page.reload(wait_until="domcontentloaded")
    tab.page.wait_for_timeout(1500)  # long enough for the typefaces
    assert len(held) > 3
    assert not tab.page.evaluate(READY)
    for route in held:
        route.fallback()
    tab.page.wait_for_function(READY)
    assert tab.page.evaluate(TITLES) == at_once


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.folder)
def test_pacing_shares_out_the_section_s_minutes(tab, section) -> None:
    page = tab.open_deck(f"{section.folder}/slides.html")
    seconds = page.evaluate("Reveal.getSlides().map(s => Number(s.dataset.timing))")
    assert sum(seconds) == pytest.approx(60 * section.minutes, abs=len(seconds) / 2)


def test_code_keeps_its_size_and_leads_to_the_whole(tab) -> None:
    page = tab.open_deck("introduction/slides.html")
    link = page.locator(".whole a", has_text="Show the whole snippet").first
    assert link.get_attribute("href") == "index.html#the-snippet-to-copy"
    slide = "[...document.querySelectorAll('.filename')].at(-1).closest('section')"
    page.evaluate(f"(({{h, v}}) => Reveal.slide(h, v))(Reveal.getIndices({slide}))")
    link.click()
    page.wait_for_url("**/introduction/index.html#the-snippet-to-copy")
    assert page.locator("#the-snippet-to-copy").is_visible()


def test_every_output_shows_where_it_comes_from(tab) -> None:
    page = tab.open_deck("slides/index.html")
    bare = page.evaluate(
        "[...document.querySelectorAll('.slides section:not(:has(> section))')].filter(s => "
        "s.querySelectorAll('.cell-output').length && [...s.querySelectorAll('.result')]"
        ".some(r => !r.querySelector('.provenance'))).map(s => s.textContent.slice(0, 60))"
    )
    assert page.locator(".cell-output").count() > 5
    assert bare == []


def test_the_handout_prints_each_slide_and_its_notes(tab) -> None:
    page = tab.open_deck("graphs/slides.html")
    slides = page.evaluate("Reveal.getTotalSlides()")
    page.goto(tab.base + "graphs/slides.html?view=print&showNotes=separate-page")
    page.wait_for_function(READY)
    page.wait_for_selector(".pdf-page")
    assert page.locator(".pdf-page > section").count() == slides
    assert page.locator(".speaker-notes-pdf").count() >= 3
    assert page.locator(".speaker-notes-pdf").first.is_visible()


def test_pages_lead_to_decks(tab) -> None:
    page = tab.open("nlp/")
    page.click(".section-header a:text('Present')")
    page.wait_for_function(READY)
    page.click(".foot a")
    page.wait_for_url("**/nlp/index.html")
    tab.open("present/")
    assert page.locator("article table a").count() == len(SECTIONS) + 2


def test_reveal_js_comes_with_its_license(site) -> None:
    text = (site / "assets/vendor/reveal/LICENSE.txt").read_text()
    assert "Hakim El Hattab" in text and "Permission is hereby granted" in text
    assert text == (ROOT / "node_modules/reveal.js/LICENSE").read_text()


def test_speaker_notes_are_not_on_the_page(site) -> None:
    html = "".join((site / section.folder / "index.html").read_text() for section in SECTIONS)
    assert 'class="notes"' not in html and "<!-- notes" not in html
