"""Let the other hooks import one another, however MkDocs was started: keep this hook first.

MkDocs loads each hook by its path and restores `sys.path` afterwards, so `import hooks.cells`
works only once the package itself has been imported.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import hooks  # noqa: F401
