"""The offline Hub serves the real all-MiniLM-L6-v2, and says so."""

import pytest
import torch
from sentence_transformers import SentenceTransformer
from transformers import AutoModelForSequenceClassification

from hooks.core import registry
from hooks.hub.stand_ins.all_minilm.build import SHA256, build

NAME = "sentence-transformers/all-MiniLM-L6-v2"
ENTRY = registry.load()[NAME]


def test_the_package_carries_the_registered_weights(repository):
    assert (repository / "model.safetensors").stat().st_size == ENTRY.bytes
    assert (repository / "modules.json").is_file() and (repository / "tokenizer.json").is_file()


def test_other_weights_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("hooks.hub.stand_ins.all_minilm.build.model_folder", lambda: tmp_path)
    (tmp_path / "model.safetensors").write_bytes(b"something else")
    with pytest.raises(ValueError, match="other weights"):
        build(tmp_path / "new")


def test_sentences_of_one_meaning_lie_close_together():
    model = SentenceTransformer(NAME, revision=ENTRY.revision, device="cpu")
    texts = ["Where is my parcel?", "The package has not arrived.", "I forgot my password."]
    vectors = model.encode(texts, convert_to_tensor=True)
    assert vectors.shape == (3, 384)
    assert torch.linalg.norm(vectors, dim=1).tolist() == pytest.approx([1, 1, 1], abs=1e-5)
    close, far = (vectors[0] @ vectors[1]).item(), (vectors[0] @ vectors[2]).item()
    assert close > far + 0.2


def test_a_classifier_starts_from_it():
    model = AutoModelForSequenceClassification.from_pretrained(
        NAME, revision=ENTRY.revision, num_labels=6
    )
    encoder = sum(p.numel() for p in model.bert.parameters())
    # The pooler's matrix and bias are in the package, too: 22,713,216 numbers and 512 position ids.
    assert encoder == ENTRY.parameters - 512
    assert SHA256 == "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
