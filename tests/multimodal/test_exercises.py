"""The solutions that the exercises of section 4 print are run, on the offline Hub."""

import faiss
import numpy as np
import pytest
from PIL import Image

from hooks.core.paths import DOCS
from tests.conftest import tiles

# ---- image text matching


def test_labels_of_one_meaning_are_added_up(solution):
    by_meaning = solution("by_meaning").by_meaning
    answers = [("a cat", 0.375, 0.3), ("a kitten", 0.375, 0.3), ("a dog", 0.25, 0.2)]
    assert by_meaning(answers, {"a kitten": "a cat"}) == {"a cat": 0.75, "a dog": 0.25}
    assert list(by_meaning(answers[::-1], {})) == ["a kitten", "a cat", "a dog"]
    assert by_meaning([], {}) == {}


def test_a_label_given_twice_splits_its_share():
    from snippets.multimodal.image_text_matching import label, load_matcher

    matcher, image = load_matcher(), DOCS / "multimodal" / "matching" / "apple.webp"
    shares = {one: share for one, share, _ in label(image, ["an apple", "a cat"], matcher)}
    twice = label(image, ["an apple", "an apple", "a cat"], matcher)
    p = shares["an apple"]
    assert [share for one, share, _ in twice if one == "an apple"] == pytest.approx(
        2 * [p / (1 + p)], abs=1e-4
    )


def test_a_note_is_painted_over_and_a_picture_without_one_stays(solution):
    from PIL import ImageDraw

    paint_over_notes = solution("paint_over_notes").paint_over_notes
    apple = Image.open(DOCS / "multimodal" / "matching" / "apple.webp").convert("RGB")
    assert paint_over_notes(apple).tobytes() == apple.tobytes()
    noted = apple.copy()
    draw = ImageDraw.Draw(noted)
    draw.rectangle((20, 100, 140, 140), fill="#f4f4f4")
    draw.text((40, 110), "pizza", fill="#141414", font_size=24)
    painted = paint_over_notes(noted)
    inside = painted.crop((20, 100, 141, 141))
    assert len(inside.getcolors()) == 1  # one color: nothing is left to read
    outside = [image.crop((0, 0, 160, 100)).tobytes() for image in (painted, noted)]
    assert outside[0] == outside[1]


# ---- captioning


SENTENCES = [
    ([("person", 0.9), ("bus", 0.8), ("person", 0.6)], "A picture with two people and a bus."),
    ([("airplane", 0.7)], "A picture with an airplane."),
    ([("cat", 0.9), ("dog", 0.9), ("car", 0.9)], "A picture with a cat, a dog and a car."),
    ([("sheep", 0.9)] * 3, "A picture with three sheep."),
    ([("car", 0.9)] * 9, "A picture with 9 cars."),
    ([("car", 0.49)], "A picture in which nothing known was found."),
    ([], "A picture in which nothing known was found."),
]


@pytest.mark.parametrize(("objects", "sentence"), SENTENCES)
def test_a_caption_from_boxes(objects, sentence, solution):
    found = [{"name": name, "score": score} for name, score in objects]
    assert solution("caption_from_boxes").caption_from_boxes(found) == sentence


def test_a_lower_threshold_names_more(solution):
    caption = solution("caption_from_boxes").caption_from_boxes
    found = [{"name": "cat", "score": 0.9}, {"name": "dog", "score": 0.4}]
    assert caption(found, threshold=0.4) == "A picture with a cat and a dog."
    assert caption(found) == "A picture with a cat."


# ---- image search


def test_a_turned_query_gets_the_answer_of_the_upright_one(solution):
    from snippets.multimodal.image_search import build_index, embed, load_embedder

    found = solution("search_turned")
    embedder = load_embedder()
    gallery = tiles(DOCS / "multimodal" / "gallery" / "gallery.webp")[:12]
    index = build_index(embed(gallery, *embedder))
    for turn in found.TURNS:
        picture = gallery[7] if turn is None else gallery[7].transpose(turn)
        answer = found.search_turned(index, picture, lambda some: embed(some, *embedder), 3)
        assert answer[0] == (7, pytest.approx(1, abs=1e-4))
        assert len({row for row, _ in answer}) == 3
        assert [score for _, score in answer] == sorted((s for _, s in answer), reverse=True)


def test_recall_by_hand(solution):
    recall = solution("fewest_cells").recall
    exact = np.array([[1, 2, 3, 4], [5, 6, 7, 8]])
    assert recall(exact[:, ::-1], exact) == 1
    assert recall(np.array([[1, 2, 9, -1], [5, 0, 0, 9]]), exact) == (0.5 + 0.25) / 2


def test_the_fewest_cells_reach_the_target_and_one_less_does_not(solution):
    found = solution("fewest_cells")
    rng = np.random.default_rng(0)
    known, queries = (rng.standard_normal((n, 8)).astype(np.float32) for n in (2000, 80))
    exact = faiss.IndexFlatIP(8)
    ivf = faiss.index_factory(8, "IVF30,Flat", faiss.METRIC_INNER_PRODUCT)
    ivf.cp.min_points_per_centroid = 1
    for index in (exact, ivf):
        index.train(known)
        index.add(known)
    cells, chosen, other = found.fewest_cells(ivf, exact, queries, 0.9)
    assert 1 < cells < 30
    assert chosen >= 0.9
    assert 0.7 <= other <= 1
    ivf.nprobe = cells - 1
    truth = exact.search(queries[:40], 10)[1]
    assert found.recall(ivf.search(queries[:40], 10)[1], truth) < 0.9
    # All cells are the whole index.
    assert found.fewest_cells(ivf, exact, queries, 1.0)[1] == 1
