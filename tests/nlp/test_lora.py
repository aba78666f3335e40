"""The snippet and its tickets, with the real MiniLM that the offline Hub serves."""

import re
from collections import Counter

import pytest
import torch
from peft import PeftModel
from sklearn.linear_model import LogisticRegression

from hooks.core.paths import DOCS
from snippets.nlp import lora as snippet
from snippets.nlp.lora import Classifier, add_lora, classify, fit_head, train
from tests.conftest import rows

LABELS = ["billing", "delivery", "returns"]
TEXTS = [
    "I was charged twice.",
    "Where is my parcel?",
    "The shoes are too small, I want to send them back.",
    "The amount on the invoice is wrong.",
    "The courier never came.",
    "How do I exchange the lamp for another color?",
]
TEAMS = LABELS * 2
# Texts of one batch are padded to the same length, which changes the order of fp32 additions.
TOLERANCE = 1e-4


def fitted() -> Classifier:
    model = Classifier(LABELS)
    fit_head(model, TEXTS, TEAMS)
    return model


base, fresh = pytest.fixture(fitted, scope="module"), pytest.fixture(fitted)


def test_lora_trains_two_thin_matrices_for_queries_and_values_of_six_layers(fresh):
    model = add_lora(fresh, rank=8)
    adapter = 6 * 2 * (384 * 8 + 8 * 384)
    head = 384 * len(LABELS) + len(LABELS)
    assert model.get_nb_trainable_parameters()[0] == adapter + head == 73_728 + 1_155


def test_the_head_is_a_logistic_regression(base):
    with torch.no_grad():
        vectors = base.embed(TEXTS).numpy()
        ours = base(TEXTS).softmax(1).numpy()
    theirs = LogisticRegression(C=10, max_iter=1000).fit(vectors, TEAMS).predict_proba(vectors)
    assert ours == pytest.approx(theirs, abs=0.01)  # two optimizers, each with its own stop


def test_a_new_adapter_changes_nothing_and_a_trained_one_leaves_the_base_alone(fresh):
    with torch.no_grad():
        before = fresh(TEXTS)
    frozen = {name: weight.clone() for name, weight in fresh.encoder.named_parameters()}
    model = add_lora(fresh)
    model.eval()
    with torch.no_grad():
        assert torch.allclose(model(TEXTS), before, atol=1e-5)  # one factor starts at zero
    train(model, TEXTS, TEAMS, epochs=2)
    with torch.no_grad():
        assert not torch.allclose(model(TEXTS), before, atol=1e-2)
    weights = fresh.encoder.named_parameters()
    after = {name.replace("base_layer.", ""): one for name, one in weights if "lora_" not in name}
    assert after.keys() == frozen.keys()
    assert all(torch.equal(after[name], weight) for name, weight in frozen.items())


def test_a_saved_adapter_gives_the_same_scores_and_merges(fresh, tmp_path):
    model = add_lora(fresh)
    train(model, TEXTS, TEAMS, epochs=2)
    model.save_pretrained(tmp_path)
    loaded = PeftModel.from_pretrained(Classifier(LABELS), tmp_path).eval()
    assert loaded.peft_config["default"].base_model_name_or_path == snippet.CHECKPOINT
    assert loaded.peft_config["default"].revision == snippet.REVISION
    with torch.no_grad():
        scores = model(TEXTS)
        assert torch.equal(loaded(TEXTS), scores)
        assert torch.allclose(loaded.merge_and_unload()(TEXTS), scores, atol=1e-3)


def test_the_same_seed_gives_the_same_adapter():
    found = []
    for _ in range(2):
        model = add_lora(Classifier(LABELS), seed=3)
        train(model, TEXTS, TEAMS, epochs=1, seed=3)
        with torch.no_grad():
            found.append(model(TEXTS))
    assert torch.equal(*found)


def test_texts_keep_their_order_and_do_not_disturb_one_another(base):
    texts = ["short", "a text that is a good deal longer than the first one", "two words"] * 15
    with torch.no_grad():
        together = base.embed(texts)
        alone = torch.cat([base.embed([text]) for text in texts[:3]])
    assert torch.allclose(together, alone.repeat(15, 1), atol=TOLERANCE)
    assert together.norm(dim=1).tolist() == pytest.approx([1] * 45, abs=1e-5)


def test_a_very_long_text_is_cut_after_256_tokens(base):
    with torch.no_grad():
        long, cut = base.embed(["good " * 20_000, "good " * 254])  # two marks fill the rest
    assert torch.allclose(long, cut, atol=TOLERANCE)


@pytest.mark.parametrize("texts", [[], "one string", ["fine", ""], ["fine", None], [" \n"]])
def test_bad_texts_are_named(base, texts):
    with pytest.raises(ValueError, match="texts"):
        classify(base, texts)


@pytest.mark.parametrize("labels", [[], ["one"], ["same", "same"], "billing"])
def test_bad_label_lists_are_named(labels):
    with pytest.raises(ValueError, match="two or more names"):
        Classifier(labels)


@pytest.mark.parametrize("step", [fit_head, train])
def test_labels_must_fit(base, step):
    with pytest.raises(ValueError, match=r"unknown labels \['sales'\]"):
        step(base, ["a"], ["sales"])
    with pytest.raises(ValueError, match="2 texts and 1 labels"):
        step(base, ["a", "b"], ["billing"])
    with pytest.raises(ValueError, match="0 texts and 0 labels"):
        step(base, [], [])


def test_the_tickets_are_balanced_and_no_text_occurs_twice():
    tickets = rows(DOCS / "nlp" / "tickets.csv")
    sizes = Counter((row["domain"], row["split"], row["team"]) for row in tickets)
    assert len(tickets) == 720
    assert {row["domain"] for row in tickets} == {"shop", "clinic", "utility"}
    assert all(size == {"train": 25, "test": 15}[split] for (_, split, _), size in sizes.items())
    plain = [re.sub(r"[^a-z0-9]+", " ", row["text"].lower()).strip() for row in tickets]
    assert len(set(plain)) == len(plain)
