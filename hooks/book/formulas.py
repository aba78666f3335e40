"""Draw formulas for paper: WeasyPrint lays out no MathML."""

from urllib.parse import quote

from bs4 import Tag

from hooks.book.clean import new
from hooks.book.errors import BookError

SIZE = 16  # of the letters, in the drawing's units
INK = "#15232a"  # of the book's text


def draw(article: Tag) -> None:
    """Replace the formulas of a page by drawings; their LaTeX is the alternative text.

    Raises:
        BookError: The library that draws them is not installed.
    """
    for math in article.select("math"):
        try:
            import ziamath
        except ImportError as error:
            raise BookError(f"{error.msg}: run `make book`, which installs it") from error
        drawn = ziamath.Math(str(math), size=SIZE, margin=0)
        svg = drawn.svg().replace('"black"', f'"{INK}"')
        image = new("img", kind="formula" if math.get("display") != "block" else "formula-block")
        image["src"] = f"data:image/svg+xml,{quote(svg)}"
        image["alt"] = math["alttext"]
        height, below = drawn.getsize()[1] / SIZE, drawn.getyofst() / SIZE
        image["style"] = f"height: {height:.3f}em; vertical-align: {below:.3f}em"
        math.replace_with(image)
