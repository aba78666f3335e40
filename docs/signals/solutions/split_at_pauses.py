"""Exercise: cut a recording at its pauses, so that each word gets an answer of its own."""

import torch

RATE = 16_000
FRAME = RATE // 100  # 10 ms


def split_at_pauses(
    samples: torch.Tensor, pause: float = 0.15, depth: float = 35.0
) -> list[torch.Tensor]:
    """Return the stretches of sound of a mono recording at 16 kHz, in order.

    Args:
        samples: (n,) at 16 kHz.
        pause: seconds of quiet that separate two words. Shorter ones, as inside "stop"
            before the p, do not cut.
        depth: what is more than this many dB below the loudest frame is quiet.
    """
    frames = samples[: len(samples) // FRAME * FRAME].reshape(-1, FRAME)
    power = frames.square().mean(1)
    if len(power) == 0 or power.max() == 0:
        return []
    loud = (power > power.max() * 10 ** (-depth / 10)).nonzero().flatten().tolist()
    words = [[loud[0], loud[0]]]
    for frame in loud[1:]:
        if (frame - words[-1][1]) * FRAME > pause * RATE:
            words.append([frame, frame])
        words[-1][1] = frame
    return [samples[first * FRAME : (last + 1) * FRAME] for first, last in words]
