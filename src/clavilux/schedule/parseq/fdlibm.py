"""fdlibm: elementary functions to the browser's last bit, over whole columns.

A prompt may print a sine with all its digits, and a rounding may fall between two
neighbouring numbers; so the last bit matters. Browsers compute these functions with
fdlibm's polynomials, whose results differ from those of numpy and C in a few per cent
of cases by one unit in the last place.

Columns or numbers in, the same shape out; NaN and infinities as in JavaScript.

Source:
    fdlibm 5.3 and FreeBSD's msun, after V8's use of them: argument reductions,
    coefficients and orders of operation are theirs; the branches are taken here by
    masks. Sines beyond 800,000 fall back to numpy.

    Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved. Developed at
    SunSoft, a Sun Microsystems, Inc. business. Permission to use, copy, modify, and
    distribute this software is freely granted, provided that this notice is preserved.
"""

from collections.abc import Callable, Sequence
from functools import wraps

import numpy as np
from numpy.typing import NDArray

Column = NDArray[np.float64]
Ints = NDArray[np.int64]

_LOW_WORD = np.int64(0xFFFFFFFF)
_LN2_HI, _LN2_LO = 6.93147180369123816490e-01, 1.90821492927058770002e-10
_INV_LN2 = 1.44269504088896338700
_PIO2_HI, _PIO2_LO = 1.57079632679489655800, 6.12323399573676603587e-17


def _high(x: Column) -> Ints:
    """The high 32 bits of each number, signed."""
    return x.view(np.int64) >> 32


def _cut(x: Column) -> Column:
    """The number with its low 32 bits cleared."""
    return (x.view(np.int64) & ~_LOW_WORD).view(np.float64)


def _with_high(x: Column, high: Ints) -> Column:
    """The number with its high 32 bits replaced."""
    return ((x.view(np.int64) & _LOW_WORD) | (high << 32)).view(np.float64)


def _horner(x: Column, coefficients: Sequence[float]) -> Column:
    """Evaluate a polynomial whose first coefficient is the constant."""
    result = np.full_like(x, coefficients[-1])
    for coefficient in coefficients[-2::-1]:
        result = coefficient + x * result
    return result


def _on_columns(function: Callable[[Column], Column]) -> Callable[[Column], Column]:
    """Let a function of one-dimensional columns take numbers and any shape, in silence."""

    @wraps(function)
    def wrapped(x: Column) -> Column:
        column = np.ascontiguousarray(x, dtype=np.float64)
        with np.errstate(all="ignore"):
            result = function(column.reshape(-1).copy()).reshape(column.shape)
        return result if np.ndim(x) else result.reshape(())[()]  # type: ignore[no-any-return]

    return wrapped


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
      -2.75573143513906633035e-07, 2.08757232129817482790e-09, -1.13596475577881948265e-11)  # fmt: skip


def _reduce(x: Column) -> tuple[Ints, Column, Column]:
    """Take away the nearest multiple of a quarter turn; give which, and the rest in two parts."""
    size = np.abs(x)
    high = _high(x) & 0x7FFFFFFF
    multiple = np.floor(size * _INV_PIO2 + 0.5)
    # Up to three quarters of a half turn the original subtracts just one quarter turn.
    multiple = np.where(high < 0x4002D97C, 1.0, multiple)
    n = multiple.astype(np.int64)
    rest = size - multiple * _PIO2[0]
    tail = multiple * _PIO2_TAIL[0]
    first = rest - tail
    exponent = high >> 20
    clear = (n < 32) & (high != _MULTIPLES[np.clip(n - 1, 0, 31)]) & (n > 0)
    near = ~clear & (exponent - ((_high(first) >> 20) & 0x7FF) > 16)
    value = first
    if np.any(near):
        step = rest - multiple * _PIO2[1]
        step_tail = multiple * _PIO2_TAIL[1] - ((rest - step) - multiple * _PIO2[1])
        second = step - step_tail
        nearer = near & (exponent - ((_high(second) >> 20) & 0x7FF) > 49)
        step2 = step - multiple * _PIO2[2]
        step2_tail = multiple * _PIO2_TAIL[2] - ((step - step2) - multiple * _PIO2[2])
        value = np.where(nearer, step2 - step2_tail, np.where(near, second, first))
        rest = np.where(nearer, step2, np.where(near, step, rest))
        tail = np.where(nearer, step2_tail, np.where(near, step_tail, tail))
    error = (rest - value) - tail
    small = high <= 0x3FE921FB
    n = np.where(small, 0, n)
    value, error = np.where(small, size, value), np.where(small, 0.0, error)
    sign = np.where(np.signbit(x), -1.0, 1.0)
    return np.where(np.signbit(x), -n, n), value * sign, error * sign


