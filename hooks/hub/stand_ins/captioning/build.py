"""Write the repository folder that the offline Hub serves for both checkpoints of `captioning`."""

from pathlib import Path

import transformers
from tokenizers import Tokenizer
from tokenizers.decoders import WordPiece
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import WhitespaceSplit
from tokenizers.processors import TemplateProcessing

from hooks.hub.stand_ins.weights import WEIGHTS, load, save

HERE = Path(__file__).parent
WORDS = "words.txt"  # every word that it can write, in the order of their ids

SIZE, PATCH = 48, 8  # pixels; the real checkpoint reads 224 in patches of 14
QUERIES = 8  # vectors that carry the picture to the language model; the real one has 32
WIDTH = 128  # of all three parts
BOS, PAD, EOS, UNKNOWN, IMAGE = range(5)
SPECIAL = ("<s>", "<pad>", "</s>", "<unk>", "<image>")
POSITIONS = 64  # of the language model: queries, prompt and sentence


def vocabulary(source: Path = HERE) -> dict[str, int]:
    """Return {word: id}: the five marks first."""
    words = (source / WORDS).read_text(encoding="utf-8").split()
    return {word: number for number, word in enumerate([*SPECIAL, *words])}


def configure(size: int) -> transformers.Blip2Config:
    """Return the configuration for `size` tokens: the real form, smaller in every size."""
    vision = transformers.Blip2VisionConfig(
        hidden_size=WIDTH,
        intermediate_size=2 * WIDTH,
        num_hidden_layers=4,
        num_attention_heads=4,
        image_size=SIZE,
        patch_size=PATCH,
        initializer_range=0.02,
    )
    qformer = transformers.Blip2QFormerConfig(
        vocab_size=size,
        hidden_size=WIDTH,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=2 * WIDTH,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        max_position_embeddings=POSITIONS,
        cross_attention_frequency=1,
    )
    text = transformers.OPTConfig(
        vocab_size=size,
        hidden_size=WIDTH,
        ffn_dim=2 * WIDTH,
        num_hidden_layers=2,
        num_attention_heads=4,
        max_position_embeddings=POSITIONS,
        dropout=0.0,
        bos_token_id=BOS,
        pad_token_id=PAD,
        eos_token_id=EOS,
    )
    return transformers.Blip2Config(
        architectures=["Blip2ForConditionalGeneration"],
        vision_config=vision,
        qformer_config=qformer,
        text_config=text,
        num_query_tokens=QUERIES,
        image_token_index=IMAGE,
    )


def make_tokenizer(source: Path = HERE) -> transformers.PreTrainedTokenizerFast:
    """Return a tokenizer whose tokens are words."""
    tokenizer = Tokenizer(WordLevel(vocabulary(source), unk_token="<unk>"))
    tokenizer.pre_tokenizer = WhitespaceSplit()
    tokenizer.post_processor = TemplateProcessing(single="<s> $A", special_tokens=[("<s>", BOS)])
    tokenizer.decoder = WordPiece()  # joins words with spaces
    return transformers.PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token="<s>",
        pad_token="<pad>",
        eos_token="</s>",
        unk_token="<unk>",
        additional_special_tokens=["<image>"],
        padding_side="left",
        model_max_length=POSITIONS,
        clean_up_tokenization_spaces=False,
    )


def make_processor(source: Path = HERE) -> transformers.Blip2Processor:
    """Return the preprocessing: a picture becomes 48 x 48 pixels, a prompt becomes ids."""
    images = transformers.BlipImageProcessor(size={"height": SIZE, "width": SIZE})
    return transformers.Blip2Processor(images, make_tokenizer(source), num_query_tokens=QUERIES)


def build(folder: Path, source: Path = HERE) -> None:
    """Write weights (fp32), configuration, processor and model card to `folder`.

    Args:
        folder: Where to.
        source: Holds what training wrote.
    """
    model = transformers.Blip2ForConditionalGeneration(configure(len(vocabulary(source))))
    tied = ("language_model.lm_head.weight",)
    load(model, source / WEIGHTS, computed=tied)
    save(folder, HERE, model, make_processor(source))
