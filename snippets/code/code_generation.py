"""Let a small code model draft SQL queries and Python functions, and run nothing."""

import re

from transformers import (
    AutoModelForCausalLM,
    AutoTokenizer,
    PreTrainedModel,
    PreTrainedTokenizerBase,
)

CHECKPOINT = "Qwen/Qwen2.5-Coder-0.5B-Instruct"
REVISION = "ea3f2471cf1b1f0db85067f1ef93848e38e88c25"
SQL = "You write SQLite queries. Answer with one SELECT statement and nothing else."
PYTHON = "You write Python. Answer with one function and nothing else, no import."
# Chat models often wrap their code in a fence.
FENCE = re.compile(r"```\w*\n(.*?)(?:```|\Z)", re.S)


def load_coder() -> tuple[PreTrainedTokenizerBase, PreTrainedModel]:
    """Download the checkpoint once, then load tokenizer and model from the cache."""
    tokenizer = AutoTokenizer.from_pretrained(
        CHECKPOINT, revision=REVISION, padding_side="left"
    )
    model = AutoModelForCausalLM.from_pretrained(
        CHECKPOINT, revision=REVISION, use_safetensors=True
    )
    return tokenizer, model.eval()


def draft(
    requests: list[str],
    system: str,
    tokenizer: PreTrainedTokenizerBase,
    model: PreTrainedModel,
    batch_size: int = 8,
    max_new_tokens: int = 160,
) -> list[str]:
    r"""Write code for every request, always taking the likeliest next token.

    Args:
        requests: n texts: questions, or descriptions of functions.
        system: what the model is told first, such as `f"{SQL}\n{schema}"` with the
            `CREATE TABLE` statements of your database, or `PYTHON`.
        tokenizer: the first that `load_coder` returns; it knows the chat format.
        model: the second.
        batch_size: requests per call of `generate`; more is faster, needs more memory.
        max_new_tokens: where an answer ends at the latest.

    Returns:
        n texts in the order of `requests`. Check them before you run them.

    Raises:
        TypeError: if `requests` is one string, or holds something that is no string.
        ValueError: if a request is empty.

    Examples:
        >>> request = "Write the function solve(x). It returns x plus 7."
        >>> draft([request], PYTHON, *load_coder())
        ['def solve(x):\n    return x + 7']

    Model card: https://huggingface.co/Qwen/Qwen2.5-Coder-0.5B-Instruct
    """
    if isinstance(requests, str):
        raise TypeError("requests is one string: pass a list, such as [request]")
    for index, one in enumerate(requests):
        if not isinstance(one, str):
            raise TypeError(f"requests[{index}] is {type(one).__name__}, not a string")
        if not one.strip():
            raise ValueError(f"requests[{index}] is empty: say what you want")
    chats = [
        [{"role": "system", "content": system}, {"role": "user", "content": one}]
        for one in requests
    ]
    answers = []
    for start in range(0, len(chats), batch_size):
        inputs = tokenizer.apply_chat_template(
            chats[start : start + batch_size],
            add_generation_prompt=True,  # ends where the model's answer begins
            padding=True,
            return_dict=True,
            return_tensors="pt",
        ).to(model.device)
        ids = model.generate(**inputs, max_new_tokens=max_new_tokens, do_sample=False)
        new = ids[:, inputs["input_ids"].shape[1] :]  # (batch, tokens of the answer)
        answers += tokenizer.batch_decode(new, skip_special_tokens=True)
    return [(FENCE.findall(one) or [one])[0].strip() for one in answers]


if __name__ == "__main__":
    example = "Write the function solve(x). It returns x plus 7."
    print(draft([example], PYTHON, *load_coder())[0])