def _sine(x: Column, y: Column, whole: NDArray[np.bool_]) -> Column:
    z = x * x
    v = z * x
    r = _horner(z, _S)
    plain = x + v * (_S1 + z * r)
    fine = x - ((z * (0.5 * y - v * r) - y) - v * _S1)
    result = np.where(whole, plain, fine)
    return np.where((_high(x) & 0x7FFFFFFF) < 0x3E400000, x, result)


def _cosine(x: Column, y: Column) -> Column:
    high = _high(x) & 0x7FFFFFFF
    z = x * x
    r = z * _horner(z, _C)
    plain = 1.0 - (0.5 * z - (z * r - x * y))
    quarter = np.where(high > 0x3FE90000, 0.28125, _with_high(np.zeros_like(x), high - 0x00200000))
    fine = (1.0 - quarter) - ((0.5 * z - quarter) - (z * r - x * y))
    result = np.where(high < 0x3FD33333, plain, fine)
    return np.where(high < 0x3E400000, 1.0, result)


def _quarters(x: Column, shift: int) -> Column:
    n, rest, error = _reduce(x)
    turn = (n + shift) & 3
    whole = (_high(x) & 0x7FFFFFFF) <= 0x3FE921FB
    sines, cosines = np.flatnonzero(turn % 2 == 0), np.flatnonzero(turn % 2)
    value = np.empty_like(x)
    value[sines] = _sine(rest[sines], error[sines], whole[sines])
    value[cosines] = _cosine(rest[cosines], error[cosines])
    return np.where(turn >= 2, -value, value)


def _within_reach(
    x: Column, exact: Callable[[Column], Column], beyond: Callable[[Column], Column]
) -> Column:
    """Evaluate exactly where the angle is small enough to be reduced here."""
    near = np.abs(x) < _LARGEST_ANGLE
    if np.all(near):
        return exact(x)
    return np.where(near, exact(np.where(near, x, 0.0)), beyond(x))


@_on_columns
def sin(x: Column) -> Column:
    """``Math.sin``."""
    return _within_reach(x, lambda angle: _quarters(angle, 0), np.sin)


@_on_columns
def cos(x: Column) -> Column:
    """``Math.cos``."""
    return _within_reach(x, lambda angle: _quarters(angle, 1), np.cos)


_T = (3.33333333333334091986e-01, 1.33333333333201242699e-01, 5.39682539762260521377e-02,
      2.18694882948595424599e-02, 8.86323982359930005737e-03, 3.59207910759131235356e-03,
      1.45620945432529025516e-03, 5.88041240820264096874e-04, 2.46463134818469906812e-04,
      7.81794442939557092300e-05, 7.14072491382608190305e-05, -1.85586374855275456654e-05,
      2.59073051863633712884e-05)  # fmt: skip
_PIO4, _PIO4_LO = 7.85398163397448278999e-01, 3.06161699786838301793e-17


def _tangent(x: Column, y: Column, inverse: NDArray[np.bool_]) -> Column:
    high = _high(x)
    far = (high & 0x7FFFFFFF) >= 0x3FE59428
    negative = far & (high < 0)
    xf = np.where(negative, -x, x)
    yf = np.where(negative, -y, y)
    x = np.where(far, (_PIO4 - xf) + (_PIO4_LO - yf), x)
    y = np.where(far, 0.0, y)
    z = x * x
    w = z * z
    r = _horner(w, (_T[1], _T[3], _T[5], _T[7], _T[9], _T[11]))
    v = z * _horner(w, (_T[2], _T[4], _T[6], _T[8], _T[10], _T[12]))
    s = z * x
    r = y + z * (s * (r + v) + y)
    r = r + _T[0] * s
    w = x + r
    turn = np.where(inverse, -1.0, 1.0)
    sign = 1.0 - ((high >> 30) & 2)
    folded = sign * (turn - 2.0 * (x - (w * w / (w + turn) - r)))
    zc = _cut(w)
    vc = r - (zc - x)
    a = -1.0 / w
    t = _cut(a)
    reciprocal = t + a * ((1.0 + t * zc) + t * vc)
    return np.where(far, folded, np.where(inverse, reciprocal, w))


