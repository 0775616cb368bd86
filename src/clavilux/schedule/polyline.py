"""Polylines: a column of values as few points as tell it within a tolerance.

A column in, points out: joined by lines, or holding from one to the next.

Conventions
-----------
- Lines have points at frames. Levels have theirs half a frame before the frame from
  which they hold, since Parseq's reading of a step at an exact point gives the one before.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Column = NDArray[np.float64]

_DIGITS = 7


class Points(NamedTuple):
    """Points of a time series, in order of time."""

    x: list[float]
    y: list[float]


def decimals(value: float) -> float:
    """Round to as many decimals as documents need; whole numbers become such."""
    rounded = round(value, _DIGITS)
    return int(rounded) if rounded == int(rounded) else rounded


def polyline(column: Column, tolerance: float) -> Points:
    """Join a column by as few lines as come within `tolerance` of every value.

    From each point the cone of slopes that keep within the tolerance narrows frame
    by frame; where it closes, the next point lies.
    """
    values = column.tolist()
    last = len(values) - 1
    x, y = [0], [decimals(values[0])]
    at = 0
    while at < last:
        start, low, high = y[-1], -np.inf, np.inf
        reached = at + 1
        for k in range(at + 1, last + 1):
            here = (values[k] - start) / (k - at)
            if not low <= here <= high:
                break
            reached = k
            low = max(low, (values[k] - tolerance - start) / (k - at))
            high = min(high, (values[k] + tolerance - start) / (k - at))
        at = reached
        x.append(at)
        y.append(decimals(values[at]))
    return Points([float(v) if v != int(v) else int(v) for v in x], y)


def levels(column: Column, tolerance: float) -> Points:
    """Hold a column's values for as long as they stay within `tolerance`."""
    x: list[float] = [-0.5]
    y = [decimals(float(column[0]))]
    for k, value in enumerate(column.tolist()):
        if abs(value - y[-1]) > tolerance:
            x.append(k - 0.5)
            y.append(decimals(value))
    # A last point far out: past its end a series gives its last value.
    x.append(len(column) - 0.5)
    y.append(y[-1])
    return Points(x, y)
