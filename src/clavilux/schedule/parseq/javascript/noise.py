"""Noise: seeded randomness that repeats the browser's to the last bit.

`Arc4` gives the numbers of JavaScript's seedrandom, `Noise` the surfaces of noisejs;
both are named by a seed written as text, as Parseq passes it.

Source:
    D. Bau, seedrandom 3.0.5 (ARC4, six bytes a number, first 256 bytes dropped).
    J. Gentle, noisejs 2.1.0, after S. Gustavson's simplex noise; both in 2-D.
"""

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from clavilux.schedule.parseq.javascript.values import to_number

Column = NDArray[np.float64]

_SIGNIFICANT = 2.0**52


class Arc4:
    """A stream of uniform numbers in [0, 1); the same seed gives the same stream."""

    def __init__(self, seed: str) -> None:
        key = _key(seed)
        state = list(range(256))
        j = 0
        for i in range(256):
            t = state[i]
            j = (j + key[i % len(key)] + t) & 255
            state[i] = state[j]
            state[j] = t
        self._state, self._i, self._j = state, 0, 0
        self._bytes(256)

    def _bytes(self, count: int) -> list[int]:
        state, i, j = self._state, self._i, self._j
        out = []
        for _ in range(count):
            i = (i + 1) & 255
            t = state[i]
            j = (j + t) & 255
            u = state[j]
            state[i] = u
            state[j] = t
            out.append(state[(t + u) & 255])
        self._i, self._j = i, j
        return out

    def next(self) -> float:
        """Draw one number, with 52 random bits at least."""
        numerator = float(int.from_bytes(self._bytes(6), "big"))
        denominator, last = 2.0**48, 0
        while numerator < _SIGNIFICANT:
            numerator = (numerator + last) * 256
            denominator *= 256
            last = self._bytes(1)[0]
        while numerator >= 2 * _SIGNIFICANT:
            numerator /= 2
            denominator /= 2
            last >>= 1
        return (numerator + last) / denominator


class Draws:
    """The numbers of one seed from its start, shared by all who ask for that seed."""

    def __init__(self, seed: str) -> None:
        self._source = Arc4(seed)
        self._drawn: list[float] = []

    def at(self, index: int) -> float:
        """Return the number drawn after `index` others."""
        drawn = self._drawn
        while len(drawn) <= index:
            drawn.append(self._source.next())
        return drawn[index]


@lru_cache(maxsize=64)
def draws(seed: str) -> Draws:
    """Return the numbers of a seed; they are kept, as many fields often share one."""
    return Draws(seed)


def _key(seed: str) -> list[int]:
    units = seed.encode("utf-16-le", "surrogatepass")
    codes = [units[i] | units[i + 1] << 8 for i in range(0, len(units), 2)]
    key: list[int] = []
    smear = 0
    for j, code in enumerate(codes):
        old = key[j & 255] if j > 255 else 0
        smear ^= old * 19
        value = 255 & (smear + code)
        if j > 255:
            key[j & 255] = value
        else:
            key.append(value)
    return key or [0]


_PERMUTATION = bytes.fromhex(
    "97a0895b5a0f830dc95f6035c2e907e18c24671e458e086325f0150a17be0694"
    "f778ea4b001ac53e5efcdbcb75230b2039b12158ed953857ae147d88aba844af"
    "4aa547868b301ba64d929ee7536fe57a3cd385e6dc695c29372ef528f4668f36"
    "41193fa101d85049d14c84bbd05912a9c8c4878274bc9f56a4646dc6adba0340"
    "34d9e2fa7c7b05ca2693767eff5255d4cfce3be32f103a11b6bd1c2adfb7aad5"
    "77f898022c9aa346dd99659ba72bac09811627fd13626c6e4f71e0e8b2b97068"
    "daf661e4fb22f2c1eed2900cbfb3a2f1513391ebf90eef6b31c0d61fb5c76a9d"
    "b854ccb07379322d7f0496fe8aeccd5dde72431d1848f38d80c34e42d73d9cb4"
)
"""K. Perlin's table: each number below 256 once."""
_GRADIENTS = np.array(
    [[1, 1], [-1, 1], [1, -1], [-1, -1], [1, 0], [-1, 0], [1, 0], [-1, 0], [0, 1], [0, -1],
     [0, 1], [0, -1]],
    dtype=np.float64,
)  # fmt: skip