@_on_columns
def tan(x: Column) -> Column:
    """``Math.tan``."""
    return _within_reach(x, _tangents, np.tan)


def _tangents(x: Column) -> Column:
    n, rest, error = _reduce(x)
    value = _tangent(rest, error, (n & 1) == 1)
    return np.where((_high(x) & 0x7FFFFFFF) < 0x3E300000, x, value)


# Arcs ---------------------------------------------------------------------------------------------

_PS = (1.66666666666666657415e-01, -3.25565818622400915405e-01, 2.01212532134862925881e-01,
       -4.00555345006794114027e-02, 7.91534994289814532176e-04, 3.47933107596021167570e-05)  # fmt: skip
_QS = (1.0, -2.40339491173441421878, 2.02094576023350569471, -6.88283971605453293030e-01,
       7.70381505559019352791e-02)  # fmt: skip


def _arc_ratio(t: Column) -> Column:
    return t * _horner(t, _PS) / _horner(t, _QS)


@_on_columns
def asin(x: Column) -> Column:
    """``Math.asin``."""
    size, high = np.abs(x), _high(x) & 0x7FFFFFFF
    small = np.where(high < 0x3E400000, x, x + x * _arc_ratio(x * x))
    t = (1.0 - size) * 0.5
    r, s = _arc_ratio(t), np.sqrt(t)
    steep = _PIO2_HI - (2.0 * (s + s * r) - _PIO2_LO)
    w = _cut(s)
    c = (t - w * w) / (s + w)
    p = 2.0 * s * r - (_PIO2_LO - 2.0 * c)
    middle = _PIO4 - (p - (_PIO4 - 2.0 * w))
    large = np.where(high >= 0x3FEF3333, steep, middle)
    result = np.where(high < 0x3FE00000, small, np.where(x > 0, large, -large))
    result = np.where(size == 1, x * _PIO2_HI + x * _PIO2_LO, result)
    return np.where(size <= 1, result, np.nan)


@_on_columns
def acos(x: Column) -> Column:
    """``Math.acos``."""
    size = np.abs(x)
    tiny = (_high(x) & 0x7FFFFFFF) <= 0x3C600000
    small = np.where(tiny, _PIO2_HI + _PIO2_LO, _PIO2_HI - (x - (_PIO2_LO - x * _arc_ratio(x * x))))
    z = (1.0 + x) * 0.5
    s = np.sqrt(z)
    negative = np.pi - 2.0 * (s + (_arc_ratio(z) * s - _PIO2_LO))
    z = (1.0 - x) * 0.5
    s = np.sqrt(z)
    df = _cut(s)
    positive = 2.0 * (df + (_arc_ratio(z) * s + (z - df * df) / (s + df)))
    result = np.where(size < 0.5, small, np.where(x < 0, negative, positive))
    result = np.where(x == 1, 0.0, np.where(x == -1, np.pi + 2.0 * _PIO2_LO, result))
    return np.where(size <= 1, result, np.nan)


_AT = (3.33333333333329318027e-01, -1.99999999998764832476e-01, 1.42857142725034663711e-01,
       -1.11111104054623557880e-01, 9.09088713343650656196e-02, -7.69187620504482999495e-02,
       6.66107313738753120669e-02, -5.83357013379057348645e-02, 4.97687799461593236017e-02,
       -3.65315727442169155270e-02, 1.62858201153657823623e-02)  # fmt: skip
_AT_HI = np.array([4.63647609000806093515e-01, _PIO4, 9.82793723247329054082e-01, _PIO2_HI])
_AT_LO = np.array([2.26987774529616870924e-17, _PIO4_LO, 1.39033110312309984516e-17, _PIO2_LO])


