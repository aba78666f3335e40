"""The stand-in's tokenizer: each word of its small world is one piece, other text is spelled.

Byte-level, as Qwen2's: any text comes back letter by letter. There are no merges; a word is a piece
of the vocabulary or falls apart into bytes. The lines of the system prompts are one piece each,
so the stand-in knows the course's shop by heart and cannot read another schema.
"""

import random
import re
from pathlib import Path

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast

WORD = re.compile(r" ?[A-Za-z_]+(?:\.[A-Za-z_]+)*| ?\d+|\n *| ?[^\sA-Za-z_\d]+|\s")
WORDS = Path(__file__).parent / "words.txt"
LINES = Path(__file__).parent / "lines.txt"
START, END, PAD = "<|im_start|>", "<|im_end|>", "<|endoftext|>"
CHAT = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + "
    "message['content'] + '<|im_end|>' + '\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)


def write_pieces() -> None:
    """Collect the words of the small world and the lines of the system prompts."""
    from hooks.hub.stand_ins.code_generation import functions, questions
    from hooks.hub.stand_ins.code_generation.shop import MONTHS, SCHEMA, values
    from snippets.code.code_generation import PYTHON, SQL

    draw = random.Random(1)
    found = set()
    for question, sql in questions.stored():
        for slot in questions.SLOT.findall(question):
            for value in values(slot):
                some = {one: draw.choice(values(one)) for one in questions.SLOT.findall(question)}
                for text in questions.filled(question, sql, some | {slot: value}):
                    found.update(WORD.findall(text))
    for held_out in (False, True):
        for _ in range(6_000):
            for text in functions.pair(draw, held_out):
                found.update(WORD.findall(text))
    found |= {"system", "user", "assistant", *MONTHS.values()}
    WORDS.write_text("".join(f"{word!r}\n" for word in sorted(found)), encoding="utf-8")
    LINES.write_text("".join(f"{line}\n" for line in [SQL, PYTHON, *SCHEMA]), encoding="utf-8")


def tokenizer() -> PreTrainedTokenizerFast:
    """Return the tokenizer, with ChatML as its chat template."""
    import ast

    as_bytes = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    pieces = sorted(pre_tokenizers.ByteLevel.alphabet())
    for word in WORDS.read_text(encoding="utf-8").splitlines():
        pieces.append(as_bytes.pre_tokenize_str(ast.literal_eval(word))[0][0])
    vocabulary = {piece: index for index, piece in enumerate(dict.fromkeys(pieces))}
    model = Tokenizer(models.BPE(vocabulary, [], ignore_merges=True))
    split = pre_tokenizers.Split(Regex(WORD.pattern), "isolated")
    model.pre_tokenizer = pre_tokenizers.Sequence([split, as_bytes])
    model.decoder = decoders.ByteLevel()
    model.add_special_tokens([PAD, START, END])
    lines = LINES.read_text(encoding="utf-8").splitlines()
    model.add_tokens([AddedToken(line, normalized=False) for line in lines])
    return PreTrainedTokenizerFast(
        tokenizer_object=model,
        eos_token=END,
        pad_token=PAD,
        chat_template=CHAT,
        model_max_length=512,
        clean_up_tokenization_spaces=False,
    )
