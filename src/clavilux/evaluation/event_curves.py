"""What a film contributes to its music: how change in the one goes with change in the other.

A film's pictures and a sound in, curves out, and how alike two curves are. The readers are
independent of those that composed: differences of decoded pictures and Farnebäck's optical
flow for films, growth of the spectrum and turns of harmony for sounds.

Conventions
-----------
- Curves have `RATE` values a second from the start on, smoothed over a second.
- How alike two are is Spearman's rank correlation over the time that both have; it is taken at
  delays of up to half a second either way, and the best counts, for controls as well.
- The control is another film's curve, of the same length, by the same search.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter1d
from scipy.stats import rankdata

from clavilux.core.metrics import correlation
from clavilux.core.values import Film, Yuv
from clavilux.listen.measure import Measures

RATE = 10.0
REACH = 5
"""Values by which one curve may be late: half a second."""
_SMOOTH = 10
_SIDE = 64
_TURN = 5
"""Tenths of a second before and after, between which harmony may turn."""
Curve = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Contribution:
    """How change in pictures goes with change in music, over several films."""

    n: int
    own: float
    """Mean correlation with the music's own film."""
    other: float
    """The same with the other films."""
    gain: float
    low: float
    high: float
    """Own less other, and the middle 95 % of its bootstrap over films."""


def film_change(film: Film) -> Curve:
    """Measure how much the picture changes: mean difference of 64 × 64 pictures, 0 to 1."""
    times: list[float] = []
    change: list[float] = []
    before: NDArray[np.float32] | None = None
    for frame in film:
        picture = frame.picture.luma if isinstance(frame.picture, Yuv) else frame.picture
        plain = picture if picture.ndim == 2 else cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
        small = cv2.resize(plain, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA).astype(np.float32)
        if before is not None:
            times.append(float(frame.time))
            change.append(float(np.abs(small - before).mean()) / 255)
        before = small
    if not times:
        return np.zeros(1)
    place = np.minimum((np.array(times) * RATE).astype(int), int(times[-1] * RATE))
    return smoothed(np.bincount(place, np.array(change)).astype(np.float64))


def sound_change(heard: Measures) -> tuple[Curve, Curve]:
    """Compute from a sound's measures how much it changes: what begins, how harmony turns.

    Returns:
        Spectral flux (growth of log mel power, summed over bands) and chroma turns (cosine
        distance of the half seconds before and after).
    """
    log_mel = heard.log_mel.astype(np.float64)
    grown = np.maximum(np.diff(log_mel, axis=0, prepend=log_mel[:1]), 0).sum(axis=1)
    n = len(heard.chroma)
    flux = np.pad(grown, (0, max(0, 10 * n - len(grown))))[: 10 * n].reshape(n, 10).sum(axis=1)
    return smoothed(flux), smoothed(chroma_turns(heard.chroma))


def chroma_turns(chroma: NDArray[np.float32]) -> Curve:
    """Return the cosine distance between what sounds before and after each tenth of a second."""
    n = len(chroma)
    total = np.concatenate([np.zeros((1, 12)), np.cumsum(chroma, axis=0, dtype=np.float64)])
    at = np.arange(n)
    first, last = np.maximum(at - _TURN, 0), np.minimum(at + _TURN, n)
    before, after = total[at] - total[first], total[last] - total[at]
    length = np.linalg.norm(before, axis=1) * np.linalg.norm(after, axis=1)
    alike = (before * after).sum(axis=1) / np.maximum(length, 1e-9)
    return np.where(length > 0, 1 - alike, 0.0)


def smoothed(values: Curve) -> Curve:
    """Average over a second."""
    return np.asarray(uniform_filter1d(np.asarray(values, np.float64), _SMOOTH, mode="nearest"))


def alike(a: Curve, b: Curve, reach: int = REACH) -> float:
    """Return the best rank correlation of two curves at delays of up to `reach` values."""
    n = min(len(a), len(b))
    if n <= 4 * reach:
        return 0.0
    a, b = np.asarray(a[:n]), np.asarray(b[:n])
    found = []
    for lag in range(-reach, reach + 1):
        x, y = (a[lag:], b[: n - lag]) if lag >= 0 else (a[: n + lag], b[-lag:])
        found.append(correlation(rankdata(x), rankdata(y)))
    return float(max(found))


def contribution(
    films: Sequence[Curve],
    music: Sequence[Curve],
    *,
    reach: int = REACH,
    seed: int = 0,
    n_draws: int = 2000,
) -> Contribution:
    """Compare each film's curve with its own music and with that of all others.

    Another film's curve is repeated or cut to the length of the film it stands in for.

    Raises:
        ValueError: There are fewer than two films, or not one piece of music each.
    """
    n = len(films)
    if n < 2 or n != len(music):
        raise ValueError(f"{n} films and {len(music)} pieces of music; expected pairs, two or more")
    own = np.array([alike(f, m, reach) for f, m in zip(films, music, strict=True)])
    other = np.array(
        [
            np.mean([alike(np.resize(films[j], len(films[i])), music[i], reach)
                     for j in range(n) if j != i])
            for i in range(n)
        ]
    )  # fmt: skip
    rng = np.random.default_rng(seed)
    gains = (own - other)[rng.integers(0, n, (n_draws, n))].mean(axis=1)
    low, high = np.percentile(gains, [2.5, 97.5])
    return Contribution(n, float(own.mean()), float(other.mean()), float((own - other).mean()),
                        float(low), float(high))  # fmt: skip
