"""The PDF and the zip file survive a build that empties the site's folder."""

import pytest
from mkdocs.exceptions import Abort


@pytest.mark.parametrize("page", ["# Home\n", "# Home\n\n[nowhere](none.md)\n"])
def test_a_build_deletes_what_it_made_and_nothing_else(repository, build_site, page):
    site = repository / "site"
    (site / "old").mkdir(parents=True)
    (site / "old" / "index.html").write_text("old", "utf-8")
    (repository / "docs" / "index.md").write_text(page, "utf-8")
    made = {"pretrained-models.pdf": b"%PDF", "pretrained-models-offline.zip": b"PK"}
    for name, content in made.items():
        (site / name).write_bytes(content)
    try:
        build_site()
    except Abort:
        assert "none.md" in page
    assert not (site / "old").exists()
    assert {name: (site / name).read_bytes() for name in made} == made
    assert not list(site.glob(".*"))