@_on_columns
def atan(x: Column) -> Column:
    """``Math.atan``."""
    size = np.abs(x)
    near = size < 0.4375
    part = np.digitize(size, [0.6875, 1.1875, 2.4375])
    reduced = np.select(
        [near, part == 0, part == 1, part == 2],
        [x, (2.0 * size - 1.0) / (2.0 + size), (size - 1.0) / (size + 1.0), (size - 1.5) / (1.0 + 1.5 * size)],
        -1.0 / size,
    )  # fmt: skip
    z = reduced * reduced
    w = z * z
    odd, even = z * _horner(w, _AT[0::2]), w * _horner(w, _AT[1::2])
    sums = reduced * (odd + even)
    far = _AT_HI[np.minimum(part, 3)] - ((sums - _AT_LO[np.minimum(part, 3)]) - reduced)
    result = np.where(near, reduced - sums, np.where(x < 0, -far, far))
    result = np.where(size < 2.0**-27, x, result)
    result = np.where(size >= 2.0**66, np.copysign(_PIO2_HI + _PIO2_LO, x), result)
    return np.where(np.isnan(x), np.nan, result)


# Exponentials -------------------------------------------------------------------------------------

_P = (1.66666666666666019037e-01, -2.77777777770155933842e-03, 6.61375632143793436117e-05,
      -1.65339022054652515390e-06, 4.13813679705723846039e-08)  # fmt: skip
_Q = (1.0, -3.33333333333331316428e-02, 1.58730158725481460165e-03, -7.93650757867487942473e-05,
      4.00821782732936239552e-06, -2.01099218183624371326e-07)  # fmt: skip
_OVERFLOW, _UNDERFLOW = 7.09782712893383973096e02, -7.45133219101941108420e02


def _halves(x: Column) -> tuple[Ints, Column, Column]:
    """Split x into k ln 2 + hi - lo."""
    high = _high(x) & 0x7FFFFFFF
    sign = np.where(np.signbit(x), -1.0, 1.0)
    bounded = np.clip(np.nan_to_num(x), -2000, 2000)
    k = np.trunc(_INV_LN2 * bounded + 0.5 * sign)
    k = np.where(high < 0x3FF0A2B2, sign, k)
    k = np.where(high > 0x3FD62E42, k, 0.0)
    return k.astype(np.int64), x - k * _LN2_HI, k * _LN2_LO


@_on_columns
def exp(x: Column) -> Column:
    """``Math.exp``."""
    k, hi, lo = _halves(x)
    r = hi - lo
    t = r * r
    c = r - t * _horner(t, _P)
    zero_k = 1.0 - ((r * c) / (c - 2.0) - r)
    y = 1.0 - ((lo - (r * c) / (2.0 - c)) - hi)
    result = np.where(k == 0, zero_k, np.ldexp(y, k))
    result = np.where((_high(x) & 0x7FFFFFFF) < 0x3E300000, 1.0 + x, result)
    result = np.where(x == 1.0, 2.718281828459045, result)
    result = np.where(x > _OVERFLOW, np.inf, np.where(x < _UNDERFLOW, 0.0, result))
    return np.where(np.isnan(x), np.nan, result)


@_on_columns
def expm1(x: Column) -> Column:
    """``Math.expm1``."""
    k, hi, lo = _halves(x)
    r = np.where(k == 0, x, hi - lo)
    c = np.where(k == 0, 0.0, (hi - r) - lo)
    half = 0.5 * r
    hxs = r * half
    r1 = _horner(hxs, _Q)
    t = 3.0 - r1 * half
    e = hxs * ((r1 - t) / (6.0 - r * t))
    zero_k = r - (r * e - hxs)
    e = (r * (e - c) - c) - hxs
    few = np.ldexp((1.0 - np.ldexp(1.0, -k)) - (e - r), k)
    many = np.ldexp((r - (e + np.ldexp(1.0, -k))) + 1.0, k)
    one = np.where(r < -0.25, -2.0 * (e - (r + 0.5)), 1.0 + 2.0 * (r - e))
    far = np.ldexp(1.0 - (e - r), k) - 1.0
    result = np.select(
        [k == 0, k == -1, k == 1, (k <= -2) | (k > 56), k < 20],
        [zero_k, 0.5 * (r - e) - 0.5, one, far, few],
        many,
    )
    result = np.where((_high(x) & 0x7FFFFFFF) < 0x3C900000, x, result)
    result = np.where(x > _OVERFLOW, np.inf, np.where(x < -56 * np.log(2), -1.0, result))
    return np.where(np.isnan(x), np.nan, result)


