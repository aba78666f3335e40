"""Say in a sentence what a picture shows: BLIP-2 on a GPU, BLIP base on a CPU."""

from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageOps
from transformers import (
    AutoModelForImageTextToText,
    AutoProcessor,
    PreTrainedModel,
    ProcessorMixin,
)

CHECKPOINT = "Salesforce/blip2-opt-2.7b"  # for a GPU: 7.5 GB in half precision
REVISION = "59a1ef6c1e5117b3f65523d1c6066825bcf315e3"
CPU_CHECKPOINT = "Salesforce/blip-image-captioning-base"  # 1 GB
CPU_REVISION = "82a37760796d32b1411fe092ab5d4e227313294b"

Picture = Image.Image | str | Path


def load_captioner(gpu: bool | None = None) -> tuple[ProcessorMixin, PreTrainedModel]:
    """Load the checkpoint that the machine can carry: processor and model.

    Args:
        gpu: True for BLIP-2, False for BLIP base; None looks whether there is a GPU.
    """
    there = torch.cuda.is_available()
    if there if gpu is None else gpu:
        name, revision = CHECKPOINT, REVISION
    else:
        name, revision = CPU_CHECKPOINT, CPU_REVISION
    processor = AutoProcessor.from_pretrained(name, revision=revision)
    model = AutoModelForImageTextToText.from_pretrained(
        name,
        revision=revision,
        # Half precision halves the memory; a CPU is slow with it.
        dtype=torch.float16 if there else torch.float32,
    )
    return processor, model.to("cuda" if there else "cpu").eval()


def caption(
    pictures: list[Picture],
    processor: ProcessorMixin,
    model: PreTrainedModel,
    prompt: str = "",
    beams: int = 1,
    batch_size: int = 8,
    max_tokens: int = 30,
) -> list[str]:
    """Write one sentence for each picture: a draft, for nothing checks that it is true.

    Args:
        pictures: n PIL images of any mode, or paths. What their EXIF data say about
            turning is done first; what is transparent becomes white.
        processor: the first that `load_captioner` returns.
        model: the second.
        prompt: the beginning of each sentence; the model goes on from there.
        beams: how many unfinished sentences are kept side by side; 1 is greedy.
        batch_size: pictures per call of `generate`; more is faster, needs more memory.
        max_tokens: where a sentence ends at the latest.

    Returns:
        n sentences in the order of `pictures`, without the prompt.

    Raises:
        TypeError: if `pictures` is no list, or holds something else than pictures.
        ValueError: if a picture has no pixels.
        OSError: if a file is missing, or is no picture.

    Examples:
        >>> caption(["cat.jpg"], *load_captioner())
        ['a cat sitting on a couch']

    Model card: https://huggingface.co/Salesforce/blip2-opt-2.7b
    """
    if isinstance(pictures, Picture):
        raise TypeError("pictures is one picture: pass a list, such as [picture]")
    sentences = []
    for start in range(0, len(pictures), batch_size):
        images = [open_picture(one) for one in pictures[start : start + batch_size]]
        # An empty text is not the same as none: BLIP-2 would take it for a prompt.
        text = {"text": [prompt] * len(images)} if prompt else {}
        inputs = processor(images=images, **text, return_tensors="pt")
        inputs = inputs.to(model.device, model.dtype)  # only pixels change their type
        ids = model.generate(**inputs, num_beams=beams, max_new_tokens=max_tokens)
        found = processor.batch_decode(ids, skip_special_tokens=True)
        if prompt:  # comes back first, spelled as the tokenizer spells it
            ids = inputs["input_ids"]
            begun = processor.batch_decode(ids, skip_special_tokens=True)[0].strip()
            found = [one.strip().removeprefix(begun) for one in found]
        sentences += [one.strip() for one in found]
    return sentences


def open_picture(picture: Picture) -> Image.Image:
    """Return the picture as RGB, upright; see `caption` for what it raises."""
    if isinstance(picture, str | Path):
        path = Path(picture)
        try:
            picture = Image.open(path)
            picture.load()  # here, since a file that is cut off opens like any other
        except FileNotFoundError:
            raise
        except (OSError, SyntaxError) as error:
            raise OSError(f"{path.name} is no whole picture: {error}") from None
    if not isinstance(picture, Image.Image):
        kind = type(picture).__name__
        raise TypeError(f"picture is {kind}: pass a PIL image or a path")
    if not (picture.width and picture.height):
        raise ValueError(f"picture is {picture.width} x {picture.height} pixels: empty")
    if picture.mode.startswith("I;16"):  # Pillow would cut 16 bits off, not scale them
        picture = Image.fromarray((np.asarray(picture) / 257).astype(np.uint8))
    upright = ImageOps.exif_transpose(picture)
    if upright.has_transparency_data:
        upright = upright.convert("RGBA")
        upright = Image.alpha_composite(
            Image.new("RGBA", upright.size, "white"), upright
        )
    return upright.convert("RGB")


if __name__ == "__main__":
    from skimage.data import chelsea  # a cat, part of the package

    processor, model = load_captioner()
    print(caption([Image.fromarray(chelsea())], processor, model)[0])
