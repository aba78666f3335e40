"""The snippet, with the real transformers and FAISS, on what the offline Hub serves."""

import json
import multiprocessing

import faiss
import numpy as np
import pytest
import torch
from PIL import Image
from skimage import data

from hooks.core.paths import DOCS
from snippets.multimodal import image_search as snippet
from snippets.multimodal.image_search import (
    build_index,
    embed,
    load_index,
    save_index,
    search,
    unit,
)
from tests.conftest import rows, tiles

GALLERY = DOCS / "multimodal" / "gallery"
NAMES = [row["name"] for row in rows(GALLERY / "pictures.csv") if row["sheet"] == "gallery"]
TILES = tiles(GALLERY / "gallery.webp")[: len(NAMES)]
# Batches add up in another order; float32 and a few layers stay far below 1e-4.
TOLERANCE = 1e-4
embedder = pytest.fixture(snippet.load_embedder, scope="module")


# ---- vectors


def test_vectors_have_length_1_and_the_model_s_size(embedder):
    vectors = embed(TILES[:3], *embedder)
    assert vectors.dtype == np.float32
    assert vectors.shape == (3, embedder[1].config.hidden_size)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 1, 1], abs=1e-6)


def test_vectors_are_the_normalized_output_of_the_model(embedder):
    processor, model = embedder
    with torch.inference_mode():
        inputs = processor(images=[TILES[0]], return_tensors="pt")
        expected = model(**inputs).last_hidden_state[0, 0].double()  # the CLS token
    (vector,) = embed([TILES[0]], *embedder)
    assert vector == pytest.approx((expected / expected.norm()).numpy(), abs=1e-6)


@pytest.mark.parametrize("batch_size", [1, 3, 32])
def test_a_batch_gives_what_single_pictures_give_in_the_same_order(embedder, batch_size):
    some = [*TILES[::20], Image.fromarray(data.coffee())]
    vectors = embed(some, *embedder, batch_size=batch_size)
    for picture, vector in zip(some, vectors, strict=True):
        assert vector == pytest.approx(embed([picture], *embedder)[0], abs=TOLERANCE)


def test_no_pictures_give_no_vectors(embedder):
    assert embed([], *embedder).shape == (0, embedder[1].config.hidden_size)


def test_a_turned_photograph_is_turned_back(embedder, lying):
    turned, upright = embed([lying(TILES[0]), TILES[0]], *embedder)
    assert turned == pytest.approx(upright, abs=TOLERANCE)


# ---- search


def test_cosines_and_order_by_hand():
    index = build_index(np.array([[0.9, 0.1], [3, 4], [1, -1]]))
    scores, found = search(index, np.array([[2, 0]]), k=3)
    assert found.tolist() == [[0, 2, 1]]
    # 0.9 / sqrt(0.82), 1 / sqrt(2), 3 / 5
    assert scores[0] == pytest.approx([0.993884, 0.707107, 0.6], abs=1e-6)


def test_without_length_1_the_longest_comes_first():
    index = faiss.IndexFlatIP(2)
    index.add(np.array([[0.9, 0.1], [3, 4], [1, -1]], np.float32))
    assert index.search(np.array([[1, 0]], np.float32), 1)[1].tolist() == [[1]]


def test_search_equals_numpy():
    rng = np.random.default_rng(0)
    known, asked = rng.standard_normal((200, 16)), rng.standard_normal((20, 16))
    scores, found = search(build_index(known), asked, k=7)
    cosines = unit(asked).astype(float) @ unit(known).astype(float).T
    assert np.array_equal(found, np.argsort(-cosines, axis=1)[:, :7])
    assert scores == pytest.approx(np.take_along_axis(cosines, found, 1), abs=1e-5)


def test_a_picture_finds_itself_first(embedder):
    vectors = embed(TILES, *embedder)
    scores, found = search(build_index(vectors), vectors, k=1)
    assert found[:, 0].tolist() == list(range(len(TILES)))
    assert scores[:, 0] == pytest.approx(np.ones(len(TILES)), abs=1e-5)


def test_five_neighbors_name_the_thing(embedder):
    vectors = embed(TILES, *embedder)
    _, found = search(build_index(vectors), vectors, k=6)
    right = 0
    for number, line in enumerate(found):
        votes = [NAMES[n] for n in line if n != number][:5]
        right += max(votes, key=votes.count) == NAMES[number]
    assert right / len(NAMES) >= 0.85


