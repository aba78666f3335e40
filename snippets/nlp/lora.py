"""Turn a sentence encoder into a classifier: train a head, LoRA, or all weights."""

import torch
from peft import LoraConfig, PeftModel, get_peft_model
from torch import Tensor, nn
from transformers import AutoModel, AutoTokenizer

CHECKPOINT = "sentence-transformers/all-MiniLM-L6-v2"
REVISION = "1110a243fdf4706b3f48f1d95db1a4f5529b4d41"


class Classifier(nn.Module):
    """MiniLM with a linear head that starts at zero. It takes texts, not token ids."""

    def __init__(self, labels: list[str]) -> None:
        super().__init__()
        self.labels = sorted(set(labels))
        if isinstance(labels, str) or len(self.labels) < 2:
            raise ValueError(f"labels is {labels!r}: pass a list of two or more names")
        self.name_or_path = CHECKPOINT  # PEFT writes it into adapter_config.json
        pin = {"pretrained_model_name_or_path": CHECKPOINT, "revision": REVISION}
        self.tokenizer = AutoTokenizer.from_pretrained(**pin)
        self.encoder = AutoModel.from_pretrained(
            **pin, use_safetensors=True, dtype=torch.float32, add_pooling_layer=False
        )
        self.head = nn.Linear(self.encoder.config.hidden_size, len(self.labels))
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)

    def embed(self, texts: list[str]) -> Tensor:
        """Return unit vectors, (n, 384): the mean of each text's first 256 tokens."""
        if isinstance(texts, str) or not len(texts):
            raise ValueError("texts: pass a list of at least one string")
        for index, text in enumerate(texts):
            if not isinstance(text, str) or not text.strip():
                raise ValueError(f"texts[{index}] is {text!r}, not a text with words")
        cut = {"padding": True, "truncation": True, "max_length": 256}
        # Texts of similar length share a batch, so that little is padding.
        order = sorted(range(len(texts)), key=lambda index: len(texts[index]))
        vectors = []
        for start in range(0, len(texts), 32):
            batch = [texts[index] for index in order[start : start + 32]]
            inputs = self.tokenizer(batch, return_tensors="pt", **cut)
            inputs = inputs.to(self.head.weight.device)
            tokens = self.encoder(**inputs).last_hidden_state  # (batch, length, 384)
            mask = inputs["attention_mask"].unsqueeze(-1)  # padding does not count
            vectors.append(nn.functional.normalize((tokens * mask).sum(1), dim=-1))
        return torch.cat(vectors)[torch.tensor(order).argsort()]  # the caller's order

    def forward(self, texts: list[str]) -> Tensor:
        """Return the scores before the softmax, (n, number of labels)."""
        return self.head(self.embed(texts))

    def targets(self, texts: list[str], labels: list[str]) -> Tensor:
        """Return the labels as numbers, (n,), once they are known to fit the texts."""
        if len(texts) != len(labels) or not len(texts):
            raise ValueError(f"{len(texts)} texts and {len(labels)} labels")
        if unknown := sorted(set(labels) - set(self.labels)):
            raise ValueError(f"unknown labels {unknown}; the model has {self.labels}")
        numbers = [self.labels.index(label) for label in labels]
        return torch.tensor(numbers, device=self.head.weight.device)


def fit_head(model: Classifier, texts: list[str], labels: list[str]) -> None:
    """Linear probe: logistic regression on the vectors of the frozen encoder."""
    target = model.targets(texts, labels)
    model.eval()
    with torch.no_grad():
        vectors = model.embed(texts)
    optimizer = torch.optim.LBFGS(
        model.head.parameters(), max_iter=200, line_search_fn="strong_wolfe"
    )

    def closure() -> Tensor:
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model.head(vectors), target)
        # The penalty of scikit-learn's LogisticRegression with C=10.
        loss = loss + model.head.weight.square().sum() / (2 * 10 * len(texts))
        loss.backward()
        return loss

    optimizer.step(closure)


def add_lora(model: Classifier, rank: int = 8, seed: int = 0) -> PeftModel:
    """Freeze the encoder, add LoRA to its queries and values, leave the head as is."""
    torch.manual_seed(seed)  # one of the two factors starts at random, the other at 0
    config = LoraConfig(
        r=rank,
        lora_alpha=2 * rank,
        lora_dropout=0.1,
        target_modules=["query", "value"],
        modules_to_save=["head"],
    )
    return get_peft_model(model, config, revision=REVISION)


def train(
    model: Classifier | PeftModel,
    texts: list[str],
    labels: list[str],
    epochs: int = 5,
    rate: float = 3e-3,
    seed: int = 0,
) -> None:
    """Train what is trainable: all weights of a `Classifier`, or LoRA and the head.

    Args:
        model: a `Classifier` whose head is fitted, or `add_lora` of it. Is changed.
        texts: n texts.
        labels: the label of each, among `model.labels`.
        epochs: how often each text is seen.
        rate: learning rate at the start; it falls to zero. For all weights, 1e-4.
        seed: fixes the order of the texts, and dropout.

    Raises:
        ValueError: if a text is empty, a label unknown, or there is not one for each.

    Examples:
        >>> model = Classifier(["billing", "delivery"])
        >>> data = ["Where is my box?", "Charged twice!"], ["delivery", "billing"]
        >>> fit_head(model, *data)
        >>> model = add_lora(model)
        >>> train(model, *data)
        >>> classify(model, ["My parcel is late."])
        ['delivery']
        >>> model.save_pretrained("adapter")

    Model card: https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2
    """
    target = model.targets(texts, labels)
    torch.manual_seed(seed)
    # Batches of 8 again hold texts of similar length; their order is drawn.
    order = sorted(range(len(texts)), key=lambda index: len(texts[index]))
    batches = [order[start : start + 8] for start in range(0, len(order), 8)]
    weights = [weight for weight in model.parameters() if weight.requires_grad]
    optimizer = torch.optim.AdamW(weights, lr=rate)
    schedule = torch.optim.lr_scheduler.LinearLR(
        optimizer, 1.0, 0.0, total_iters=epochs * len(batches)
    )
    model.train()
    for _ in range(epochs):
        for number in torch.randperm(len(batches)).tolist():
            rows = batches[number]
            scores = model([texts[row] for row in rows])
            loss = nn.functional.cross_entropy(scores, target[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    model.eval()


def classify(model: Classifier | PeftModel, texts: list[str]) -> list[str]:
    """Return the label of each text, in the same order."""
    model.eval()
    with torch.inference_mode():
        return [model.labels[i] for i in model(texts).argmax(1).tolist()]


if __name__ == "__main__":
    asked = ["Where is my parcel?", "It never came.", "Paid twice.", "Wrong amount."]
    answers = ["delivery", "delivery", "billing", "billing"]
    example = Classifier(answers)
    fit_head(example, asked, answers)
    example = add_lora(example)
    train(example, asked, answers)
    example.print_trainable_parameters()
    print(classify(example, ["My package is late.", "The bill is wrong."]))
