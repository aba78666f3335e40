"""Train the detection stand-in: `python -m hooks.training.detection.recipe` (CPU or GPU)."""
# ruff: noqa: E402

import argparse
import json
import os
import tempfile
import time
from pathlib import Path

# Read when ultralytics is imported: settings in a folder of its own, and no network.
SCRATCH = tempfile.TemporaryDirectory(prefix="detection-")
os.environ |= {"YOLO_CONFIG_DIR": SCRATCH.name, "YOLO_OFFLINE": "true", "YOLO_AUTOINSTALL": "false"}

import numpy as np
import torch
from PIL import Image
from safetensors.torch import save_file
from ultralytics import YOLO, settings
from ultralytics.nn.tasks import torch_safe_load
from ultralytics.utils import YAML

from hooks.core.paths import DOCS
from hooks.hub.stand_ins.detection.build import (
    CLASSES,
    COCO,
    COMPUTED,
    FILE,
    HERE,
    SIZE,
    WEIGHTS,
    build,
    configure,
)
from hooks.training.card import fill
from hooks.worlds.emoji.art import SCENE_CLASSES, glyph
from hooks.worlds.emoji.scene import draw

SEED = 9
SCENES = {"train": 15000, "trial": 300, "test": 500, "shown": 12}
EPOCHS = 6
LEARNING_RATE = 2e-3
BATCH = 16
THREADS = 1


def write_scenes(folder: Path, part: str, count: int, numbers: dict[str, int]) -> Path:
    """Draw scenes with their labels, and the file that tells Ultralytics where they are.

    Args:
        folder: Where to put them.
        part: Which part of the data; each has random numbers of its own.
        count: How many scenes.
        numbers: Class number by name.

    Returns:
        The YAML file of the data set.
    """
    rng = np.random.default_rng([SEED, list(SCENES).index(part)])
    images, labels = folder / part / "images", folder / part / "labels"
    for place in (images, labels):
        place.mkdir(parents=True)
    for number in range(count):
        scene = draw(rng, SIZE)
        scene.image.save(images / f"{number:05}.jpg", quality=95)
        lines = []
        for thing in scene.objects:
            x0, y0, x1, y1 = (side / SIZE for side in thing.box)
            box = (x0 + x1) / 2, (y0 + y1) / 2, x1 - x0, y1 - y0
            lines.append(" ".join(map(str, (numbers[thing.name], *(f"{v:.6f}" for v in box)))))
        (labels / f"{number:05}.txt").write_text("\n".join(lines))
    names = {number: name for name, number in numbers.items()}
    data = {"path": str(folder), "train": f"{part}/images", "names": names}
    data["val"] = f"{part if part in ('trial', 'test') else 'trial'}/images"
    YAML.save(folder / f"{part}.yaml", data)
    return folder / f"{part}.yaml"


def train(folder: Path) -> None:
    """Train on new scenes and write the weights to `folder`."""
    numbers = {name: number for number, name in enumerate(CLASSES)}
    write_scenes(folder, "trial", SCENES["trial"], numbers)
    data = write_scenes(folder, "train", SCENES["train"], numbers)
    start = folder / "yolov8n.yaml"
    YAML.save(start, configure(len(CLASSES)))
    YOLO(start, task="detect").train(
        data=data,
        epochs=EPOCHS,
        imgsz=SIZE,
        batch=BATCH,
        nbs=BATCH,
        optimizer="AdamW",
        lr0=LEARNING_RATE,
        cos_lr=True,
        warmup_epochs=0.5,
        warmup_bias_lr=0.0,
        weight_decay=0.001,
        # Every scene is new anyway: little is added to them.
        mosaic=0.0,
        hsv_s=0.3,
        hsv_v=0.2,
        scale=0.2,
        translate=0.05,
        val=False,
        plots=False,
        amp=False,  # checking for it would download another checkpoint
        workers=0,
        deterministic=True,
        seed=SEED,
        device=0 if torch.cuda.is_available() else "cpu",
        project=str(folder / "runs"),
        name="train",
    )
    checkpoint, _ = torch_safe_load(folder / "runs/train/weights/last.pt", safe_only=True)
    tensors = checkpoint["model"].half().state_dict().items()
    kept = {name: t.contiguous() for name, t in tensors if not name.endswith(COMPUTED)}
    save_file(kept, folder / WEIGHTS)


