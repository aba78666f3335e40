"""One stylesheet holds the theme's and the course's, in the order in which they were named."""

from types import SimpleNamespace

import pytest
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files

from hooks.site.stylesheet import ONE, bundle, combine_stylesheets


def course(tmp_path, styles: dict[str, str]) -> tuple[Files, SimpleNamespace]:
    for name, text in styles.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    found = [path.relative_to(tmp_path).as_posix() for path in sorted(tmp_path.rglob("*.css"))]
    files = Files([File(uri, str(tmp_path), str(tmp_path / "site"), True) for uri in found])
    config = SimpleNamespace(extra_css=["ours.css", "written-later.css"])
    config.site_dir, config.use_directory_urls = "site", True
    config.plugins = SimpleNamespace(_current_plugin=None)
    return files, config


def test_theme_comes_first_and_what_is_written_later_stays(tmp_path) -> None:
    main, palette = "assets/stylesheets/main.1.css", "assets/stylesheets/palette.1.css"
    files, config = course(tmp_path, {"ours.css": "c {}", palette: "b {}", main: "a {}"})
    combine_stylesheets(files, config)
    assert files.get_file_from_path(ONE).content_string == "a {}\nb {}\nc {}\n"
    assert config.extra_css == [ONE, "written-later.css"]


def test_theme_without_the_expected_stylesheets_stops_the_build(tmp_path) -> None:
    with pytest.raises(PluginError, match=r"has no stylesheets .*main.*name its new ones"):
        combine_stylesheets(*course(tmp_path, {"ours.css": "c {}"}))


def test_comments_go_and_rules_stay() -> None:
    assert bundle(["/* one\ntwo */ a { b: c }", "d {}\n"]) == "a { b: c }\nd {}\n"
