"""Takes reveal.js from its npm package into the site, with its license."""

from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files

PACKAGE = "node_modules/reveal.js"
# The UMD builds: modules (.mjs) do not load from file://.
TAKEN = {
    "LICENSE": "LICENSE.txt",
    "dist/reveal.js": "reveal.js",
    "dist/reveal.css": "reveal.css",
    "dist/plugin/notes.js": "notes.js",
}


def add_reveal(files: Files, config: MkDocsConfig) -> Files:
    """Add the files that decks load."""
    package = Path(config.config_file_path).parent / PACKAGE
    for source, name in TAKEN.items():
        if not (package / source).is_file():
            raise PluginError(
                f"{PACKAGE}/{source} is missing, and the slides need it: "
                "run `make site`, or `npm ci --omit=dev --ignore-scripts`"
            )
        uri = f"assets/vendor/reveal/{name}"
        files.append(File.generated(config, uri, abs_src_path=str(package / source)))
    return files
