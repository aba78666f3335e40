"""Turn decks into HTML pages for reveal.js: one section's, or the whole lecture's."""

import html
import posixpath
import re
from collections.abc import Mapping, Sequence
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup
from jinja2 import Environment

from hooks.core.course import WHOLE, Section, clock_time, deck_uri, self_study
from hooks.slides.deck import Deck, Slide


def section_page(
    env: Environment, sections: Sequence[Section], section: Section, deck: Deck
) -> str:
    """Return the deck of one section as an HTML page.

    Args:
        env: The theme's templates.
        sections: The course's sections in order.
        section: The one whose deck it is.
        deck: Its slides.
    """
    return env.get_template("deck.html").render(
        name=section.title,
        description=f"Slides of section {_number(sections, section)}, {section.title}",
        slides=section_slides(sections, section, deck),
        root="..",
        page="index.html",
        minutes=section.minutes,
        path120=section.path120,
    )


def lecture_page(
    env: Environment, sections: Sequence[Section], decks: Mapping[str, Deck], name: str
) -> str:
    """Return the deck of all sections as an HTML page.

    Args:
        env: The theme's templates.
        sections: The course's sections in order.
        decks: Their slides, by folder.
        name: Name of the course.
    """
    parts = [lecture_title(sections, name)]
    for section in sections:
        slides = section_slides(sections, section, decks[section.folder])
        parts.append(moved(slides, deck_uri(section), WHOLE))
    return env.get_template("deck.html").render(
        name=name,
        description=f"Slides of the whole lecture, {len(sections)} sections in order",
        slides="\n".join(parts),
        root="..",
        page="../index.html",
        minutes=sum(section.minutes for section in sections),
        path120=sum(section.path120 for section in sections),
    )


def lecture_title(sections: Sequence[Section], name: str) -> str:
    """Return the first slide of the whole lecture: its sections and when each begins.

    Args:
        sections: The course's sections in order.
        name: Name of the course.
    """
    rows, full, short = [], 0, 0
    for number, section in enumerate(sections, 1):
        rows.append(
            f"<li><span>{_both(clock_time(full), clock_time(short))}</span> "
            f'<a href="#/section-{number}">{html.escape(section.title)}</a></li>'
        )
        full, short = full + section.minutes, short + section.path120
    skipped = self_study(sections, "demo {} is", "demos {} are")
    facts = _both(
        f'{full} minutes · <a href="?path=120">take the 120-minute path</a>',
        f"The 120-minute path · {skipped} left for self-study",
    )
    return (
        f'<section class="title-slide"><p class="facts">{facts}</p><h2>{html.escape(name)}</h2>'
        f'<ol class="program">{"".join(rows)}</ol>'
        '<aside class="notes"><p>The times are those of the lecture&rsquo;s clock. '
        "Press ? for the keys, S for this window.</p></aside></section>"
    )


def section_slides(sections: Sequence[Section], section: Section, deck: Deck) -> str:
    """Return the slides of a section as reveal.js wants them: columns of `<section>`.

    Args:
        sections: The course's sections in order.
        section: The one whose slides they are.
        deck: Its slides.
    """
    later = {demo.number for demo in section.demos if demo.self_study}
    parts = [_title(sections, section, deck.title)]
    for column in deck.columns:
        inner = [_slide(slide, slide.demo in later) for slide in column]
        left_out = ' data-self-study=""' if all(s.demo in later for s in column) else ""
        parts.append(
            f"<section{left_out}>\n" + "\n".join(inner) + "\n</section>"
            if len(inner) > 1
            else inner[0]
        )
    group = f' data-minutes="{section.minutes}" data-path120="{section.path120}"'
    return "\n".join(parts).replace("<section", f"<section{group}", 1)


def moved(slides: str, old: str, new: str) -> str:
    """Return slides whose relative addresses, right at `old`, are right at `new`.

    Args:
        slides: HTML.
        old: Address of the page that they come from.
        new: Address of the page that they go to.
    """

    def move(found: re.Match[str]) -> str:
        address = html.unescape(found[2])
        if urlsplit(address).scheme or address.startswith(("#", "//", "data:")):
            return found[0]
        path = urljoin(f"http://x/{old}", address).removeprefix("http://x/")
        path, mark, anchor = path.partition("#")
        to = posixpath.relpath(path or ".", posixpath.dirname(new))
        slash = "/" if path.endswith("/") or not path else ""
        return f'{found[1]}="{html.escape(to + slash + mark + anchor)}"'

    return re.sub(r'(?<=[\s"])(href|src)="([^"]*)"', move, slides)


def _title(sections: Sequence[Section], section: Section, slide: Slide) -> str:
    number = _number(sections, section)
    before = sections[: number - 1]
    begins = _both(
        clock_time(sum(s.minutes for s in before)), clock_time(sum(s.path120 for s in before))
    )
    skipped = self_study([section], "demo {} is", "demos {} are")
    minutes = _both(
        f"{section.minutes} minutes",
        f"{section.path120} minutes"
        + (f" on the 120-minute path, {skipped} for self-study" if skipped else ""),
    )
    return (
        f'<section class="title-slide" id="section-{number}"><p class="facts">'
        f"Section {number} of {len(sections)} · starts at {begins} · {minutes}</p>"
        f"<h2>{slide.title}</h2>{''.join(slide.body)}{_notes(slide)}</section>"
    )


def _slide(slide: Slide, later: bool) -> str:
    eyebrow = f'<p class="eyebrow">{_plain(slide.eyebrow)}</p>' if slide.eyebrow else ""
    tag = '<p class="self-study">Self-study on the 120-minute path</p>' if later else ""
    more = ' <small class="continued">continued</small>' if slide.continued else ""
    left_out = ' data-self-study=""' if later else ""
    return (
        f'<section{left_out}><div class="head">{eyebrow}{tag}<h2>{slide.title}{more}</h2></div>\n'
        + "\n".join(slide.body)
        + _notes(slide)
        + "</section>"
    )


def _notes(slide: Slide) -> str:
    return f'\n<aside class="notes">{"".join(slide.notes)}</aside>' if slide.notes else ""


def _both(full: str, short: str) -> str:
    """Return what the full lecture shows and what the 120-minute path shows in its place."""
    if full == short:
        return full
    return f'<span class="full">{full}</span><span class="short">{short}</span>'


def _plain(title: str) -> str:
    return html.escape(BeautifulSoup(title, "html.parser").get_text())


def _number(sections: Sequence[Section], section: Section) -> int:
    return sections.index(section) + 1
