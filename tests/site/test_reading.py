"""What a reader does: search, copy, switch colors, go by keyboard, follow links."""

from hooks.core.paths import ROOT

SCHEME = "document.body.getAttribute('data-md-color-scheme')"


def test_search_finds_lora(tab) -> None:
    page = tab.open("")
    page.click("input.md-search__input")
    page.keyboard.type("LoRA")
    page.locator(".md-search-result__item").filter(has_text="LoRA").first.wait_for()
    links = page.locator("a.md-search-result__link").all()
    assert any("nlp/" in link.get_attribute("href") for link in links)


def test_copy_button_copies_the_whole_snippet(tab) -> None:
    page = tab.open("introduction/")
    copied = []
    for button in page.locator("button[data-md-type=copy]:visible").all():
        button.click()
        page.wait_for_selector(".md-dialog--active")
        copied.append(page.evaluate("navigator.clipboard.readText()"))
    # The button leaves out a file's last line break and nothing else.
    assert (ROOT / "snippets/introduction/sentiment.py").read_text().rstrip("\n") in copied


def test_theme_toggle_works_and_stays(tab) -> None:
    page = tab.open("")
    assert page.evaluate(SCHEME) == "default"  # as the system
    for wanted in ("default", "slate"):  # light, then dark
        page.click("form[data-md-component=palette] label:visible")
        assert page.evaluate(SCHEME) == wanted
    tab.open("introduction/")
    assert page.evaluate(SCHEME) == "slate"


def test_keyboard_reaches_the_content(tab) -> None:
    page = tab.open("nlp/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.matches('.md-skip')")
    assert page.locator(".md-skip").evaluate("e => e.getBoundingClientRect().top") >= 0
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('article.md-content__inner') !== null")


def test_focus_can_be_seen(tab) -> None:
    page = tab.open("")
    for _ in range(12):
        page.keyboard.press("Tab")
        width, name = page.evaluate(
            "(e => [parseFloat(getComputedStyle(e).outlineWidth) || "
            "parseFloat(getComputedStyle(e.querySelector('path') ?? e).strokeWidth), "
            "e.outerHTML.slice(0, 100)])(document.activeElement)"
        )
        assert width >= 2, f"no visible focus on {name}"


def test_clock_leads_to_every_section(tab) -> None:
    page = tab.open("")
    assert page.locator("a.clock__section").count() == 10
    page.locator(".clock__number").nth(1).click()
    page.wait_for_url("**/nlp/")
    assert page.locator("h1").inner_text().startswith("NLP")


def test_instant_navigation_keeps_the_page_and_finds_no_fault(tab) -> None:
    page = tab.open("nlp/")
    page.evaluate("window.stayed = true")
    page.click(".md-tabs a >> nth=0")  # home, with the clock
    page.wait_for_selector(".clock")
    assert page.evaluate("window.stayed"), "the page was loaded anew: instant navigation is off"
    page.click(".agenda a[href$='vision/']")
    page.wait_for_url("**/vision/")
    page.wait_for_selector(".section-header")
    assert page.evaluate("window.stayed")


def test_missing_page_helps(tab) -> None:
    page = tab.page
    page.goto(tab.base + "no/such/page/")
    assert page.locator("h1").inner_text() == "This page does not exist"
    links = page.eval_on_selector_all("article a", "all => all.map(a => a.href)")
    assert tab.base + "nlp/" in links
    tab.faults.clear()  # the status is 404


def test_menu_of_a_phone_lists_the_demos_and_one_step_back_the_sections(tab) -> None:
    tab.page.set_viewport_size({"width": 390, "height": 844})
    page = tab.open("nlp/")
    page.click(".md-header label[for=__drawer]")
    page.locator(".md-nav--primary a[href$='nlp/translation/']").click(trial=True)
    page.click(".md-nav__title:has-text('NLP')")
    page.locator(".md-nav--primary a[href$='vision/']").click()
    page.wait_for_url("**/vision/")
