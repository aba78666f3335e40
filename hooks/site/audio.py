"""A recording, written like a picture, becomes a player with its transcript.

`![Transcript: stop.](words/stop.flac)` is checked by MkDocs like any link, and works from the disk.
"""

import re

RECORDING = re.compile(r"<img\b[^>]*?\.(?:flac|wav|ogg)\"[^>]*>")
ADDRESS = re.compile(r'\ssrc="([^"]*)"')
ALT = re.compile(r'\salt="([^"]*)"')


def players(html: str) -> str:
    """Return a page's HTML with players for its recordings.

    Without alternative text the picture stays, and `hooks/site/alt_text.py` stops the build at it.

    >>> players('<p><img alt="Transcript: stop." src="stop.flac" /></p>')
    '<p><span class="audio"><audio controls preload="metadata" aria-label="Transcript: stop." \
src="stop.flac"></audio> <span class="audio__text">Transcript: stop.</span></span></p>'
    """

    def player(found: re.Match[str]) -> str:
        address, alt = ADDRESS.search(found[0]), ALT.search(found[0])
        if not address or not alt or not alt[1].strip():
            return found[0]
        sound = (
            f'<audio controls preload="metadata" aria-label="{alt[1]}" src="{address[1]}"></audio>'
        )
        text = f'<span class="audio__text">{alt[1]}</span>'
        return f'<span class="audio">{sound} {text}</span>'

    return RECORDING.sub(player, html)


def put_players(html: str, **_: object) -> str:
    """Put players where a page's recordings are; the deck and the book are made from it."""
    return players(html)
