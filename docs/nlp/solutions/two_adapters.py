"""One base in memory, one adapter per domain, switched from call to call."""

from pathlib import Path

from peft import PeftModel

from snippets.nlp.lora import Classifier, classify


def mount(labels: list[str], folders: dict[str, Path]) -> PeftModel:
    """Load the base once, and onto it each domain's adapter under the domain's name."""
    first, *others = folders
    model = PeftModel.from_pretrained(Classifier(labels), folders[first], adapter_name=first)
    for domain in others:
        model.load_adapter(folders[domain], adapter_name=domain)
    return model


def classify_for(model: PeftModel, domain: str, texts: list[str]) -> list[str]:
    """Label texts with one domain's adapter and head.

    Raises:
        ValueError: if no adapter of that name is mounted.
    """
    if domain not in model.peft_config:
        raise ValueError(f"no adapter {domain!r}; mounted: {', '.join(model.peft_config)}")
    model.set_adapter(domain)
    return classify(model, texts)


def weights(model: PeftModel) -> tuple[int, int]:
    """Return the numbers of weights in the base, and in all adapters and heads together."""
    added = ("lora_", "modules_to_save")
    sizes = {name: weight.numel() for name, weight in model.named_parameters()}
    ours = sum(size for name, size in sizes.items() if any(word in name for word in added))
    return sum(sizes.values()) - ours, ours
