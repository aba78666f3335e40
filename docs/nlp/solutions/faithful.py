"""Fall back on a copied sentence where a summary names what its text does not."""

import re


def unsupported(summary: str, text: str) -> set[str]:
    """Numbers and capitalized words of `summary` that do not occur in `text`."""
    known = set(re.findall(r"\w+", text.lower()))
    return {word for word in re.findall(r"[A-Z]\w*|\d+", summary) if word.lower() not in known}


def faithful(summary: str, text: str) -> str:
    """Return the summary, or the sentence of `text` that shares most words with it.

    Raises:
        ValueError: if the text holds no sentence to fall back on.
    """
    if not (sentences := re.findall(r"[^.!?]+[.!?]?", text.strip())):
        raise ValueError("text is empty: there is nothing to summarize")
    if summary.strip() and not unsupported(summary, text):
        return summary
    words = set(re.findall(r"\w+", summary.lower()))
    return max(
        (sentence.strip() for sentence in sentences),
        key=lambda sentence: len(words & set(re.findall(r"\w+", sentence.lower()))),
    )
