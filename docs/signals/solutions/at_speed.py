"""Play a recording faster or slower, higher or lower with it, as a tape does."""

import numpy as np
import torch
from torchaudio.functional import resample


def at_speed(samples: np.ndarray, rate: int, factor: float) -> np.ndarray:
    """Return the samples as they sound when played `factor` times as fast.

    Args:
        samples: (count,) floats.
        rate: samples a second, before and after.
        factor: 2 is twice as fast and an octave higher; it is taken in steps of 0.05.

    Returns:
        About count / factor samples.

    Raises:
        ValueError: if `factor` is not between 0.25 and 4.
    """
    if not 0.25 <= factor <= 4:
        raise ValueError(f"factor is {factor}, not between 0.25 and 4")
    # What was recorded at `factor` times the rate, brought back to the rate.
    twentieths = round(20 * factor)
    return resample(torch.as_tensor(samples), rate // 20 * twentieths, rate // 20 * 20).numpy()


if __name__ == "__main__":
    second = np.sin(np.arange(16_000) / 5).astype(np.float32)
    for factor in (0.8, 1.0, 1.25):
        print(factor, len(at_speed(second, 16_000, factor)))
