"""Sines and their inverses, to the browser's last bit; see `fdlibm`.

Source:
    fdlibm; its notice stands in `fdlibm`.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from clavilux.schedule.parseq.javascript.fdlibm_bits import (
    PIO2_HI,
    PIO2_LO,
    PIO4,
    PIO4_LO,
    Column,
    Ints,
    cut,
    high_word,
    horner,
    on_columns,
)

# Sines --------------------------------------------------------------------------------------------

_PIO2 = (1.57079632673412561417, 6.07710050630396597660e-11, 2.02226624871116645580e-21)
_PIO2_TAIL = (6.07710050650619224932e-11, 2.02226624879595063154e-21, 8.47842766036889956997e-32)
_INV_PIO2 = 6.36619772367581382433e-01
_LARGEST_ANGLE = 823_549.0
_MULTIPLES = (np.arange(1, 33) * (np.pi / 2)).view(np.int64) >> 32
_S = (8.33333333332248946124e-03, -1.98412698298579493134e-04, 2.75573137070700676789e-06,
      -2.50507602534068634195e-08, 1.58969099521155010221e-10)  # fmt: skip
_S1 = -1.66666666666666324348e-01
_C = (4.16666666666666019037e-02, -1.38888888888741095749e-03, 2.48015872894767294178e-05,
      -2.75573143513906633035e-07, 2.08757232129817482790e-09, -1.13596475577881948265e-11
)  # fmt: skip


def _reduce(size: Column) -> tuple[Ints, Column, Column]:
    """Take the nearest multiple of a quarter turn from angles of no sign.

    Returns:
        Which multiple, and the rest in two parts.
    """
    high = high_word(size)
    multiple = np.floor(size * _INV_PIO2 + 0.5)
    # Up to three quarters of a half turn the original subtracts just one quarter turn.
    multiple[high < 0x4002D97C] = 1.0
    rest = size - multiple * _PIO2[0]
    tail = multiple * _PIO2_TAIL[0]
    value = rest - tail
    close = (high >> 20) - (high_word(value) >> 20 & 0x7FF) > 16
    if np.count_nonzero(close):
        _refine(close.nonzero()[0], high, multiple, rest, tail, value)
    error = (rest - value) - tail
    n = multiple.astype(np.int64)
    small = high <= 0x3FE921FB
    if np.count_nonzero(small):
        n[small], error[small] = 0, 0.0
        np.copyto(value, size, where=small)
    return n, value, error


def _refine(
    close: Ints, high: Ints, multiple: Column, rest: Column, tail: Column, value: Column
) -> None:
    """Subtract quarter turns again, with more digits, where next to nothing is left."""
    near = multiple[close].astype(np.int64)
    clear = (near < 32) & (high[close] != _MULTIPLES[np.minimum(near, 32) - 1])
    close = close[~clear]
    turns, first_rest = multiple[close], rest[close]
    step = first_rest - turns * _PIO2[1]
    step_tail = turns * _PIO2_TAIL[1] - ((first_rest - step) - turns * _PIO2[1])
    second = step - step_tail
    nearer = (high[close] >> 20) - (high_word(second) >> 20 & 0x7FF) > 49
    step2 = step - turns * _PIO2[2]
    step2_tail = turns * _PIO2_TAIL[2] - ((step - step2) - turns * _PIO2[2])
    value[close] = np.where(nearer, step2 - step2_tail, second)
    rest[close] = np.where(nearer, step2, step)
    tail[close] = np.where(nearer, step2_tail, step_tail)


def _sine(x: Column, y: Column, whole: NDArray[np.bool_]) -> Column:
    z = x * x
    v = z * x
    r = horner(z, _S)
    result: Column = x - ((z * (0.5 * y - v * r) - y) - v * _S1)
    if np.count_nonzero(whole):
        np.copyto(result, x + v * (_S1 + z * r), where=whole)
    np.copyto(result, x, where=z < 2.0**-54)
    return result


def _cosine(x: Column, y: Column) -> Column:
    high = high_word(x) & 0x7FFFFFFF
    z = x * x
    half = 0.5 * z
    rest = z * (z * horner(z, _C)) - x * y
    quarter = ((high - 0x00200000) << 32).view(np.float64)
    quarter[high > 0x3FE90000] = 0.28125
    result = (1.0 - quarter) - ((half - quarter) - rest)
    np.copyto(result, 1.0 - (half - rest), where=high < 0x3FD33333)
    return result


def _quarters(size: Column, shift: int) -> Column:
    n, rest, error = _reduce(size)
    turn = n + shift
    odd = (turn & 1).astype(np.bool_)
    value = np.empty_like(size)
    sines, cosines = (~odd).nonzero()[0], odd.nonzero()[0]
    value[sines] = _sine(rest[sines], error[sines], n[sines] == 0)
    value[cosines] = _cosine(rest[cosines], error[cosines])
    np.negative(value, out=value, where=(turn & 2).astype(np.bool_))
    return value


def _within_reach(
    x: Column, exact: Callable[[Column, Column], Column], beyond: Callable[[Column], Column]
) -> Column:
    """Evaluate exactly, from angles and their sizes, where they can be reduced here."""
    size = np.abs(x)
    near = size < _LARGEST_ANGLE
    if np.count_nonzero(near) == len(x):
        return exact(x, size)
    return np.where(near, exact(np.where(near, x, 0.0), np.where(near, size, 0.0)), beyond(x))


@on_columns
def sin(x: Column) -> Column:
    """``Math.sin``."""
    return _within_reach(x, _sines, np.sin)


def _sines(x: Column, size: Column) -> Column:
    value = _quarters(size, 0)
    return np.negative(value, out=value, where=np.signbit(x))


@on_columns
def cos(x: Column) -> Column:
    """``Math.cos``."""
    return _within_reach(x, lambda _, size: _quarters(size, 1), np.cos)


_T = (3.33333333333334091986e-01, 1.33333333333201242699e-01, 5.39682539762260521377e-02,
      2.18694882948595424599e-02, 8.86323982359930005737e-03, 3.59207910759131235356e-03,
      1.45620945432529025516e-03, 5.88041240820264096874e-04, 2.46463134818469906812e-04,
      7.81794442939557092300e-05, 7.14072491382608190305e-05, -1.85586374855275456654e-05,
      2.59073051863633712884e-05)  # fmt: skip


def _tangent(x: Column, y: Column, inverse: NDArray[np.bool_]) -> Column:
    high = high_word(x)
    far = (high & 0x7FFFFFFF) >= 0x3FE59428
    negative = far & (high < 0)
    xf = np.where(negative, -x, x)
    yf = np.where(negative, -y, y)
    x = np.where(far, (PIO4 - xf) + (PIO4_LO - yf), x)
    y = np.where(far, 0.0, y)
    z = x * x
    w = z * z
    r = horner(w, (_T[1], _T[3], _T[5], _T[7], _T[9], _T[11]))
    v = z * horner(w, (_T[2], _T[4], _T[6], _T[8], _T[10], _T[12]))
    s = z * x
    r = y + z * (s * (r + v) + y)
    r = r + _T[0] * s
    w = x + r
    turn = np.where(inverse, -1.0, 1.0)
    sign = 1.0 - ((high >> 30) & 2)
    folded = sign * (turn - 2.0 * (x - (w * w / (w + turn) - r)))
    zc = cut(w)
    vc = r - (zc - x)
    a = -1.0 / w
    t = cut(a)
    reciprocal = t + a * ((1.0 + t * zc) + t * vc)
    return np.where(far, folded, np.where(inverse, reciprocal, w))


@on_columns
def tan(x: Column) -> Column:
    """``Math.tan``."""
    return _within_reach(x, _tangents, np.tan)


def _tangents(x: Column, size: Column) -> Column:
    n, rest, error = _reduce(size)
    value = _tangent(rest, error, (n & 1) == 1)
    value = np.where(np.signbit(x), -value, value)
    return np.where((high_word(x) & 0x7FFFFFFF) < 0x3E300000, x, value)


# Arcs ---------------------------------------------------------------------------------------------

_PS = (1.66666666666666657415e-01, -3.25565818622400915405e-01, 2.01212532134862925881e-01,
       -4.00555345006794114027e-02, 7.91534994289814532176e-04, 3.47933107596021167570e-05
)  # fmt: skip
_QS = (1.0, -2.40339491173441421878, 2.02094576023350569471, -6.88283971605453293030e-01,
       7.70381505559019352791e-02)  # fmt: skip


def _arc_ratio(t: Column) -> Column:
    return t * horner(t, _PS) / horner(t, _QS)


@on_columns
def asin(x: Column) -> Column:
    """``Math.asin``."""
    size = np.abs(x)
    value = np.empty_like(x)
    is_small = size < 0.5
    small, large = is_small.nonzero()[0], (~is_small).nonzero()[0]
    near = x[small]
    value[small] = near + near * _arc_ratio(near * near)
    value[large] = np.copysign(_large_arc(size[large]), x[large])
    return value


def _large_arc(size: Column) -> Column:
    """Return the arc of sines from 0.5 to 1; NaN beyond."""
    t = (1.0 - size) * 0.5
    r, s = _arc_ratio(t), np.sqrt(t)
    w = cut(s)
    c = (t - w * w) / (s + w)
    p = 2.0 * s * r - (PIO2_LO - 2.0 * c)
    arc: Column = PIO4 - (p - (PIO4 - 2.0 * w))
    np.copyto(arc, PIO2_HI - (2.0 * (s + s * r) - PIO2_LO), where=high_word(size) >= 0x3FEF3333)
    return arc


@on_columns
def acos(x: Column) -> Column:
    """``Math.acos``."""
    size = np.abs(x)
    tiny = (high_word(x) & 0x7FFFFFFF) <= 0x3C600000
    small = np.where(tiny, PIO2_HI + PIO2_LO, PIO2_HI - (x - (PIO2_LO - x * _arc_ratio(x * x))))
    z = (1.0 + x) * 0.5
    s = np.sqrt(z)
    negative = np.pi - 2.0 * (s + (_arc_ratio(z) * s - PIO2_LO))
    z = (1.0 - x) * 0.5
    s = np.sqrt(z)
    df = cut(s)
    positive = 2.0 * (df + (_arc_ratio(z) * s + (z - df * df) / (s + df)))
    result = np.where(size < 0.5, small, np.where(x < 0, negative, positive))
    result = np.where(x == 1, 0.0, np.where(x == -1, np.pi + 2.0 * PIO2_LO, result))
    return np.where(size <= 1, result, np.nan)


_AT = (3.33333333333329318027e-01, -1.99999999998764832476e-01, 1.42857142725034663711e-01,
       -1.11111104054623557880e-01, 9.09088713343650656196e-02, -7.69187620504482999495e-02,
       6.66107313738753120669e-02, -5.83357013379057348645e-02, 4.97687799461593236017e-02,
       -3.65315727442169155270e-02, 1.62858201153657823623e-02)  # fmt: skip
_AT_HI = np.array([4.63647609000806093515e-01, PIO4, 9.82793723247329054082e-01, PIO2_HI])
_AT_LO = np.array([2.26987774529616870924e-17, PIO4_LO, 1.39033110312309984516e-17, PIO2_LO])


@on_columns
def atan(x: Column) -> Column:
    """``Math.atan``."""
    size = np.abs(x)
    near = size < 0.4375
    part = np.digitize(size, [0.6875, 1.1875, 2.4375])
    reduced = np.select(
        [near, part == 0, part == 1, part == 2],
        [
            x, (2.0 * size - 1.0) / (2.0 + size), (size - 1.0) / (size + 1.0),
            (size - 1.5) / (1.0 + 1.5 * size),
        ],
        -1.0 / size,
    )  # fmt: skip
    z = reduced * reduced
    w = z * z
    odd, even = z * horner(w, _AT[0::2]), w * horner(w, _AT[1::2])
    sums = reduced * (odd + even)
    far = _AT_HI[np.minimum(part, 3)] - ((sums - _AT_LO[np.minimum(part, 3)]) - reduced)
    result = np.where(near, reduced - sums, np.where(x < 0, -far, far))
    result = np.where(size < 2.0**-27, x, result)
    result = np.where(size >= 2.0**66, np.copysign(PIO2_HI + PIO2_LO, x), result)
    return np.where(np.isnan(x), np.nan, result)
