"""Exponentials, logarithms and their kin, to the browser's last bit; see `fdlibm`.

Source:
    fdlibm; its notice stands in `fdlibm`.
"""

import numpy as np

from clavilux.schedule.parseq.javascript.fdlibm_bits import (
    EXP_P,
    INV_LN2,
    LN2_HI,
    LN2_LO,
    Column,
    Ints,
    cut,
    high_word,
    horner,
    on_columns,
    with_high,
)

# Exponentials -------------------------------------------------------------------------------------

_Q = (1.0, -3.33333333333331316428e-02, 1.58730158725481460165e-03, -7.93650757867487942473e-05,
      4.00821782732936239552e-06, -2.01099218183624371326e-07)  # fmt: skip
_OVERFLOW, _UNDERFLOW = 7.09782712893383973096e02, -7.45133219101941108420e02


def _halves(x: Column) -> tuple[Ints, Column, Column]:
    """Split x into k ln 2 + hi - lo."""
    high = high_word(x) & 0x7FFFFFFF
    sign = np.where(np.signbit(x), -1.0, 1.0)
    bounded = np.clip(np.nan_to_num(x), -2000, 2000)
    k = np.trunc(INV_LN2 * bounded + 0.5 * sign)
    k = np.where(high < 0x3FF0A2B2, sign, k)
    k = np.where(high > 0x3FD62E42, k, 0.0)
    return k.astype(np.int64), x - k * LN2_HI, k * LN2_LO


@on_columns
def exp(x: Column) -> Column:
    """``Math.exp``."""
    k, hi, lo = _halves(x)
    r = hi - lo
    t = r * r
    c = r - t * horner(t, EXP_P)
    zero_k = 1.0 - ((r * c) / (c - 2.0) - r)
    y = 1.0 - ((lo - (r * c) / (2.0 - c)) - hi)
    result = np.where(k == 0, zero_k, np.ldexp(y, k))
    result = np.where((high_word(x) & 0x7FFFFFFF) < 0x3E300000, 1.0 + x, result)
    result = np.where(x == 1.0, 2.718281828459045, result)
    result = np.where(x > _OVERFLOW, np.inf, np.where(x < _UNDERFLOW, 0.0, result))
    return np.where(np.isnan(x), np.nan, result)


@on_columns
def expm1(x: Column) -> Column:
    """``Math.expm1``."""
    k, hi, lo = _halves(x)
    r = np.where(k == 0, x, hi - lo)
    c = np.where(k == 0, 0.0, (hi - r) - lo)
    half = 0.5 * r
    hxs = r * half
    r1 = horner(hxs, _Q)
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
    result = np.where((high_word(x) & 0x7FFFFFFF) < 0x3C900000, x, result)
    result = np.where(x > _OVERFLOW, np.inf, np.where(x < -56 * np.log(2), -1.0, result))
    return np.where(np.isnan(x), np.nan, result)


@on_columns
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


@on_columns
def cosh(x: Column) -> Column:
    """``Math.cosh``."""
    size, high = np.abs(x), high_word(x) & 0x7FFFFFFF
    t, e = expm1(size), exp(size)
    w = 1.0 + t
    near = np.where(high < 0x3C800000, w, 1.0 + (t * t) / (w + w))
    h = exp(0.5 * size)
    far = np.where(high < 0x40862E42, 0.5 * e, (0.5 * h) * h)
    result = np.select([high < 0x3FD62E43, high < 0x40360000], [near, 0.5 * e + 0.5 / e], far)
    result = np.where(size > 710.4758600739439, np.inf, result)
    return np.where(np.isnan(x), np.nan, result)


@on_columns
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
    high = high_word(scaled)
    k = np.where(tiny, -54, 0) + (high >> 20) - 1023
    high &= 0xFFFFF
    i = (high + 0x95F64) & 0x100000
    fraction = with_high(scaled, high | (i ^ 0x3FF00000))
    return (k + (i >> 20)).astype(np.float64), fraction - 1.0, high


def _ends(x: Column, result: Column) -> Column:
    """Return a logarithm's values where the argument is not an ordinary positive number."""
    result = np.where(x == 0, -np.inf, np.where(x < 0, np.nan, result))
    return np.where(np.isnan(x) | (x == np.inf), x, result)


@on_columns
def log(x: Column) -> Column:
    """``Math.log``."""
    k, f, high = _normalised(np.where((x > 0) & (x < np.inf), x, 1.0))
    s = f / (2.0 + f)
    z = s * s
    w = z * z
    r = z * horner(w, _LG[0::2]) + w * horner(w, _LG[1::2])
    half = 0.5 * f * f
    inner = ((high - 0x6147A) | (0x6B851 - high)) > 0
    with_half = np.where(
        k == 0,
        f - (half - s * (half + r)),
        k * LN2_HI - ((half - (s * (half + r) + k * LN2_LO)) - f),
    )
    without = np.where(k == 0, f - s * (f - r), k * LN2_HI - ((s * (f - r) - k * LN2_LO) - f))
    result = np.where(inner, with_half, without)
    near = (0xFFFFF & (2 + high)) < 3
    r2 = f * f * (0.5 - 0.33333333333333333 * f)
    close = np.where(k == 0, f - r2, k * LN2_HI - ((r2 - k * LN2_LO) - f))
    close = np.where(f == 0, np.where(k == 0, 0.0, k * LN2_HI + k * LN2_LO), close)
    return _ends(x, np.where(near, close, result))


def _kernel(f: Column) -> Column:
    s = f / (2.0 + f)
    z = s * s
    w = z * z
    r = z * horner(w, _LG[0::2]) + w * horner(w, _LG[1::2])
    return np.asarray(s * (0.5 * f * f + r))


