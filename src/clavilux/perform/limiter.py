"""Limiter: no true peak passes the ceiling, and nobody hears why.

Sound in, the same sound out with its gain pulled down, softly and in time,
around peaks that are too high. What lies below the ceiling is untouched.

Conventions
-----------
- Gains are decibels, 0 or less; the look-ahead needs no delay, since the sound
  is read ahead.

Source:
    The look-ahead limiter of D. Giannoulis, M. Massberg and J. D. Reiss,
    "Digital Dynamic Range Compressor Design", JAES 2012, with a moving minimum
    and a moving mean, which together can't overshoot; release linear in decibels.
"""

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from clavilux.core.loudness import AFTER, BEFORE, intersample_peaks, peak_bound
from clavilux.core.values import Sound

LOOK_AHEAD_S = 0.004
RELEASE_DB_PER_S = 60.0
_MARGIN_DB = 0.05


class Limiter:
    """A limiter under way: blocks in, blocks out, the same samples in all."""

    def __init__(self, sample_rate: int, n_channels: int, ceiling_db: float = -1.0) -> None:
        self.ceiling_db = ceiling_db - _MARGIN_DB
        self.look_ahead = max(1, int(LOOK_AHEAD_S * sample_rate))
        self.release = RELEASE_DB_PER_S / sample_rate
        # Before the start there was silence: as much as the first sample's peaks need.
        self._waiting = np.zeros((0, n_channels), dtype=np.float32)
        self._heard = np.zeros((BEFORE, n_channels), dtype=np.float32)
        self._needs = np.zeros(1)
        self._recent: NDArray[np.float64] | None = None

    def add(self, block: NDArray[np.float32]) -> NDArray[np.float32]:
        """Take the next block; return what is finished, shape (n, n_channels)."""
        self._waiting = np.concatenate([self._waiting, block])
        self._heard = np.concatenate([self._heard, block])
        if len(self._heard) > BEFORE + AFTER:
            self._needs = np.concatenate([self._needs, self._need(self._heard)])
            self._heard = self._heard[-(BEFORE + AFTER) :]
        # A peak between two samples concerns both, hence one need from before.
        n_ready = len(self._needs) - 1 - self.look_ahead
        if n_ready <= 0:
            return self._waiting[:0]
        lowest = _moving_minimum(self._needs, self.look_ahead + 2)
        self._needs = self._needs[n_ready:]
        out, self._waiting = self._waiting[:n_ready], self._waiting[n_ready:]
        return self._attenuated(out, lowest[:n_ready])

    def finish(self) -> NDArray[np.float32]:
        """Return what was still waiting for what comes after it: silence."""
        n_left = len(self._waiting)
        silence = np.zeros((self.look_ahead + AFTER, self._waiting.shape[1]), dtype=np.float32)
        return self.add(silence)[:n_left]

    def _need(self, waveform: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the gain that each sample would need if it stood alone."""
        if peak_bound(waveform) <= 10 ** (self.ceiling_db / 20):
            return np.zeros(len(waveform) - BEFORE - AFTER)
        peaks = np.maximum(intersample_peaks(waveform), 1e-9).astype(np.float64)
        return np.asarray(np.minimum(self.ceiling_db - 20 * np.log10(peaks), 0.0))

    def _attenuated(
        self, waveform: NDArray[np.float32], lowest: NDArray[np.float64]
    ) -> NDArray[np.float32]:
        if self._recent is None:
            # A sound that begins too loud is met with the gain already down.
            self._recent = np.full(self.look_ahead, lowest[0])
        previous = self._recent[-1]
        if not lowest.any() and not self._recent.any():
            return waveform
        rise = self.release * np.arange(1, len(lowest) + 1)
        gain = np.minimum(np.minimum.accumulate(lowest - rise), previous) + rise
        gain = np.minimum(gain, 0.0)
        gains = np.concatenate([self._recent[1:], gain])
        total = np.concatenate([[0.0], np.cumsum(gains)])
        smooth = (total[self.look_ahead :] - total[: -self.look_ahead]) / self.look_ahead
        self._recent = np.concatenate([self._recent, gain])[-self.look_ahead :]
        factors = (10 ** (smooth / 20)).astype(np.float32)
        return np.asarray(waveform * factors[:, None], dtype=np.float32)


def limit(sound: Sound, *, ceiling_db: float = -1.0, gain_db: float = 0.0) -> Sound:
    """Keep the true peaks of `sound`, after a gain, below `ceiling_db`."""

    def blocks() -> Iterator[NDArray[np.float32]]:
        limiter = Limiter(sound.sample_rate, sound.n_channels, ceiling_db)
        gain = np.float32(10 ** (gain_db / 20))
        yield from _not_empty(limiter.add(block * gain) for block in sound)
        yield from _not_empty([limiter.finish()])

    return Sound(sound.sample_rate, sound.n_channels, sound.n_samples, blocks)


def _not_empty(blocks: Iterable[NDArray[np.float32]]) -> Iterator[NDArray[np.float32]]:
    return (block for block in blocks if len(block))


def _moving_minimum(values: NDArray[np.float64], width: int) -> NDArray[np.float64]:
    """Return the minimum of each `width` values in a row, shape (n - width + 1,)."""
    if not values.any():
        return np.zeros(len(values) - width + 1)
    lowest, reach = values, 1
    while reach < width:
        step = min(reach, width - reach)
        lowest = np.minimum(lowest[:-step], lowest[step:])
        reach += step
    return lowest


def gain_curve(
    needs: NDArray[np.float64], look_ahead: int, step_s: float, before: float = 0.0
) -> NDArray[np.float64]:
    """Foretell, in coarse steps, the gain with which the limiter would answer.

    Args:
        needs: What each step would need if it stood alone, decibels. Shape (n_steps,).
        look_ahead: In steps.
        step_s: The length of one.
        before: The gain before the first step.

    Returns:
        The gain of each step whose look-ahead is known, shape (n_steps - look_ahead,).
    """
    lowest = _moving_minimum(needs, look_ahead + 1)
    rise = RELEASE_DB_PER_S * step_s * np.arange(1, len(lowest) + 1)
    gain = np.minimum(np.minimum.accumulate(lowest - rise), before) + rise
    return np.asarray(np.minimum(gain, 0.0))
