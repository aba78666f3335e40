"""A picture without alternative text stops the build; the message names page, line and mend."""

from types import SimpleNamespace

import pytest
from mkdocs.exceptions import PluginError

from hooks.site import alt_text


def page(tmp_path, source: str) -> SimpleNamespace:
    path = tmp_path / "index.md"
    path.write_text(source)
    return SimpleNamespace(file=SimpleNamespace(src_uri="vision/index.md", abs_src_path=str(path)))


def test_message_names_page_line_picture_and_mend(tmp_path) -> None:
    source = page(tmp_path, "# Vision\n\nA cat:\n\n![](cat.png)\n")
    with pytest.raises(PluginError) as caught:
        alt_text.refuse_silent_pictures('<p><img alt="" src="../cat.png"></p>', source)
    said = "docs/vision/index.md:5: the picture ../cat.png has no alternative text: "
    assert str(caught.value) == said + "say what it shows, ![like this](picture.png)"


def test_page_whose_pictures_all_speak_passes_unchanged(tmp_path) -> None:
    html = '<p><img alt="A cat on a sofa" src="cat.png"><svg></svg></p>'
    assert alt_text.refuse_silent_pictures(html, page(tmp_path, "")) == html
    assert alt_text.silent_pictures('<img src="a.png" alt=" ">') == ["a.png"]  # blanks say nothing
