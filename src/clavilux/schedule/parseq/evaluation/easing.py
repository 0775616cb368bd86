"""Easing: cubic Bézier transitions from 0 to 1, and their presets.

Source:
    G. Renaudeau, bezier-easing 2.1.0: the curve is found by a few Newton steps or
    halvings from a table of eleven single-precision samples, so it is not the exact
    curve. These numbers repeat its approximation, over whole columns.
"""

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Column = NDArray[np.floating[Any]]
Points = Column | float

_TABLE_SIZE = 11
_STEP = 1.0 / (_TABLE_SIZE - 1.0)
_STARTS = np.concatenate([[0.0], np.cumsum(np.full(_TABLE_SIZE - 2, _STEP))])
_GRID = np.arange(_TABLE_SIZE) * _STEP
_NEWTON_STEPS = 4
_NEWTON_LEAST_SLOPE = 0.001
_HALVINGS = 10
_HALVING_PRECISION = 1e-7

PRESETS: dict[str, tuple[float, float, float, float]] = {
    "ease": (0.25, 0.1, 0.25, 1.0),
    "linear": (0.0, 0.0, 1.0, 1.0),
    "easeInCirc": (0.55, 0, 1, 0.45),
    "easeOutCirc": (0, 0.55, 0.45, 1),
    "easeInOutCirc": (0.85, 0, 0.15, 1),
    "easeInBack": (0.36, 0, 0.66, -0.56),
    "easeOutBack": (0.34, 1.56, 0.64, 1),
    "easeInOutBack": (0.68, -0.6, 0.32, 1.6),
}
"""Control points x1, y1, x2, y2 of each curve by name."""
for _names, _points in {
    ("ease-in", "easeIn"): (0.42, 0.0, 1.0, 1.0),
    ("ease-out", "easeOut"): (0.0, 0.0, 0.58, 1.0),
    ("ease-in-out", "easeInOut"): (0.42, 0.0, 0.58, 1.0),
    ("step-start", "stepStart"): (0.0, 0.0, 0.0, 1.0),
    ("step-end", "stepEnd"): (1.0, 0.0, 1.0, 1.0),
    ("easeInSine", "easeIn1"): (0.12, 0, 0.39, 0),
    ("easeOutSine", "easeOut1"): (0.61, 1, 0.88, 1),
    ("easeInOutSine", "easeInOut1"): (0.37, 0, 0.63, 1),
    ("easeInQuad", "easeIn2"): (0.11, 0, 0.5, 0),
    ("easeOutQuad", "easeOut2"): (0.5, 1, 0.89, 1),
    ("easeInOutQuad", "easeInOut2"): (0.45, 0, 0.55, 1),
    ("easeInCubic", "easeIn3"): (0.32, 0, 0.67, 0),
    ("easeOutCubic", "easeOut3"): (0.33, 1, 0.68, 1),
    ("easeInOutCubic", "easeInOut3"): (0.65, 0, 0.35, 1),
    ("easeInQuart", "easeIn4"): (0.5, 0, 0.75, 0),
    ("easeOutQuart", "easeOut4"): (0.25, 1, 0.5, 1),
    ("easeInOutQuart", "easeInOut4"): (0.76, 0, 0.24, 1),
    ("easeInQuint", "easeIn5"): (0.64, 0, 0.78, 0),
    ("easeOutQuint", "easeOut5"): (0.22, 1, 0.36, 1),
    ("easeInOutQuint", "easeInOut5"): (0.83, 0, 0.17, 1),
    ("easeInExpo", "easeIn6"): (0.7, 0, 0.84, 0),
    ("easeOutExpo", "easeOut6"): (0.16, 1, 0.3, 1),
    ("easeInOutExpo", "easeInOut6"): (0.87, 0, 0.13, 1),
}.items():
    PRESETS.update(dict.fromkeys(_names, _points))


