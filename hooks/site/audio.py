"""A recording, written like a picture, becomes a player with its transcript.

`![Transcript: stop.](words/stop.flac)` is checked by MkDocs like any link, and works from the disk.
"""

from html import escape

from hooks.site.cache import kept
from hooks.site.tags import StartTag, replace_tags, written

ENDINGS = (".flac", ".wav", ".ogg")


def players(html: str) -> str:
    """Return a page's HTML with players for its recordings.

    Without alternative text the picture stays, and `hooks/site/alt_text.py` stops the build at it.

    >>> players('<p><img alt="Transcript: stop." src="stop.flac" /></p>')
    '<p><span class="audio"><audio controls preload="metadata" aria-label="Transcript: stop." \
src="stop.flac"></audio> <span class="audio__text">Transcript: stop.</span></span></p>'
    """
    found = any(f'{ending}"' in html for ending in ENDINGS)
    return replace_tags(html, ["img"], _player) if found else html


def _player(image: StartTag) -> str:
    address, alt = (image.attributes.get(name, "") for name in ("src", "alt"))
    if not address.endswith(ENDINGS) or not alt.strip():
        return ""
    labels = written("audio", {"aria-label": alt, "src": address}).removeprefix("<audio")
    sound = f'<audio controls preload="metadata"{labels}</audio>'
    return f'<span class="audio">{sound} <span class="audio__text">{escape(alt)}</span></span>'


def put_players(html: str, **_: object) -> str:
    """Put players where a page's recordings are; the deck and the book are made from it."""
    return kept("players", html, lambda: players(html))
