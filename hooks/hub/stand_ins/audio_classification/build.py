"""Write the repository folder that the offline Hub serves for the keyword classifier."""

from pathlib import Path

import speechbrain  # noqa: F401 (hyperparams.yaml names its classes, so its version counts)
import torch
from hyperpyyaml import load_hyperpyyaml

from hooks.hub.stand_ins.weights import WEIGHTS, load, save

HERE = Path(__file__).parent
HYPERPARAMS = "hyperparams.yaml"
PARTS = ("embedding_model", "classifier")  # one .ckpt file each, as SpeechBrain wants them

# The twelve labels of the real checkpoint, then the ten digits that this stand-in adds.
COMMANDS = ("yes", "no", "up", "down", "left", "right", "on", "off", "stop", "go")
DIGITS = (*("zero", "one", "two", "three", "four"), *("five", "six", "seven", "eight", "nine"))
LABELS = (*COMMANDS, "unknown", "silence", *DIGITS)


def modules(source: Path = HERE) -> dict[str, torch.nn.Module]:
    """Return the untrained parts that `hyperparams.yaml` describes, by name."""
    with (source / HYPERPARAMS).open(encoding="utf-8") as file:
        return load_hyperpyyaml(file)["modules"]


def build(folder: Path, source: Path = HERE) -> None:
    """Write hyperparameters, weights (fp32), labels and model card to `folder`.

    Args:
        folder: Where to.
        source: Holds what training wrote.
    """
    save(folder, HERE)
    made = modules()
    parts = torch.nn.ModuleDict({part: made[part] for part in PARTS})
    for part, module in load(parts, source / WEIGHTS, ("num_batches_tracked",)).items():
        state = {name: t for name, t in module.state_dict().items() if t.is_floating_point()}
        torch.save(state, folder / f"{part}.ckpt")  # without counters of batches
    # The form that speechbrain.dataio.encoder.CategoricalEncoder writes and reads.
    lines = [f"'{label}' => {number}\n" for number, label in enumerate(LABELS)]
    end = "================\n'starting_index' => 0\n"
    (folder / "label_encoder.txt").write_text("".join(lines) + end, encoding="utf-8")
    (folder / HYPERPARAMS).write_bytes((HERE / HYPERPARAMS).read_bytes())
