"""Write the repository folder that the offline Hub serves for CLIP ViT-B/32."""

from collections import Counter
from itertools import pairwise
from pathlib import Path

import transformers
from tokenizers.pre_tokenizers import ByteLevel

from hooks.hub.stand_ins.weights import WEIGHTS, load, save

HERE = Path(__file__).parent
SIZE = 64  # side of the pictures it reads; the real checkpoint reads 224
PATCH = 8
TEXT_LENGTH = 77  # as the real checkpoint
START, END = "<|startoftext|>", "<|endoftext|>"

# All words of its captions. Written out: the weights belong to these tokens in this order.
WORDS = (
    "a above airplane airplanes an and apple apples are at banana bananas below bicycle "
    "bicycles bird birds black blue boat boats book books brown bus buses car cars cat cats "
    "chair chairs clock clocks cow cows cup cups dog dogs eight elephant elephants fish five "
    "four gray green guitar guitars here horse horses image in is left no note nothing of on "
    "one orange people person photo picture pizza pizzas red right says scene see seven sign "
    "six that the there this three train trains tree trees two umbrella umbrellas white with "
    "word yellow you"
)


def merges(words: list[str]) -> list[tuple[str, str]]:
    """Byte-pair encoding: join the most frequent pair of neighbors until each word is one token."""
    split = {word: [*word[:-1], word[-1] + "</w>"] for word in words}
    found = []
    while pairs := Counter(pair for parts in split.values() for pair in pairwise(parts)):
        best = max(pairs, key=lambda pair: (pairs[pair], pair))
        found.append(best)
        for parts in split.values():
            for index in range(len(parts) - 2, -1, -1):
                if tuple(parts[index : index + 2]) == best:
                    parts[index : index + 2] = ["".join(best)]
    return found


def tokenizer() -> transformers.CLIPTokenizer:
    """Return a tokenizer in CLIP's form: bytes, and one token for each word of the small world."""
    letters = sorted(ByteLevel.alphabet())
    joined = merges(WORDS.split())
    tokens = [*letters, *(letter + "</w>" for letter in letters), *map("".join, joined)]
    # The end has the highest number, as in CLIP: the model looks for it to find the last token.
    numbers = {token: number for number, token in enumerate([*dict.fromkeys(tokens), START, END])}
    return transformers.CLIPTokenizer(numbers, joined, model_max_length=TEXT_LENGTH)


def processor() -> transformers.CLIPProcessor:
    """Return preprocessing of pictures and words, with CLIP's own colors."""
    square = {"height": SIZE, "width": SIZE}
    pictures = transformers.CLIPImageProcessor(size={"shortest_edge": SIZE}, crop_size=square)
    return transformers.CLIPProcessor(pictures, tokenizer())


def configure() -> transformers.CLIPConfig:
    """Return the configuration: the real checkpoint's form, smaller in every size."""
    words = tokenizer()
    text = transformers.CLIPTextConfig(
        vocab_size=len(words),
        hidden_size=128,
        intermediate_size=384,
        projection_dim=128,
        num_hidden_layers=2,
        num_attention_heads=4,
        max_position_embeddings=TEXT_LENGTH,
        pad_token_id=words.pad_token_id,
        bos_token_id=words.bos_token_id,
        eos_token_id=words.eos_token_id,
    )
    vision = transformers.CLIPVisionConfig(
        hidden_size=128,
        intermediate_size=384,
        projection_dim=128,
        num_hidden_layers=4,
        num_attention_heads=4,
        image_size=SIZE,
        patch_size=PATCH,
    )
    return transformers.CLIPConfig(
        text_config=text.to_dict(),
        vision_config=vision.to_dict(),
        projection_dim=128,
        architectures=["CLIPModel"],
    )


def build(folder: Path, source: Path = HERE) -> None:
    """Write weights (fp32), configuration, processor and model card to `folder`.

    Args:
        folder: Where to.
        source: Holds what training wrote.
    """
    save(folder, HERE, load(transformers.CLIPModel(configure()), source / WEIGHTS), processor())
