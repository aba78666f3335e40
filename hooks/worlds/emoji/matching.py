"""World of `image_text_matching` and its stand-in: what its scenes hold, on which backgrounds."""

KINDS = ("gradient", "clouds", "meadow")
CLASSES: tuple[str, ...] = (
    "airplane", "apple", "banana", "bicycle", "bird", "boat", "book", "bus", "car", "cat",
    "chair", "clock", "cow", "cup", "dog", "elephant", "fish", "guitar", "horse", "person",
    "pizza", "train", "tree", "umbrella",
)  # fmt: skip
