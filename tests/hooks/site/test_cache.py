"""What a build keeps: the next one shows the same in fewer steps, and never what is out of date."""

from collections.abc import Callable
from pathlib import Path

import pytest
from mkdocs.exceptions import Abort

from hooks.site import cache

PAGE = "docs/introduction/index.md"


def kept(repository: Path) -> dict[str, int]:
    """Files of the cache but for Jinja's, and when each was written."""
    files = (repository / ".cache/site").glob("[!j]*")
    return {file.name: file.stat().st_mtime_ns for file in files}


def content(site: Path) -> dict[str, bytes]:
    """All files of a site but those with the day of the build."""
    files = [file for file in site.rglob("*") if file.is_file() and "sitemap" not in file.name]
    return {file.relative_to(site).as_posix(): file.read_bytes() for file in files}


def test_a_second_build_makes_nothing_and_writes_the_same(repository, build_site):
    first = content(build_site())
    before = kept(repository)
    assert content(build_site()) == first
    assert kept(repository) == before


def test_a_changed_page_leaves_the_others_alone(repository, build_site):
    build_site()
    before = kept(repository)
    page = repository / PAGE
    page.write_text(page.read_text("utf-8") + "\nA word more.\n", "utf-8")
    assert b"A word more." in content(build_site())["introduction/index.html"]
    made = kept(repository).keys() - before.keys()
    assert len(made) == 4  # its stray tags, content, entries of the index, and the whole page
    assert before.items() <= kept(repository).items()


# A source of a page, what to change in it, and the page that shows the change.
CHANGES = {
    PAGE: ("What it prints:", "introduction"),
    "snippets/introduction/sentiment.py": ("Return one score per text.", "introduction"),
    "snippets/checkpoints.toml": ("Apache-2.0", "introduction"),
    "docs/introduction/sentiment.ipynb": ("I love it", "introduction"),
    "hooks/hub/stand_ins/sentiment/README.md": ("Trained by", "reference/stand_ins/sentiment"),
}


@pytest.mark.parametrize(("name", "change"), CHANGES.items())
def test_a_change_of_any_source_is_seen(repository, build_site, name, change):
    old, shown = change
    build_site()
    source = repository / name
    assert old in source.read_text("utf-8")
    source.write_text(source.read_text("utf-8").replace(old, "Quite another"), "utf-8")
    assert b"Quite another" in content(build_site())[f"{shown}/index.html"]
    if "snippets/intro" in name:  # mkdocstrings reads it too
        reference = content(repository / "site")["reference/introduction/sentiment/index.html"]
        assert b"Quite another" in reference


def test_a_change_of_what_is_included_at_second_hand_is_seen(repository, build_site):
    (repository / "docs/one.txt").write_text('--8<-- "docs/two.txt"\n', "utf-8")
    (repository / "docs/two.txt").write_text("Before.\n", "utf-8")
    page = repository / PAGE
    page.write_text(page.read_text("utf-8") + '\n--8<-- "docs/one.txt"\n', "utf-8")
    assert b"Before." in content(build_site())["introduction/index.html"]
    (repository / "docs/two.txt").write_text("After.\n", "utf-8")
    assert b"After." in content(build_site())["introduction/index.html"]


SOURCES = ("hooks/mkdocs.py", "hooks/site/cache.py", "hooks/site/theme/main.html")


@pytest.mark.parametrize("name", SOURCES)
def test_a_change_of_a_hook_or_of_the_theme_makes_all_anew(
    repository: Path, build_site: Callable, monkeypatch: pytest.MonkeyPatch, name: str
):
    hooks = repository / "hooks"
    monkeypatch.setattr(cache, "ROOT", repository)
    (hooks / "site/theme").mkdir(parents=True)
    for file in SOURCES:
        (repository / file).write_text("", "utf-8")
    monkeypatch.setattr(cache, "LOADED", cache.sources("*.py"))
    build_site()
    before = kept(repository)
    (repository / name).write_text("# changed", "utf-8")
    if name.endswith(".py"):  # this process still runs the old one: nothing may be kept
        build_site()
        assert kept(repository) == before
        monkeypatch.setattr(cache, "LOADED", cache.sources("*.py"))
    build_site()
    assert len(kept(repository)) == 2 * len(before)


def test_a_warning_is_given_again(repository, build_site, caplog):
    page = repository / PAGE
    page.write_text(page.read_text("utf-8") + "\n[Nowhere](none.md)\n", "utf-8")
    for _ in range(2):
        caplog.clear()
        with pytest.raises(Abort):
            build_site()
        assert caplog.text.count("contains a link 'none.md'") == 1


def test_a_damaged_file_counts_for_nothing(repository, build_site):
    first = content(build_site())
    for name in kept(repository):
        (repository / ".cache/site" / name).write_bytes(b"damaged")
    assert content(build_site()) == first
