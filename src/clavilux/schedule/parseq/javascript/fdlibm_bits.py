"""Bits: the words of float64 numbers, and what fdlibm's functions share; see `fdlibm`."""

from collections.abc import Callable, Sequence
from functools import wraps

import numpy as np
from numpy.typing import NDArray

Column = NDArray[np.float64]
Ints = NDArray[np.int64]

_LOW_WORD = np.int64(0xFFFFFFFF)
LN2_HI, LN2_LO = 6.93147180369123816490e-01, 1.90821492927058770002e-10
INV_LN2 = 1.44269504088896338700
PIO2_HI, PIO2_LO = 1.57079632679489655800, 6.12323399573676603587e-17


def high_word(x: Column) -> Ints:
    """The high 32 bits of each number, signed."""
    return x.view(np.int64) >> 32


def cut(x: Column) -> Column:
    """The number with its low 32 bits cleared."""
    return (x.view(np.int64) & ~_LOW_WORD).view(np.float64)


def with_high(x: Column, high: Ints) -> Column:
    """The number with its high 32 bits replaced."""
    return ((x.view(np.int64) & _LOW_WORD) | (high << 32)).view(np.float64)


def horner(x: Column, coefficients: Sequence[float]) -> Column:
    """Evaluate a polynomial whose first coefficient is the constant."""
    result = x * coefficients[-1]
    result += coefficients[-2]
    for coefficient in coefficients[-3::-1]:
        result *= x
        result += coefficient
    return result


def on_columns(function: Callable[[Column], Column]) -> Callable[[Column], Column]:
    """Let a function of one-dimensional columns take numbers and any shape, in silence."""

    @wraps(function)
    def wrapped(x: Column) -> Column:
        column = np.ascontiguousarray(x, dtype=np.float64)
        with np.errstate(all="ignore"):
            result = function(column.reshape(-1)).reshape(column.shape)
        return result if np.ndim(x) else result.reshape(())[()]

    return wrapped


PIO4, PIO4_LO = 7.85398163397448278999e-01, 3.06161699786838301793e-17
EXP_P = (1.66666666666666019037e-01, -2.77777777770155933842e-03, 6.61375632143793436117e-05,
      -1.65339022054652515390e-06, 4.13813679705723846039e-08)  # fmt: skip
