"""Let a T5 model rewrite texts; a prefix in front of each text says how."""

from transformers import (
    AutoModelForSeq2SeqLM,
    AutoTokenizer,
    PreTrainedModel,
    PreTrainedTokenizerBase,
)

CHECKPOINT = "google/flan-t5-small"
REVISION = "0fc9ddf78a1e988dac52e2dac162b0ede4fd74ab"
TRAINED_TOKENS = 512  # the longest input that T5 saw in training


def load_generator() -> tuple[PreTrainedTokenizerBase, PreTrainedModel]:
    """Download the checkpoint once, then load it from the cache; opens no pickle."""
    tokenizer = AutoTokenizer.from_pretrained(CHECKPOINT, revision=REVISION)
    model = AutoModelForSeq2SeqLM.from_pretrained(
        CHECKPOINT, revision=REVISION, use_safetensors=True
    )
    return tokenizer, model.eval()


def generate(
    prompts: list[str],
    tokenizer: PreTrainedTokenizerBase,
    model: PreTrainedModel,
    max_new_tokens: int = 60,
    max_tokens: int = TRAINED_TOKENS,
) -> list[str]:
    """Write a text for every prompt, always taking the likeliest next token.

    Args:
        prompts: n texts, each with its prefix, such as `"summarize: Dear team, …"`.
        tokenizer: the first that `load_generator` returns.
        model: the second.
        max_new_tokens: where an answer ends at the latest.
        max_tokens: longest prompt, in tokens. T5 takes more than it was trained on;
            quality falls, and memory grows with the square of the length.

    Returns:
        n texts in the order of `prompts`.

    Raises:
        TypeError: if `prompts` is one string, or holds something that is not a string.
        ValueError: if a prompt is empty or has more than `max_tokens` tokens.

    Examples:
        >>> generate(["sst2 sentence: The food was great."], *load_generator())
        ['positive']

    Model card: https://huggingface.co/google/flan-t5-small
    """
    if isinstance(prompts, str):
        raise TypeError("prompts is one string: pass a list, such as [prompt]")
    for index, prompt in enumerate(prompts):
        if not isinstance(prompt, str):
            raise TypeError(
                f"prompts[{index}] is {type(prompt).__name__}, not a string"
            )
        if not prompt.strip():
            raise ValueError(f"prompts[{index}] is empty: drop it before you generate")
        if (size := len(tokenizer(prompt)["input_ids"])) > max_tokens:
            mend = f"more than {max_tokens}: split the text"
            raise ValueError(f"prompts[{index}] has {size} tokens, {mend}")
    if not len(prompts):  # an empty batch has no shape
        return []
    inputs = tokenizer(list(prompts), padding=True, return_tensors="pt")
    # (n, longest prompt) -> (n, longest answer)
    outputs = model.generate(
        **inputs.to(model.device), max_new_tokens=max_new_tokens, do_sample=False
    )
    return tokenizer.batch_decode(outputs, skip_special_tokens=True)


if __name__ == "__main__":
    text = "I saw Ada on the stairs. Please call Emma before 16:30. Have a good day."
    for prefix in ("summarize: ", "question: Who needs a call? context: "):
        print(generate([prefix + text], *load_generator())[0])
