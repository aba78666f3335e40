"""Where things are in the repository."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
SNIPPETS = ROOT / "snippets"
CACHE = ROOT / ".cache"  # made by commands, never committed
SHARED = ROOT.parent / "shared" / "data"  # open data for training, beside the repository
STAND_INS = ROOT / "hooks" / "hub" / "stand_ins"
