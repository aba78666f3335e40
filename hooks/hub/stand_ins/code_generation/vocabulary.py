"""The stand-in's tokenizer: Qwen2's class, with the words and clauses of a small world as pieces.

Byte-level, so any text comes back: a word of the world is one piece, any other is spelled. What
always comes together is one piece: a clause of SQL, the first line of a function, a whole system
prompt. So answers are short, training takes minutes, and the stand-in knows the course's shop by
heart: it cannot read another schema.
"""

import ast
import json
import random
import re
from pathlib import Path

from tokenizers import AddedToken, Tokenizer, models, pre_tokenizers, trainers
from transformers import Qwen2Tokenizer

CLAUSE = re.compile(r"(?= (?:FROM|JOIN|WHERE|AND|GROUP|HAVING|ORDER|LIMIT)\b)")
MERGES = Path(__file__).parent / "merges.txt"
CLAUSES = Path(__file__).parent / "clauses.txt"
PAD, START, END = "<|endoftext|>", "<|im_start|>", "<|im_end|>"
CHAT = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + "
    "message['content'] + '<|im_end|>' + '\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)


def write_pieces() -> None:
    """Collect what always comes together, and merges that make each other word one piece."""
    from hooks.hub.stand_ins.code_generation import functions, questions
    from hooks.hub.stand_ins.code_generation.shop import SCHEMA, values
    from snippets.code.code_generation import PYTHON, SQL

    clauses, texts = {"\n".join([SQL, *SCHEMA]), PYTHON}, {"system", "user", "assistant"}
    for signature in ("solve(numbers)", *functions.SINGLE):
        clauses |= {f"Write the function {signature}. It returns", f"def {signature}:\n    return"}
    for question, sql in questions.stored():
        for slot in questions.SLOT.findall(question):
            texts.update(text for value in values(slot) for text in (value, f" {value}"))
        texts.add(questions.SLOT.sub("", question))
        # Cut where a value stands, then before each keyword.
        marked = re.sub(r":(?!month)[a-z]{2,}", "'\0'", sql.replace(":month", "'2026-\0'"))
        for part in re.sub(r":[nk]\b", "\0", marked).split("\0"):
            clauses.update(clause for clause in CLAUSE.split(part) if len(clause) > 1)
    draw = random.Random(1)
    lines = sorted(clauses, key=len)
    for _ in range(4_000):
        for text in functions.pair(draw):
            for line in lines:
                text = text.removeprefix(line)
            texts.add(text)
    CLAUSES.write_text("".join(f"{line!r}\n" for line in sorted(clauses)), encoding="utf-8")
    split = Qwen2Tokenizer(vocab={}, merges=[]).backend_tokenizer.pre_tokenizer
    words = {word for text in texts for word, _ in split.pre_tokenize_str(text)}
    learner = Tokenizer(models.BPE())
    learner.train_from_iterator(
        sorted(words),  # each is one word: no splitter is set
        trainers.BpeTrainer(
            vocab_size=9_999, min_frequency=1, initial_alphabet=_bytes(), show_progress=False
        ),
    )
    merges = json.loads(learner.to_str())["model"]["merges"]
    MERGES.write_text("".join(f"{one} {two}\n" for one, two in merges), encoding="utf-8")


def _bytes() -> list[str]:
    return sorted(pre_tokenizers.ByteLevel.alphabet())


def tokenizer() -> Qwen2Tokenizer:
    """Return the tokenizer, with ChatML as its chat template."""
    merges = [tuple(line.split(" ")) for line in MERGES.read_text("utf-8").splitlines()]
    pieces = dict.fromkeys([*_bytes(), *(one + two for one, two in merges)])
    tok = Qwen2Tokenizer(
        vocab={piece: index for index, piece in enumerate(pieces)},
        merges=merges,
        eos_token=END,
        pad_token=PAD,
        chat_template=CHAT,
        model_max_length=512,
    )
    tok.add_special_tokens({"additional_special_tokens": [START]})
    clauses = [ast.literal_eval(line) for line in CLAUSES.read_text("utf-8").splitlines()]
    tok.add_tokens([AddedToken(clause, normalized=False) for clause in clauses])
    return tok
