"""The book's typefaces: whole static files from npm, so that every machine sets the same pages."""

from functools import cache
from pathlib import Path

from bs4 import Tag
from fontTools.ttLib import TTFont

from hooks.book.errors import BookError, place
from hooks.core.paths import ROOT

FOLDER = ROOT / "node_modules/@expo-google-fonts"
TEXT, CODE = "Inter", "JetBrains Mono"
# (family, weight, style, file below FOLDER)
FACES = [
    (TEXT, 400, "normal", "inter/400Regular/Inter_400Regular.ttf"),
    (TEXT, 400, "italic", "inter/400Regular_Italic/Inter_400Regular_Italic.ttf"),
    (TEXT, 600, "normal", "inter/600SemiBold/Inter_600SemiBold.ttf"),
    (TEXT, 600, "italic", "inter/600SemiBold_Italic/Inter_600SemiBold_Italic.ttf"),
    (TEXT, 700, "normal", "inter/700Bold/Inter_700Bold.ttf"),
    (CODE, 400, "normal", "jetbrains-mono/400Regular/JetBrainsMono_400Regular.ttf"),
    (CODE, 400, "italic", "jetbrains-mono/400Regular_Italic/JetBrainsMono_400Regular_Italic.ttf"),
    (CODE, 600, "normal", "jetbrains-mono/600SemiBold/JetBrainsMono_600SemiBold.ttf"),
]
INVISIBLE = frozenset("\n\r\t \u00ad\u200b\u2060\ufeff")


def css() -> str:
    """Return the `@font-face` rules."""
    return "\n".join(
        f'@font-face {{ font-family: "{family}"; font-weight: {weight}; '
        f"font-style: {style}; src: url({_file(name).as_uri()}) }}"
        for family, weight, style, name in FACES
    )


@cache
def glyphs() -> frozenset[str]:
    """Return the characters that one of the two regular faces has."""
    regular = [name for *_, weight, style, name in FACES if (weight, style) == (400, "normal")]
    maps = (TTFont(_file(name), lazy=True).getBestCmap() for name in regular)
    return INVISIBLE.union(*(map(chr, codes) for codes in maps))


def check(article: Tag, source: str) -> None:
    """Stop at the first character that the book cannot show.

    Args:
        article: A page's content.
        source: What the page was made from, such as `docs/nlp/index.md`.

    Raises:
        BookError: Names the character, the page and the heading above it.
    """
    for text in article.find_all(string=True):
        if missing := sorted(set(text) - glyphs()):
            raise BookError(f"{place(text, source)}: {no_glyph(missing[0])}")


def no_glyph(character: str) -> str:
    """Say what is wrong with a character, and how to mend it."""
    return (
        f"no font of the book has a glyph for {character!r} (U+{ord(character):04X}): "
        "write it another way, or add a font that has it to hooks/book/fonts.py"
    )


def _file(name: str) -> Path:
    """Return a font file.

    Raises:
        BookError: It is not there.
    """
    path = FOLDER / name
    if not path.is_file():
        raise BookError(f"no font {name} in node_modules: run `make book`, which installs it")
    return path
