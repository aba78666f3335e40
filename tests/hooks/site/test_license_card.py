"""License cards: what a reader sees of an entry, and what is said to be unverified."""

from dataclasses import replace

import pytest
from markdown import markdown

from hooks.core.registry import RegistryError, load
from hooks.site.license_card import license_card

REGISTRY = load()
BERT = "distilbert/distilbert-base-uncased-finetuned-sst-2-english"


def card_of(**changes) -> str:
    """Card of `sentiment` with some fields of its entry changed."""
    return license_card({BERT: replace(REGISTRY[BERT], **changes)}, "sentiment")


def test_the_card_of_demo_1_as_markdown():
    page = f"https://huggingface.co/{BERT}"
    assert license_card(REGISTRY, "sentiment") == (
        '<div class="license-card" markdown="1">\n'
        "\n"
        f"| Checkpoint | [`{BERT}`]({page}) |\n"
        "| --- | --- |\n"
        f"| Revision | [`714eb0f`]({page}/tree/714eb0fa89d2f80546fda750413ed43d93601a13) |\n"
        f"| License | [Apache-2.0]({page}) |\n"
        "| Commercial use | Yes |\n"
        "| Access | open, no account needed |\n"
        "| Parameters | 66,955,010 |\n"
        "| Size | 268 MB (calculated at 4 bytes a parameter, not measured) |\n"
        "| Offline | a tiny stand-in, `sentiment`, answers under this name |\n"
        "\n"
        "</div>\n"
    )


def test_every_card_renders_as_tables_of_two_columns():
    for demo in {demo for entry in REGISTRY.values() for demo in entry.demos}:
        html = markdown(license_card(REGISTRY, demo), extensions=["tables", "md_in_html"])
        count = sum(demo in entry.demos for entry in REGISTRY.values())
        assert html.count("<table>") == html.count('<div class="license-card">') == count
        cells = html.count("<th>"), html.count("<td>")  # no stray one from a "|" in a text
        assert cells == (2 * count, 2 * (html.count("<tr>") - count))


ROWS = [
    ({"revision": "unpinned"}, "| Revision | unpinned: no exact revision is recorded,"),
    ({"host": "debian", "revision": "1:4-2"}, "| Revision | `1:4-2` |"),
    ({"unverified": ("license",)}, f"[Apache-2.0](https://huggingface.co/{BERT}) (not verified)"),
    ({"license": "none stated"}, f"| License | [none stated](https://huggingface.co/{BERT}) |"),
    ({"license": "none stated", "unverified": ("license",)}, "| License | not verified |"),
    ({"commercial": "no", "conditions": "Never."}, "| Commercial use | No. Never. |"),
    (
        {"commercial": "conditions", "conditions": "A|B", "unverified": ("commercial",)},
        "| Commercial use | With conditions (not verified). A\\|B |",
    ),
    ({"gated": True}, "| Access | gated: log in and accept the terms"),
    ({"unverified": ("gated",)}, "| Access | open, no account needed (not verified) |"),
    ({"parameters": 0}, "| Parameters | not verified |"),
    ({"parameters": 107_700_000}, "| Parameters | about 107.7 million |"),
    ({"parameters": 3_000_000_000}, "| Parameters | about 3,000 million |"),
    ({"bytes": 0}, "| Size | not verified |"),
    ({"bytes": 6_200_000, "unverified": ()}, "| Size | 6.2 MB |"),
    ({"bytes": 12_100_000_000}, "| Size | 12,100 MB (not verified) |"),
    ({"stand_in": ""}, "| Offline | no stand-in yet: needs the network |"),
    ({"package": "some-pack"}, "| Offline | the real weights, from the package `some-pack` |"),
    ({"stand_in": "", "host": "debian"}, "| Offline | the real weights, from a package |"),
]


@pytest.mark.parametrize(("changes", "row"), ROWS)
def test_a_row_says_what_the_entry_says(changes, row):
    assert row in card_of(**changes)


def test_a_dataset_has_no_row_of_parameters():
    card = license_card(REGISTRY, "node_classification")
    assert "| Dataset | [`kimiyoung/planetoid`](https://github.com/kimiyoung/planetoid) |" in card
    assert "Parameters" not in card


def test_what_the_demo_does_not_load_becomes_one_line():
    card = license_card(REGISTRY, "detection", used=["Ultralytics/YOLOv8"])
    assert card.count('<div class="license-card"') == 1
    assert "Also discussed in this demo, not loaded by it:\n\n- [`yolo26n.pt`]" in card
    detr, page = "facebook/detr-resnet-50", "https://huggingface.co/facebook/detr-resnet-50"
    license = f"[Apache-2.0]({page}) (not verified); commercial use: Yes (not verified)"
    assert f"- [`{detr}`]({page}): {license}" in card


def test_an_unknown_checkpoint_is_reported():
    with pytest.raises(RegistryError, match="sentiment: no/body not in the registry"):
        license_card(REGISTRY, "sentiment", used=["no/body"])