@_on_columns
def sinh(x: Column) -> Column:
    """``Math.sinh``."""
    half, size = np.where(x < 0, -0.5, 0.5), np.abs(x)
    t = expm1(size)
    low = np.where(size < 1, half * (2 * t - t * t / (t + 1)), half * (t + t / (t + 1)))
    w = exp(0.5 * size)
    high = np.where(size < 709.7822265625, half * exp(size), (half * w) * w)
    result = np.where(size < 22, low, high)
    result = np.where(size < 2.0**-28, x, result)
    return np.where(size > 710.4758600739439, x * 1.0e307, result)


@_on_columns
def cosh(x: Column) -> Column:
    """``Math.cosh``."""
    size, high = np.abs(x), _high(x) & 0x7FFFFFFF
    t, e = expm1(size), exp(size)
    w = 1.0 + t
    near = np.where(high < 0x3C800000, w, 1.0 + (t * t) / (w + w))
    h = exp(0.5 * size)
    far = np.where(high < 0x40862E42, 0.5 * e, (0.5 * h) * h)
    result = np.select([high < 0x3FD62E43, high < 0x40360000], [near, 0.5 * e + 0.5 / e], far)
    result = np.where(size > 710.4758600739439, np.inf, result)
    return np.where(np.isnan(x), np.nan, result)


@_on_columns
def tanh(x: Column) -> Column:
    """``Math.tanh``."""
    size = np.abs(x)
    t, u = expm1(2.0 * size), expm1(-2.0 * size)
    z = np.where(size >= 1, 1.0 - 2.0 / (t + 2.0), -u / (u + 2.0))
    z = np.where(size < 22, z, 1.0)
    result = np.where(np.signbit(x), -z, z)
    result = np.where(size < 2.0**-28, x, result)
    return np.where(np.isnan(x), np.nan, result)


# Logarithms ---------------------------------------------------------------------------------------

_LG = (6.666666666666735130e-01, 3.999999999940941908e-01, 2.857142874366239149e-01,
       2.222219843214978396e-01, 1.818357216161805012e-01, 1.531383769920937332e-01,
       1.479819860511658591e-01)  # fmt: skip
_LP = (6.666666666666735130e-01, 3.999999999940941908e-01, 2.857142874366239149e-01,
       2.222219843214978396e-01, 1.818357216161805012e-01, 1.531383769920937332e-01,
       1.479819860511658591e-01)  # fmt: skip


def _normalised(x: Column) -> tuple[Column, Column, Ints]:
    """Split x into 2**k (1 + f); give k, f and the high bits of the fraction."""
    tiny = x < 2.0**-1022
    scaled = np.where(tiny, x * 2.0**54, x)
    high = _high(scaled)
    k = np.where(tiny, -54, 0) + (high >> 20) - 1023
    high &= 0xFFFFF
    i = (high + 0x95F64) & 0x100000
    fraction = _with_high(scaled, high | (i ^ 0x3FF00000))
    return (k + (i >> 20)).astype(np.float64), fraction - 1.0, high


def _ends(x: Column, result: Column) -> Column:
    """Give a logarithm's values where the argument is not an ordinary positive number."""
    result = np.where(x == 0, -np.inf, np.where(x < 0, np.nan, result))
    return np.where(np.isnan(x) | (x == np.inf), x, result)


