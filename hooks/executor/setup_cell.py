"""The cell that the executor puts under a notebook's title, for readers who open it in Colab."""

from __future__ import annotations

import textwrap

from hooks.core.addresses import raw_address
from hooks.core.files import Node, node

# Colab brings these, torch built for its GPU and the others already loaded by its kernel: to
# replace them takes minutes or a restart.
COLAB_BRINGS = {
    *("torch", "torchvision", "torchaudio"),
    *("numpy", "scipy", "pandas", "pillow", "matplotlib", "ipython", "tokenizers"),
}
HEAD = """# In Colab this installs what the notebook needs; elsewhere it does nothing.
import sys

if "google.colab" in sys.modules:"""


def made(pins: dict[str, str], files: dict[str, list[str]], repository: str) -> Node:
    """The first code cell: in Colab it installs what the notebook needs and brings its data.

    Args:
        pins: Distributions with versions.
        files: Paths from the top of the repository, by the folder in which the code looks for them.
        repository: Where the course is published, as owner/name, or an empty string.
    """
    needs = " ".join(f"{n}=={v}" for n, v in sorted(pins.items()) if n not in COLAB_BRINGS)
    # IPython, too, continues a line that ends in a backslash.
    lines = [" \\\n        ".join(textwrap.wrap(f"%pip install -q {needs}", 80))] if needs else []
    # Colab opens the notebook alone; elsewhere a reader has its data beside it.
    if files and not repository:
        lines += ["from google.colab import files", ""]
    for folder, paths in files.items():
        names = [path.rpartition("/")[2] for path in paths]
        into = "" if folder == "." else f" -P {folder}"
        if repository:
            lines += [f"!wget -q{into} {raw_address(repository, path)}" for path in paths]
        elif not into:
            lines.append(f"files.upload()  # choose {' and '.join(names)}")
        else:
            lines.append(f"files.upload()  # choose all files of the folder {folder}")
            move = f"!mkdir -p {folder} && mv {' '.join(names)} {folder}"
            lines.append(" \\\n        ".join(textwrap.wrap(move, 80)))
    source = "\n".join([HEAD, *(f"    {line}" if line else "" for line in lines or ["pass"])])
    return node(code_cell(source, {"tags": ["setup"]}))


def code_cell(source: str, metadata: dict) -> dict:
    """A cell that has not run. nbformat's own function checks each against the schema, slowly.

    Args:
        source: Its code.
        metadata: Its tags, and the text for its figure.
    """
    blank = {"execution_count": None, "outputs": []}
    return {"cell_type": "code", "source": source, "metadata": metadata, **blank}
