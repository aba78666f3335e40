"""Code, outputs and items that are too long for a slide are cut, at the right place."""

import pytest
from bs4 import BeautifulSoup, Tag

from hooks.slides.shorten import sentences, shorten
from hooks.slides.truncate import truncate_code, truncate_output


def code(*lines: str) -> Tag:
    text = "\n".join(lines)
    html = f'<div class="highlight"><pre><span></span><code>{text}\n</code></pre></div>'
    return BeautifulSoup(html, "html.parser").div


def item(html: str) -> Tag:
    return BeautifulSoup(f"<li>{html}</li>", "html.parser").li


NUMBERS = [f'<span class="n">x{n}</span> = <span class="mi">{n}</span>' for n in range(40)]
PASS = '    <span class="k">pass</span>'
CODE, OUTPUT = "Show the whole code", "Show the whole output"


CUTS = [
    # at a blank line; indentation survives; no tag stays open
    (truncate_code, [*NUMBERS[:13], "", *NUMBERS[14:]], [f"x{n} = {n}" for n in range(13)], CODE),
    (truncate_code, ["def f():", *[PASS] * 30], ["def f():", *["    pass"] * 15], CODE),
    (truncate_code, ['<b>"""one', *["two"] * 29, '"""</b>'], ['"""one', *["two"] * 15], CODE),
    (truncate_output, list("abcdefghijklmnopqrst"), list("abcdefghijkl"), OUTPUT),
]


@pytest.mark.parametrize(("cut", "lines", "shown", "link"), CUTS)
def test_what_is_too_long_is_cut_and_linked(cut, lines, shown, link) -> None:
    block = code(*lines)
    cut(block, "index.html#a")
    assert block.code.get_text().split("\n") == shown
    assert all(span.get_text() for span in block.code.find_all(True))
    found, left = block.select_one("p.whole a"), sum(map(bool, lines)) - len(shown)
    assert (found["href"], found.get_text()) == ("index.html#a", f"{link}: {left} more lines")


def test_code_that_fits_stays_as_it_is() -> None:
    block = code(*["x"] * 17)
    before = str(block)
    assert not truncate_code(block, "index.html")
    assert str(block) == before


def test_a_table_of_data_is_cut_after_eight_rows() -> None:
    rows = "".join(f"<tr><td>{n}</td></tr>" for n in range(11))
    block = BeautifulSoup(f"<div><table><tbody>{rows}</tbody></table></div>", "html.parser").div
    truncate_output(block, "index.html")
    assert len(block.select("tr")) == 8
    assert block.select_one(".whole").get_text() == "Show the whole table: 3 more rows"


def test_sentences_do_not_end_in_abbreviations_brackets_or_decimals() -> None:
    first, rest = "It scores 0.9, e.g. on SST-2 (see Fig. 3. There).", "See Liu et al. 2021."
    text = f"{first} {rest} Then stop."
    found = [text[a:b].strip() for a, b in sentences(text)]
    assert found == [first, rest, "Then stop."]


def test_a_long_item_keeps_its_first_sentences_and_a_short_one_all() -> None:
    long = item("<b>One.</b> " + "The second sentence says rather a lot about it. " * 6)
    short = item("One. Two. Three.")
    assert shorten(long) and not shorten(short)
    assert long.get_text().startswith("One. The second") and len(long.get_text()) <= 170
    assert short.get_text() == "One. Two. Three."


def test_a_doubt_is_never_cut() -> None:
    text = "Its size is large. " * 12 + "We could not verify its license. " + "More of it. " * 4
    doubtful = item(text)
    shorten(doubtful)
    assert doubtful.get_text().strip().endswith("We could not verify its license.")


def test_items_inside_an_item_are_shortened_for_themselves() -> None:
    sentence = "A sentence of some length stands here now. "
    outer = item(f"Short.<ul><li>{sentence * 8}</li></ul>")
    assert shorten(outer)
    assert outer.contents[0] == "Short."
    assert len(outer.find("li").get_text()) <= 170
