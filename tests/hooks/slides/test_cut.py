"""Code, outputs and items that are too long for a slide are cut, at the right place."""

from bs4 import BeautifulSoup, Tag

from hooks.slides.brief import brief, sentences
from hooks.slides.cut import cut_code, cut_output


def code(*lines: str) -> Tag:
    text = "\n".join(lines)
    html = f'<div class="highlight"><pre><span></span><code>{text}\n</code></pre></div>'
    return BeautifulSoup(html, "html.parser").div


def item(html: str) -> Tag:
    return BeautifulSoup(f"<li>{html}</li>", "html.parser").li


def shown(block: Tag) -> list[str]:
    return block.find("code").get_text().rstrip("\n").split("\n")


def test_code_is_cut_at_a_blank_line_and_linked() -> None:
    lines = [f'<span class="n">x{n}</span> = <span class="mi">{n}</span>' for n in range(40)]
    lines[13] = ""
    block = code(*lines)
    assert cut_code(block, "index.html#a")
    assert shown(block) == [f"x{n} = {n}" for n in range(13)]
    link = block.select_one("p.whole a")
    assert (link["href"], link.get_text()) == ("index.html#a", "Show the whole code: 26 more lines")


def test_indentation_survives_the_cut() -> None:
    block = code("def f():", *['    <span class="k">pass</span>'] * 30)
    cut_code(block, "index.html")
    assert shown(block)[1:] == ["    pass"] * 15


def test_code_that_fits_stays_as_it_is() -> None:
    block = code(*["x"] * 17)
    before = str(block)
    assert not cut_code(block, "index.html")
    assert str(block) == before


def test_a_cut_never_leaves_a_tag_open() -> None:
    block = code('<span class="s">"""one', *["two"] * 30, '"""</span>')
    cut_code(block, "index.html")
    assert shown(block) == ['"""one', *["two"] * 15]


def test_an_output_is_cut_after_twelve_lines() -> None:
    block = code(*map(str, range(20)))
    assert cut_output(block, "index.html#run")
    assert shown(block) == [str(n) for n in range(12)]
    assert block.select_one(".whole").get_text() == "Show the whole output: 8 more lines"


def test_a_table_of_data_is_cut_after_eight_rows() -> None:
    rows = "".join(f"<tr><td>{n}</td></tr>" for n in range(11))
    block = BeautifulSoup(f"<div><table><tbody>{rows}</tbody></table></div>", "html.parser").div
    assert cut_output(block, "index.html")
    assert len(block.select("tr")) == 8
    assert block.select_one(".whole").get_text() == "Show the whole table: 3 more rows"


def test_sentences_do_not_end_in_abbreviations_brackets_or_decimals() -> None:
    text = "It scores 0.9, e.g. on SST-2 (see Fig. 3. There). See Liu et al. 2021. Then stop."
    assert [text[a:b].strip() for a, b in sentences(text)] == [
        "It scores 0.9, e.g. on SST-2 (see Fig. 3. There).",
        "See Liu et al. 2021.",
        "Then stop.",
    ]


def test_a_long_item_keeps_its_first_sentences() -> None:
    long = item("<b>One.</b> " + "The second sentence says rather a lot about it. " * 6)
    assert brief(long)
    assert long.get_text().startswith("One. The second") and len(long.get_text()) <= 170


def test_a_short_item_is_left_alone() -> None:
    short = item("One. Two. Three.")
    assert not brief(short)
    assert short.get_text() == "One. Two. Three."


def test_a_doubt_is_never_cut() -> None:
    text = "Its size is large. " * 12 + "We could not verify its license. " + "More of it. " * 4
    doubtful = item(text)
    brief(doubtful)
    assert doubtful.get_text().strip().endswith("We could not verify its license.")


def test_items_inside_an_item_are_shortened_for_themselves() -> None:
    outer = item(
        "Short.<ul><li>" + "A sentence of some length stands here now. " * 8 + "</li></ul>"
    )
    assert brief(outer)
    assert outer.contents[0] == "Short."
    assert len(outer.find("li").get_text()) <= 170
