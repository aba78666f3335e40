"""Move the folded solutions of the exercises to a chapter at the end, linked both ways."""

import copy
import re

from bs4 import Tag

from hooks.book.clean import new
from hooks.book.errors import BookError, place
from hooks.book.pages import Page

KEY = "solutions"


def collect(page: Page, title: str) -> Tag | None:
    """Take the solutions out of a page of exercises.

    Args:
        page: The page, its ids prefixed, its folded boxes closed; each leaves a link behind.
        title: Heading over its solutions.

    Returns:
        The solutions under the heading, or None when the page folds nothing.

    Raises:
        BookError: A solution has no exercise above it.
    """
    boxes = page.article.select("details")
    if not boxes:
        return None
    found = new("section", kind="solutions")
    found.append(new("h2", title))
    for number, box in enumerate(boxes, 1):
        exercise = _exercise(box)
        if exercise is None:
            raise BookError(
                f"{place(box, page.source)}: a folded box has no exercise above it: "
                "begin the exercise with its number in bold, `**1. …**`, or with a heading"
            )
        found.append(_solution(page, box, exercise, number))
    found.find("h2")["id"] = f"{KEY}--{page.key}"
    return found


def _solution(page: Page, box: Tag, exercise: Tag, number: int) -> Tag:
    there = f"{KEY}--{page.key}-{number}"
    summary = box.find("summary", recursive=False)
    word = summary.get_text(strip=True) if summary else "Solution"
    if summary:
        summary.decompose()
    paragraph = exercise.find_parent("p") or exercise
    if not paragraph.get("id"):
        paragraph["id"] = f"{page.key}--exercise-{number}"
    back = new("a", "exercise", "back")
    back["href"] = f"#{paragraph['id']}"
    name = new("h3")
    for child in exercise.contents:
        name.append(copy.copy(child))
    for anchor in name.select("a.headerlink"):
        anchor.decompose()
    name["id"] = there
    where = new("p", kind="where")
    where.append(back)
    solution = new("div", kind="solution")
    solution.extend([name, where, *list(box.contents)])
    link = new("p", kind="to-solution")
    arrow = new("a", word)
    arrow["href"] = f"#{there}"
    link.append(arrow)
    box.replace_with(link)
    return solution


def _exercise(box: Tag) -> Tag | None:
    """Return the bold words or the heading that name the exercise of a solution."""
    for tag in box.find_all_previous(["strong", "h3", "h4", "details"]):
        if tag.name == "details" or tag.find_parent("details"):
            return None
        if tag.name != "strong" or _begins(tag):
            return tag
    return None


def _begins(strong: Tag) -> bool:
    """Say whether bold words begin a paragraph, with a number or a letter."""
    before = strong.previous_sibling
    alone = strong.parent.name == "p" and (before is None or not str(before).strip())
    return alone and re.match(r"(\d+|[A-Z])\b", strong.get_text()) is not None
