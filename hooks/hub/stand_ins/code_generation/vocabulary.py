"""The stand-in's tokenizer: each word or clause of its small world is one piece, other text is spelled.

Byte-level, as Qwen2's: any text comes back letter by letter. There are no merges: a word is a piece
of the vocabulary or falls apart into bytes. What always comes together is one piece: a clause of SQL,
the first line of a function, a whole system prompt. So answers are short, training takes minutes, and
the stand-in knows the course's shop by heart: it cannot read another schema.
"""

import ast
import random
import re
from pathlib import Path

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast

WORD = re.compile(r" ?[A-Za-z_]+(?:\.[A-Za-z_]+)*| ?\d+|\n *| ?[^\sA-Za-z_\d]+|\s")
CLAUSE = re.compile(r"(?= (?:FROM|JOIN|WHERE|AND|GROUP|HAVING|ORDER|LIMIT)\b)")
WORDS = Path(__file__).parent / "words.txt"
CLAUSES = Path(__file__).parent / "clauses.txt"
START, END, PAD = "<|im_start|>", "<|im_end|>", "<|endoftext|>"
CHAT = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + "
    "message['content'] + '<|im_end|>' + '\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)


def write_pieces() -> None:
    """Collect the words of the small world, and what always comes together in it."""
    from hooks.hub.stand_ins.code_generation import functions, questions
    from hooks.hub.stand_ins.code_generation.shop import MONTHS, SCHEMA, values
    from snippets.code.code_generation import PYTHON, SQL

    clauses = {"\n".join([SQL, *SCHEMA]), PYTHON}
    for signature in ("solve(numbers)", *functions.SINGLE):
        clauses |= {f"Write the function {signature}. It returns", f"def {signature}:\n    return"}
    words = {"system", "user", "assistant", *MONTHS.values()}
    for question, sql in questions.stored():
        for slot in questions.SLOT.findall(question):
            words.update(word for value in values(slot) for word in _words(value, f" {value}"))
        words.update(_words(questions.SLOT.sub("", question)))
        # Cut where a value stands, then before each keyword.
        open_ = re.sub(r":(?!month)[a-z]{2,}", "'\0'", sql.replace(":month", "'2026-\0'"))
        for part in re.sub(r":[nk]\b", "\0", open_).split("\0"):
            clauses.update(clause for clause in CLAUSE.split(part) if len(clause) > 1)
    draw = random.Random(1)
    for held_out in (False, True):
        for _ in range(6_000):
            for text in functions.pair(draw, held_out):
                for clause in clauses:
                    text = text.removeprefix(clause)
                words.update(_words(text))
    _write(WORDS, words)
    _write(CLAUSES, clauses)


def _words(*texts: str) -> set[str]:
    return {word for text in texts for word in WORD.findall(text)}


def _write(path: Path, pieces: set[str]) -> None:
    path.write_text("".join(f"{piece!r}\n" for piece in sorted(pieces)), encoding="utf-8")


def _read(path: Path) -> list[str]:
    return [ast.literal_eval(line) for line in path.read_text(encoding="utf-8").splitlines()]


def tokenizer() -> PreTrainedTokenizerFast:
    """Return the tokenizer, with ChatML as its chat template."""
    as_bytes = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    pieces = sorted(pre_tokenizers.ByteLevel.alphabet())
    pieces += [as_bytes.pre_tokenize_str(word)[0][0] for word in _read(WORDS)]
    vocabulary = {piece: index for index, piece in enumerate(dict.fromkeys(pieces))}
    model = Tokenizer(models.BPE(vocabulary, [], ignore_merges=True))
    split = pre_tokenizers.Split(Regex(WORD.pattern), "isolated")
    model.pre_tokenizer = pre_tokenizers.Sequence([split, as_bytes])
    model.decoder = decoders.ByteLevel()
    model.add_special_tokens([PAD, START, END])
    model.add_tokens([AddedToken(clause, normalized=False) for clause in _read(CLAUSES)])
    return PreTrainedTokenizerFast(
        tokenizer_object=model,
        eos_token=END,
        pad_token=PAD,
        chat_template=CHAT,
        model_max_length=512,
        clean_up_tokenization_spaces=False,
    )