def ease(x: Column, x1: Column, y1: Column, x2: Column, y2: Column) -> Column:
    """Evaluate Bézier easings; control points are columns like `x`, or single numbers.

    Args:
        x: Positions along the curve, shape (n,); beyond 0 and 1 it is continued.
        x1: First control point, in [0, 1]; the caller has made sure.
        y1: First control point.
        x2: Second control point, in [0, 1].
        y2: Second control point.
    """
    result = _Cubic(y1, y2).at(_parameter(x, x1, x2))
    np.copyto(result, np.abs(x), where=(x == 0) | (x == 1))
    straight = (x1 == y1) & (x2 == y2)
    return np.where(straight, x, result) if np.count_nonzero(straight) else result


class _Cubic:
    """A Bézier curve from 0 to 1 in one dimension, by its two middle points."""

    __slots__ = ("cubic", "linear", "square")

    def __init__(self, a: Points, b: Points) -> None:
        self.cubic, self.square, self.linear = 1.0 - 3.0 * b + 3.0 * a, 3.0 * b - 6.0 * a, 3.0 * a

    def at(self, t: Column) -> Column:
        height = self.cubic * t
        height += self.square
        height *= t
        height += self.linear
        height *= t
        return np.asarray(height)

    def slope(self, t: Column) -> Column:
        slope = 3.0 * self.cubic * t
        slope *= t
        slope += 2.0 * self.square * t
        slope += self.linear
        return np.asarray(slope)


def _parameter(x: Column, x1: Column, x2: Column) -> Column:
    """Find t where the curve's x is `x`, as nearly as the original does."""
    curve = _Cubic(x1, x2)
    if np.ndim(x1) or np.ndim(x2):
        table = _single(curve.at(_GRID[:, None]))  # (11, n)
        above = ~(table[1 : _TABLE_SIZE - 1] <= x)
        index = np.where(above.any(axis=0), above.argmax(axis=0), _TABLE_SIZE - 2)
        pick = np.arange(len(index))
        low, high = table[index, pick], table[index + 1, pick]
    else:
        table = _samples(float(x1), float(x2))  # (11,)
        index = table[1 : _TABLE_SIZE - 1].searchsorted(x, side="right")
        low, high = table[index], table[index + 1]
    start = _STARTS[index]
    guess = start + (x - low) / (high - low) * _STEP
    slope = curve.slope(guess)
    t = _newton(curve, x, guess, slope)
    steep = slope >= _NEWTON_LEAST_SLOPE
    if np.count_nonzero(steep) < len(x):
        slow = (~(steep | (slope == 0.0))).nonzero()[0]
        x1, x2 = (p[slow] if np.ndim(p) else p for p in (x1, x2))
        low = np.where(np.isnan(x[slow]), 0.0, start[slow])  # no sample is below no number
        t[slow] = _halve(_Cubic(x1, x2), x[slow], low, low + _STEP)
    return t


@lru_cache(maxsize=256)
def _samples(x1: float, x2: float) -> Column:
    return _single(_Cubic(x1, x2).at(_GRID))


def _single(samples: Column) -> Column:
    return samples.astype(np.float32).astype(np.float64)


def _newton(curve: _Cubic, x: Column, t: Column, slope: Column) -> Column:
    """Take Newton's steps from `t`, where the slope is `slope`; where it is 0, none."""
    for step in range(_NEWTON_STEPS):
        if step:
            slope = curve.slope(t)
        change = curve.at(t)
        change -= x
        change /= slope
        level = slope == 0.0
        if np.count_nonzero(level):
            change[level] = 0.0
        t = t - change
    return t


def _halve(curve: _Cubic, x: Column, low: Column, high: Column) -> Column:
    going = np.ones(x.shape, dtype=bool)
    t = low
    for _ in range(_HALVINGS):
        t = np.where(going, low + (high - low) / 2.0, t)
        error = curve.at(t) - x
        high = np.where(going & (error > 0), t, high)
        low = np.where(going & ~(error > 0), t, low)
        going &= np.abs(error) > _HALVING_PRECISION
    return t