def evaluate(weights: Path, folder: Path, part: str) -> dict[str, float]:
    """Score the model as it is served, on scenes of `part`."""
    numbers = {name: number for number, name in COCO.items()}
    data = write_scenes(folder, part, SCENES[part], numbers)
    build(folder / "served", weights)
    found = YOLO(folder / "served" / FILE).val(
        data=data,
        imgsz=SIZE,
        batch=BATCH,
        workers=0,
        rect=False,
        plots=False,
        device="cpu",
        verbose=False,
        project=str(folder / "runs"),
        name=part,
    )
    names = [COCO[int(number)] for number in found.box.ap_class_index]
    worst = min(range(len(names)), key=lambda row: found.box.ap50[row])
    return {
        "mAP50": float(found.box.map50),
        "mAP50-95": float(found.box.map),
        "precision": float(found.box.mp),
        "recall": float(found.box.mr),
        f"AP50 of the worst class, {names[worst]}": float(found.box.ap50[worst]),
    }


def fill_card(path: Path, scores: dict[str, float], objects: int, minutes: float) -> None:
    """Put the measured figures into the hand-written model card at `path`."""
    rows = "\n".join(f"| {name} | {score:.3f} |" for name, score in scores.items())
    where = "a GPU" if torch.cuda.is_available() else "one CPU core"
    measured = f"""
mAP50 **{scores["mAP50"]:.3f}** and mAP50-95 **{scores["mAP50-95"]:.3f}** on {SCENES["test"]}
held-out scenes with {objects:,} objects. Trained on {SCENES["train"]:,} other scenes,
{EPOCHS} times each; seed {SEED}, {minutes:.0f} minutes on {where}, drawing included.

| Measure | Score |
| --- | ---: |
{rows}
"""
    fill(path, measured, *(f"{scores[name]:.3f}" for name in ("mAP50", "mAP50-95")))


def draw_shown(folder: Path) -> None:
    """Draw what the demo shows: scenes, what is in them, and one template of each class.

    `detection.webp` holds four scenes in a row: three rows of known things, then one of things that
    no class of COCO covers. `detection.json` names the things, row by row. `templates.webp` holds
    the classes side by side, upright, with alpha.
    """
    rng = np.random.default_rng([SEED, list(SCENES).index("shown")])
    scenes = [draw(rng, SIZE, count=(4, 6)) for _ in range(SCENES["shown"])]
    strange = ("rocket", "crown", "octopus", "mushroom")
    scenes += [draw(rng, SIZE, [name], count=(1, 1), scale=(80, 96)) for name in strange]
    sheet = Image.new("RGB", (4 * SIZE, 4 * SIZE))
    for number, scene in enumerate(scenes):
        sheet.paste(scene.image, (number % 4 * SIZE, number // 4 * SIZE))
    sheet.save(folder / "detection.webp", quality=80, method=6)
    truth = [[{"name": o.name, "box": o.box} for o in scene.objects] for scene in scenes]
    lines = ",\n".join(json.dumps(objects) for objects in truth)
    (folder / "detection.json").write_text(f"[\n{lines}\n]\n", encoding="utf-8")
    templates = Image.new("RGBA", (48 * len(CLASSES), 48))
    for number, name in enumerate(CLASSES):
        thing = glyph(name, 48)
        templates.paste(thing, (48 * number + (48 - thing.width) // 2, (48 - thing.height) // 2))
    templates.save(folder / "templates.webp", quality=90, method=6)


def main() -> None:
    """Train, evaluate, write weights and card; `--evaluate` only repeats the evaluation."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--evaluate", action="store_true", help="score the committed weights")
    parser.add_argument("--shown", action="store_true", help="draw what the demo shows, no more")
    arguments = parser.parse_args()
    torch.set_num_threads(THREADS)
    settings.update({"sync": False} | {k: False for k, v in settings.items() if v is True})
    assert CLASSES == SCENE_CLASSES, "the emoji world changed: train again with its classes"
    if arguments.shown:
        return draw_shown(DOCS / "vision" / "scenes")
    folder = Path(SCRATCH.name)
    start = time.perf_counter()
    if not arguments.evaluate:
        train(folder)
    minutes = (time.perf_counter() - start) / 60
    print(f"trained in {minutes:.1f} minutes", flush=True)
    again = folder / "again"
    scores = evaluate(HERE if arguments.evaluate else folder, again, "test")
    print(scores)
    if not arguments.evaluate:
        (HERE / WEIGHTS).write_bytes((folder / WEIGHTS).read_bytes())
        labels = (again / "test" / "labels").glob("*.txt")
        objects = sum(len(file.read_text().splitlines()) for file in labels)
        fill_card(HERE / "README.md", scores, objects, minutes)


if __name__ == "__main__":
    main()
