"""Train the detection stand-in: `python -m hooks.training detection` (CPU or GPU)."""
# ruff: noqa: E402

import os
import tempfile
from pathlib import Path

# Read when ultralytics is imported: settings in a folder of its own, and no network.
SCRATCH = tempfile.TemporaryDirectory(prefix="detection-")
os.environ |= {"YOLO_CONFIG_DIR": SCRATCH.name, "YOLO_OFFLINE": "true", "YOLO_AUTOINSTALL": "false"}

import numpy as np
from ultralytics import YOLO, settings
from ultralytics.nn.tasks import torch_safe_load
from ultralytics.utils import YAML

from hooks.hub.stand_ins.detection.build import (
    CLASSES,
    COCO,
    COMPUTED,
    FILE,
    SIZE,
    WEIGHTS,
    build,
    configure,
)
from hooks.training.card import rows
from hooks.training.frame import Recipe, Run
from hooks.training.weights import save_fp16
from hooks.worlds.emoji.art import SCENE_CLASSES
from hooks.worlds.emoji.scene import draw

settings.update({"sync": False} | {k: False for k, v in settings.items() if v is True})

SEED = 9
SCENES = {"train": 15000, "trial": 300, "test": 500}
EPOCHS, BATCH, LEARNING_RATE = 6, 16, 2e-3


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


def train(run: Run) -> None:
    """Train on new scenes and write the weights; a limit makes the scenes fewer."""
    assert CLASSES == SCENE_CLASSES, "the emoji world changed: train again with its classes"
    folder, count = run.folder, SCENES["train"]
    numbers = {name: number for number, name in enumerate(CLASSES)}
    write_scenes(folder, "trial", SCENES["trial"], numbers)
    data = write_scenes(folder, "train", run.limit * BATCH if run.limit else count, numbers)
    start = folder / "yolov8n.yaml"
    YAML.save(start, configure(len(CLASSES)))
    YOLO(start, task="detect").train(
        data=data,
        epochs=1 if run.limit else EPOCHS,
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
        device=run.device,
        project=str(folder / "runs"),
        name="train",
    )
    checkpoint, _ = torch_safe_load(folder / "runs/train/weights/last.pt", safe_only=True)
    save_fp16(checkpoint["model"], folder / WEIGHTS, without=COMPUTED)


def evaluate(folder: Path) -> tuple[dict[str, float], int]:
    """Return scores of the model as it is served, and how many objects there were to find."""
    numbers = {name: number for number, name in COCO.items()}
    with tempfile.TemporaryDirectory() as home:
        scratch = Path(home)
        data = write_scenes(scratch, "test", SCENES["test"], numbers)
        build(scratch / "served", folder)
        found = YOLO(scratch / "served" / FILE).val(
            data=data,
            imgsz=SIZE,
            batch=BATCH,
            workers=0,
            rect=False,
            plots=False,
            device="cpu",
            verbose=False,
            project=str(scratch / "runs"),
            name="test",
        )
        labels = (scratch / "test" / "labels").glob("*.txt")
        objects = sum(len(file.read_text().splitlines()) for file in labels)
    names = [COCO[int(number)] for number in found.box.ap_class_index]
    worst = min(range(len(names)), key=lambda row: found.box.ap50[row])
    scores = {
        "mAP50": float(found.box.map50),
        "mAP50-95": float(found.box.map),
        "precision": float(found.box.mp),
        "recall": float(found.box.mr),
        f"AP50 of the worst class, {names[worst]}": float(found.box.ap50[worst]),
    }
    return scores, objects


def _describe(found: tuple[dict[str, float], int], trained: str) -> tuple[str, ...]:
    """Return the measured part of the card, and its metrics."""
    scores, objects = found
    measured = f"""
mAP50 **{scores["mAP50"]:.3f}** and mAP50-95 **{scores["mAP50-95"]:.3f}** on {SCENES["test"]}
held-out scenes with {objects:,} objects. Trained on {SCENES["train"]:,} other scenes,
{EPOCHS} times each; seed {SEED}, {trained}, drawing included.

| Measure | Score |
| --- | ---: |
{rows({name: [score] for name, score in scores.items()}, "{:.3f}")}
"""
    return measured, *(f"{scores[name]:.3f}" for name in ("mAP50", "mAP50-95"))


RECIPE = Recipe("detection", train, evaluate, _describe, SEED, gpu=True)
