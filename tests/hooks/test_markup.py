"""Empty `tabindex` attributes go; those with a value stay."""

from hooks.markup import mended


def test_only_the_empty_attribute_goes() -> None:
    html = '<label tabindex="">a</label><a tabindex="0">b</a>'
    assert mended(html) == '<label>a</label><a tabindex="0">b</a>'
