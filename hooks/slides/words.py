"""The English words that decide what a slide keeps; a deck that is written will need none of them.

A page says in words alone which demo a heading belongs to, where a sentence ends, and what nobody
could check. Who renames such a thing on the pages renames it here.
"""

import re

# An h2 that begins like this starts a demo: its slides are left out where the demo is self-study.
DEMO = re.compile(r"Demo (\d+)\b")
# Under this heading a page lists what it cites: for readers, not for a room.
SOURCES = "Sources"
# A slide must not sound surer than the page: sentences with these words stay.
DOUBT = re.compile(r"\b(?:could not|not (?:been )?checked|not verified|unverified|UNVERIFIED)\b")
# A capital after a full stop starts a sentence, except after these.
NOT_AN_END = re.compile(r"(?:\b(?:e\.g|i\.e|vs|al|cf|No|Fig|approx|St|Dr|Mr|Ms)|\b[A-Z])\.$")
