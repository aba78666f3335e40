"""Turn decks into HTML pages for reveal.js: one section's, or the whole lecture's."""

import html
import posixpath
from collections.abc import Mapping, Sequence
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup
from jinja2 import Environment

from hooks.core.course import WHOLE, Section, clock_time, deck_uri, self_study
from hooks.site.tags import StartTag, replace_tags, written
from hooks.slides.model import Deck, Slide


def section_page(
    env: Environment, sections: Sequence[Section], section: Section, deck: Deck
) -> str:
    """Return the deck of one section as an HTML page.

    Args:
        env: Holds the template `deck.html`.
        sections: All sections of the course in order.
        section: The one of the deck.
        deck: Its slides.
    """
    about = f"Slides of section {sections.index(section) + 1}, {section.title}"
    slides = section_slides(sections, section, deck)
    return _page(env, [section], section.title, about, slides, "index.html")


def lecture_page(
    env: Environment, sections: Sequence[Section], decks: Mapping[str, Deck], name: str
) -> str:
    """Return the deck of all sections as an HTML page.

    Args:
        env: Holds the template `deck.html`.
        sections: All sections of the course in order.
        decks: A deck for each section's folder.
        name: Of the course.
    """
    parts = [lecture_title(sections, name)]
    for section in sections:
        slides = section_slides(sections, section, decks[section.folder])
        parts.append(rebase(slides, deck_uri(section), WHOLE))
    about = f"Slides of the whole lecture, {len(sections)} sections in order"
    return _page(env, sections, name, about, "\n".join(parts), "../index.html")


def _page(
    env: Environment, sections: Sequence[Section], name: str, about: str, slides: str, page: str
) -> str:
    minutes, path120 = sum(s.minutes for s in sections), sum(s.path120 for s in sections)
    given = {"name": name, "description": about, "slides": slides, "page": page, "root": ".."}
    return env.get_template("deck.html").render(**given, minutes=minutes, path120=path120)


def lecture_title(sections: Sequence[Section], name: str) -> str:
    """Return the first slide of the whole lecture: its sections and when each begins.

    Args:
        sections: All sections of the course in order.
        name: Of the course.
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
        sections: All sections of the course in order.
        section: The one of the deck.
        deck: Its slides.
    """
    later = {demo.number for demo in section.demos if demo.self_study}
    parts = [_title(sections, section, deck.title)]
    for column in deck.columns:
        inner = "\n".join(_slide(slide, slide.demo in later) for slide in column)
        left_out = ' data-self-study=""' if all(s.demo in later for s in column) else ""
        whole = f"<section{left_out}>\n{inner}\n</section>"
        parts.append(whole if len(column) > 1 else inner)
    group = f' data-minutes="{section.minutes}" data-path120="{section.path120}"'
    return "\n".join(parts).replace("<section", f"<section{group}", 1)


def rebase(slides: str, old: str, new: str) -> str:
    """Return slides whose relative addresses, right at `old`, are right at `new`.

    Args:
        slides: HTML.
        old: File in the site from which they lead to their targets now.
        new: File in the site that the slides will stand in.
    """

    def moved(tag: StartTag) -> str:
        links = {name: tag.attributes[name] for name in ("href", "src") if name in tag.attributes}
        given = tag.attributes | {name: _address(links[name], old, new) for name in links}
        return written(tag.name, given) if given != tag.attributes else ""

    return replace_tags(slides, ["a", "img", "audio", "source"], moved)


def _address(address: str, old: str, new: str) -> str:
    if urlsplit(address).scheme or address.startswith(("#", "//")):
        return address
    path = urljoin(f"http://x/{old}", address).removeprefix("http://x/")
    path, mark, anchor = path.partition("#")
    to = posixpath.relpath(path or ".", posixpath.dirname(new))
    return to + ("/" if path.endswith("/") or not path else "") + mark + anchor


def _title(sections: Sequence[Section], section: Section, slide: Slide) -> str:
    number = sections.index(section) + 1
    before = sections[: number - 1]
    full, short = sum(s.minutes for s in before), sum(s.path120 for s in before)
    begins = _both(clock_time(full), clock_time(short))
    skipped = self_study([section], "demo {} is", "demos {} are")
    more = f" on the 120-minute path, {skipped} for self-study" if skipped else ""
    minutes = _both(f"{section.minutes} minutes", f"{section.path120} minutes{more}")
    return (
        f'<section class="title-slide" id="section-{number}"><p class="facts">'
        f"Section {number} of {len(sections)} · starts at {begins} · {minutes}</p>"
        f"<h2>{slide.title}</h2>{''.join(slide.body)}{_notes(slide)}</section>"
    )


def _slide(slide: Slide, later: bool) -> str:
    above = html.escape(BeautifulSoup(slide.eyebrow, "html.parser").get_text())
    eyebrow = f'<p class="eyebrow">{above}</p>' if above else ""
    tag = '<p class="self-study">Self-study on the 120-minute path</p>' if later else ""
    more = ' <small class="continued">continued</small>' if slide.continued else ""
    left_out = ' data-self-study=""' if later else ""
    head = f'<div class="head">{eyebrow}{tag}<h2>{slide.title}{more}</h2></div>'
    body = "\n".join(slide.body)
    return f"<section{left_out}>{head}\n{body}{_notes(slide)}</section>"


def _notes(slide: Slide) -> str:
    return f'\n<aside class="notes">{"".join(slide.notes)}</aside>' if slide.notes else ""


def _both(full: str, short: str) -> str:
    """Return what the full lecture shows and what the 120-minute path shows in its place."""
    if full == short:
        return full
    return f'<span class="full">{full}</span><span class="short">{short}</span>'
