"""Timing: by how many frames a film comes after what its schedule says.

Two measures. How much each picture differs from the last is explained by the schedule,
shifted by every lag in turn: the lag that explains most is the film's (`film_lag`). Drums
that come round explain as much a bar later; so where that lag isn't 0, the film is drawn
again, if its record says how, and the lag at which it looks the same decides
(`picture_lag`). What neither can tell is left untold.
"""

from collections.abc import Iterable, Mapping
from itertools import islice

import cv2
import numpy as np
from numpy.typing import NDArray

from clavilux.core.values import Picture, Yuv
from clavilux.schedule.deforum.manifest import MOVES

Array = NDArray[np.float64]

WIDEST_LAG = 14
"""Frames to either side that are looked at."""
_SURE = 30.0
"""Log-likelihood by which another lag must explain a film better than none, where it can't
be drawn again. Chosen on 100 examples of 4 s: at 0 itself lags within a bar reach 23."""
_FEWEST = 24
"""Pictures below which nothing is told."""
_FLOOR = 0.3
"""Of the change from picture to picture, levels of 255: what encoding alone may change."""
_ALIKE = 0.7
"""A film that is drawn again must differ less than this share of what it does elsewhere."""
_DRAWN = 120
"""Pictures drawn again at most."""


def motion(rows: Iterable[Mapping[str, float]], fields: Iterable[str]) -> Array:
    """Return what a rendered document moves at each frame, shape (n_frames, n_columns).

    Args:
        rows: Its ``rendered_frames``.
        fields: Names of its fields.
    """
    listed = list(rows)
    columns: list[Array] = []
    for field in fields:
        change = np.array([row[f"{field}_delta"] for row in listed], dtype=np.float64)
        change[:1] = change[1:2]
        columns += [change, np.abs(change - (field == "zoom"))]
        if field not in MOVES:
            columns.append(np.array([row[field] for row in listed], dtype=np.float64))
    return _standard(columns, len(listed))


def motion_of_hits(hits_s: Array, frame_rate: float, n_frames: int) -> Array:
    """Return what a film without a schedule should move at: its hits and the frames after."""
    frames = np.floor(hits_s * frame_rate + 0.5).astype(int)
    columns = []
    for after in range(4):
        column = np.zeros(n_frames)
        column[frames[frames + after < n_frames] + after] = 1
        columns.append(column)
    return _standard(columns, n_frames)


def film_lag(changes: Array, moved: Array) -> tuple[int | None, float]:
    """Find the lag at which a film's changes are explained best by what should move it.

    Args:
        changes: How much each picture differs from the last, shape (n_frames,).
        moved: What should move it, shape (n_frames, n_columns).

    Returns:
        Frames by which the film is late, None where there is too little to tell; and by
        how much log-likelihood that explains more than a lag of 0.
    """
    n = min(len(changes), len(moved))
    first, last = WIDEST_LAG + 1, n - WIDEST_LAG
    if last - first < _FEWEST or not moved.shape[1]:
        return None, 0.0
    level = np.log(changes[first:last] + _FLOOR)
    if float(np.std(level)) < 1e-9:
        return None, 0.0
    lags = np.arange(-WIDEST_LAG, WIDEST_LAG + 1)
    left = np.array([_unexplained(level, moved[first - lag : last - lag]) for lag in lags])
    scores = -0.5 * len(level) * np.log(left)
    best = int(np.argmax(scores))
    return int(lags[best]), float(2 * (scores[best] - scores[WIDEST_LAG]))


def is_sure(gain: float) -> bool:
    """Return whether a lag explains so much more than 0 that it isn't chance."""
    return gain > _SURE


def picture_lag(film: list[NDArray[np.uint8]], drawn: Iterable[Picture]) -> int | None:
    """Find the lag at which a film looks as when it is drawn again; None if it never does.

    Args:
        film: Its pictures, luma only, all of one size.
        drawn: The pictures as they should be.
    """
    height, width = film[0].shape
    again = [
        cv2.resize(_luma(picture), (width, height), interpolation=cv2.INTER_AREA)
        for picture in islice(drawn, _DRAWN)
    ]
    one, other = (np.asarray(part, dtype=np.float32) for part in (film, again))
    lags = range(-WIDEST_LAG, WIDEST_LAG + 1)
    apart = []
    for lag in lags:
        first, last = max(0, lag), min(len(one), len(other) + lag)
        inner = slice(max(first, WIDEST_LAG), last)
        shifted = other[inner.start - lag : inner.stop - lag]
        apart.append(np.abs(one[inner] - shifted).mean() if len(shifted) else np.inf)
    best = int(np.argmin(apart))
    return lags[best] if apart[best] < _ALIKE * float(np.median(apart)) else None


def _luma(picture: Picture) -> NDArray[np.uint8]:
    if isinstance(picture, Yuv):
        return picture.luma
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), dtype=np.uint8)


def _standard(columns: list[Array], n: int) -> Array:
    """Put columns that vary beside one another, centred and of standard deviation 1."""
    varied = [c - c.mean() for c in columns if np.std(c) > 1e-9]
    return np.stack([c / c.std() for c in varied], axis=1) if varied else np.zeros((n, 0))


def _unexplained(level: Array, moved: Array) -> float:
    """Return the squares that a ridge regression on what moved leaves."""
    x = np.column_stack([np.ones(len(moved)), moved])
    ridge = np.eye(x.shape[1])
    ridge[0, 0] = 0
    centred = level - level.mean()
    weights = np.linalg.solve(x.T @ x + ridge, x.T @ centred)
    return float(((centred - x @ weights) ** 2).sum()) + 1e-12
