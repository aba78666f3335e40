"""Find the objects in a picture with a pre-trained detector: names, boxes, scores."""

from huggingface_hub import hf_hub_download
from PIL import Image, ImageOps
from ultralytics import YOLO, settings
from ultralytics.nn.tasks import torch_safe_load

CHECKPOINT = "Ultralytics/YOLOv8"
REVISION = "8a9e1a55f987a77f9966c2ac3f80aa8aa37b3c1a"
FILE = "yolov8n.pt"


def load_detector() -> YOLO:
    """Download the checkpoint once, then load it from the cache.

    Raises:
        TypeError: if the file would run code other than that of torch and ultralytics.
    """
    settings.update({"sync": False})  # else use is reported, to Google Analytics
    path = hf_hub_download(CHECKPOINT, FILE, revision=REVISION)
    torch_safe_load(path, safe_only=True)  # a .pt is a pickle: refuse foreign code
    return YOLO(path)


def detect(image: Image.Image, model: YOLO, threshold: float = 0.25) -> list[dict]:
    """Find the objects in one picture.

    Args:
        image: a picture of any size and mode. A camera's note to turn it is followed.
        model: what `load_detector` returns.
        threshold: lowest score to report, above 0, at most 1.

    Returns:
        One dict per object, best score first: `name`, of `model.names`; `box`, its
        left, top, right and bottom edge in pixels of the upright picture; `score`.

    Raises:
        TypeError: if `image` is not a Pillow picture.
        ValueError: if it has no pixels, or if `threshold` is out of range.

    Examples:
        >>> detect(Image.open("street.jpg"), load_detector())[0]["name"]
        'person'

    Model card: https://huggingface.co/Ultralytics/YOLOv8
    """
    if not isinstance(image, Image.Image):
        raise TypeError(
            f"image is {type(image).__name__}: pass what Image.open returns"
        )
    if not min(image.size):
        raise ValueError(f"image is {image.width} x {image.height}: it has no pixels")
    if not 0 < threshold <= 1:
        raise ValueError(f"threshold is {threshold}: pass a score above 0, at most 1")
    upright = ImageOps.exif_transpose(image).convert("RGB")
    (result,) = model.predict(upright, conf=threshold, verbose=False)
    return [
        {"name": model.names[int(number)], "box": box, "score": score}
        for *box, score, number in result.boxes.data.tolist()
    ]


if __name__ == "__main__":
    from skimage.data import coffee

    objects = detect(Image.fromarray(coffee()), load_detector())
    print(len(objects), "objects:", ", ".join(one["name"] for one in objects))
