"""LaTeX becomes MathML; prices stay as they are."""

import re

import pytest
from markdown import Markdown
from mkdocs.exceptions import PluginError

from hooks.site import formulas


def html(markdown: str) -> str:
    return Markdown(extensions=[formulas.Formulas()]).convert(markdown)


SHOWN = {
    r"The loss is $\sum_i \ell_i$.": (r"\sum_i \ell_i", "inline"),
    "$$\n\\frac{a}{b}\n$$": (r"\frac{a}{b}", "block"),
    "($x$)": ("x", "inline"),
    "$a_1 * b_2 * c$": ("a_1 * b_2 * c", "inline"),
    "$0.5$": ("0.5", "inline"),
    "$2n$": ("2n", "inline"),
    "$x < 3$": ("x &lt; 3", "inline"),
}


@pytest.mark.parametrize(("text", "shown"), SHOWN.items())
def test_a_formula_is_mathml_with_its_source(text, shown):
    latex, display = shown
    found = re.search(r'<p>.*<math alttext="(.*?)" .*? display="(.*?)">.*</math>', html(text))
    assert found.groups() == (latex, display)
    assert "$" not in html(text) and "<em>" not in html(text)


TEXT = [
    "It costs $5 or $6, $1.39-$1.79 an hour",
    "<strong>$0.15 in, $0.60 out</strong> ($5) or ($6)",
    "a $5 bill and a US$ note",
    "$HOME/$PATH",
]


@pytest.mark.parametrize("text", TEXT)
def test_a_price_or_a_variable_is_text(text):
    assert html(text) == f"<p>{text}</p>"
    assert html("`$x$`") == "<p><code>$x$</code></p>"


def test_an_escaped_dollar_is_a_dollar():
    assert html(r"\$x$ and \$5") == "<p>$x$ and $5</p>"


@pytest.mark.parametrize("latex", [r"\nosuch{x}", "a & b", r"\frac{a", r"\begin{matrix} a"])
def test_what_cannot_be_drawn_stops_the_build(latex):
    with pytest.raises(PluginError) as error:
        html(f"${latex}$")
    assert latex in str(error.value) and "correct it, or write \\$" in str(error.value)
    assert len(str(error.value).splitlines()) == 1


def test_an_output_has_dollars_or_is_prose():
    for text in ("$\\displaystyle x$", "$$x$$", "$$\nx\n$$", "\\begin{pmatrix}x\\end{pmatrix}"):
        made = formulas.of_output(text)
        assert made.count("<math") == 1 and 'display="block"' in made and "$" not in made
    assert formulas.of_output("The sum $x$ and $y$") == formulas.of_output("The sum") == ""
