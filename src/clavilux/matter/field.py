"""Field: a window on endless matter, seen by a camera and moving by itself.

A tile covers the plane again and again. A `View` says which part of the plane a
picture shows; slow waves bend the plane and swell its heights, so that the tile
is never seen twice alike. Nothing here has colours.

Conventions
-----------
- World coordinates are in picture heights; a tile is `TILE_SPAN` of them wide.
- `View.phase` is the matter's own clock: about 0.05 a second when calm.
- Heights are uint16, fine enough for feedback to leave no rests. They hold what
  lies between -0.5 and 1.5, and saturate.
- Waves have whole numbers of cycles per tile, so world places may be taken
  modulo `TILE_SPAN` without a seam, however long a film is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from clavilux.core.values import Size
from clavilux.matter.noise import Tile

TILE_SPAN = 2.0
"""Picture heights a tile covers."""
LARGEST_SCALE = 2.2
"""A view shows no more of the plane than this, in picture heights."""
_CELL = 8  # waves are computed at every so many pixels and interpolated
_HALF = 4

_ONE_THREAD = 300_000
"""Multiplications up to which BLAS keeps a product to one thread."""
Heights = NDArray[np.uint16]
"""A picture of heights, shape (height, width): `ZERO` for 0, `ZERO + UNIT` for 1."""
ZERO, UNIT = 4096, 8192
MIDDLE = UNIT // 2 + ZERO - 3600
"""Height one half as a ground's layers hold it."""
_LEVEL = 3600  # what is taken from a ground's heights so that swells are never negative


class View(NamedTuple):
    """Which part of the plane a picture shows, and when."""

    cosine: float = 1.0
    sine: float = 0.0
    """Scale times cosine and sine of the turn from picture to plane."""
    x: float = 0.0
    y: float = 0.0
    """The place in the plane at the picture's centre."""
    phase: float = 0.0


@dataclass(frozen=True, slots=True)
class Waves:
    """How matter moves by itself."""

    bend: float = 0.05
    """Amplitude of the displacement, in picture heights."""
    swell: float = 0.12
    """Amplitude added to heights."""
    slowest: int = 1
    fastest: int = 3
    """Frequencies of the waves, in cycles per tile."""
    pace: float = 4.0
    """Radians the waves turn while the phase goes up by 1."""


class Swell:
    """The slow waves of one scene."""

    _N = 9

    def __init__(self, rng: np.random.Generator, waves: Waves) -> None:
        n = self._N
        lengths = rng.integers(waves.slowest, waves.fastest + 1, n)
        turns = rng.random(n) * 2 * np.pi
        self._kx = np.rint(lengths * np.cos(turns)) * (2 * np.pi / TILE_SPAN)
        self._ky = np.rint(lengths * np.sin(turns)) * (2 * np.pi / TILE_SPAN)
        self._start = rng.random(n) * 2 * np.pi
        self._pace = waves.pace * (0.5 + rng.random(n)) * rng.choice([-1.0, 1.0], n)
        weights = rng.standard_normal((3, n))
        weights *= np.sqrt(2) / np.linalg.norm(weights, axis=1, keepdims=True)
        weights *= np.array([[waves.bend], [waves.bend], [waves.swell]])
        self._weights = weights.astype(np.float32)

    def at(
        self, xs: NDArray[np.float64], ys: NDArray[np.float64], views: Sequence[View], rows: slice
    ) -> NDArray[np.float32]:
        """Return waves at a grid of picture places (in heights), seen from each of `views`.

        Args:
            rows: Which of displacement x, y and swell.

        Returns:
            Shape (len(views), 1 to 3, len(ys), len(xs)).
        """
        c, s, x, y, phase = np.array(
            [(v.cosine, v.sine, v.x, v.y, v.phase) for v in views], dtype=np.float64
        ).T[:, :, None]
        kx, ky = self._kx * c + self._ky * s, self._ky * c - self._kx * s
        start = self._start + self._pace * phase + self._kx * x + self._ky * y
        along_x = (kx[:, :, None] * xs).astype(np.float32)
        along_y = ys[None, :, None] * ky[:, None, :] + (start % (2 * np.pi))[:, None, :]
        along_y = along_y.astype(np.float32)
        # The sine of a sum, for all waves at once: a product of matrices.
        left = np.concatenate([np.sin(along_y), np.cos(along_y)], axis=2)[:, None]
        left = left * np.tile(self._weights[rows], 2)[None, :, None, :]
        right = np.concatenate([np.cos(along_x), np.sin(along_x)], axis=1)[:, None]
        return _product(left, right)


