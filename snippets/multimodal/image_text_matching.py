"""Match pictures with texts: label them and search them in words, with CLIP."""

from pathlib import Path

import torch
from PIL import Image, ImageOps
from torch import Tensor
from torch.nn.functional import normalize
from transformers import CLIPModel, CLIPProcessor

CHECKPOINT = "openai/clip-vit-base-patch32"
REVISION = "3d74acf9a28c67741b2f4f2ea7635f0aaf6f0268"

Matcher = tuple[CLIPModel, CLIPProcessor]


def load_matcher() -> Matcher:
    """Load the model with its preprocessing of pictures and words."""
    model = CLIPModel.from_pretrained(CHECKPOINT, revision=REVISION).eval()
    return model, CLIPProcessor.from_pretrained(CHECKPOINT, revision=REVISION)


def open_picture(source: str | Path | Image.Image) -> Image.Image:
    """Return a picture as RGB, turned as its EXIF data says, on white for transparent.

    Raises:
        FileNotFoundError: if there is no such file.
        ValueError: if it is no picture, or has more than 8 bits a channel.
    """
    try:
        image = source if isinstance(source, Image.Image) else Image.open(source)
        image = ImageOps.exif_transpose(image)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise ValueError(f"{source}: not a picture that Pillow can read") from error
    if not min(image.size) or image.mode.startswith(("I", "F")):
        raise ValueError(
            f"{source}: {image.size} pixels, mode {image.mode}: want 8 bit"
        )
    if image.has_transparency_data:
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    return image.convert("RGB")


@torch.inference_mode()
def embed_pictures(
    images: list[str | Path | Image.Image], matcher: Matcher, batch_size: int = 32
) -> Tensor:
    """Turn n pictures, paths or PIL, into n vectors of length one: (n, width).

    Raises:
        ValueError: if `images` is empty; else as `open_picture`.
    """
    if not images:
        raise ValueError("images is empty: pass at least one picture")
    model, processor = matcher
    parts = []
    for start in range(0, len(images), batch_size):
        some = [open_picture(image) for image in images[start : start + batch_size]]
        inputs = processor(images=some, return_tensors="pt")
        # An object since transformers 5; the vector is its pooler_output.
        parts.append(model.get_image_features(**inputs).pooler_output)
    return normalize(torch.cat(parts), dim=-1)


@torch.inference_mode()
def embed_texts(texts: list[str], matcher: Matcher) -> Tensor:
    """Turn n texts into n vectors of length one, in the pictures' space: (n, width).

    Raises:
        TypeError: if `texts` is a single text.
        ValueError: if there is no text, or one is blank or has over 77 tokens.
    """
    if isinstance(texts, str):
        raise TypeError("texts is one text: pass a list, such as ['a cat']")
    if not texts or not all(text.strip() for text in texts):
        raise ValueError(f"texts is {texts}: pass at least one, and no blank ones")
    model, processor = matcher
    limit = model.config.text_config.max_position_embeddings
    inputs = processor(text=texts, padding=True, return_tensors="pt")
    counts = inputs.attention_mask.sum(1).tolist()
    for text, count in zip(texts, counts, strict=True):
        if count > limit:
            raise ValueError(
                f"{text[:30]!r}...: {count} tokens, CLIP reads {limit}: shorten it"
            )
    return normalize(model.get_text_features(**inputs).pooler_output, dim=-1)


def label(
    image: str | Path | Image.Image,
    labels: list[str],
    matcher: Matcher,
    template: str = "a photo of {}",
) -> list[tuple[str, float, float]]:
    """Compare one picture with each label.

    Args:
        image: a path or a PIL picture of any size and mode.
        labels: English words with their article, such as "a cat".
        matcher: what `load_matcher` returns.
        template: `{}` is the label. Captions look like this; bare words do not.

    Returns:
        (label, share, cosine), best first. The shares, 0 to 1, sum to one whatever the
        picture shows; the cosine, -1 to 1, depends on this label alone.

    Raises:
        FileNotFoundError, TypeError, ValueError: as the functions above.

    Examples:
        >>> answers = label("cat.jpg", ["a cat", "a dog"], load_matcher())
        >>> [name for name, share, cosine in answers]
        ['a cat', 'a dog']

    Model card: https://huggingface.co/openai/clip-vit-base-patch32
    """
    if isinstance(labels, str):
        raise TypeError("labels is one label: pass a list, such as ['a cat', 'a dog']")
    if not all(one.strip() for one in labels):  # a template would hide it
        raise ValueError(f"labels is {labels}: want no blank ones")
    texts = embed_texts([template.format(one) for one in labels], matcher)
    cosines = embed_pictures([image], matcher)[0] @ texts.T  # (labels,)
    shares = (cosines * matcher[0].logit_scale.exp()).softmax(-1)
    rows = zip(labels, shares.tolist(), cosines.tolist(), strict=True)
    return sorted(rows, key=lambda row: -row[1])


if __name__ == "__main__":
    import skimage

    cat = Path(skimage.__file__).parent / "data" / "chelsea.png"
    for name, share, cosine in label(cat, ["a cat", "a dog", "a cup"], load_matcher()):
        print(f"{share:.2f} {cosine:+.2f} {name}")