@on_columns
def log2(x: Column) -> Column:
    """``Math.log2``."""
    k, f, _ = _normalised(np.where((x > 0) & (x < np.inf), x, 1.0))
    half = 0.5 * f * f
    r = _kernel(f)
    hi = cut(f - half)
    lo = (f - hi) - half + r
    ln_hi, ln_lo = 1.44269504072144627571, 1.67517131648865118353e-10
    value_hi = hi * ln_hi
    value_lo = (lo + hi) * ln_lo + lo * ln_hi
    w = k + value_hi
    value_lo = value_lo + ((k - w) + value_hi)
    return _ends(x, np.where(x == 1, 0.0, value_lo + w))


@on_columns
def log10(x: Column) -> Column:
    """``Math.log10``."""
    inside = np.where((x > 0) & (x < np.inf), x, 1.0)
    tiny = inside < 2.0**-1022
    scaled = np.where(tiny, inside * 2.0**54, inside)
    high = high_word(scaled)
    k = np.where(tiny, -54, 0) + (high >> 20) - 1023
    i = (k < 0).astype(np.int64)
    y = (k + i).astype(np.float64)
    fraction = with_high(scaled, (high & 0xFFFFF) | ((0x3FF - i) << 20))
    z = y * 3.69423907715893078616e-13 + 4.34294481903251816668e-01 * log(fraction)
    return _ends(x, np.where(x == 1, 0.0, z + y * 3.01029995663611771306e-01))


@on_columns
def log1p(x: Column) -> Column:
    """``Math.log1p``."""
    inside = np.where((x > -1) & (x < np.inf), x, 0.0)
    high = high_word(inside)
    direct = np.where(high < 0, (high & 0x7FFFFFFF) <= 0x3FD2BEC3, high < 0x3FDA827A)
    large = (high & 0x7FFFFFFF) >= 0x43400000
    u = np.where(large, inside, 1.0 + inside)
    hu = high_word(u)
    k = (hu >> 20) - 1023
    c = np.where(k > 0, 1.0 - (u - inside), inside - (u - 1.0)) / u
    c = np.where(large, 0.0, c)
    hu &= 0xFFFFF
    below = hu < 0x6A09E
    k = np.where(below, k, k + 1)
    u = with_high(u, np.where(below, hu | 0x3FF00000, hu | 0x3FE00000))
    hu = np.where(below, hu, (0x100000 - hu) >> 2)
    f = np.where(direct, inside, u - 1.0)
    kf = np.where(direct, 0, k).astype(np.float64)
    hu = np.where(direct, 1, hu)
    half = 0.5 * f * f
    s = f / (2.0 + f)
    z = s * s
    r = z * horner(z, _LP)
    full = np.where(
        kf == 0,
        f - (half - s * (half + r)),
        kf * LN2_HI - ((half - (s * (half + r) + (kf * LN2_LO + c))) - f),
    )
    r0 = half * (1.0 - 0.66666666666666666 * f)
    near = np.where(kf == 0, f - r0, kf * LN2_HI - ((r0 - (kf * LN2_LO + c)) - f))
    near = np.where(f == 0, np.where(kf == 0, 0.0, kf * LN2_HI + (c + kf * LN2_LO)), near)
    result = np.where(hu == 0, near, full)
    size = np.abs(inside)
    result = np.where(
        size < 2.0**-29, np.where(size < 2.0**-54, inside, inside - inside * inside * 0.5), result
    )
    result = np.where(x == -1, -np.inf, np.where(x < -1, np.nan, result))
    return np.where(np.isnan(x) | (x == np.inf), x, result)


@on_columns
def asinh(x: Column) -> Column:
    """``Math.asinh``."""
    size, high = np.abs(x), high_word(x) & 0x7FFFFFFF
    t = x * x
    w = np.select(
        [high > 0x41B00000, high > 0x40000000],
        [log(size) + 6.93147180559945286227e-01, log(2.0 * size + 1.0 / (np.sqrt(t + 1.0) + size))],
        log1p(size + t / (1.0 + np.sqrt(1.0 + t))),
    )
    result = np.where(np.signbit(x), -w, w)
    return np.where((high < 0x3E300000) | ~np.isfinite(x), x, result)


@on_columns
def acosh(x: Column) -> Column:
    """``Math.acosh``."""
    high = high_word(x)
    t = x - 1.0
    result = np.select(
        [high >= 0x41B00000, high > 0x40000000],
        [log(x) + 6.93147180559945286227e-01, log(2.0 * x - 1.0 / (x + np.sqrt(x * x - 1.0)))],
        log1p(t + np.sqrt(2.0 * t + t * t)),
    )
    result = np.where(x == 1, 0.0, np.where(x < 1, np.nan, result))
    return np.where(np.isnan(x) | (x == np.inf), x, result)


@on_columns
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


@on_columns
def cbrt(x: Column) -> Column:
    """``Math.cbrt``."""
    high = high_word(x) & 0x7FFFFFFF
    tiny = high < 0x00100000
    scaled_high = np.where(
        tiny, high_word(np.abs(x) * 2.0**54) // 3 + 696219795, high // 3 + 715094163
    )
    t = np.copysign(with_high(np.zeros_like(x), scaled_high), x)
    r = (t * t) * (t / x)
    t = t * ((_CB[0] + r * (_CB[1] + r * _CB[2])) + ((r * r) * r) * (_CB[3] + r * _CB[4]))
    t = ((t.view(np.int64) + 0x80000000) & ~np.int64(0x3FFFFFFF)).view(np.float64)
    r = x / (t * t)
    r = (r - t) / ((t + t) + r)
    return np.where((x == 0) | ~np.isfinite(x), x, t + t * r)
