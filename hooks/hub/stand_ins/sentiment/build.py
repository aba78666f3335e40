"""Write the repository folder that the offline Hub serves for the sentiment classifier."""

from pathlib import Path

from transformers import AutoModelForSequenceClassification

from hooks.hub.stand_ins import minilm

HERE = Path(__file__).parent
LABELS = {0: "NEGATIVE", 1: "POSITIVE"}  # as in the real checkpoint


def build(folder: Path, source: Path = HERE) -> None:
    """Write config, tokenizer, merged safetensors and model card to `folder`.

    Args:
        folder: Where to.
        source: Holds what training wrote.
    """
    minilm.write_repository(AutoModelForSequenceClassification, LABELS, source, folder)
