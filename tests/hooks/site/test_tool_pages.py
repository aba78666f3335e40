"""Marks of tools and tables in pages."""

import doctest
from types import SimpleNamespace

import pytest
from mkdocs.exceptions import PluginError

from hooks.site import tools
from hooks.site.blocks import tool_pages
from tests.hooks.conftest import ROOT

CONFIG = SimpleNamespace(config_file_path=str(ROOT / "mkdocs.yml"))
PAGE = SimpleNamespace(url="tools/x/", file=SimpleNamespace(src_uri="tools/x.md"))


def put(markdown: str) -> str:
    return tool_pages.on_page_markdown(markdown, PAGE, CONFIG)


def test_a_mark_becomes_controls_with_their_script():
    text = put("# X\n\n<!-- tool: lecture_clock -->\n")
    assert '<form class="tool tool--clock screen-only" data-tool="lecture_clock" hidden>' in text
    assert '<script src="../../assets/scripts/tools/lecture_clock.js"></script>' in text


def test_a_mark_becomes_a_table():
    assert "| Requests per month |" in put("<!-- table: cost_calculator -->")


def test_a_page_without_marks_is_left_alone():
    assert put("Text <!-- tool: x --> in a line") == "Text <!-- tool: x --> in a line"


def test_an_unknown_name_stops_the_build():
    with pytest.raises(PluginError, match=r"docs/tools/x\.md: no <!-- tool: clock -->; there are"):
        put("<!-- tool: clock -->")


def test_examples():
    assert doctest.testmod(tools).failed == 0
