"""Tags are found by a parser and changed in place."""

from hooks.site.tags import replace_tags, written

HTML = """<!-- <img src="no"> --><script>"<img src='no'>"</script>
<p title="<img src=no>">&lt;img src="no"> <IMG
 src='a&amp;b' alt src=no /></p><img>
"""


def test_only_tags_are_changed_and_every_other_byte_stays() -> None:
    again = replace_tags(
        HTML, ["img"], lambda tag: written("b", tag.attributes) if tag.attributes else ""
    )
    assert again == HTML.replace(HTML[HTML.index("<IMG") : -10], '<b src="a&amp;b" alt="">')