@_on_columns
def log(x: Column) -> Column:
    """``Math.log``."""
    k, f, high = _normalised(np.where((x > 0) & (x < np.inf), x, 1.0))
    s = f / (2.0 + f)
    z = s * s
    w = z * z
    r = z * _horner(w, _LG[0::2]) + w * _horner(w, _LG[1::2])
    half = 0.5 * f * f
    inner = ((high - 0x6147A) | (0x6B851 - high)) > 0
    with_half = np.where(
        k == 0,
        f - (half - s * (half + r)),
        k * _LN2_HI - ((half - (s * (half + r) + k * _LN2_LO)) - f),
    )
    without = np.where(k == 0, f - s * (f - r), k * _LN2_HI - ((s * (f - r) - k * _LN2_LO) - f))
    result = np.where(inner, with_half, without)
    near = (0xFFFFF & (2 + high)) < 3
    r2 = f * f * (0.5 - 0.33333333333333333 * f)
    close = np.where(k == 0, f - r2, k * _LN2_HI - ((r2 - k * _LN2_LO) - f))
    close = np.where(f == 0, np.where(k == 0, 0.0, k * _LN2_HI + k * _LN2_LO), close)
    return _ends(x, np.where(near, close, result))


def _kernel(f: Column) -> Column:
    s = f / (2.0 + f)
    z = s * s
    w = z * z
    r = z * _horner(w, _LG[0::2]) + w * _horner(w, _LG[1::2])
    return np.asarray(s * (0.5 * f * f + r))


@_on_columns
def log2(x: Column) -> Column:
    """``Math.log2``."""
    k, f, _ = _normalised(np.where((x > 0) & (x < np.inf), x, 1.0))
    half = 0.5 * f * f
    r = _kernel(f)
    hi = _cut(f - half)
    lo = (f - hi) - half + r
    ln_hi, ln_lo = 1.44269504072144627571, 1.67517131648865118353e-10
    value_hi = hi * ln_hi
    value_lo = (lo + hi) * ln_lo + lo * ln_hi
    w = k + value_hi
    value_lo = value_lo + ((k - w) + value_hi)
    return _ends(x, np.where(x == 1, 0.0, value_lo + w))


@_on_columns
def log10(x: Column) -> Column:
    """``Math.log10``."""
    inside = np.where((x > 0) & (x < np.inf), x, 1.0)
    tiny = inside < 2.0**-1022
    scaled = np.where(tiny, inside * 2.0**54, inside)
    high = _high(scaled)
    k = np.where(tiny, -54, 0) + (high >> 20) - 1023
    i = (k < 0).astype(np.int64)
    y = (k + i).astype(np.float64)
    fraction = _with_high(scaled, (high & 0xFFFFF) | ((0x3FF - i) << 20))
    z = y * 3.69423907715893078616e-13 + 4.34294481903251816668e-01 * log(fraction)
    return _ends(x, np.where(x == 1, 0.0, z + y * 3.01029995663611771306e-01))


@_on_columns
def log1p(x: Column) -> Column:
    """``Math.log1p``."""
    inside = np.where((x > -1) & (x < np.inf), x, 0.0)
    high = _high(inside)
    direct = np.where(high < 0, (high & 0x7FFFFFFF) <= 0x3FD2BEC3, high < 0x3FDA827A)
    large = (high & 0x7FFFFFFF) >= 0x43400000
    u = np.where(large, inside, 1.0 + inside)
    hu = _high(u)
    k = (hu >> 20) - 1023
    c = np.where(k > 0, 1.0 - (u - inside), inside - (u - 1.0)) / u
    c = np.where(large, 0.0, c)
    hu &= 0xFFFFF
    below = hu < 0x6A09E
    k = np.where(below, k, k + 1)
    u = _with_high(u, np.where(below, hu | 0x3FF00000, hu | 0x3FE00000))
    hu = np.where(below, hu, (0x100000 - hu) >> 2)
    f = np.where(direct, inside, u - 1.0)
    kf = np.where(direct, 0, k).astype(np.float64)
    hu = np.where(direct, 1, hu)
    half = 0.5 * f * f
    s = f / (2.0 + f)
    z = s * s
    r = z * _horner(z, _LP)
    full = np.where(
        kf == 0,
        f - (half - s * (half + r)),
        kf * _LN2_HI - ((half - (s * (half + r) + (kf * _LN2_LO + c))) - f),
    )
    r0 = half * (1.0 - 0.66666666666666666 * f)
    near = np.where(kf == 0, f - r0, kf * _LN2_HI - ((r0 - (kf * _LN2_LO + c)) - f))
    near = np.where(f == 0, np.where(kf == 0, 0.0, kf * _LN2_HI + (c + kf * _LN2_LO)), near)
    result = np.where(hu == 0, near, full)
    size = np.abs(inside)
    result = np.where(
        size < 2.0**-29, np.where(size < 2.0**-54, inside, inside - inside * inside * 0.5), result
    )
    result = np.where(x == -1, -np.inf, np.where(x < -1, np.nan, result))
    return np.where(np.isnan(x) | (x == np.inf), x, result)


