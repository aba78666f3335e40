"""Write the repository folder that the offline Hub serves for the reader of printed lines."""

from pathlib import Path

import transformers
from tokenizers import Regex, Tokenizer
from tokenizers.decoders import Fuse
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Split
from tokenizers.processors import TemplateProcessing

from hooks.hub.stand_ins.weights import WEIGHTS, load, save

HERE = Path(__file__).parent
ALPHABET = "alphabet.txt"  # every character that it can write, in the order of their ids

HEIGHT, WIDTH = 32, 256  # pixels that the encoder sees
BOS, PAD, EOS, UNKNOWN = 0, 1, 2, 3  # as in the real checkpoint
SPECIAL = ("<s>", "<pad>", "</s>", "<unk>")
POSITIONS = 64  # of the decoder: characters of a line and the two marks around them


def vocabulary(source: Path = HERE) -> dict[str, int]:
    """Return {character: id}: the four marks first."""
    characters = (source / ALPHABET).read_text(encoding="utf-8").strip("\n")
    return {name: number for number, name in enumerate([*SPECIAL, *characters])}


def configure(size: int, width: int = WIDTH) -> transformers.VisionEncoderDecoderConfig:
    """Return the configuration for `size` tokens and pictures of `width` pixels.

    The encoder is a Hiera whose query pooling halves the height only: 4 x 64 patches of 8 x 4
    pixels become one row of 64 columns. The decoder is TrOCR's own class, as in the real one.

    Args:
        size: Of the vocabulary.
        width: Of a picture, in pixels.
    """
    encoder = transformers.HieraConfig(
        image_size=[HEIGHT, width],
        patch_size=[11, 7],
        patch_stride=[8, 4],
        patch_padding=[5, 3],
        embed_dim=64,
        embed_dim_multiplier=1.5,
        depths=[1, 1, 3],
        num_heads=[2, 3, 4],
        mlp_ratio=3.0,
        num_query_pool=2,
        query_stride=[2, 1],
        masked_unit_size=[4, 1],
        masked_unit_attention=[True, False, False],
    )
    decoder = transformers.TrOCRConfig(
        vocab_size=size,
        d_model=128,
        decoder_layers=2,
        decoder_attention_heads=4,
        decoder_ffn_dim=256,
        max_position_embeddings=POSITIONS,
        dropout=0.0,
        cross_attention_hidden_size=encoder.hidden_size,
        bos_token_id=BOS,
        pad_token_id=PAD,
        eos_token_id=EOS,
        decoder_start_token_id=EOS,
    )
    return transformers.VisionEncoderDecoderConfig.from_encoder_decoder_configs(
        encoder, decoder, decoder_start_token_id=EOS, pad_token_id=PAD, eos_token_id=EOS
    )


def make_tokenizer(source: Path = HERE) -> transformers.PreTrainedTokenizerFast:
    """Return a tokenizer whose tokens are single characters."""
    tokenizer = Tokenizer(WordLevel(vocabulary(source), unk_token="<unk>"))
    tokenizer.pre_tokenizer = Split(Regex(r"[\s\S]"), "isolated")
    tokenizer.post_processor = TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", BOS), ("</s>", EOS)]
    )
    tokenizer.decoder = Fuse()
    return transformers.PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token="<s>",
        pad_token="<pad>",
        eos_token="</s>",
        unk_token="<unk>",
        model_max_length=POSITIONS,
        clean_up_tokenization_spaces=False,
    )


def make_image_processor(width: int = WIDTH) -> transformers.DonutImageProcessor:
    """Return the preprocessing: a line is scaled to 32 pixels of height and set on black.

    The real checkpoint presses every line into a square. This one keeps the proportions, and
    makes a line that would be wider than 256 pixels smaller.
    """
    return transformers.DonutImageProcessor(size={"height": HEIGHT, "width": width})


def build(folder: Path, source: Path = HERE) -> None:
    """Write weights (fp32), configuration, tokenizer, preprocessing and model card to `folder`.

    Args:
        folder: Where to.
        source: Holds what training wrote.
    """
    tokenizer = make_tokenizer(source)
    model = transformers.VisionEncoderDecoderModel(configure(len(tokenizer)))
    # The output layer is the embedding once more.
    load(model, source / WEIGHTS, computed=("decoder.output_projection.weight",))
    model.tie_weights()
    model.generation_config = transformers.GenerationConfig(
        max_new_tokens=POSITIONS - 4, decoder_start_token_id=EOS, pad_token_id=PAD, eos_token_id=EOS
    )
    save(folder, HERE, model, tokenizer, make_image_processor())