def _product(left: NDArray[np.float32], right: NDArray[np.float32]) -> NDArray[np.float32]:
    """Multiply stacks of matrices, a few rows at a time.

    Products this small gain nothing from BLAS's threads, which wait for each other by
    spinning: below its threshold it leaves them alone.
    """
    rows = max(1, _ONE_THREAD // (right.shape[-2] * right.shape[-1]))
    parts = [left[..., i : i + rows, :] @ right for i in range(0, left.shape[-2], rows)]
    return np.concatenate(parts, axis=-2) if len(parts) > 1 else parts[0]


@dataclass(frozen=True, slots=True, eq=False)
class Outlook:
    """What one view of a ground is looked up by."""

    nodes: NDArray[np.float32]
    """Places on the layers, at every `_CELL` pixels. Shape (rows, columns, 2)."""
    swell: Heights
    """What is added to heights, at every `_HALF` pixels."""


class Ground:
    """Tiles laid out so that any view of them is one look-up each.

    All tiles of a ground lie alike: the places of one view serve them all.
    """

    def __init__(self, tiles: tuple[Tile, ...], size: Size) -> None:
        width, height = size
        self.size = size
        self._per_height = round(TILE_SPAN * height) / TILE_SPAN  # tile pixels
        reach = LARGEST_SCALE * 0.5 * float(np.hypot(width, height)) / height + 0.5
        self._margin = int(reach * self._per_height) + 2
        self.layers = [self.laid(tile) for tile in tiles]
        """Each tile, less `_LEVEL`, as far as a view reaches."""
        n = (-(-width // _CELL) + 2, -(-height // _CELL) + 2)
        self._nodes, self._swells = _grid(n, _CELL, size), _grid((2 * n[0], 2 * n[1]), _HALF, size)
        self._large = (n[0] * _CELL, n[1] * _CELL)
        self._places = np.zeros((*self._large[::-1], 2), dtype=np.float32)
        self._swell = np.zeros(self._large[::-1], dtype=np.uint16)
        self._inside = (slice(_CELL, _CELL + height), slice(_CELL, _CELL + width))

    def laid(self, tile: Tile) -> Heights:
        """Bring a tile to this ground's scale and repeat it as far as a view reaches."""
        side = round(TILE_SPAN * self.size.height)
        if side != len(tile):
            wide = np.pad(tile, 2, mode="wrap")
            at = ((np.arange(side) + 0.5) * len(tile) / side + 1.5).astype(np.float32)
            x, y = np.meshgrid(at, at)
            tile = np.asarray(cv2.remap(wide, x, y, cv2.INTER_CUBIC))
        return np.pad(heights(tile) - _LEVEL, (self._margin, self._margin + 1), mode="wrap")

    def outlooks(self, views: Sequence[View], swell: Swell) -> list[Outlook]:
        """Prepare what is seen from `views`; many at once cost little more than one."""
        k = self._per_height
        xs, ys = self._nodes
        bends = swell.at(xs, ys, views, slice(2))
        nodes = np.empty((len(views), len(ys), len(xs), 2), dtype=np.float32)
        c, s, x, y = np.array([(v.cosine, v.sine, v.x, v.y) for v in views]).T[:, :, None, None]
        across, down = xs[None, None, :], ys[None, :, None]
        centre_x, centre_y = x % TILE_SPAN, y % TILE_SPAN
        nodes[..., 0] = (c * across - s * down + bends[:, 0] + centre_x) * k + self._margin
        nodes[..., 1] = (s * across + c * down + bends[:, 1] + centre_y) * k + self._margin
        swells = swell.at(*self._swells, views, slice(2, 3))[:, 0] * np.float32(UNIT)
        levels = np.maximum(swells + np.float32(_LEVEL), 0).astype(np.uint16)
        return [Outlook(*pair) for pair in zip(nodes, levels, strict=True)]

    def places(self, outlook: Outlook) -> tuple[NDArray[np.float32], Heights]:
        """Return where on the layers every pixel of a view lies, and the swell there.

        Returns:
            Places, shape (height, width, 2), and swell, shape (height, width), which
            added to what `look` gives makes heights; both are views of buffers which
            the next call overwrites.
        """
        large = self._large
        cv2.resize(outlook.nodes, large, dst=self._places, interpolation=cv2.INTER_LINEAR)
        cv2.resize(outlook.swell, large, dst=self._swell, interpolation=cv2.INTER_LINEAR)
        return self._places[self._inside], self._swell[self._inside]


def _grid(
    n: tuple[int, int], cell: int, size: Size
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the middles of n × n cells of pixels, the first of which lie outside, in heights."""
    width, height = size
    xs = (np.arange(n[0]) + 0.5) * cell - 0.5 - _CELL - (width - 1) / 2
    ys = (np.arange(n[1]) + 0.5) * cell - 0.5 - _CELL - (height - 1) / 2
    return xs / height, ys / height


def heights(values: NDArray[np.floating[Any]]) -> Heights:
    """Turn heights as numbers, about 0 to 1, into a picture of heights."""
    return np.asarray(np.clip(values * UNIT + ZERO, _LEVEL, 4 * UNIT), dtype=np.uint16)


def look(layer: Heights, places: NDArray[np.float32]) -> Heights:
    """Return a layer's heights at `places`, less `_LEVEL`: what swells are added to."""
    return np.asarray(cv2.remap(layer, places, None, cv2.INTER_LINEAR))  # type: ignore[call-overload]
