"""Find translations in which a number is missing, new or changed."""

import re
from collections.abc import Iterable

from transformers import PreTrainedModel, PreTrainedTokenizerBase

from snippets.nlp.translation import translate


def numbers(text: str) -> list[str]:
    """Return the numbers of a text, sorted, with the signs inside them: 1,250.75 is one."""
    return sorted(re.findall(r"\d+(?:[.,]\d+)*", text))


def wrong_numbers(
    template: str,
    values: Iterable[int],
    tokenizer: PreTrainedTokenizerBase,
    model: PreTrainedModel,
) -> list[tuple[str, str]]:
    """Return (English, French) for each value whose number does not arrive unchanged."""
    sentences = [template.format(value) for value in values]
    pairs = zip(sentences, translate(sentences, tokenizer, model), strict=True)
    return [pair for pair in pairs if numbers(pair[0]) != numbers(pair[1])]
