"""Splines: values between keyframes for L (lines), P (one polynomial) and C (a natural cubic).

Keyframes and frames in, one value a frame out. Frames and values may coincide or be
NaN: the result is then what the original's arithmetic gives, often NaN.

Source:
    everpolate 0.0.3 (lines; Neville's scheme) and cubic-spline 3.0.3 (natural spline by
    elimination). Ours solves the spline once, not at every frame.
"""

import numpy as np
from numpy.typing import NDArray

from clavilux.core.errors import DocumentError

Column = NDArray[np.float64]

MAX_DENSE_SPLINE = 200
"""Keyframes of a spline some of which share a frame."""


def line(at: Column, frames: Column, values: Column) -> Column:
    """Join the keyframes by straight lines."""
    if len(frames) < 2:
        return np.full(len(at), np.nan)
    slope = (values[1:] - values[:-1]) / (frames[1:] - frames[:-1])
    height = -slope * frames[:-1] + values[:-1]
    left = frames[1:-1].searchsorted(at, side="right")
    return np.asarray(slope[left] * at + height[left])


def polynomial(at: Column, frames: Column, values: Column) -> Column:
    """Pass one polynomial through all keyframes, by Neville's scheme."""
    n = len(frames)
    row = np.repeat(values[:, None], len(at), axis=1)  # (n, frames)
    distance = at - frames[:, None]
    for j in range(1, n):
        span = (frames[j:] - frames[:-j])[:, None]
        row = (distance[:-j] * row[1:] - distance[j:] * row[:-1]) / span
    return np.asarray(row[0])


def spline(at: Column, frames: Column, values: Column, slopes: Column) -> Column:
    """Pass a natural cubic spline through the keyframes, given its `spline_slopes`."""
    right = np.clip(np.searchsorted(frames, at, side="left"), 1, len(frames) - 1)
    left = right - 1
    width, rise = frames[right] - frames[left], values[right] - values[left]
    t = (at - frames[left]) / width
    a, b = slopes[left] * width - rise, -slopes[right] * width + rise
    blend = t * (1 - t) * (a * (1 - t) + b * t)
    return np.asarray((1 - t) * values[left] + t * values[right] + blend)


def spline_slopes(frames: Column, values: Column) -> Column:
    """Solve for the spline's slope at each keyframe."""
    width, rise = np.diff(frames), np.diff(values)
    if not (np.all(width > 0) and np.all(np.isfinite(values))):
        return _slopes_by_elimination(width, rise)
    from scipy.linalg import solve_banded

    n = len(frames)
    bands = np.zeros((3, n))
    bands[0, 1:] = bands[2, :-1] = 1 / width
    bands[1, :-1] += 2 / width
    bands[1, 1:] += 2 / width
    right = np.zeros(n)
    right[:-1] += 3 * rise / (width * width)
    right[1:] += 3 * rise / (width * width)
    return np.asarray(solve_banded((1, 1), bands, right), dtype=np.float64)


def _slopes_by_elimination(width: Column, rise: Column) -> Column:
    """Solve where keyframes coincide, step for step as the original's elimination does."""
    n = len(width) + 1
    if n > MAX_DENSE_SPLINE:
        raise DocumentError(
            f"the spline C passes through {n} keyframes of which some share a frame; "
            "merge those that share one"
        )
    matrix = np.zeros((n, n + 1))
    weight, pull = 1 / width, 3 * rise / (width * width)
    for i in range(n):
        if i > 0:
            matrix[i, i - 1] = weight[i - 1]
        if i < n - 1:
            matrix[i, i + 1] = weight[i]
        around = [k for k in (i - 1, i) if 0 <= k < n - 1]
        matrix[i, i] = 2 * sum(weight[k] for k in around)
        matrix[i, n] = sum(pull[k] for k in around)
    row = column = 0
    while row < n and column <= n:
        pivot, largest = 0, -np.inf
        for i in range(row, n):
            if abs(matrix[i, column]) > largest:
                pivot, largest = i, abs(matrix[i, column])
        if matrix[pivot, column] != 0:
            matrix[[row, pivot]] = matrix[[pivot, row]]
            for i in range(row + 1, n):
                factor = matrix[i, column] / matrix[row, column]
                matrix[i, column] = 0
                matrix[i, column + 1 :] -= matrix[row, column + 1 :] * factor
            row += 1
        column += 1
    return _back_substitute(matrix)


def _back_substitute(matrix: Column) -> Column:
    n = len(matrix)
    slopes = np.zeros(n)
    for i in range(n - 1, -1, -1):
        pivot = matrix[i, i]
        slopes[i] = matrix[i, n] / pivot if pivot and not np.isnan(pivot) else 0.0
        matrix[:i, n] -= matrix[:i, i] * slopes[i]
    return slopes
