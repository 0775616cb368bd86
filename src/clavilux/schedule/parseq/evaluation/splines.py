"""Splines: values between keyframes for L (lines), P (one polynomial) and C (a natural cubic).

Keyframes and frames in, one value a frame out. Frames and values may coincide or be
NaN: the result is then what the original's arithmetic gives, often NaN.

Source:
    everpolate 0.0.3 (lines; Neville's scheme) and cubic-spline 3.0.3 (natural spline by
    elimination). Ours solves the spline once, not at every frame, and leaves the zeros out.
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
    """Solve for the spline's slope at each keyframe, in the original's order of operations."""
    if len(frames) < 2:
        return np.full(len(frames), np.nan)
    width, rise = np.diff(frames), np.diff(values)
    weight, pull = 1 / width, rise / (width * width)
    diagonal, right = np.empty(len(frames)), np.empty(len(frames))
    diagonal[[0, -1]] = 2 / width[[0, -1]]
    diagonal[1:-1] = 2 * (weight[:-1] + weight[1:])
    right[[0, -1]] = 3 * rise[[0, -1]] / (width[[0, -1]] * width[[0, -1]])
    right[1:-1] = 3 * (pull[:-1] + pull[1:])
    if np.all(width > 0) and np.all(np.isfinite(values)):
        return _solve(diagonal.tolist(), weight.tolist(), right.tolist())
    return _eliminate(diagonal, weight, right)


def _solve(diagonal: list[float], weight: list[float], right: list[float]) -> Column:
    """Solve where the diagonal outweighs its neighbours, so that no rows change places."""
    n = len(diagonal)
    for i in range(1, n):
        factor = weight[i - 1] / diagonal[i - 1]
        diagonal[i] -= weight[i - 1] * factor
        right[i] -= right[i - 1] * factor
    slopes = [0.0] * n
    for i in range(n - 1, -1, -1):
        slopes[i] = right[i] / diagonal[i]
        if i:
            right[i - 1] -= weight[i - 1] * slopes[i]
    return np.array(slopes)


def _eliminate(diagonal: Column, weight: Column, right: Column) -> Column:
    """Solve where keyframes coincide, step for step as the original's elimination does."""
    n = len(diagonal)
    if n > MAX_DENSE_SPLINE:
        raise DocumentError(
            f"the spline C passes through {n} keyframes of which some share a frame; "
            "merge those that share one"
        )
    matrix = np.zeros((n, n + 1))
    below = np.arange(n - 1)
    matrix[below + 1, below] = matrix[below, below + 1] = weight
    matrix[np.arange(n), np.arange(n)] = diagonal
    matrix[:, n] = right
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