@_on_columns
def asinh(x: Column) -> Column:
    """``Math.asinh``."""
    size, high = np.abs(x), _high(x) & 0x7FFFFFFF
    t = x * x
    w = np.select(
        [high > 0x41B00000, high > 0x40000000],
        [log(size) + 6.93147180559945286227e-01, log(2.0 * size + 1.0 / (np.sqrt(t + 1.0) + size))],
        log1p(size + t / (1.0 + np.sqrt(1.0 + t))),
    )
    result = np.where(np.signbit(x), -w, w)
    return np.where((high < 0x3E300000) | ~np.isfinite(x), x, result)


@_on_columns
def acosh(x: Column) -> Column:
    """``Math.acosh``."""
    high = _high(x)
    t = x - 1.0
    result = np.select(
        [high >= 0x41B00000, high > 0x40000000],
        [log(x) + 6.93147180559945286227e-01, log(2.0 * x - 1.0 / (x + np.sqrt(x * x - 1.0)))],
        log1p(t + np.sqrt(2.0 * t + t * t)),
    )
    result = np.where(x == 1, 0.0, np.where(x < 1, np.nan, result))
    return np.where(np.isnan(x) | (x == np.inf), x, result)


@_on_columns
def atanh(x: Column) -> Column:
    """``Math.atanh``."""
    size = np.abs(x)
    t = size + size
    low, high = 0.5 * log1p(t + t * size / (1.0 - size)), 0.5 * log1p(t / (1.0 - size))
    result = np.where(size < 0.5, low, high)
    result = np.where(size < 2.0**-28, size, np.where(size == 1, np.inf, result))
    return np.where(size <= 1, np.copysign(result, x), np.nan)


_CB = (1.87595182427177009643, -1.88497979543377169875, 1.621429720105354466140,
       -0.758397934778766047437, 0.145996192886612446982)  # fmt: skip