_SKEW = 0.5 * (math.sqrt(3) - 1)
_UNSKEW = (3 - math.sqrt(3)) / 6


class Noise:
    """A smooth surface over the plane, chosen by its seed out of 65,536."""

    def __init__(self, seed: str) -> None:
        number = to_number(seed)
        if 0 < number < 1:
            number *= 65536
        whole = int32(math.floor(number)) if math.isfinite(number) else 0
        if number < 256 and math.isfinite(number):
            whole = int32(whole | int32(whole << 8))
        table = np.frombuffer(_PERMUTATION, np.uint8).astype(np.int64)
        mixed = np.where(np.arange(256) % 2, table ^ (whole & 255), table ^ ((whole >> 8) & 255))
        self._table = np.concatenate([mixed, mixed])
        self._slope_x, self._slope_y = _GRADIENTS[self._table % 12].T.copy()  # (512,) each

    def _dot(self, index: NDArray[np.int64], x: Column, y: Column) -> Column:
        return np.asarray(self._slope_x[index] * x + self._slope_y[index] * y)

    def simplex(self, x: Column, y: Column) -> Column:
        """Simplex noise at points of the plane, between -1 and 1."""
        skewed = (x + y) * _SKEW
        i, j = np.floor(x + skewed), np.floor(y + skewed)
        unskewed = (i + j) * _UNSKEW
        x0, y0 = x - i + unskewed, y - j + unskewed
        lower = (x0 > y0).astype(np.int64)
        column, row = _byte(i), _byte(j)
        table = self._table
        corners = (
            (column + table[row], x0, y0),
            (
                column + lower + table[row + 1 - lower],
                x0 - lower + _UNSKEW,
                y0 - (1 - lower) + _UNSKEW,
            ),
            (column + 1 + table[row + 1], x0 - 1 + 2 * _UNSKEW, y0 - 1 + 2 * _UNSKEW),
        )
        index, dx, dy = (np.array(parts) for parts in zip(*corners, strict=True))  # (3, n)
        near = np.maximum(0.5 - dx * dx - dy * dy, 0.0)
        near *= near
        first, second, third = near * near * self._dot(index, dx, dy)
        return np.asarray(70 * (0.0 + first + second + third))

    def perlin(self, x: Column, y: Column) -> Column:
        """Classic Perlin noise at points of the plane."""
        floor_x, floor_y = np.floor(x), np.floor(y)
        column, row = _byte(floor_x), _byte(floor_y)
        x, y = x - floor_x, y - floor_y
        table = self._table
        u, v = _fade(x), _fade(y)
        low = self._dot(column + table[row], x, y)
        high = self._dot(column + 1 + table[row], x - 1, y)
        near = np.asarray((1 - u) * low + u * high)
        if np.ndim(v) == 0 and v == 0:  # as it is unless y is asked for
            return near
        low = self._dot(column + table[row + 1], x, y - 1)
        high = self._dot(column + 1 + table[row + 1], x - 1, y - 1)
        far = (1 - u) * low + u * high
        return np.asarray((1 - v) * near + v * far)


def _fade(t: Column) -> Column:
    return np.asarray(t * t * t * (t * (t * 6 - 15) + 10))


def _byte(whole: Column) -> NDArray[np.int64]:
    """The last eight bits of whole numbers; 0 for what has none."""
    if not np.isfinite(whole).all():
        whole = np.where(np.isfinite(whole), whole, 0.0)
    return np.asarray(np.mod(whole, 256.0)).astype(np.int64)


def int32(number: float) -> int:
    """Wrap a whole number into 32 bits as JavaScript's bitwise operators do."""
    return (int(number) + 2**31) % 2**32 - 2**31


@lru_cache(maxsize=256)
def noise(seed: str) -> Noise:
    """Return the surface of a seed."""
    return Noise(seed)