def test_what_goes_in_is_not_changed():
    vectors = np.array([[3, 4]], np.float32)
    index = build_index(vectors)
    search(index, vectors, k=1)
    assert vectors.tolist() == [[3, 4]]
    assert unit(vectors).tolist() == [[pytest.approx(0.6), pytest.approx(0.8)]]


def test_more_neighbors_than_rows_gives_all_rows():
    scores, found = search(build_index(np.eye(3)), np.eye(3)[:2], k=50)
    assert scores.shape == found.shape == (2, 3)
    assert sorted(found[0].tolist()) == [0, 1, 2]


def test_no_queries_no_answers():
    assert search(build_index(np.eye(3)), np.empty((0, 3)), k=2)[1].shape == (0, 2)


# ---- the index on disk


def test_round_trip(tmp_path):
    rng = np.random.default_rng(1)
    index, names = build_index(rng.standard_normal((5, 8))), list("abcdé")
    save_index(tmp_path / "new", index, names)
    again, read = load_index(tmp_path / "new")
    assert read == names
    assert np.array_equal(again.reconstruct_n(0, 5), index.reconstruct_n(0, 5))
    about = json.loads((tmp_path / "new" / "index.json").read_text(encoding="utf-8"))
    assert (about["checkpoint"], about["revision"]) == (snippet.CHECKPOINT, snippet.REVISION)


def test_an_index_of_another_revision_is_refused(tmp_path):
    save_index(tmp_path, build_index(np.eye(2)), ["a", "b"])
    about = json.loads((tmp_path / "index.json").read_text(encoding="utf-8"))
    for key, value in (("revision", "0" * 40), ("checkpoint", "other/model")):
        (tmp_path / "index.json").write_text(json.dumps(about | {key: value}), encoding="utf-8")
        with pytest.raises(ValueError, match=rf"made with .*{value[:7]}.*: build it again"):
            load_index(tmp_path)


def test_names_and_rows_must_agree(tmp_path):
    index = build_index(np.eye(2))
    with pytest.raises(ValueError, match="1 names for 2 rows"):
        save_index(tmp_path, index, ["a"])
    save_index(tmp_path, index, ["a", "b"])
    faiss.write_index(build_index(np.eye(3)), str(tmp_path / "index.faiss"))
    with pytest.raises(ValueError, match="3 rows, 2 names: build it again"):
        load_index(tmp_path)
    (tmp_path / "index.faiss").unlink()
    with pytest.raises(FileNotFoundError, match=r"index\.faiss is missing"):
        load_index(tmp_path)
    with pytest.raises(FileNotFoundError, match=r"index\.json"):
        load_index(tmp_path / "nothing")


# ---- bad input


BAD_VECTORS = [
    (np.array([[1, 0], [np.nan, 0]]), "vector 1 is zero or not finite"),
    (np.array([[np.inf, 0]]), "vector 0 is zero or not finite"),
    (np.zeros((1, 2)), "vector 0 is zero or not finite"),
    (np.ones(2), r"vectors of shape \(2,\): want \(n, size\)"),
    (np.empty((0, 2)), "no vectors: an empty gallery"),
]


@pytest.mark.parametrize(("vectors", "message"), BAD_VECTORS)
def test_an_index_refuses_what_cannot_be_compared(vectors, message):
    with pytest.raises(ValueError, match=message):
        build_index(vectors)


def test_a_query_must_fit_the_index():
    index = build_index(np.eye(2))
    with pytest.raises(ValueError, match="queries have 3 numbers, the index 2"):
        search(index, np.ones((1, 3)))
    with pytest.raises(ValueError, match="vector 0 is zero or not finite"):
        search(index, np.array([[np.nan, 1]]))
    with pytest.raises(ValueError, match="k is 0: ask for at least 1"):
        search(index, np.eye(2), k=0)


# ---- two libraries, one process


def _both(sender) -> None:
    torch.manual_seed(0)
    vectors = torch.nn.functional.normalize(torch.randn(500, 64) @ torch.randn(64, 64), dim=-1)
    index = build_index(vectors.numpy())
    sender.send(search(index, vectors.numpy(), k=1)[1][:, 0].tolist())


def test_torch_and_faiss_work_side_by_side_in_a_forked_worker():
    # Each brings an OpenMP of its own; where they clash, the worker hangs or dies.
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    worker = context.Process(target=_both, args=(sender,))
    worker.start()
    try:
        assert receiver.poll(60), "no answer from the forked worker"
        assert receiver.recv() == list(range(500))
    finally:
        worker.join(10)
        worker.kill()
    assert worker.exitcode == 0
