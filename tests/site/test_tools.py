"""The tools: answers as Python gives them, nothing sent unasked, state that comes back."""

import json
import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Route

from hooks.core import licenses, registry
from hooks.core.course import SECTIONS, self_study
from hooks.hub.api import Hub, Refusal
from hooks.site.tools import cost_calculator as cost
from hooks.site.tools import lecture_clock, money
from tests.site.conftest import ROOT
from tests.site.test_pages import AXE, PHONE_RULES, RULES, RUN_AXE

REGISTRY = registry.load()
MODELS = [one.id for one in REGISTRY.values() if one.kind == "model"]
TOOLS = ["license_checker", "cost_calculator", "model_checklist", "lecture_clock"]
VERDICT = ".tool__verdict"


def text(page: Page, selector: str) -> str:
    return " ".join(page.locator(selector).first.inner_text().split())


@pytest.mark.parametrize("name", TOOLS)
def test_without_a_script_the_table_is_there_and_no_dead_control(browser, base, name) -> None:
    page = browser.new_page(java_script_enabled=False)
    page.goto(f"{base}tools/{name}/")
    assert page.locator("article table").first.is_visible()
    assert page.locator("article :is(input, button, textarea):visible").count() == 0
    page.close()


USED = [
    "license_checker/?id=Salesforce/blip2-opt-2.7b",
    "license_checker/?id=openai-community/gpt2",
    "cost_calculator/?requests=100000000",
    "cost_calculator/?speed=-1",
    "model_checklist/?what=tickets&baseline=no&task=no&task_notes=none",
    "lecture_clock/",
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", USED)
def test_axe_finds_nothing_in_a_tool_that_is_used(tab, path, scheme) -> None:
    page = tab.open(f"tools/{path}")
    page.emulate_media(color_scheme=scheme)
    page.evaluate(AXE.read_text())
    assert page.evaluate(RUN_AXE, RULES) == []
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_timeout(200)  # a11y.js makes wide tables focusable with the next picture
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.evaluate(RUN_AXE, PHONE_RULES) == []


def test_scripts_survive_instant_navigation(tab) -> None:
    page = tab.open("tools/")
    page.evaluate("window.stayed = true")
    for name in [*TOOLS, TOOLS[1], TOOLS[0]]:
        page.click(f".md-nav--primary a[href$='{name}/']")
        page.wait_for_url(f"**/{name}/**")
        page.wait_for_selector(f"form[data-tool={name}]:visible")
    page.go_back()
    page.wait_for_selector("form[data-tool=cost_calculator]:visible")
    page.wait_for_selector(".tool__svg")
    assert page.evaluate("window.stayed")


def test_only_one_script_of_the_site_names_another_site() -> None:
    folder = ROOT / "docs/assets/scripts"
    scripts = {path.name: path.read_text("utf-8") for path in folder.rglob("*.js")}
    naming = [name for name, code in scripts.items() if "https://huggingface" in code]
    fetching = [name for name, code in scripts.items() if re.search(r"fetch\(|XMLHttp", code)]
    assert naming == fetching == ["license_checker.js"]


# ---- license checker


class FakeHub:
    """huggingface.co as the offline Hub answers it, and a list of what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.cards: dict[str, dict] = {}
        self.reachable = True

    def answer(self, route: Route) -> None:
        path = urlsplit(route.request.url).path
        self.asked.append(path)
        assert "cookie" not in route.request.headers and "referer" not in route.request.headers
        if not self.reachable:
            return route.abort("internetdisconnected")
        allowed = {"access-control-allow-origin": "*"}
        if card := self.cards.get(path.removeprefix("/api/models/")):
            answer = {"id": "x", "sha": "0" * 40, "cardData": card}
            return route.fulfill(json=answer, headers=allowed)
        try:
            return route.fulfill(json=Hub(REGISTRY).answer(path), headers=allowed)
        except Refusal as refusal:
            return route.fulfill(status=refusal.status, json={}, headers=allowed)


@pytest.fixture
def hub(tab) -> FakeHub:
    """Return a Hub that answers what the tab asks of huggingface.co."""
    found = FakeHub()
    tab.page.route("https://huggingface.co/**", found.answer)
    return found


def ask(page: Page, id_: str, button: str = "Ask the Hub") -> str:
    page.fill("#check-id", id_)
    page.click(f"button:text-is('{button}')")
    page.locator(".tool__result:not(:has-text('Asking'))").wait_for()
    return text(page, ".tool__result")


def test_the_registry_answers_as_python_does_for_every_model(tab) -> None:
    page = tab.open("tools/license_checker/")
    for id_, entry in REGISTRY.items():
        if entry.kind == "model":
            page.fill("#check-id", id_)
            page.click("[data-registry]")
            on_hub = entry.host == "huggingface"
            wanted = licenses.answer(REGISTRY, id_) if on_hub else entry.commercial
            assert f"--{wanted}" in page.get_attribute(VERDICT, "class"), id_


def test_nothing_is_asked_before_the_button_and_only_what_the_page_says_after(tab, hub) -> None:
    page = tab.open("tools/license_checker/?id=bigscience/bloom")
    page.click("[data-registry]")
    page.wait_for_selector(VERDICT)
    assert hub.asked == []
    said = ask(page, "Salesforce/blip2-opt-2.7b")
    assert hub.asked == ["/api/models/Salesforce/blip2-opt-2.7b", "/api/models/facebook/opt-2.7b"]
    assert said.startswith("Commercial use: Deny")
    assert "Built on facebook/opt-2.7b" in said and "Asked huggingface.co on" in said
    hub.asked.clear()
    said = ask(page, "https://huggingface.co/dslim/bert-base-NER/tree/main")
    assert hub.asked == ["/api/models/dslim/bert-base-NER", "/api/datasets/conll2003"]
    assert said.startswith("Commercial use: Yes") and "Dataset conll2003: other" in said


@pytest.mark.parametrize("id_", [*MODELS[::6], "openai/clip-vit-base-patch32"])
def test_the_hub_and_the_registry_agree(tab, hub, id_) -> None:
    page = tab.open("tools/license_checker/")
    ask(page, id_)
    first = page.locator(VERDICT).get_attribute("class")
    ask(page, id_, "Look in the registry only")
    assert page.locator(VERDICT).get_attribute("class") == first


def test_without_a_network_the_registry_answers_and_says_so(tab, hub) -> None:
    hub.reachable = False
    page = tab.open("tools/license_checker/")
    said = ask(page, "bigscience/bloom")
    assert said.startswith("Commercial use: Yes, with conditions")
    assert "huggingface.co could not be reached. From the course's registry" in said
    assert "is not among the" in ask(page, "nobody/nothing")
    assert len(hub.asked) == 2
    tab.faults.clear()  # two requests failed


BAD_IDS = {
    "": "Type a model id, such as bigscience/bloom.",
    "two words": "“two words” is no model id: write organization/name",
    "../../evil": "“../../evil” is no model id",
    "a/b/c": "“a/b/c” is no model id",
    "nobody/nothing": "The Hub has no public model nobody/nothing: check the spelling.",
}


@pytest.mark.parametrize(("id_", "said"), BAD_IDS.items())
def test_bad_ids_get_one_sentence(tab, hub, id_, said) -> None:
    assert ask(tab.open("tools/license_checker/"), id_).startswith(said)
    tab.faults.clear()  # the Hub's 404


def test_a_card_is_text_whatever_it_holds(tab, hub) -> None:
    evil = "<img src=x onerror=window.hurt=1>"
    hub.cards["you/evil"] = {
        "license": "other",
        "license_name": evil,
        "license_link": "javascript:window.hurt=1",
        "base_model": ["you/evil", "you/evil2", evil],
        "datasets": [evil],
    }
    hub.cards["you/evil2"] = {"license": "__proto__", "base_model": "you/evil"}
    page = tab.open("tools/license_checker/")
    said = ask(page, "you/evil")
    assert evil in said and said.startswith("Commercial use: Deny")
    assert "read its license file, then decide" in said
    assert page.locator(".tool__result :is(img, a, script)").count() == 0
    assert page.evaluate("window.hurt") is None
    assert hub.asked == ["/api/models/you/evil", "/api/models/you/evil2"]


def test_many_bases_are_not_followed_for_ever(tab, hub) -> None:
    for number in range(40):
        hub.cards[f"you/m{number}"] = {"license": "mit", "base_model": f"you/m{number + 1}"}
    said = ask(tab.open("tools/license_checker/"), "you/m0")
    assert "more than 20 base models: use the Python snippet" in said
    assert len(hub.asked) == 20


# ---- cost calculator

CASES = [
    {},
    {"requests": 250_000_000, "speed": 20},
    {"speed": 5},  # a full GPU costs more than the API asks
    {"price_in": 3, "price_out": 15, "tokens_in": 2000, "tokens_out": 500, "gpu": 1.39},
    {"scratch": 50_000, "scratch_people": 250_000, "lora_people": 20_000, "months": 24},
    {"price_in": 0, "price_out": 0},
]


@pytest.mark.parametrize("changed", CASES)
def test_costs_are_those_of_python(tab, changed) -> None:
    v = {**cost.DEFAULTS, **changed}
    query = "&".join(f"{name}={value}" for name, value in changed.items())
    page = tab.open(f"tools/cost_calculator/?{query}")
    rows = page.locator(".tool__table tbody tr").all()
    for row, n in zip(rows, sorted({*cost.REQUESTS, v["requests"]}), strict=True):
        wanted = [money(cost.costs(v, n)[way]) for way in ("api", "lora", "scratch")]
        assert row.locator("th, td").all_text_contents() == [f"{n:,.0f}", *wanted]
    from_ = cost.break_even(v, cost.once(v)["lora"])
    said = "Your own GPU never gets cheaper."
    if from_ is not None:
        said = f"From about {float(f'{from_:.3g}'):,.0f} requests a month"
    assert said in text(page, VERDICT)


@pytest.mark.parametrize("changed", CASES)
def test_break_even_is_where_the_two_lines_cross_for_good(changed) -> None:
    v = {**cost.DEFAULTS, **changed}
    paid = cost.once(v)["lora"]
    from_ = cost.break_even(v, paid)
    volumes = [10 ** (exponent / 50) for exponent in range(200, 550)]
    cheaper = [n for n in volumes if cost.own(v, n, paid) < cost.per_request(v) * n]
    if from_ is None:
        assert cheaper == [] or cheaper[-1] < volumes[-1]
    else:
        dearer = [n for n in volumes if n not in cheaper]
        assert max(dearer) <= from_ * 1.05
        assert all(n in cheaper for n in volumes if n > from_ * 1.001)


def test_the_address_keeps_what_was_changed_and_nothing_else(tab) -> None:
    page = tab.open("tools/cost_calculator/")
    assert page.evaluate("location.search") == ""
    page.fill("#cost-requests", "5000000")
    page.fill("#cost-gpu", "1.39")
    assert page.evaluate("location.search") == "?requests=5000000&gpu=1.39"
    before = text(page, VERDICT)
    page.reload()
    page.wait_for_selector(".tool__svg")
    assert text(page, VERDICT) == before
    page.click("text=Copy a link to these numbers")
    page.wait_for_selector("text=Copied")
    assert page.evaluate("navigator.clipboard.readText()") == page.url
    page.click("text=Back to the defaults")
    page.wait_for_function("location.search === ''")
    assert page.input_value("#cost-requests") == "1000000"


BAD_NUMBERS = [
    ("requests", "", "“Requests per month” needs a number of at least 1."),
    ("requests", "0", "“Requests per month” needs a number of at least 1."),
    ("gpu", "-1", "“Dollars per GPU hour” needs a number of at least 0."),
    ("months", "0", "“Months that the training pays off over” needs a number of at least 1."),
    ("speed", "1e400", "“Requests per second and GPU” needs a number of at least 0.001."),
]


@pytest.mark.parametrize(("name", "value", "said"), BAD_NUMBERS)
def test_a_bad_number_is_named_and_marked(tab, name, value, said) -> None:
    page = tab.open("tools/cost_calculator/")
    page.fill(f"#cost-{name}", value)
    assert text(page, VERDICT) == said
    assert page.get_attribute(f"#cost-{name}", "aria-invalid") == "true"
    assert page.locator(".tool__svg").count() == 0
    page.fill(f"#cost-{name}", "5")
    assert page.locator(".tool__svg").count() == 1


# ---- model checklist


def test_the_path_ends_where_an_answer_ends_it(tab) -> None:
    page = tab.open("tools/model_checklist/")
    assert text(page, VERDICT) == "Next: Does a simple rule already do?"
    assert page.locator("[data-step=task] input:visible").count() == 0
    page.check("[name=baseline][value=no]")
    page.check("[name=task][value=yes]")
    page.check("[name=zero_shot][value=no]")
    page.check("[name=fine_tuning][value=facts]")
    assert text(page, VERDICT).startswith("Result: Put the facts into the prompt")
    assert page.locator("[data-step=license] input:visible").count() == 0
    page.check("[name=fine_tuning][value=labels]")
    page.check("[name=license][value=conditions]")
    page.check("[name=record][value=yes]")
    said = "Result: Fine-tune: a small adapter first. Stop when more labels no longer help. "
    assert text(page, VERDICT) == said + "Put the conditions of the license into your plan."
    assert page.locator(".tool__result tbody tr").count() == 6
    page.reload()
    page.wait_for_selector(VERDICT)
    assert page.locator(".tool__result tbody tr").count() == 6


def test_answers_that_contradict_one_another_are_told(tab) -> None:
    page = tab.open("tools/model_checklist/?baseline=no&task=yes&zero_shot=no&fine_tuning=nothing")
    assert "so something is missing" in text(page, VERDICT)


def test_the_paper_holds_the_result_and_no_control(tab) -> None:
    page = tab.open("tools/model_checklist/?what=tickets&baseline=yes&baseline_notes=0.93")
    page.evaluate("window.print = () => { window.printed = document.body.className }")
    page.click("[data-print]")
    assert "print-result" in page.evaluate("window.printed")
    page.emulate_media(media="print")
    assert page.locator("article :is(input, button, textarea, #path):visible").count() == 0
    assert "Use the rule." in text(page, VERDICT)
    assert re.search(r"For: tickets .*0\.93", text(page, ".tool__result"))
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert "print-result" not in page.evaluate("document.body.className")


# ---- lecture clock


def test_both_plans_are_those_of_the_course() -> None:
    plan = lecture_clock.plan()
    assert [sum(section[name] for section in plan) for name in ("120", "140")] == [120, 140]
    assert lecture_clock.table().splitlines()[-1] == "| End | 2:00 | 120 | 2:20 | 140 |"


def left(page: Page) -> float:
    """Return the minutes that the big clock shows.

    Compared to within 0.2: beside the time that a test lets pass, the browser's own goes by.
    """
    minutes, seconds = text(page, "[data-left]").split(":")
    return int(minutes) + int(seconds) / 60


def test_the_clock_counts_and_says_how_late_it_is(tab) -> None:
    tab.page.clock.install(time=1_800_000_000)
    page = tab.open("tools/lecture_clock/")
    assert text(page, "[data-left]") == "10:00"
    page.click("[data-do=start]")
    assert page.evaluate("document.activeElement.dataset.do") == "next"
    page.clock.run_for(7 * 60_000)
    assert left(page) == pytest.approx(3, abs=0.2)
    assert text(page, "[data-pace]") == "On time."
    page.click("[data-do=next]")  # three minutes early: all of them and the section's own are left
    page.clock.run_for(500)
    assert left(page) == pytest.approx(28, abs=0.2)
    assert text(page, "[data-now]") == "2 · NLP, 25 minutes"
    page.clock.run_for(31 * 60_000)
    assert text(page, "[data-pace]") == "3 minutes behind the plan."
    left_out = self_study(SECTIONS[1:2], "demo {}", "demos {}")
    assert f"Left for self-study: {left_out}." in text(page, "[data-line]")
    page.check("[name=plan][value='140']")
    assert text(page, "[data-pace]") == "On time."
    assert "140:00 used. Next: Computer vision, due at 40:00." in text(page, "[data-line]")


def test_the_clock_goes_on_after_a_reload_and_stands_still_in_a_pause(tab) -> None:
    tab.page.clock.install(time=1_800_000_000)
    page = tab.open("tools/lecture_clock/")
    page.click("[data-do=start]")
    page.clock.run_for(60_000)
    page.click("[data-do=pause]")
    page.clock.run_for(300_000)
    assert left(page) == pytest.approx(9, abs=0.2)
    page.click("[data-do=pause]")
    page.clock.run_for(60_000)
    kept = page.evaluate("localStorage.getItem('lecture-clock')")
    tab.open("introduction/")
    page.clock.run_for(60_000)
    tab.open("tools/lecture_clock/")
    page.clock.run_for(500)
    assert json.loads(kept)["at"] == 0
    assert left(page) == pytest.approx(7, abs=0.2)
    page.click("[data-do=reset]")
    assert text(page, "[data-left]") == "10:00"


@pytest.mark.parametrize("kept", ["{", "null", '{"plan": "7", "at": 0}', '{"plan":"120","at":99}'])
def test_a_damaged_memory_begins_anew(tab, kept) -> None:
    page = tab.open("tools/")
    page.evaluate("kept => localStorage.setItem('lecture-clock', kept)", kept)
    page = tab.open("tools/lecture_clock/")
    assert text(page, "[data-left]") == "10:00"


def test_by_keyboard_alone(tab) -> None:
    page = tab.open("tools/lecture_clock/")
    page.focus("[name=plan][value='120']")
    page.keyboard.press("ArrowRight")
    assert page.is_checked("[name=plan][value='140']")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.is_disabled("[data-do=start]")
