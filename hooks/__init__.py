"""How the course is made, in nine rooms with one-way imports; `ORDER` below is what a test holds.

`mkdocs.py` is the file that MkDocs loads; `execute.py` is the command that runs the demos.
"""

# Room -> the rooms that it may import. mkdocs.py and execute.py stand above them all.
ORDER = {
    "core": (),
    "site": ("core",),
    "slides": ("core", "site"),
    "book": ("core", "site"),
    "worlds": ("core",),
    "hub": ("core", "worlds"),
    "executor": ("core", "hub"),
    "training": ("core", "worlds", "hub"),
    "commands": ("core", "site", "slides", "book", "worlds", "hub", "executor", "training"),
}
