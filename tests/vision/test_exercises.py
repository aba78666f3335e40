"""The solutions that the exercises of section 3 print are run, on the offline Hub."""

import itertools

import numpy as np
import pytest
from PIL import Image

from hooks.core.paths import DOCS
from tests.conftest import rows, tiles

SCENE = tiles(DOCS / "vision" / "scenes" / "detection.webp", 192)[8]

# ---- classification


def test_cheapest_threshold_by_hand(solution):
    cheapest = solution("cheapest_threshold").cheapest_threshold
    p = np.array([0.9, 0.4, 0.8, 0.3])
    right = np.array([True, False, True, True])
    # Taken from 0.3, 0.4, 0.8, 0.9, never: 10, 11, 2, 3 and 4 at 10 an error and 1 a look.
    assert cheapest(p, right, error=10, person=1) == (0.8, 2)
    # As dear as an error: answer everything.
    assert cheapest(p, right, error=1, person=1) == (0.3, 1)
    # All wrong and errors dear: a person names every picture.
    assert cheapest(p, np.zeros(4, bool), error=10, person=1) == (float("inf"), 4)
    # Errors that cost nothing are taken.
    assert cheapest(p, right, error=0, person=1) == (0.3, 0)


# ---- detection


def test_tiles_cover_the_picture_and_end_with_it(solution):
    starts = solution("tiles").starts
    assert starts(192, 96, 32) == [0, 64, 96]
    assert starts(96, 96, 32) == starts(50, 96, 32) == [0]
    for length in range(97, 400, 7):
        places = starts(length, 96, 32)
        assert places[0] == 0
        assert places[-1] == length - 96
        assert all(b - a <= 64 for a, b in itertools.pairwise(places))


def test_boxes_come_back_in_pixels_of_the_whole_picture(solution):
    from snippets.vision.detection import detect, load_detector

    model = load_detector()
    wide = Image.new("RGB", (384, 192), "gray")
    wide.paste(SCENE, (192, 0))
    whole = solution("tiles").detect_in_tiles(wide, model, tile=192, overlap=0)
    alone = detect(SCENE, model)
    right = [one for one in whole if one["box"][0] >= 192]
    assert [one["name"] for one in right] == [one["name"] for one in alone]
    for one, other in zip(right, alone, strict=True):
        moved = [edge + by for edge, by in zip(other["box"], (192, 0, 192, 0), strict=True)]
        assert one["box"] == pytest.approx(moved, abs=1e-3)


def test_an_object_that_two_tiles_see_is_reported_once(solution):
    from snippets.vision.detection import load_detector

    found = solution("tiles")
    answers = found.detect_in_tiles(SCENE, load_detector(), tile=128, overlap=96)
    for one, other in itertools.combinations(answers, 2):
        assert one["name"] != other["name"] or found.iou(one["box"], other["box"]) < 0.5


# ---- segmentation


def test_masks_of_one_thing_are_counted_once(solution):
    count_things = solution("count_things").count_things
    masks = np.zeros((4, 40, 40), bool)
    masks[0, :20, :20] = True
    masks[1, :20, :18] = True  # 360 of 400 pixels shared with the first
    masks[2, 20:, 20:] = True
    masks[3, 0, :3] = True  # a crumb
    assert count_things(masks) == 2
    assert count_things(masks, same=0.95) == 3
    assert count_things(masks, least=1) == 3
    assert count_things(masks[:0]) == 0


def test_the_grid_covers_the_picture(solution):
    grid = solution("count_things").grid
    assert grid(64, 32, 32) == [(16, 16), (48, 16)]
    points = grid(192, 100, 32)
    assert all(0 <= x < 192 and 0 <= y < 100 for x, y in points)


def test_the_cats_are_found_among_the_things_of_the_grid(solution):
    from snippets.vision.segmentation import cut_out, load_sam

    found = solution("count_things")
    with Image.open(DOCS / "vision" / "scenes" / "segmentation.webp") as picture:
        masks, _ = cut_out(picture, found.grid(192, 192, 64), *load_sam())
    assert 2 <= found.count_things(masks[:, 0]) <= len(masks)


# ---- ocr


RECEIPTS = {
    "2 x 4.99 = 9.98": True,
    "2 x 4.99 = 9.93": False,  # one digit misread
    "12 x 1,032.50 = 12,390.00": True,
    "3 x 0.10 = 0.30": True,  # not so in binary floating point
    " 2 x 4.99 = 9.98\n": True,
    "2 x 4.99 = 9,98": None,
    "2 x 499 = 9.98": None,
    "AMOUNT 147.49": None,
    "": None,
}


@pytest.mark.parametrize(("text", "answer"), RECEIPTS.items())
def test_a_line_of_a_receipt_checks_itself(text, answer, solution):
    assert solution("adds_up").adds_up(text) is answer


def test_the_drawn_lines_of_that_form_add_up(solution):
    adds_up = solution("adds_up").adds_up
    answers = [adds_up(row["text"]) for row in rows(DOCS / "vision" / "lines.csv")]
    assert answers.count(True) == 2
    assert False not in answers


# ---- fine_tuning


def test_compare_counts_every_picture_once(solution):
    compare = solution("mended_and_broken").compare
    truth = ["key", "key", "watch", "watch", "watch"]
    before = ["key", "watch", "watch", "key", "key"]
    after = ["key", "key", "key", "key", "watch"]
    counts = {"both right": 1, "mended": 2, "broken": 1, "both wrong": 1}
    assert compare(truth, before, after) == counts
    with pytest.raises(ValueError):
        compare(truth, before, after[1:])


def test_sign_test_by_hand(solution):
    sign_test = solution("mended_and_broken").sign_test
    # 5 of 5 heads, or none: 2 of 32 ways.
    assert sign_test(5, 0) == pytest.approx(2 / 32)
    assert sign_test(0, 5) == pytest.approx(2 / 32)
    assert sign_test(4, 4) == pytest.approx(1)
    assert sign_test(0, 0) == 1
