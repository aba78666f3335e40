"""Write the repository folder that the offline Hub serves for the speech recognizer."""

import json
import tempfile
from pathlib import Path

import transformers

from hooks.hub.stand_ins.weights import WEIGHTS, load, save

HERE = Path(__file__).parent
RATE = 16_000  # samples a second that the model reads
STRIDE = 320  # samples from one prediction to the next: 20 ms, as in the real checkpoint

# The real checkpoint's 32 tokens in its order: four marks, "|" between words, letters by frequency.
TOKENS = ("<pad>", "<s>", "</s>", "<unk>", "|", *"ETAONIHSRDLUMWCFGYPBVK'XJQZ")


def configure() -> transformers.Wav2Vec2Config:
    """Return the configuration: 3 convolutions where the real one has 7, 4 layers where it has 12.

    The first convolution looks at 20 ms at once, so that it can start out as a filter bank.
    """
    return transformers.Wav2Vec2Config(
        vocab_size=len(TOKENS),
        hidden_size=128,
        num_hidden_layers=4,
        num_attention_heads=4,
        intermediate_size=256,
        conv_dim=(128, 128, 128),
        conv_kernel=(320, 3, 3),
        conv_stride=(80, 2, 2),
        conv_bias=True,
        feat_extract_norm="layer",
        do_stable_layer_norm=True,
        num_conv_pos_embeddings=31,
        num_conv_pos_embedding_groups=8,
        hidden_dropout=0.0,
        attention_dropout=0.0,
        activation_dropout=0.0,
        final_dropout=0.0,
        layerdrop=0.0,
        mask_time_prob=0.1,
        mask_time_length=4,
        mask_feature_prob=0.05,
        mask_feature_length=8,
        ctc_loss_reduction="mean",
    )


def make_processor() -> transformers.Wav2Vec2Processor:
    """Return the preprocessing, set as the real one's: mean 0, variance 1, no attention mask."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "vocab.json"
        path.write_text(json.dumps({token: i for i, token in enumerate(TOKENS)}), "utf-8")
        tokenizer = transformers.Wav2Vec2CTCTokenizer(str(path))
    extractor = transformers.Wav2Vec2FeatureExtractor(
        feature_size=1, sampling_rate=RATE, do_normalize=True, return_attention_mask=False
    )
    return transformers.Wav2Vec2Processor(extractor, tokenizer)


def build(folder: Path, source: Path = HERE) -> None:
    """Write weights (fp32), configuration, tokenizer, preprocessing and model card to `folder`.

    Args:
        folder: Where to.
        source: Holds what training wrote.
    """
    model = load(transformers.Wav2Vec2ForCTC(configure()), source / WEIGHTS)
    save(folder, HERE, model, make_processor())
