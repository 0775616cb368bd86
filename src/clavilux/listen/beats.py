"""Beats and downbeats: where one would tap, and where bars begin.

An onset envelope and a tempo in, beat times out, then the bars they form.

Conventions
-----------
- Envelopes have `spectrum.FRAME_RATE` values a second; times are seconds.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d, uniform_filter1d

from clavilux.listen.onsets import refine
from clavilux.listen.spectrum import FRAME_RATE
from clavilux.listen.tempo import Tempo

_TIGHTNESS = 80.0
"""How much an uneven beat costs against a strong onset."""


def track_beats(envelope: NDArray[np.float64], tempo: Tempo) -> NDArray[np.float64]:
    """Find beats that lie on strong onsets and keep the tempo; seconds, increasing.

    Source:
        D. Ellis, "Beat Tracking by Dynamic Programming", JNMR 2007. Differs in two
        ways: the period follows a tempo curve, and frames are computed half a
        beat at a time, since no frame depends on one nearer than that.
    """
    n = len(envelope)
    if tempo.bpm <= 0 or n < 3 or envelope.max() <= 0:
        return np.zeros(0)
    strength = gaussian_filter1d(envelope / max(envelope.std(), 1e-9), 1.0)
    period = tempo.periods(n)
    score, back = strength.copy(), np.full(n, -1, dtype=np.int64)
    start = 0
    while start < n:
        length = period[start]
        stop = min(n, start + max(1, int(length / 2)))
        gaps = np.arange(max(1, int(length / 2)), int(2 * length) + 1)
        frames = np.arange(start, stop)
        origin = frames[:, None] - gaps
        cost = _TIGHTNESS * np.log(gaps / period[frames, None]) ** 2
        total = np.where(origin >= 0, score[np.maximum(origin, 0)] - cost, -np.inf)
        choice = total.argmax(axis=1)
        rows = np.arange(len(frames))
        gain = total[rows, choice]
        score[frames] += np.maximum(gain, 0)
        back[frames] = np.where(gain > 0, origin[rows, choice], -1)
        start = stop
    tail = int(max(1, n - period[-1]))
    frame = tail + int(score[tail:].argmax())
    found = [frame]
    while back[frame] >= 0:
        frame = int(back[frame])
        found.append(frame)
    beats = np.array(found[::-1], dtype=np.int64)
    return _trim(refine(strength, beats), strength[beats])


def _trim(beats_s: NDArray[np.float64], strength: NDArray[np.float64]) -> NDArray[np.float64]:
    """Drop beats before the music starts and after it ends."""
    loud = np.flatnonzero(strength > 0.25 * np.sqrt(np.mean(strength**2)))
    return beats_s[loud[0] : loud[-1] + 1] if len(loud) else beats_s[:0]


def find_downbeats(
    beats_s: NDArray[np.float64],
    *,
    per_bar: int,
    low: NDArray[np.float64],
    backbeat: NDArray[np.float64],
    change: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Choose which beats begin bars.

    A bar begins where the bass and the kick fall, where harmony changes, and not
    where the snare does.

    Args:
        beats_s: All beats, seconds.
        per_bar: Beats in a bar.
        low: Strength of low onsets at 100 a second.
        backbeat: Strength of snare-like onsets at 100 a second.
        change: How much harmony changes, at 100 a second.

    Returns:
        Those of `beats_s` that begin bars.
    """
    if len(beats_s) < max(4, per_bar):
        return beats_s[:1]
    bass, snare, harmony = (_standard(_at_beats(v, beats_s)) for v in (low, backbeat, change))
    evidence = bass - 0.7 * snare + harmony
    phase = int(np.argmax([evidence[i::per_bar].mean() for i in range(per_bar)]))
    return beats_s[phase::per_bar]


def _at_beats(values: NDArray[np.float64], beats_s: NDArray[np.float64]) -> NDArray[np.float64]:
    reach = uniform_filter1d(values, 9, mode="constant")
    index = np.clip(np.round(beats_s * FRAME_RATE).astype(np.int64), 0, len(values) - 1)
    return np.asarray(reach[index], dtype=np.float64)


def _standard(values: NDArray[np.float64]) -> NDArray[np.float64]:
    spread = values.std()
    return (values - values.mean()) / spread if spread > 1e-9 else np.zeros(len(values))
