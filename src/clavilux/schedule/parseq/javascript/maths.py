"""Maths: JavaScript's Math over whole columns.

Where numpy or C differ from JavaScript in meaning (rounding of halves, the last bits of
a word) the result is JavaScript's; see `fdlibm` for the elementary functions.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from clavilux.schedule.parseq.javascript import fdlibm

Column = NDArray[np.float64]


@lru_cache(maxsize=256)
def power_of_ten(exponent: float) -> float:
    """``Math.pow(10, exponent)`` of one number."""
    return float(fdlibm.pow(np.float64(10), np.float64(exponent)))  # type: ignore[arg-type]


def single_power(base: float, exponent: float) -> float:
    """``base ** exponent`` of two numbers."""
    if exponent == 2:
        return base * base
    return float(fdlibm.pow(np.float64(base), np.float64(exponent)))  # type: ignore[arg-type]


def round_half_up(x: Column) -> Column:
    """``Math.round``: halves go up, also below zero."""
    above = np.ceil(x)
    return np.asarray(np.where(above - 0.5 > x, above - 1.0, above))


def count_leading_zeros(x: Column) -> Column:
    """``Math.clz32``: leading zero bits of the last 32."""
    whole = np.where(np.isfinite(x), np.trunc(x), 0.0)
    low = np.mod(whole, 2.0**32)
    with np.errstate(divide="ignore"):
        bits = np.where(low > 0, np.floor(np.log2(np.maximum(low, 1))) + 1, 0)
    return np.asarray(32.0 - bits)
