"""What a reader needs of the PDF: code that copies, links that lead somewhere, tags, fonts."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import page
import pytest
from bs4 import BeautifulSoup

from hooks.core.course import SECTIONS
from hooks.core.includes import section
from hooks.core.paths import ROOT
from hooks.site.blocks.book_link import FILE

PAGES = [path.read_text("utf-8") for path in sorted((ROOT / "docs").rglob("*.md"))]
TITLES = set(re.findall(r'title="([^"\n]+\.py)"\n', "\n".join(PAGES)))
SHOWN = sorted(title for title in TITLES if (ROOT / title).is_file())


def blank_free(text: str) -> list[str]:
    """Return the lines that carry text: a PDF has no empty ones."""
    return [line.rstrip() for line in text.split("\n") if line.strip() and not section(line)]


@pytest.mark.parametrize("name", SHOWN)
def test_a_file_copied_from_the_book_is_the_file(name: str, lines: list[str]) -> None:
    wanted = blank_free((ROOT / name).read_text("utf-8"))
    starts = [number for number, line in enumerate(lines, 1) if line.strip() == name]
    assert starts, f"{name} is not in the book"
    copied = [line.rstrip() for line in lines[starts[0] : starts[0] + len(wanted)]]
    assert copied == wanted
    code = compile("\n".join(copied), name, "exec", ast.PyCF_ONLY_AST)
    assert isinstance(code, ast.Module) and code.body


def test_every_snippet_shown_on_a_page_is_checked() -> None:
    shown = set(re.findall(r'--8<-- "(snippets/[^"\n:]+\.py)"', "\n".join(PAGES)))
    assert shown and shown <= set(SHOWN)


def test_every_code_cell_of_the_book_copies_whole(document: str, lines: list[str]) -> None:
    book = "\n".join(line.rstrip() for line in lines)
    blocks = BeautifulSoup(document, "html.parser").select(".language-python pre:not(.wraps)")
    assert len(blocks) > 5
    for block in blocks:
        text = "\n".join("".join(part.find_all(string=True)) for part in block.select(".part"))
        assert "\n".join(blank_free(text)) in book


def test_it_is_valid_pdf_ua_1(site: Path) -> None:
    profile = page.ValidationProfile.PDF_UA_1
    report = page.validate_pdf(str(site / FILE), profile=profile)
    assert [failure.message for failure in report.failures] == []
    assert report.is_compliant


def test_title_language_and_bookmarks(pdf) -> None:
    assert pdf.metadata.title.startswith("Pre-trained Models")
    assert pdf.trailer["/Root"]["/Lang"] == "en"
    top = [entry.title for entry in pdf.outline if not isinstance(entry, list)]
    numbered = [f"{number} {section.title}" for number, section in enumerate(SECTIONS, 1)]
    assert [title for title in top if re.match(r"\d", title)] == numbered
    assert top[:2] == ["Contents", "About this book"]
    assert top[-2:] == ["Solutions", "Tiny checkpoints"]


def test_the_contents_give_the_page_of_each_chapter(pdf) -> None:
    # The first two pages after the cover; a line there ends in dots and a page number.
    text = "\n".join(pdf.pages[number].extract_text() for number in (1, 2, 3))
    found = dict(re.findall(r"^\d+ (\D+?) ?[. ]{6,}(\d+)$", text, flags=re.M))
    for entry in pdf.outline:
        if not isinstance(entry, list) and (name := re.match(r"\d+ (.+)", entry.title)):
            assert int(found[name[1].strip()]) == pdf.get_destination_page_number(entry) + 1


def test_every_link_inside_leads_to_a_place_in_the_book(pdf, document: str) -> None:
    notes = [note.get_object() for leaf in pdf.pages for note in leaf.get("/Annots", [])]
    inside = [note["/Dest"] for note in notes if "/Dest" in note]
    assert len(inside) > 100
    assert set(inside) <= set(pdf.named_destinations)
    soup = BeautifulSoup(document, "html.parser")
    ids = [tag["id"] for tag in soup.select("[id]")]
    assert len(ids) == len(set(ids))
    assert {a["href"][1:] for a in soup.select('a[href^="#"]')} <= set(ids)


def test_solutions_are_at_the_end_and_linked_both_ways(document: str) -> None:
    soup = BeautifulSoup(document, "html.parser")
    there = soup.select(".exercises .to-solution a")
    back = soup.select("#solutions .where a")
    assert there and len(there) == len(back)
    for link, answer in zip(there, back, strict=True):
        solution = soup.find(id=link["href"][1:]).find_parent(class_="solution")
        assert solution is answer.find_parent(class_="solution")
        exercise = soup.find(id=answer["href"][1:])
        assert exercise.find_parent(class_="exercises")
    assert soup.select("details") == []


def test_only_the_book_s_typefaces_are_in_it(pdf) -> None:
    fonts = [font for leaf in pdf.pages for font in leaf["/Resources"].get("/Font", {}).values()]
    names = [str(font.get_object()["/BaseFont"]).partition("+")[2] for font in fonts]
    families = {re.match(r"Inter|JetBrains-Mono|$", name)[0] for name in names}
    assert families == {"Inter", "JetBrains-Mono"}


# The first is in a plot of the introduction: a drawing, not pixels.
@pytest.mark.parametrize("text", ["Probability of POSITIVE", *"→÷…·"])
def test_drawings_and_symbols_are_text(lines: list[str], text: str) -> None:
    assert text in "\n".join(lines)


def test_no_page_is_empty(pdf) -> None:
    assert [n for n, leaf in enumerate(pdf.pages, 1) if len(leaf.extract_text()) < 40] == []


def test_the_home_page_offers_the_book(site: Path) -> None:
    home = BeautifulSoup((site / "index.html").read_text("utf-8"), "html.parser")
    assert home.select_one(f'.ways a[href="{FILE}"]').get_text() == "The whole course is one PDF"


def test_it_takes_under_a_gigabyte_and_gives_the_same_file(site, tmp_path) -> None:
    out = tmp_path / "again.pdf"
    command = [sys.executable, "-m", "hooks.book", "--site", str(site), "--out", str(out)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    said = re.search(r"peak memory (\d+) MB\n$", done.stdout)
    assert int(said[1]) < 1000
    assert out.read_bytes() == (site / FILE).read_bytes()
