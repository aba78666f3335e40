"""Write the repository folder that the offline Hub serves for the English-French translator."""

import json
import shutil
from pathlib import Path

import sentencepiece
from transformers import GenerationConfig, MarianConfig, MarianMTModel, MarianTokenizer

from hooks.hub.stand_ins.weights import WEIGHTS, load, save

HERE = Path(__file__).parent
PIECES = "shared.spm"  # one sentencepiece model for both languages

EOS, UNKNOWN = 0, 1  # as in the real checkpoint, whose last id is the padding, too


def vocabulary(pieces: Path) -> dict[str, int]:
    """Return {piece: id} as Marian counts: end of sentence first, padding last."""
    spm = sentencepiece.SentencePieceProcessor(model_file=str(pieces))
    known = [spm.IdToPiece(i) for i in range(spm.GetPieceSize()) if not spm.IsControl(i)]
    names = ["</s>", "<unk>", *(piece for piece in known if piece != "<unk>"), "<pad>"]
    return {name: number for number, name in enumerate(names)}


def configure(words: int) -> MarianConfig:
    """Return the configuration: the real checkpoint's form, smaller in every size."""
    return MarianConfig(
        architectures=["MarianMTModel"],
        vocab_size=words,
        d_model=192,
        encoder_layers=3,
        decoder_layers=3,
        encoder_attention_heads=6,
        decoder_attention_heads=6,
        encoder_ffn_dim=512,
        decoder_ffn_dim=512,
        max_position_embeddings=512,
        activation_function="swish",
        scale_embedding=True,
        pad_token_id=words - 1,
        decoder_start_token_id=words - 1,
        eos_token_id=EOS,
        forced_eos_token_id=EOS,
    )


def build(folder: Path, source: Path = HERE) -> None:
    """Write weights (fp32), configuration, tokenizer and model card to `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    vocab = vocabulary(source / PIECES)
    # Not stored: the tied copies of the embedding, the sinusoids and the bias, which is all zero.
    computed = ("embed_tokens.weight", "embed_positions.weight", "lm_head.weight", "_bias")
    model = load(MarianMTModel(configure(len(vocab))), source / WEIGHTS, computed)
    last = len(vocab) - 1
    model.generation_config = GenerationConfig(
        num_beams=4,
        max_length=512,
        bad_words_ids=[[last]],
        pad_token_id=last,
        decoder_start_token_id=last,
        eos_token_id=EOS,
        forced_eos_token_id=EOS,
    )
    for name in ("source.spm", "target.spm"):
        shutil.copyfile(source / PIECES, folder / name)
    (folder / "vocab.json").write_text(json.dumps(vocab, indent=1), encoding="utf-8")
    names = (folder / name for name in ("source.spm", "target.spm", "vocab.json"))
    tokenizer = MarianTokenizer(*map(str, names), source_lang="en", target_lang="fr")
    save(folder, HERE, model, tokenizer)
