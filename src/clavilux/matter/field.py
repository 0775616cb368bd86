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

from dataclasses import dataclass
from typing import Any

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
_I = np.complex64(1j)

_ONE_THREAD = 300_000
"""Multiplications up to which BLAS keeps a product to one thread."""
Heights = NDArray[np.uint16]
"""A picture of heights, shape (height, width): `ZERO` for 0, `ZERO + UNIT` for 1."""
ZERO, UNIT = 4096, 8192
MIDDLE = UNIT // 2 + ZERO - 3600
"""Height one half as a ground's layers hold it."""
_LEVEL = 3600  # what is taken from a ground's heights so that swells are never negative


@dataclass(frozen=True, slots=True)
class View:
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
        self, xs: NDArray[np.float64], ys: NDArray[np.float64], view: View
    ) -> NDArray[np.float32]:
        """Give displacement x, y and swell at a grid of picture places (in heights).

        Returns:
            Shape (3, len(ys), len(xs)).
        """
        kx = self._kx * view.cosine + self._ky * view.sine
        ky = self._ky * view.cosine - self._kx * view.sine
        phase = self._start + self._pace * view.phase + self._kx * view.x + self._ky * view.y
        along_x = np.exp(_I * (kx[:, None] * xs).astype(np.float32))
        along_y = np.exp(_I * (ys[:, None] * ky + phase % (2 * np.pi)).astype(np.float32))
        weighted = (self._weights[:, None, :] * along_y).reshape(-1, self._N)
        sines = np.empty((len(weighted), len(xs)), dtype=np.float32)
        # Products this small gain nothing from BLAS's threads, which wait for each other by
        # spinning: below its threshold it leaves them alone. Only the imaginary part is wanted.
        rows = max(1, _ONE_THREAD // (self._N * len(xs)))
        for first in range(0, len(weighted), rows):
            part = slice(first, first + rows)
            np.matmul(weighted.real[part], along_x.imag, out=sines[part])
            sines[part] += weighted.imag[part] @ along_x.real
        return sines.reshape(3, len(ys), len(xs))


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
        self._n = (-(-width // _CELL) + 2, -(-height // _CELL) + 2)
        self._xs = ((np.arange(self._n[0]) - 0.5) * _CELL - 0.5 - (width - 1) / 2) / height
        self._ys = ((np.arange(self._n[1]) - 0.5) * _CELL - 0.5 - (height - 1) / 2) / height
        padded = (self._n[1] * _CELL, self._n[0] * _CELL)
        self._places = np.zeros((*padded, 2), dtype=np.float32)
        self._swell = np.zeros(padded, dtype=np.uint16)
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

    def places(self, view: View, swell: Swell) -> tuple[NDArray[np.float32], Heights]:
        """Give where on the layers every pixel of a view lies, and the swell there.

        Returns:
            Places, shape (height, width, 2), and swell, shape (height, width), which
            added to what `look` gives makes heights; both are views of buffers which
            the next call overwrites.
        """
        waves = swell.at(self._xs, self._ys, view)
        k = self._per_height
        nodes = np.empty((self._n[1], self._n[0], 2), dtype=np.float32)
        xs, ys = self._xs[None, :] * k, self._ys[:, None] * k
        centre_x = (view.x % TILE_SPAN) * k + self._margin
        centre_y = (view.y % TILE_SPAN) * k + self._margin
        nodes[..., 0] = view.cosine * xs - view.sine * ys + k * waves[0] + centre_x
        nodes[..., 1] = view.sine * xs + view.cosine * ys + k * waves[1] + centre_y
        large = (self._n[0] * _CELL, self._n[1] * _CELL)
        cv2.resize(nodes, large, dst=self._places, interpolation=cv2.INTER_LINEAR)
        half = (large[0] // _HALF, large[1] // _HALF)
        smooth = cv2.resize(waves[2], half, interpolation=cv2.INTER_CUBIC)
        levels = np.asarray(np.maximum(smooth * UNIT + _LEVEL, 0), dtype=np.uint16)
        cv2.resize(levels, large, dst=self._swell, interpolation=cv2.INTER_LINEAR)
        return self._places[self._inside], self._swell[self._inside]


def heights(values: NDArray[np.floating[Any]]) -> Heights:
    """Turn heights as numbers, about 0 to 1, into a picture of heights."""
    return np.asarray(np.clip(values * UNIT + ZERO, _LEVEL, 4 * UNIT), dtype=np.uint16)


def look(layer: Heights, places: NDArray[np.float32]) -> Heights:
    """Give a layer's heights at `places`, less `_LEVEL`: what swells are added to."""
    return np.asarray(cv2.remap(layer, places, None, cv2.INTER_LINEAR))  # type: ignore[call-overload]
