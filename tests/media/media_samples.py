"""Pictures and sounds that tests of this room make themselves."""

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from clavilux.core.values import Rgb, Size, Sound

SIZE = Size(96, 64)
RATE = Fraction(24000, 1001)


def picture(index: int, size: Size = SIZE) -> Rgb:
    """Draw a smooth pattern that differs from frame to frame."""
    y, x = np.mgrid[0 : size.height, 0 : size.width]
    waves = (np.sin(x / 9 + index / 5), np.cos(y / 7), np.sin((x + y) / 11 - index / 7))
    return (128 + 100 * np.stack(waves, axis=-1)).astype(np.uint8)


def psnr(a: NDArray[np.uint8], b: NDArray[np.uint8]) -> float:
    """Return the peak signal-to-noise ratio of two pictures, in decibels."""
    error = float(np.mean((a.astype(np.float64) - b) ** 2))
    return 99.0 if error == 0 else 10 * float(np.log10(255**2 / error))


def click(at_s: float, duration_s: float, *, sample_rate: int = 44100, channels: int = 2) -> Sound:
    """Make a click in silence with a soft tone under it, so that no codec drops it."""
    t = np.arange(round(duration_s * sample_rate)) / sample_rate
    wave = 0.02 * np.sin(2 * np.pi * 440 * t)
    wave[round(at_s * sample_rate)] += 0.9
    wave[round(at_s * sample_rate) + 1] -= 0.9
    return Sound.from_array(np.repeat(wave[:, None], channels, 1).astype(np.float32), sample_rate)


def loudest_s(sound: Sound) -> float:
    """Return the second of the loudest sample."""
    return int(np.abs(sound.read()).max(axis=1).argmax()) / sound.sample_rate
