r"""Shows LaTeX as MathML, which a browser draws without a script: `$x$` in a line, `$$x$$` alone.

A price is no formula: a dollar sign opens one only before text, closes one only behind it, and
what begins with a digit has to look like a formula. Where it does not help, `\$` is a dollar sign.
"""

import re
from html import escape
from xml.etree import ElementTree

from latex2mathml.converter import convert
from markdown import Markdown
from markdown.extensions import Extension
from markdown.inlinepatterns import InlineProcessor
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError

DISPLAY = r"(?<![\\$])\$\$(?!\$)(?P<display>(?:\\.|[^\\$])+)\$\$(?!\$)"
MONEY = r"\d[^\\^_={}+$]*\s[^\\^_={}+$]*"  # "$5 and the US$", but not "$2n$" or "$2 + n$"
INLINE = rf"(?<![\\$\w])\$(?![\s$])(?!{MONEY}\$)(?P<inline>(?:\\.|[^\\$])+?)(?<!\s)\$(?![\w$])"


class FormulaError(ValueError):
    """LaTeX that cannot be shown; one line that says what, and how to mend it."""


def mathml(latex: str, display: bool = False) -> str:
    """Return a formula as MathML, with its LaTeX for those who cannot see it.

    Args:
        latex: Without dollar signs.
        display: Whether it stands on a line of its own.

    Raises:
        FormulaError: It is no formula that browsers could draw.
    """
    latex = " ".join(latex.split())
    try:
        made = convert(latex, display="block" if display else "inline")
        strange = [text for text in ElementTree.fromstring(made).itertext() if "\\" in text]
    except Exception as error:  # the converter has no common class for what it finds
        raise FormulaError(f"the formula {latex} is not LaTeX ({error!r}); correct it") from error
    bare = re.sub(r"\\.", "", latex)
    if bare.count("{") != bare.count("}"):
        strange.append("a brace without its other")
    if strange:
        raise FormulaError(f"the formula {latex} has {strange[0]}; no page can show it, correct it")
    return made.replace("<math ", f'<math alttext="{escape(latex)}" ', 1)


def of_output(text: str) -> str:
    """Return the MathML of a LaTeX output, which may have dollar signs; "" if it is prose.

    Args:
        text: As `IPython.display.Math` and `Latex` give it.

    Raises:
        FormulaError: It is no formula that browsers could draw.
    """
    alone = re.fullmatch(r"(\${0,2})((?:\\.|[^\\$])+)\1", text.strip(), re.S)
    formula = alone and (alone[1] or alone[2].startswith("\\begin"))
    return mathml(alone[2], display=True) if alone and formula else ""


class Formulas(Extension):
    """Python-Markdown reads formulas before it reads escapes and emphasis, and after code."""

    def extendMarkdown(self, md: Markdown) -> None:
        """Add the pattern."""
        md.ESCAPED_CHARS.append("$")
        md.inlinePatterns.register(_Formula(f"{DISPLAY}|{INLINE}", md), "formula", 185)


class _Formula(InlineProcessor):
    def handleMatch(self, m: re.Match[str], data: str) -> tuple[str, int, int]:
        try:
            made = mathml(m["display"] or m["inline"], display=bool(m["display"]))
        except FormulaError as error:
            raise PluginError(f"{error}, or write \\$ for a dollar sign") from error
        # A span, since MathML alone would take the place of its paragraph.
        return self.md.htmlStash.store(f"<span>{made}</span>"), m.start(0), m.end(0)


def add_extension(config: MkDocsConfig) -> None:
    """Add formulas to the site's Markdown."""
    config.markdown_extensions.append(Formulas())
