"""Write the repository folder that the offline Hub serves for the entity tagger."""

from pathlib import Path

from transformers import AutoModelForTokenClassification

from hooks.hub.stand_ins import minilm

HERE = Path(__file__).parent
NAMES = ("O", "B-MISC", "I-MISC", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-LOC", "I-LOC")
LABELS = dict(enumerate(NAMES))  # names and order as in the real checkpoint


def build(folder: Path, source: Path = HERE) -> None:
    """Write config, tokenizer, merged safetensors and model card to `folder`.

    Args:
        folder: Where to.
        source: Holds what training wrote.
    """
    minilm.write_repository(AutoModelForTokenClassification, LABELS, source, folder)
