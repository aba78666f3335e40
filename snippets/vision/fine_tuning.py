"""Fine-tune an image classifier on your own pictures: a new head, or all weights."""

import timm
import torch
from PIL import Image, ImageOps
from timm.data import create_transform, resolve_model_data_config
from torch import Tensor, nn
from torchvision.transforms import v2

CHECKPOINT = "timm/resnet18.a1_in1k"
REVISION = "491b427b45c94c7fb0e78b5474cc919aff584bbf"


def new_model(labels: list[str], pretrained: bool = True, seed: int = 0) -> nn.Module:
    """Load the backbone with a new head, or build the same network untrained.

    Args:
        labels: names of your classes, two or more; repeated ones count once.
        pretrained: False leaves the backbone at random weights.
        seed: fixes the random weights.

    Returns:
        The model; `model.labels` holds the names in the order of its scores.

    Raises:
        ValueError: if there are fewer than two names.
    """
    names = sorted(set(labels))
    if isinstance(labels, str) or len(names) < 2:
        raise ValueError(f"labels has the classes {names}: pass two or more names")
    torch.manual_seed(seed)
    name = f"hf-hub:{CHECKPOINT}@{REVISION}"
    model = timm.create_model(name, pretrained=pretrained, num_classes=len(names))
    model.labels = names
    head = model.get_classifier()
    nn.init.zeros_(head.weight)
    nn.init.zeros_(head.bias)
    # On a CPU, convolutions are faster when the channels of a pixel lie side by side.
    return model.to(memory_format=torch.channels_last).eval()


def prepare(pictures: list[Image.Image], model: nn.Module) -> Tensor:
    """Return what the model reads, (n, 3, height, width), from pictures of any size.

    Raises:
        TypeError: if something is not a PIL image.
        ValueError: if there is no picture, one has no pixels, or more than 8 bits a
            channel.
    """
    transform = create_transform(**resolve_model_data_config(model), is_training=False)
    tensors = []
    for index, picture in enumerate(pictures):
        if not isinstance(picture, Image.Image):
            what = type(picture).__name__
            raise TypeError(f"pictures[{index}] is {what}: pass Image.open(path)")
        if 0 in picture.size:
            raise ValueError(f"pictures[{index}] has no pixels: drop it")
        if picture.mode[0] in "IF":
            mode = picture.mode
            raise ValueError(f"pictures[{index}] has mode {mode}: scale it to 8 bits")
        picture = ImageOps.exif_transpose(picture)  # a phone's photo may be on its side
        if picture.has_transparency_data:  # what shines through is white, not black
            picture = picture.convert("RGBA")
            white = Image.new("RGBA", picture.size, "white")
            picture = Image.alpha_composite(white, picture)
        tensors.append(transform(picture.convert("RGB")))
    if not tensors:
        raise ValueError("pictures is empty: pass at least one")
    return torch.stack(tensors)


def fit_head(model: nn.Module, images: Tensor, labels: list[str]) -> None:
    """Linear probe: logistic regression on the features of the frozen backbone.

    The backbone sees each picture once; see `fine_tune` for arguments and errors.
    """
    target = _targets(model, images, labels)
    head = model.eval().get_classifier()
    with torch.no_grad():
        maps = [model.forward_features(batch) for batch in images.split(64)]
        features = model.forward_head(torch.cat(maps), pre_logits=True)  # (n, width)
    nn.init.zeros_(head.weight)
    nn.init.zeros_(head.bias)
    optimizer = torch.optim.LBFGS(
        head.parameters(), max_iter=200, line_search_fn="strong_wolfe"
    )

    def closure() -> Tensor:
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(head(features), target)
        # The penalty of scikit-learn's LogisticRegression with C=1.
        loss = loss + head.weight.square().sum() / (2 * len(images))
        loss.backward()
        return loss

    optimizer.step(closure)


