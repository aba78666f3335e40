"""Pages are mended and lightened; what a reader sees stays."""

from bs4 import BeautifulSoup

from hooks.site.markup import join_docstrings, minified, without_empty_tabindex


def test_only_the_empty_attribute_goes() -> None:
    html = '<label tabindex="">a</label><a tabindex="0">b</a>'
    assert without_empty_tabindex(html) == '<label>a</label><a tabindex="0">b</a>'


def test_a_docstring_is_one_span_and_other_classes_stay_apart() -> None:
    one, two = '<span class="c">"""One.</span>', '<span class="c">    two"""</span>'
    other = '<pre><span></span><code><i>def</i>:\n{}\n<span class="s">x</span></code></pre>'
    merged = '<span class="c">"""One.\n    two"""</span>'
    apart = f"{one}\n\n{two}"  # a blank line between: nothing is lost that way either
    for lines, wanted in ((f"{one}\n{two}", merged), (apart, apart)):
        wanted = other.format(wanted).replace("<span></span>", "")
        assert join_docstrings(other.format(lines) * 2) == wanted * 2


def test_a_minified_page_has_the_same_code_text_and_attributes() -> None:
    html = """<!doctype html>
<html lang="en"><head><title>A</title><script>let a  =  "</b>"</script></head>
  <body><p class="x y" title="two words">A  <em>b</em>
       c</p>
    <pre><code>if a:
    b  # two  blanks

</code></pre></body>
</html>"""
    light = minified(html)
    assert len(light) < len(html)
    before, after = (BeautifulSoup(text, "html.parser") for text in (html, light))
    assert after.pre.get_text() == before.pre.get_text()
    assert after.script.get_text() == before.script.get_text()
    assert after.p.attrs == before.p.attrs == {"class": ["x", "y"], "title": "two words"}
    assert after.p.get_text(" ", strip=True).split() == ["A", "b", "c"]
    assert [tag.name for tag in after.find_all()] == [tag.name for tag in before.find_all()]
