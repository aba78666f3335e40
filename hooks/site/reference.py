"""The reference, one page per snippet and per tiny stand-in, and their overview."""

import ast
import re
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files

from hooks.core import pins, registry
from hooks.core.course import SECTIONS, Demo, Section
from hooks.core.registry import Checkpoint
from hooks.site.stray_tags import MEND, stray

INTRO = """# Reference

Each demo rests on one snippet: a file of one to three functions that runs alone and is tested.
The pages below are made from the docstrings and show the source.
"""


def pages(
    root: Path, sections: Sequence[Section], known: Mapping[str, Checkpoint], there: Collection[str]
) -> dict[str, str]:
    """Return the reference as Markdown by path below `docs/`.

    Args:
        root: The repository's root.
        sections: The course's sections.
        known: The registry.
        there: Paths of the pages that exist, so that nothing else is linked.
    """
    found, rows = {}, []
    for section in sections:
        for demo in section.demos:
            file = root / "snippets" / section.folder / f"{demo.name}.py"
            if file.is_file():
                for part in (demo.name, *demo.parts):
                    check_docstrings(file.with_name(f"{part}.py"))
                page = f"{section.folder}/{demo.name}.md"
                found[f"reference/{page}"] = snippet_page(section, demo, there)
                what = first_line(file).replace("|", "\\|")
                ids = pins.named(file.read_text(encoding="utf-8"), dict(known))
                used = ", ".join(f"[{id_}]({known[id_].url})" for id_ in ids)
                name = f"[{demo.heading}]({page})"
                rows.append(f"| {name} | {what} | {used or 'none'} |")
    cards = sorted((root / "hooks/hub/stand_ins").glob("*/README.md"))
    # Without the menu at the side: so many cards do not fit beside one another in a window.
    bare = "---\nhide: [navigation]\n---\n\n"
    for card in cards:
        found[f"reference/stand_ins/{card.parent.name}.md"] = bare + card_page(card)
    found["reference/index.md"] = _index(rows, found)
    return found


def snippet_page(section: Section, demo: Demo, there: Collection[str]) -> str:
    """Return the page of one snippet.

    Args:
        section: The section it belongs to.
        demo: The demo that rests on it.
        there: Paths of the pages that exist, so that nothing else is linked.
    """
    path = f"snippets/{section.folder}/{demo.name}.py"
    used = {
        f"{section.folder}/index.md": f"section *{section.title}*",
        f"{section.folder}/{demo.name}.ipynb": f"the notebook *{demo.heading}*",
    }
    places = " and ".join(f"[{text}](../../{uri})" for uri, text in used.items() if uri in there)
    shown = f" It is used in {places}." if places else ""
    module = f"::: snippets.{section.folder}.{demo.name}"
    for part in demo.parts:
        file = f"snippets/{section.folder}/{part}.py"
        module += f"\n\n---\n\nThe file `{file}`.\n\n::: snippets.{section.folder}.{part}"
    return f"# {demo.title}: snippet\n\nThe file `{path}`.{shown}\n\n{module}\n"


def card_page(card: Path) -> str:
    """Return a stand-in's model card as a page.

    Links into its folder become plain words; the comments between which its recipe writes go.

    Raises:
        PluginError: A tag on it is no element of HTML, or is not closed.
    """
    text = card.read_text(encoding="utf-8")
    for at, what in stray(text):
        raise PluginError(f"{card}, line {text.count(chr(10), 0, at) + 1}: {what}; {MEND}")
    text = re.sub(r"\A---\n.*?\n---\n", "", text, flags=re.S)
    text = re.sub(r"<!--.*?-->\n?", "", text, flags=re.S).strip()
    text = re.sub(r"(?<!!)\[([^\]]+)\]\((?!https?:|#)[^)]*\)", r"\1", text)
    return text if text.startswith("# ") else f"# Tiny stand-in {card.parent.name}\n\n{text}"


def first_line(file: Path) -> str:
    """Return the first line of a module's docstring.

    Raises:
        PluginError: The file does not parse, or its docstring is missing or would not show well.
    """
    source = file.read_text(encoding="utf-8")
    if found := re.search(r"^ *Example:$", source, flags=re.M):
        line = source.count("\n", 0, found.start()) + 1
        raise PluginError(f"{file}, line {line}: write `Examples:`, only that is shown as code")
    if not (doc := ast.get_docstring(parsed(file))):
        raise PluginError(f"{file} has no docstring; say in its first line what it does")
    return doc.splitlines()[0]


def check_docstrings(file: Path) -> None:
    """Stop at a tag in a docstring, which is Markdown on the page, that would swallow text.

    Raises:
        PluginError: A tag is no element of HTML, or is not closed.
    """
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    for node in ast.walk(parsed(file)):
        if isinstance(node, documented) and (doc := ast.get_docstring(node)):
            for at, what in stray(doc):
                line = node.body[0].lineno + doc.count("\n", 0, at)
                raise PluginError(f"{file}, line {line}: {what}; {MEND}")


def parsed(file: Path) -> ast.Module:
    """Return the syntax tree of a snippet.

    Raises:
        PluginError: The file does not parse.
    """
    try:
        return ast.parse(file.read_text(encoding="utf-8"))
    except SyntaxError as error:
        raise PluginError(f"{file}, line {error.lineno}: {error.msg}; mend the snippet") from error


def _index(rows: list[str], found: Collection[str]) -> str:
    table = "| Snippet | What it does | Checkpoints |\n| --- | --- | --- |\n"
    text = INTRO + "\n" + table + "\n".join(rows) + "\n"
    cards = [Path(uri).stem for uri in found if uri.startswith("reference/stand_ins/")]
    if cards:
        text += (
            "\n## Tiny stand-ins\n\nSmall models that take the place of the real weights where "
            "there is no network. Each card says what it was trained on and how well it does.\n\n"
        )
        text += "\n".join(f"- [{name}](stand_ins/{name}.md)" for name in cards) + "\n"
    return text


def add_reference(files: Files, config: MkDocsConfig) -> Files:
    """Add the reference pages that nobody wrote by hand."""
    root = Path(config.config_file_path).parent
    try:
        known = registry.load(root / "snippets/checkpoints.toml")
        made = pages(root, SECTIONS, known, files.src_uris)
    except registry.RegistryError as error:
        raise PluginError(" ".join(str(error).split())) from error
    for uri, text in made.items():
        if uri not in files.src_uris:
            files.append(File.generated(config, uri, content=text))
    return files
