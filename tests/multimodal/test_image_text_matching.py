"""The snippet, with the real transformers, on the checkpoint that the offline Hub serves."""

import numpy as np
import pytest
import torch
from PIL import Image
from transformers import pipeline

from hooks.core.paths import DOCS
from snippets.multimodal import image_text_matching as snippet
from snippets.multimodal.image_text_matching import embed_pictures, embed_texts, label
from tests.conftest import rows, tiles

MATCHING = DOCS / "multimodal" / "matching"
SCENES = tiles(MATCHING / "scenes.webp")
CAPTIONS = [row["caption"] for row in rows(MATCHING / "captions.csv")]
# Batches add up in another order; six layers in single precision stay far below.
TOLERANCE = 1e-4
clip = pytest.fixture(snippet.load_matcher, scope="module")
APPLE = Image.open(MATCHING / "apple.webp").convert("RGB")


# ---- the answer


def test_an_apple_is_an_apple(clip):
    answers = label(APPLE, ["a car", "an apple", "a cat"], clip)
    assert answers[0][0] == "an apple"
    assert {name for name, _, _ in answers} == {"a car", "an apple", "a cat"}


def test_shares_are_the_softmax_of_the_scaled_cosines(clip):
    answers = label(APPLE, ["a car", "an apple", "a cat"], clip)
    scale = clip[0].logit_scale.exp().item()
    powers = np.exp([scale * cosine for _, _, cosine in answers])
    # Four digits of a cosine, times at most 100, are left in single precision.
    assert [share for _, share, _ in answers] == pytest.approx(powers / powers.sum(), abs=1e-3)
    assert sum(share for _, share, _ in answers) == pytest.approx(1, abs=1e-5)
    assert all(-1 <= cosine <= 1 for _, _, cosine in answers)


def test_a_cosine_does_not_depend_on_the_other_labels(clip):
    alone = label(APPLE, ["a cat"], clip)
    assert alone[0][1] == 1  # one label, all of the share
    among = {name: cosine for name, _, cosine in label(APPLE, ["a cat", "an apple"], clip)}
    assert among["a cat"] == pytest.approx(alone[0][2], abs=TOLERANCE)


def test_the_pipeline_says_the_same(clip):
    pin = {"model": snippet.CHECKPOINT, "revision": snippet.REVISION}
    matcher = pipeline("zero-shot-image-classification", **pin)
    labels = ["a car", "an apple", "a cat"]
    theirs = matcher(APPLE, candidate_labels=labels, hypothesis_template="a photo of {}")
    ours = label(APPLE, labels, clip)
    assert {one["label"]: one["score"] for one in theirs} == pytest.approx(
        {name: share for name, share, _ in ours}, abs=TOLERANCE
    )


def test_captions_find_their_scenes(clip):
    cosines = embed_texts(CAPTIONS, clip) @ embed_pictures(SCENES, clip).T
    assert cosines.shape == (32, 32)
    right = torch.arange(32)
    # 85 % is what the card promises on 3,200 scenes; of 32 scenes that is give or take 6 %.
    assert (cosines.argmax(1) == right).float().mean() >= 0.75


def test_vectors_have_length_one_and_come_in_order(clip):
    for vectors, alone in (
        (embed_pictures(SCENES[:5], clip, batch_size=2), embed_pictures([SCENES[3]], clip)),
        (embed_texts(CAPTIONS[:5], clip), embed_texts([CAPTIONS[3]], clip)),
    ):
        torch.testing.assert_close(vectors.norm(dim=-1), torch.ones(5))
        torch.testing.assert_close(vectors[3], alone[0], atol=TOLERANCE, rtol=0)
    assert vectors.dtype == torch.float32


def test_the_template_is_used(clip):
    one = label(APPLE, ["an apple", "a cat"], clip, template="{}")
    two = label(APPLE, ["a photo of an apple", "a photo of a cat"], clip, template="{}")
    three = label(APPLE, ["an apple", "a cat"], clip)
    assert [row[1:] for row in two] == [row[1:] for row in three]
    assert [row[1:] for row in one] != [row[1:] for row in three]


# ---- pictures of all kinds


def test_a_turned_photograph_gets_the_answer_of_the_upright_one(clip, lying):
    vectors = embed_pictures([lying(APPLE), APPLE], clip)
    torch.testing.assert_close(vectors[0], vectors[1], atol=TOLERANCE, rtol=0)


def test_very_large_and_very_wide_pictures(clip):
    answers = label(APPLE.resize((4000, 4000)), ["an apple", "a car"], clip)
    assert answers[0][0] == "an apple"
    # CLIP reads the square in the middle: what lies outside changes nothing.
    wide = Image.new("RGB", (480, 160), "white")
    wide.paste(APPLE, (160, 0))
    other = Image.new("RGB", (480, 160), "black")
    other.paste(APPLE, (160, 0))
    one, two = embed_pictures([wide, other], clip)
    assert one @ two > 0.95


# ---- bad input


@pytest.mark.parametrize(
    ("labels", "error", "message"),
    [
        ([], ValueError, "at least one"),
        (["a cat", " "], ValueError, "no blank"),
        ("a cat", TypeError, "labels is one label: pass a list"),
    ],
)
def test_bad_labels_are_named(clip, labels, error, message):
    with pytest.raises(error, match=message):
        label(APPLE, labels, clip)


def test_no_pictures_and_one_text_are_named(clip):
    with pytest.raises(ValueError, match="images is empty"):
        embed_pictures([], clip)
    with pytest.raises(TypeError, match="texts is one text: pass a list"):
        embed_texts("a cat", clip)


def test_77_tokens_fit_and_78_do_not(clip):
    # Beginning and end count, too.
    assert embed_texts([" ".join(["cat"] * 75)], clip).shape[0] == 1
    with pytest.raises(ValueError, match="78 tokens, CLIP reads 77: shorten it"):
        embed_texts(["a cat", " ".join(["cat"] * 76)], clip)
