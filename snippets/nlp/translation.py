"""Translate English sentences into French with a pre-trained encoder-decoder."""

from transformers import (
    AutoModelForSeq2SeqLM,
    AutoTokenizer,
    PreTrainedModel,
    PreTrainedTokenizerBase,
)

CHECKPOINT = "Helsinki-NLP/opus-mt-en-fr"
REVISION = "dd7f6540a7a48a7f4db59e5c0b9c42c8eea67f18"
MAX_TOKENS = 512  # positions of the model, for what it reads and for what it writes


def load_translator() -> tuple[PreTrainedTokenizerBase, PreTrainedModel]:
    """Download the checkpoint once, then load tokenizer and model from the cache."""
    tokenizer = AutoTokenizer.from_pretrained(CHECKPOINT, revision=REVISION)
    model = AutoModelForSeq2SeqLM.from_pretrained(CHECKPOINT, revision=REVISION)
    return tokenizer, model.eval()


def translate(
    texts: list[str],
    tokenizer: PreTrainedTokenizerBase,
    model: PreTrainedModel,
    beams: int = 4,
    batch_size: int = 32,
) -> list[str]:
    """Translate every text, one sentence each.

    Args:
        texts: n English sentences. Split a paragraph into its sentences first.
        tokenizer: the first that `load_translator` returns.
        model: the second.
        beams: how many unfinished translations are kept side by side; 1 is greedy.
        batch_size: texts per call of `generate`; more is faster, needs more memory.

    Returns:
        n French sentences in the order of `texts`.

    Raises:
        TypeError: if `texts` is one string, or holds something that is not a string.
        ValueError: if a text is empty, or has more tokens than the model has positions.

    Examples:
        >>> translate(["We have two cats."], *load_translator())
        ['Nous avons deux chats.']

    Model card: https://huggingface.co/Helsinki-NLP/opus-mt-en-fr
    """
    if isinstance(texts, str):
        raise TypeError("texts is one string: pass a list, such as [text]")
    for index, text in enumerate(texts):
        if not isinstance(text, str):
            raise TypeError(f"texts[{index}] is {type(text).__name__}, not a string")
        if not text.strip():
            raise ValueError(f"texts[{index}] is empty: drop it before you translate")
        if (size := len(tokenizer(text)["input_ids"])) > MAX_TOKENS:
            limit = f"the model reads {MAX_TOKENS}: split it into sentences"
            raise ValueError(f"texts[{index}] has {size} tokens, {limit}")
    answers = []
    for start in range(0, len(texts), batch_size):
        batch = list(texts[start : start + batch_size])
        inputs = tokenizer(batch, padding=True, return_tensors="pt").to(model.device)
        # Twice the input: too small a limit cuts the translation in silence.
        room = min(2 * inputs["input_ids"].shape[1] + 16, MAX_TOKENS)
        ids = model.generate(**inputs, num_beams=beams, max_length=room)
        answers += tokenizer.batch_decode(ids, skip_special_tokens=True)
    return answers


if __name__ == "__main__":
    for sentence in translate(["I am happy.", "We have two cats."], *load_translator()):
        print(sentence)