def fine_tune(
    model: nn.Module,
    images: Tensor,
    labels: list[str],
    epochs: int = 15,
    rate: float = 3e-4,
    augment: bool = True,
    freeze_norms: bool = True,
    seed: int = 0,
) -> None:
    """Train all weights. Fit the head first, or a head at zero distorts the backbone.

    Args:
        model: from `new_model`. Is changed.
        images: (n, 3, height, width), from `prepare`.
        labels: n names, among `model.labels`, each at least once.
        epochs: how often each picture is seen.
        rate: highest learning rate; it rises to it and falls to zero.
        augment: show each picture mirrored or cropped, a little different every time.
        freeze_norms: keep what BatchNorm knows about the mean and variance of its
            inputs: few pictures say little about it. An untrained network has to learn.
        seed: fixes the order of the pictures and how they are changed.

    Raises:
        ValueError: if a label is unknown or missing, or there is not one for each.

    Examples:
        >>> model = new_model(["key", "watch"])
        >>> images = prepare([Image.open("1.jpg"), Image.open("2.jpg")], model)
        >>> fit_head(model, images, ["key", "watch"])
        >>> fine_tune(model, images, ["key", "watch"])
        >>> classify(model, images)
        ['key', 'watch']

    Model card: https://huggingface.co/timm/resnet18.a1_in1k
    """
    target = _targets(model, images, labels)
    torch.manual_seed(seed)
    change = v2.Compose(
        [
            v2.RandomHorizontalFlip(),
            v2.RandomResizedCrop(images.shape[-2:], scale=(0.5, 1), antialias=True),
        ]
    )
    optimizer = torch.optim.AdamW(model.parameters(), lr=rate)
    steps = epochs * -(-len(images) // 32)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, total_steps=steps)
    model.train()
    for module in model.modules():
        if freeze_norms and isinstance(module, nn.BatchNorm2d):
            module.eval()
    for _ in range(epochs):
        for batch in torch.randperm(len(images)).split(32):
            seen = images[batch]
            if augment:
                seen = torch.stack([change(image) for image in seen])
            seen = seen.contiguous(memory_format=torch.channels_last)
            loss = nn.functional.cross_entropy(model(seen), target[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    model.eval()


@torch.inference_mode()
def probabilities(model: nn.Module, images: Tensor) -> Tensor:
    """Return (n, number of labels); each row adds up to 1."""
    scores = [model.eval()(batch) for batch in images.split(64)]
    return torch.cat(scores).softmax(-1)


def classify(model: nn.Module, images: Tensor) -> list[str]:
    """Return the likeliest label of each picture."""
    return [model.labels[i] for i in probabilities(model, images).argmax(-1).tolist()]


def _targets(model: nn.Module, images: Tensor, labels: list[str]) -> Tensor:
    """Return the labels as numbers, (n,), once they are known to fit the pictures."""
    if len(images) != len(labels):
        raise ValueError(f"{len(images)} pictures and {len(labels)} labels")
    if unknown := sorted(set(labels) - set(model.labels)):
        raise ValueError(f"unknown labels {unknown}; the model has {model.labels}")
    if missing := sorted(set(model.labels) - set(labels)):
        raise ValueError(f"no picture of {missing}: add some, or drop the label")
    numbers = [model.labels.index(label) for label in labels]
    return torch.tensor(numbers, device=images.device)


if __name__ == "__main__":
    import skimage.data

    walls = {}
    for label in ("brick", "gravel"):  # eight pieces of a photograph of each
        photo = Image.fromarray(getattr(skimage.data, label)())
        corners = [(x, y) for x in range(0, 512, 128) for y in (0, 128)]
        walls[label] = [photo.crop((x, y, x + 128, y + 128)) for x, y in corners]
    example = new_model(list(walls))
    pieces = prepare(walls["brick"][:6] + walls["gravel"][:6], example)
    answers = ["brick"] * 6 + ["gravel"] * 6
    fit_head(example, pieces, answers)
    fine_tune(example, pieces, answers, epochs=5)
    unseen = prepare(walls["brick"][6:] + walls["gravel"][6:], example)
    print(classify(example, unseen))
