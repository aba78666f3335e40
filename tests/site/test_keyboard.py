"""By keyboard alone: Tab reaches every control in the order of the page, shows it, and leaves."""

import pytest
from playwright.sync_api import Page

# Numbers what Tab should stop at; notes each control that gets the focus, and whether that shows.
WATCH = """() => {
  const looks = e => {
    const {outlineStyle, outlineWidth, boxShadow, stroke, strokeWidth} = getComputedStyle(e)
    return [outlineStyle, outlineWidth, boxShadow, stroke, strokeWidth].join(' ')
  }
  // An input drawn by its label or form, and a part of a drawing, show the focus there.
  const drawn = e => [e, ...(e.labels ?? []), ...e.querySelectorAll('path'), e.closest('form')]
    .filter(Boolean).map(looks).join('; ')
  // Tab stops once at a group of radio buttons; arrow keys do the rest.
  const group = e => e.type === 'radio' ? document.getElementsByName(e.name)[0] : e
  const stops = 'a[href], svg a, button, input, select, textarea, summary, iframe, [tabindex]'
  const controls = [...document.querySelectorAll(stops)].filter(e =>
    e.tabIndex >= 0 && !e.disabled && e.type !== 'hidden' && !e.closest('[inert]')
    && e.checkVisibility({visibilityProperty: true}) && group(e) === e)
  const atRest = new Map(controls.map(e => [e, drawn(e)]))
  window.walked = []
  document.addEventListener('focusin', ({target}) => {
    const number = controls.indexOf(group(target))
    if (number >= 0) walked.push([number, drawn(target) !== atRest.get(group(target))])
  })
  return controls.map(e => e.outerHTML.slice(0, 160))
}"""
SPARE = 10  # stops that only the focus brings up, such as the results of the search


def settle(page: Page) -> None:
    """Scroll once through a page: Material adds buttons to code when it comes into view."""
    page.evaluate(
        """async () => {
          for (let y = 0; y < document.documentElement.scrollHeight; y += innerHeight / 2) {
            scrollTo(0, y)
            await new Promise(done => setTimeout(done, 40))
          }
          scrollTo(0, 0)
        }"""
    )
    page.wait_for_timeout(200)


def walk(page: Page, key: str) -> tuple[list[str], list[tuple[int, bool]]]:
    """Press a key once for every control of a page, and a few times more.

    Returns:
        The controls, and the numbers of those the focus came to, each with: did it show?
    """
    controls = page.evaluate(WATCH)
    for _ in range(len(controls) + SPARE):
        page.keyboard.press(key)
    return controls, page.evaluate("walked")


PATHS = ["", "introduction/", "introduction/sentiment/", "tools/cost_calculator/"]


@pytest.mark.parametrize("path", PATHS)
def test_tab_reaches_every_control_in_order_and_shows_it(tab, path) -> None:
    page = tab.open(path)
    settle(page)
    controls, walked = walk(page, "Tab")
    assert len(controls) > 20
    for number, control in enumerate(controls):
        reached, shown = walked[number] if number < len(walked) else (None, False)
        assert reached == number, f"{path}: Tab does not come to {control} in its turn"
        assert shown, f"{path}: nothing shows the focus on {control}"
    # Then the focus leaves the page, and comes in again at its beginning.
    assert walked[len(controls)][0] == 0


def test_shift_and_tab_go_back_the_same_way(tab) -> None:
    page = tab.open("introduction/sentiment/")
    settle(page)
    controls, walked = walk(page, "Shift+Tab")
    numbers = [number for number, _ in walked[: len(controls)]]
    assert numbers == list(range(len(controls)))[::-1]


def test_a_trap_and_an_invisible_focus_are_seen(tab) -> None:
    page = tab.open("graphs/")
    page.set_content(
        """<style>#plain:focus { outline: none }</style><a href="#">1</a>
        <button id="plain">2</button><button id="trap">3</button><a href="#">4</a>
        <script>trap.addEventListener('keydown', event => event.preventDefault())</script>"""
    )
    assert walk(page, "Tab")[1] == [[0, True], [1, False], [2, True]]
    tab.faults.clear()  # the page's own scripts miss its parts
