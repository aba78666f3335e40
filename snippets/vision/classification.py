"""Name what is in a picture with a pre-trained image classifier of timm."""

from collections.abc import Callable
from pathlib import Path

import timm
import torch
from PIL import Image, ImageOps
from timm.data import ImageNetInfo, create_transform, resolve_model_data_config
from torch import Tensor, nn

CHECKPOINT = "timm/resnet50.a1_in1k"
REVISION = "767268603ca0cb0bfe326fa87277f19c419566ef"
NAME = f"hf-hub:{CHECKPOINT}@{REVISION}"


def load_classifier(
    name: str = NAME,
) -> tuple[nn.Module, Callable[[Image.Image], Tensor], list[str]]:
    """Load model, preprocessing and class names, all three of the same checkpoint.

    Raises:
        ValueError: if the checkpoint names no classes and is not one of ImageNet-1k.
    """
    model = timm.create_model(name, pretrained=True).eval()
    transform = create_transform(**resolve_model_data_config(model), is_training=False)
    config = model.pretrained_cfg
    if names := config.get("label_names"):
        words = config.get("label_descriptions") or {}
        names = [words.get(label, label) for label in names]
    elif model.num_classes == 1000:  # by convention ImageNet-1k's, in its order
        names = ImageNetInfo().label_descriptions()
    else:
        raise ValueError(f"{name}: {model.num_classes} classes without names")
    return model, transform, names


def open_picture(source: str | Path | Image.Image) -> Image.Image:
    """Return a picture as RGB, turned as its EXIF data says, on white for transparent.

    Raises:
        FileNotFoundError: if there is no such file.
        ValueError: if it is no picture, has no pixels, is 20 times as long as wide,
            or has more than 8 bits a channel.
    """
    try:
        image = source if isinstance(source, Image.Image) else Image.open(source)
        image = ImageOps.exif_transpose(image)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise ValueError(f"{source}: not a picture that Pillow can read") from error
    if not min(image.size) or max(image.size) > 20 * min(image.size):
        raise ValueError(f"{source}: {image.size} pixels is no picture: crop it first")
    if image.mode.startswith(("I", "F")):
        raise ValueError(f"{source}: mode {image.mode}: scale it to 8 bits a channel")
    if image.has_transparency_data:
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    return image.convert("RGB")


def classify(
    images: list[str | Path | Image.Image],
    model: nn.Module,
    transform: Callable[[Image.Image], Tensor],
    names: list[str],
    top: int = 5,
    batch_size: int = 32,
) -> list[list[tuple[str, float]]]:
    """Name every picture.

    Args:
        images: n pictures, as paths or PIL images of any size and mode.
        model: the first that `load_classifier` returns.
        transform: the second. Another checkpoint's gives worse answers, and no error.
        names: the third.
        top: how many names per picture.
        batch_size: pictures per call of the model.

    Returns:
        n lists of `top` pairs (name, probability 0 to 1), most probable first.

    Raises:
        TypeError: if `images` is a single picture.
        FileNotFoundError, ValueError: as `open_picture`.

    Examples:
        >>> answers = classify(["cat.jpg"], *load_classifier())
        >>> len(answers[0])
        5

    Model card: https://huggingface.co/timm/resnet50.a1_in1k
    """
    if isinstance(images, str | Path | Image.Image):
        raise TypeError("images is one picture: pass a list, such as [image]")
    answers = []
    for start in range(0, len(images), batch_size):
        some = [open_picture(image) for image in images[start : start + batch_size]]
        batch = torch.stack(
            [transform(image) for image in some]
        )  # (n, 3, height, width)
        with torch.inference_mode():
            best = model(batch).softmax(-1).topk(min(top, len(names)))
        for row in torch.stack([best.indices, best.values], -1).tolist():
            answers.append([(names[int(index)], p) for index, p in row])
    return answers


if __name__ == "__main__":
    import skimage

    cat = Path(skimage.__file__).parent / "data" / "chelsea.png"
    for label, probability in classify([cat], *load_classifier())[0]:
        print(f"{probability:.2f} {label}")
