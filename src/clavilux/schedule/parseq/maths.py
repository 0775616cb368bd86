"""Maths: JavaScript's Math over whole columns.

Where numpy or C differ from JavaScript in meaning (rounding of halves, powers of
one, remainders) the result is JavaScript's.
"""

import numpy as np
from numpy.typing import NDArray

Column = NDArray[np.float64]


def power(base: Column, exponent: Column) -> Column:
    """``base ** exponent``: NaN wherever the exponent is, and for ±1 to an infinite power."""
    undefined = np.isnan(exponent) | ((np.abs(base) == 1) & np.isinf(exponent))
    result = np.where(undefined, np.nan, np.power(base, exponent))
    return np.asarray(result, dtype=np.float64)


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


def sin(x: Column) -> Column:
    """``Math.sin``."""
    return np.asarray(np.sin(x))


def cos(x: Column) -> Column:
    """``Math.cos``."""
    return np.asarray(np.cos(x))


def asin(x: Column) -> Column:
    """``Math.asin``."""
    return np.asarray(np.arcsin(x))
