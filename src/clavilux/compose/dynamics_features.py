"""What the predictor of loudness and note density looks at: one row a second of a film.

A row says where in the film its second lies, what the film is like as a whole, and how
the seconds around it differ from that. Songs begin softly, and end; busy films go with
busy songs; the rest is small.

Conventions
-----------
- Motion, time since the cut, emotions and CLIP features are those of MuVi-Sync.
- NaN stands for what is not known.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

_EDGES_S = np.array([0, 1, 2, 3, 4, 6, 8, 11, 15, 20, 30, 50, 80, 120, 180, 240, 400])
"""Seconds from the beginning, and to the end, between which songs are taken to be alike."""
_TENTHS = 20
"""Stretches into which a film is divided, whatever its length."""
_SCALES_S = (3.0, 10.0)
"""Standard deviations over which seconds around are averaged."""
_LONG_S = 300
"""From here on the data set's songs are cut off."""

N_PLACE = 2 * len(_EDGES_S) + _TENTHS
N_WHOLE = 14
N_AROUND = 9 * len(_SCALES_S)
N_ROW = N_PLACE + N_WHOLE + N_AROUND
N_CLIP = 768
N_CLIP_ROW = N_CLIP * (1 + len(_SCALES_S))


def rows_of(
    emotion: NDArray[np.float32], motion: NDArray[np.float32], scene_offset: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Compute the rows of a film.

    Args:
        emotion: Probabilities of six emotions, (n_seconds, 6).
        motion: Difference of frames, 0 to 255, (n_seconds,).
        scene_offset: Seconds since the cut, (n_seconds,).

    Returns:
        Place (`N_PLACE`), the film as a whole (`N_WHOLE`), the seconds around
        (`N_AROUND`). (n_seconds, N_ROW).
    """
    n = len(motion)
    at = np.arange(n)
    kinds, tenths = np.eye(len(_EDGES_S)), np.eye(_TENTHS)
    place = np.hstack(
        [
            kinds[np.searchsorted(_EDGES_S, at, "right") - 1],
            kinds[np.searchsorted(_EDGES_S, n - 1 - at, "right") - 1],
            tenths[at * _TENTHS // max(n, 1)],
        ]
    )
    moved = np.log1p(motion.astype(np.float64))
    cut = np.where(np.isnan(scene_offset), np.nan, scene_offset == 0)
    since = np.log1p(scene_offset.astype(np.float64))
    columns = np.column_stack([emotion, moved, since, cut])
    mean = _mean(columns)
    whole = [*mean, _spread(moved), *_percentiles(moved), np.log(max(n, 1) / 200), n >= _LONG_S]
    return np.hstack([place, np.tile(np.array(whole), (n, 1)), *_around(columns, mean)]).astype(
        np.float32
    )


def clip_rows(semantic: NDArray[np.float32] | None, n: int) -> NDArray[np.float32]:
    """Compute the rows of a film's CLIP features, all NaN where there are none.

    Args:
        semantic: CLIP image features, (n_seconds, N_CLIP), or None.
        n: Seconds of the film.

    Returns:
        Their mean over the film and how the seconds around differ, (n, N_CLIP_ROW).
    """
    if semantic is None or np.isnan(semantic).all():
        return np.full((n, N_CLIP_ROW), np.nan, np.float32)
    mean = _mean(semantic)
    around = _around(semantic, mean)
    return np.hstack([np.tile(mean, (n, 1)), *around]).astype(np.float32)


def _mean(columns: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return each column's mean over what is known; NaN where nothing is."""
    known = ~np.isnan(columns)
    total = np.where(known, columns, 0).sum(axis=0, dtype=np.float64)
    count = known.sum(axis=0)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def _around(columns: NDArray[np.floating], mean: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    """Return how averages around each second differ from the mean; unknown seconds don't."""
    off = np.where(np.isnan(columns), 0, columns - np.nan_to_num(mean))
    return [gaussian_filter1d(off, scale, axis=0, mode="nearest") for scale in _SCALES_S]


def _spread(values: NDArray[np.float64]) -> float:
    return float(np.nanstd(values)) if not np.isnan(values).all() else float("nan")


def _percentiles(values: NDArray[np.float64]) -> tuple[float, float]:
    if np.isnan(values).all():
        return float("nan"), float("nan")
    low, high = np.nanpercentile(values, [10, 90])
    return float(low), float(high)
