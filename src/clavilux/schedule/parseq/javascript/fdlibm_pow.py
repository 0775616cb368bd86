"""Powers of two columns, to the browser's last bit; see `fdlibm`.

Source:
    fdlibm; its notice stands in `fdlibm`.
"""

import math
from functools import lru_cache

import numpy as np

from clavilux.schedule.parseq.javascript.fdlibm_bits import (
    EXP_P,
    Column,
    cut,
    high_word,
    horner,
    with_high,
)

# Powers -------------------------------------------------------------------------------------------

_L = (5.99999999999994648725e-01, 4.28571428578550184252e-01, 3.33333329818377432918e-01,
      2.72728123808534006489e-01, 2.30660745775561754067e-01, 2.06975017800338417784e-01
)  # fmt: skip
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
    if not np.ndim(base) and not np.ndim(exponent):
        number = float(base)
        sign = math.copysign(1, number)
        return _pow_of_numbers(number, float(exponent), sign)  # type: ignore[return-value]
    shape = np.broadcast(base, exponent).shape
    x, y = (
        np.array(np.broadcast_to(v, shape), dtype=np.float64).reshape(-1) for v in (base, exponent)
    )
    with np.errstate(all="ignore"):
        result = _pow(x, y).reshape(shape)
    return result if shape else result[()]


@lru_cache(maxsize=256)
def _pow_of_numbers(base: float, exponent: float, sign: float) -> np.float64:
    """Raise one number; its sign tells -0 from 0, which are equal."""
    with np.errstate(all="ignore"):
        return np.float64(_pow(np.array([base]), np.array([exponent]))[0])


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
    high = high_word(ax)
    n = np.where(tiny, -53, 0) + (high >> 20) - 0x3FF
    j = high & 0xFFFFF
    up = j >= 0xBB67A
    k = ((j > 0x3988E) & ~up).astype(np.int64)
    n = n + up
    high = (j | 0x3FF00000) - np.where(up, 0x100000, 0)
    ax = with_high(ax, high)
    bp = np.where(k == 1, 1.5, 1.0)
    u, v = ax - bp, 1.0 / (ax + bp)
    ss = u * v
    s_h = cut(ss)
    t_h = with_high(np.zeros_like(ax), ((high >> 1) | 0x20000000) + 0x00080000 + (k << 18))
    t_l = ax - (t_h - bp)
    s_l = v * ((u - s_h * t_h) - s_h * t_l)
    s2 = ss * ss
    r = s2 * s2 * horner(s2, _L) + s_l * (s_h + ss)
    s2 = s_h * s_h
    t_h = cut(3.0 + s2 + r)
    t_l = r - ((t_h - 3.0) - s2)
    u, v = s_h * t_h, s_l * t_h + t_l * ss
    p_h = cut(u + v)
    p_l = v - (p_h - u)
    z_h, z_l = _CP_H * p_h, _CP_L * p_h + p_l * _CP + _DP_L[k]
    t = n.astype(np.float64)
    t1 = cut(((z_h + z_l) + _DP_H[k]) + t)
    t2 = z_l - (((t1 - t) - _DP_H[k]) - z_h)
    y1 = cut(y)
    return _two_to((y - y1) * t1 + y * t2, y1 * t1)


def _two_to(p_l: Column, p_h: Column) -> Column:
    """Raise 2 to the sum of a large and a small part."""
    z = p_l + p_h
    over = (z > 1024) | ((z == 1024) & (p_l + 8.0085662595372944372e-17 > z - p_h))
    under = (z < -1075) | ((z == -1075) & (p_l <= z - p_h))
    bounded = np.clip(z, -1100, 1100)
    n = np.where(np.abs(bounded) > 0.5, np.copysign(np.floor(np.abs(bounded) + 0.5), bounded), 0.0)
    p_h = p_h - n
    t = cut(p_l + p_h)
    u, v = t * _LG2_H, (p_l - (t - p_h)) * _LG2 + t * _LG2_L
    z = u + v
    w = v - (z - u)
    t = z * z
    t1 = z - t * horner(t, EXP_P)
    r = (z * t1) / ((t1 - 2.0) - (w + z * w))  # the browser's bracket, not fdlibm's
    result = np.ldexp(1.0 - (r - z), n.astype(np.int64))
    return np.where(over, np.inf, np.where(under, 0.0, result))
