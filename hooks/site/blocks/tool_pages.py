"""A tool on its page: its controls with their script, which holds what the tools share."""

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from mkdocs.utils import get_relative_url

SCRIPTS = "assets/scripts/tools"


def tool(name: str, controls: str, page: Page) -> str:
    """Return a tool as HTML; its script runs where it stands, also after instant navigation.

    Args:
        name: Of its script, without `.js`.
        controls: Its form.
        page: The page that it stands on.
    """
    address = get_relative_url(f"{SCRIPTS}/{name}.js", page.url)
    return f'{controls}\n<script src="{address}"></script>\n'


def bundle_scripts(files: Files, config: MkDocsConfig) -> Files:
    """Put what the tools share before each tool's script.

    Two script elements would do when a page is loaded; instant navigation runs them in any order.
    """
    shared = files.get_file_from_path(f"{SCRIPTS}/tool.js")
    if shared is None:  # a course without tools
        return files
    for file in [one for one in files if one.src_uri.startswith(f"{SCRIPTS}/")]:
        files.remove(file)
        if file is not shared:
            text = shared.content_string + file.content_string
            files.append(File.generated(config, file.src_uri, content=text))
    return files
