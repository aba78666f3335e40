"""Find the pictures that look most like a given one: DINOv2 vectors, FAISS index."""

import json
from pathlib import Path

import faiss
import numpy as np
import torch
from PIL import Image, ImageOps
from transformers import (
    AutoImageProcessor,
    AutoModel,
    BaseImageProcessor,
    PreTrainedModel,
)

CHECKPOINT = "facebook/dinov2-small"
REVISION = "ed25f3a31f01632728cabb09d1542f84ab7b0056"

Picture = Image.Image | str | Path


def load_embedder() -> tuple[BaseImageProcessor, PreTrainedModel]:
    """Load DINOv2 with its preprocessing."""
    processor = AutoImageProcessor.from_pretrained(CHECKPOINT, revision=REVISION)
    model = AutoModel.from_pretrained(CHECKPOINT, revision=REVISION)
    return processor, model.eval()


def embed(
    pictures: list[Picture],
    processor: BaseImageProcessor,
    model: PreTrainedModel,
    batch_size: int = 32,
) -> np.ndarray:
    """Turn every picture into a vector; alike pictures get vectors that lie close.

    Args:
        pictures: n PIL images of any mode, or paths.
        processor: the first that `load_embedder` returns. It shows the model the square
            in the middle.
        model: the second.
        batch_size: pictures per call of the model.

    Returns:
        (n, hidden size) float32, each row of length 1.

    Raises:
        TypeError: if `pictures` is a single picture.
        FileNotFoundError: if there is no such file.
        ValueError: if one is no picture, has no pixels or more than 8 bits a channel.

    Model card: https://huggingface.co/facebook/dinov2-small
    """
    if isinstance(pictures, Picture):
        raise TypeError("pictures is one picture: pass a list, such as [picture]")
    rows = [np.empty((0, model.config.hidden_size), np.float32)]
    for start in range(0, len(pictures), batch_size):
        some = [_opened(picture) for picture in pictures[start : start + batch_size]]
        inputs = processor(images=some, return_tensors="pt").to(model.device)
        with torch.inference_mode():
            rows.append(model(**inputs).pooler_output.float().cpu().numpy())
    return unit(np.concatenate(rows))


def unit(vectors: np.ndarray) -> np.ndarray:
    """Return (n, size) vectors as float32 of length 1: what makes a product a cosine.

    Raises:
        ValueError: if there are not two axes, or a vector is zero or not finite.
    """
    vectors = np.array(vectors, dtype=np.float32, order="C")  # a copy
    if vectors.ndim != 2:
        raise ValueError(f"vectors of shape {vectors.shape}: want (n, size)")
    lengths = np.linalg.norm(vectors, axis=1)
    if len(bad := np.flatnonzero(~(np.isfinite(lengths) & (lengths > 0)))):
        raise ValueError(f"vector {bad[0]} is zero or not finite: embed it again")
    return vectors / lengths[:, None]


def build_index(vectors: np.ndarray) -> faiss.IndexFlatIP:
    """Put (n, size) vectors into an exact index; row numbers are their order.

    Raises:
        ValueError: if there is none, or as `unit`.
    """
    vectors = unit(vectors)
    if not len(vectors):
        raise ValueError("no vectors: an empty gallery has nothing to find")
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(vectors)
    return index


def search(
    index: faiss.Index, queries: np.ndarray, k: int = 5
) -> tuple[np.ndarray, np.ndarray]:
    """Find the k nearest rows of the index for each of m queries.

    Returns:
        Cosines, -1 to 1, best first, and row numbers, both (m, k). If the index holds
        fewer than k rows, all of them.

    Raises:
        ValueError: if k is below 1, the sizes differ, or as `unit`.
    """
    queries = unit(queries)
    if queries.shape[1] != index.d:
        sizes = f"queries have {queries.shape[1]} numbers, the index {index.d}"
        raise ValueError(f"{sizes}: embed both with one checkpoint")
    if k < 1:
        raise ValueError(f"k is {k}: ask for at least 1 neighbor")
    return index.search(queries, min(k, index.ntotal))


def save_index(folder: Path, index: faiss.Index, names: list[str]) -> None:
    """Write the index, a name for each row, and what made the vectors.

    Raises:
        ValueError: if there is not one name for each row.
    """
    if len(names) != index.ntotal:
        raise ValueError(f"{len(names)} names for {index.ntotal} rows: one for each")
    Path(folder).mkdir(parents=True, exist_ok=True)
    about = {"checkpoint": CHECKPOINT, "revision": REVISION, "names": names}
    (Path(folder) / "index.json").write_text(json.dumps(about), encoding="utf-8")
    faiss.write_index(index, str(Path(folder) / "index.faiss"))


def load_index(folder: Path) -> tuple[faiss.Index, list[str]]:
    """Read what `save_index` wrote.

    Raises:
        FileNotFoundError: if a file is missing.
        ValueError: if another checkpoint or revision made it, or names and rows differ.
    """
    about = json.loads((Path(folder) / "index.json").read_text(encoding="utf-8"))
    if (made := (about["checkpoint"], about["revision"])) != (CHECKPOINT, REVISION):
        here = f"this code uses {CHECKPOINT}@{REVISION[:7]}"
        raise ValueError(f"made with {made[0]}@{made[1][:7]}, {here}: build it again")
    if not (file := Path(folder) / "index.faiss").is_file():
        raise FileNotFoundError(f"{file} is missing: save the index again")
    index = faiss.read_index(str(file))
    if index.ntotal != len(about["names"]):
        counts = f"{index.ntotal} rows, {len(about['names'])} names"
        raise ValueError(f"{folder}: {counts}: build it again")
    return index, about["names"]


def _opened(picture: Picture) -> Image.Image:
    """Return the picture as RGB, upright; see `embed` for what it raises."""
    try:
        image = picture if isinstance(picture, Image.Image) else Image.open(picture)
        image = ImageOps.exif_transpose(image)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise ValueError(f"{picture}: not a picture that Pillow can read") from error
    if not min(image.size):
        raise ValueError(f"{picture}: {image.size} pixels is no picture")
    if image.mode.startswith(("I", "F")):
        raise ValueError(f"{picture}: mode {image.mode}: scale it to 8 bits a channel")
    return image.convert("RGB")


if __name__ == "__main__":
    from skimage import data

    photographs = {
        name: getattr(data, name)() for name in ("chelsea", "coffee", "rocket")
    }
    embedder = load_embedder()
    vectors = embed([Image.fromarray(p) for p in photographs.values()], *embedder)
    darker = Image.fromarray(photographs["coffee"] // 2)
    scores, rows = search(build_index(vectors), embed([darker], *embedder), k=3)
    for score, row in zip(scores[0], rows[0], strict=True):
        print(f"{score:.2f} {list(photographs)[row]}")
