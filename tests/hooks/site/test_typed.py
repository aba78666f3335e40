"""Code and output typed into a section's page stop the build; includes and prose pass."""

from types import SimpleNamespace

import pytest
from mkdocs.exceptions import PluginError

from hooks.site.typed import refuse_typed_code, typed

INCLUDE = '--8<-- "nlp/ner.ipynb:run"'


PASS = [
    f"```python title='a.py'\n{INCLUDE}\n```",
    "```bash\nmake site\n```",
    f"- an item\n\n    its second paragraph\n\n    {INCLUDE}",
    "1. one\n    - two\n\n        of two\n\n2. three",
    "Term\n:   Its meaning,\n    on two lines.\n\n    And more.",
    '!!! note "Title"\n\n    Text.\n\n    - item\n\n        of the item',
    '=== "Tab"\n\n    ??? info\n\n        deep',
    "[^a]: A note,\n    read in November.\n\n    Its second paragraph.",
    "- one\n  - two\n\n    of two",
    "A paragraph\n    that goes on with blanks before it.",
]


@pytest.mark.parametrize("text", PASS)
def test_includes_shell_lines_and_indented_prose_pass(text):
    assert list(typed(text)) == []


TYPED = [
    ("a\n\n```python\nx = 1\ny = 2\n```", 3, "'x = 1' is typed into a code block"),
    ("```\nPOSITIVE 0.99\n```", 1, "'POSITIVE 0.99' is typed"),
    (f"```python\n{INCLUDE}\nprint(1)\n```", 2, "'print(1)' is typed"),
    ("~~~text\nout\n~~~", 1, "'out' is typed"),
    ("- item\n\n    ```python\n    x = 1\n    ```", 3, "'x = 1' is typed"),
    ("Text.\n\n    x = 1\n\n    y = 2", 2, "'x = 1' is indented, which makes it code"),
    ("- item\n\n        x = 1", 2, "'x = 1' is indented"),
    ("- item\n\nText.\n\n    x = 1", 4, "'x = 1' is indented"),
    ("<pre>out</pre>", 0, "<pre> holds text"),
]


@pytest.mark.parametrize(("text", "line", "what"), TYPED)
def test_each_typed_block_is_told_once_at_its_line(text, line, what):
    [(index, said)] = typed(text)
    assert (index, said[: len(what)]) == (line, what)


def test_the_build_stops_with_page_line_and_mend_on_a_section_s_page_only():
    text = "# A\n\n```python\nx = 1\n```\n"
    source = SimpleNamespace(src_uri="nlp/index.md", content_string=f"---\na: 1\n---\n{text}")
    with pytest.raises(PluginError, match=r"^docs/nlp/index\.md:7: 'x = 1' is typed.*include it"):
        refuse_typed_code(text, SimpleNamespace(file=source))
    source.src_uri = "contributing.md"
    refuse_typed_code(text, SimpleNamespace(file=source))