@_on_columns
def cbrt(x: Column) -> Column:
    """``Math.cbrt``."""
    high = _high(x) & 0x7FFFFFFF
    tiny = high < 0x00100000
    scaled_high = np.where(tiny, _high(np.abs(x) * 2.0**54) // 3 + 696219795, high // 3 + 715094163)
    t = np.copysign(_with_high(np.zeros_like(x), scaled_high), x)
    r = (t * t) * (t / x)
    t = t * ((_CB[0] + r * (_CB[1] + r * _CB[2])) + ((r * r) * r) * (_CB[3] + r * _CB[4]))
    t = ((t.view(np.int64) + 0x80000000) & ~np.int64(0x3FFFFFFF)).view(np.float64)
    r = x / (t * t)
    r = (r - t) / ((t + t) + r)
    return np.where((x == 0) | ~np.isfinite(x), x, t + t * r)


# Powers -------------------------------------------------------------------------------------------

_L = (5.99999999999994648725e-01, 4.28571428578550184252e-01, 3.33333329818377432918e-01,
      2.72728123808534006489e-01, 2.30660745775561754067e-01, 2.06975017800338417784e-01)  # fmt: skip
_CP, _CP_H, _CP_L = (
    9.61796693925975554329e-01,
    9.61796700954437255859e-01,
    -7.02846165095275826516e-09,
)
_LG2, _LG2_H, _LG2_L = (
    6.93147180559945286227e-01,
    6.93147182464599609375e-01,
    -1.90465429995776804525e-09,
)
_DP_H, _DP_L = (
    np.array([0.0, 5.84962487220764160156e-01]),
    np.array([0.0, 1.35003920212974897128e-08]),
)


def pow(base: Column, exponent: Column) -> Column:
    """``base ** exponent``."""
    shape = np.broadcast(base, exponent).shape
    x, y = (
        np.array(np.broadcast_to(v, shape), dtype=np.float64).reshape(-1) for v in (base, exponent)
    )
    with np.errstate(all="ignore"):
        result = _pow(x, y).reshape(shape)
    return result if shape else result[()]  # type: ignore[no-any-return]


def _pow(x: Column, y: Column) -> Column:
    plain = np.isfinite(x) & np.isfinite(y) & (x != 0) & (np.abs(y) < 2.0**31)
    size = np.where(plain, np.abs(x), 1.0)
    value = _power_of_size(size, np.where(plain, y, 0.0))
    odd = np.abs(np.fmod(y, 2)) == 1
    value = np.where((x < 0) & odd, -value, value)
    value = np.where((x < 0) & (y != np.trunc(y)), np.nan, value)
    value = np.where(plain, value, np.power(x, y))
    value = np.where(y == 0.5, np.where(x >= 0, np.sqrt(x), value), value)
    value = np.select([y == 0, y == 1, y == 2, y == -1], [1.0, x, x * x, 1 / x], value)
    undefined = np.isnan(y) | ((np.abs(x) == 1) & np.isinf(y))
    return np.where(undefined, np.nan, value)


def _power_of_size(ax: Column, y: Column) -> Column:
    """Raise positive numbers to finite powers."""
    tiny = ax < 2.0**-1022
    ax = np.where(tiny, ax * 2.0**53, ax)
    high = _high(ax)
    n = np.where(tiny, -53, 0) + (high >> 20) - 0x3FF
    j = high & 0xFFFFF
    up = j >= 0xBB67A
    k = ((j > 0x3988E) & ~up).astype(np.int64)
    n = n + up
    high = (j | 0x3FF00000) - np.where(up, 0x100000, 0)
    ax = _with_high(ax, high)
    bp = np.where(k == 1, 1.5, 1.0)
    u, v = ax - bp, 1.0 / (ax + bp)
    ss = u * v
    s_h = _cut(ss)
    t_h = _with_high(np.zeros_like(ax), ((high >> 1) | 0x20000000) + 0x00080000 + (k << 18))
    t_l = ax - (t_h - bp)
    s_l = v * ((u - s_h * t_h) - s_h * t_l)
    s2 = ss * ss
    r = s2 * s2 * _horner(s2, _L) + s_l * (s_h + ss)
    s2 = s_h * s_h
    t_h = _cut(3.0 + s2 + r)
    t_l = r - ((t_h - 3.0) - s2)
    u, v = s_h * t_h, s_l * t_h + t_l * ss
    p_h = _cut(u + v)
    p_l = v - (p_h - u)
    z_h, z_l = _CP_H * p_h, _CP_L * p_h + p_l * _CP + _DP_L[k]
    t = n.astype(np.float64)
    t1 = _cut(((z_h + z_l) + _DP_H[k]) + t)
    t2 = z_l - (((t1 - t) - _DP_H[k]) - z_h)
    y1 = _cut(y)
    return _two_to((y - y1) * t1 + y * t2, y1 * t1)


def _two_to(p_l: Column, p_h: Column) -> Column:
    """Raise 2 to the sum of a large and a small part."""
    z = p_l + p_h
    over = (z > 1024) | ((z == 1024) & (p_l + 8.0085662595372944372e-17 > z - p_h))
    under = (z < -1075) | ((z == -1075) & (p_l <= z - p_h))
    bounded = np.clip(z, -1100, 1100)
    n = np.where(np.abs(bounded) > 0.5, np.copysign(np.floor(np.abs(bounded) + 0.5), bounded), 0.0)
    p_h = p_h - n
    t = _cut(p_l + p_h)
    u, v = t * _LG2_H, (p_l - (t - p_h)) * _LG2 + t * _LG2_L
    z = u + v
    w = v - (z - u)
    t = z * z
    t1 = z - t * _horner(t, _P)
    r = (z * t1) / ((t1 - 2.0) - (w + z * w))  # the browser's bracket, not fdlibm's
    result = np.ldexp(1.0 - (r - z), n.astype(np.int64))
    return np.where(over, np.inf, np.where(under, 0.0, result))
