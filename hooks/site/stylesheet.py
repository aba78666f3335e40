"""The theme's and the course's stylesheets in one file, fetched once by every page.

A browser shows nothing before it has all stylesheets: nine requests cost a phone over a second.
"""

import re
from collections.abc import Iterable

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files

ONE = "assets/styles/course.css"  # in the folder of ours, so that their relative addresses hold
THEME = ("assets/stylesheets/main.", "assets/stylesheets/palette.")


def bundle(styles: Iterable[str]) -> str:
    r"""Return stylesheets as one, without comments.

    >>> bundle(["/* Ink. */\na { color: red }\n", "p { margin: 0 }"])
    'a { color: red }\np { margin: 0 }\n'
    """
    return "".join(re.sub(r"/\*.*?\*/", "", style, flags=re.S).strip() + "\n" for style in styles)


def combine_stylesheets(files: Files, config: MkDocsConfig) -> Files:
    """Add the file, and name it in place of those it holds."""
    sheets = [file for file in files if file.src_uri.endswith(".css")]
    theme = [file for start in THEME for file in sheets if file.src_uri.startswith(start)]
    if len(theme) != len(THEME):
        raise PluginError(
            f"hooks/site/stylesheet.py: Material has no stylesheets {' and '.join(THEME)}: "
            "it was updated; name its new ones there"
        )
    found = {uri: files.get_file_from_path(uri) for uri in config.extra_css}
    styles = [file.content_string for file in [*theme, *filter(None, found.values())]]
    files.append(File.generated(config, ONE, content=bundle(styles)))
    # A plugin's stylesheet that is written later stays as it is.
    config.extra_css = [ONE, *(uri for uri, file in found.items() if not file)]
    return files
