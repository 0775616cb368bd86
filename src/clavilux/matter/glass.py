"""Glass: a kaleidoscope without seams.

The rosette is looked up in polar coordinates with a logarithmic radius, so that
turning is a shift, flying in is a shift, and the pattern never ends inwards. The
tiles are even about both edges of a wedge: neighbouring wedges meet smoothly, and
light crosses them without a crease. Two layers slide along the radius against
each other, so that petals open and close.
"""

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from clavilux.core.values import Size
from clavilux.matter import noise
from clavilux.matter.field import UNIT, ZERO, Heights, View, heights
from clavilux.matter.light import Light
from clavilux.matter.look import Fields, Look, Matter, tiles_of
from clavilux.matter.noise import Tile
from clavilux.matter.palettes import Palette
from clavilux.matter.tables import Transfer, looked_up

_WEDGE = 128
"""Tile rows from one mirror to the next."""
_PERIODS = (1024, 1350)
"""Columns after which each tile repeats: unlike, so that the two never meet again."""
_BOSS, _FARTHEST = 0.11, 2.0
"""Radii in picture heights: of the calm middle, and of the farthest corner."""
_RINGS = 0.4
"""Amplitude of what only makes rings, against that of petals."""
_ORDERS = (5, 6, 7, 8, 9, 10)
_SPEEDS = (150.0, -110.0)
"""Columns each layer slides while the matter's clock goes up by 1."""
_MIX = 0.78
"""Share of each layer in the sum, about the middle height."""
_HUES = 0.3
"""Share by which the second layer takes hues away from heights."""


class Glass(Look):
    """Petals of coloured glass around a centre, mirrored six to twelve times."""

    name = "glass"
    palette = "dusk"
    light = Light(relief=7, shine=45, vignette=0.5, halo_from=100)
    stride = 0.0
    centred = True
    renewal = 0.4
    longest = 0.9

    def tiles(self, rng: np.random.Generator) -> tuple[Tile, ...]:
        return (
            _even_tile(rng, _PERIODS[0], high=2.0, slope=0.8),
            _even_tile(rng, _PERIODS[1], high=3.0, slope=1.0),
        )

    def transfer(self, heights: NDArray[np.float64], detail: float) -> Transfer:
        band = np.abs((heights * 3) % 1 * 2 - 1)
        rim = np.exp(-(((band - 1) / 0.08) ** 2))
        groove = np.exp(-(((band - 0.70) / 0.16) ** 2))
        return Transfer(
            0.08 + 0.8 * heights + 0.12 * detail * rim,
            1 + detail * (0.6 * rim - 0.5 * groove),
            heights + 0.04 * detail * rim,
        )

    def open(self, size: Size, seed: int, palette: Palette | None = None) -> "GlassMatter":
        return GlassMatter(self, size, seed, palette)

    def anchor(self, rng: np.random.Generator) -> tuple[float, float, float]:
        return 0.0, 0.0, float(rng.random() * 2 * np.pi)


class GlassMatter(Matter):
    """Rosettes of one size and seed; their second field holds the hues."""

    def __init__(self, look: Look, size: Size, seed: int, palette: Palette | None) -> None:
        super().__init__(look, size, seed, palette)
        width, height = self.coarse
        self._x, self._y = np.meshgrid(
            ((np.arange(width) - (width - 1) / 2) / height).astype(np.float32),
            ((np.arange(height) - (height - 1) / 2) / height).astype(np.float32),
        )
        pair = np.arange(1 << 16) / (1 << 15)  # two wedges, there and back
        self._fold = np.asarray(np.minimum(pair, 2 - pair) * (_WEDGE - 1), dtype=np.float32)
        columns = 2 + int(math.log(_FARTHEST / _BOSS + 1) * _per_unit(max(_ORDERS)))
        self._layers = [
            np.pad(heights(tile), ((0, 1), (0, columns)), mode="wrap")
            for tile in tiles_of(look, seed)
        ]

    def fields(self, view: View, scene: int, detail: float) -> Fields:
        rng = np.random.default_rng([self.seed, 2, scene])
        order = int(rng.choice(_ORDERS))
        rows, columns = self._polar(view, order)
        inwards = _per_unit(order) * 0.5 * math.log(view.cosine**2 + view.sine**2)
        layers: list[Heights] = []
        for layer, speed, period in zip(self._layers, _SPEEDS, _PERIODS, strict=True):
            shift = rng.random() * period + inwards + speed * view.phase
            place = columns + np.float32(shift % period)
            layers.append(np.asarray(cv2.remap(layer, place, rows, cv2.INTER_LINEAR)))
        one, other = layers
        middle = ZERO + UNIT / 2
        height = cv2.addWeighted(one, _MIX, other, _MIX, middle * (1 - 2 * _MIX))
        hue = cv2.addWeighted(one, _MIX, other, -_HUES, middle * (1 - _MIX + _HUES))
        return np.asarray(height), np.asarray(hue)

    def _polar(self, view: View, order: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return every pixel's row and column on the tiles, before layers slide."""
        scale2 = view.cosine**2 + view.sine**2
        x = (view.cosine * view.x + view.sine * view.y) / scale2
        y = (view.cosine * view.y - view.sine * view.x) / scale2
        radius, angle = cv2.cartToPolar(self._x + np.float32(x), self._y + np.float32(y))
        turn = math.atan2(view.sine, view.cosine) % (2 * math.pi)
        wedges = order * (1 << 16) / (2 * math.pi)
        angle = (np.asarray(angle) + np.float32(turn)) * np.float32(wedges)
        rows = looked_up(self._fold, angle.astype(np.int32).astype(np.uint16))
        squares = np.square(np.minimum(radius, np.float32(_FARTHEST)) / np.float32(_BOSS))
        columns = np.asarray(cv2.log(squares + np.float32(1)))
        return rows, columns * np.float32(_per_unit(order) / 2)


def _per_unit(order: int) -> float:
    """Return the tile columns while the radius grows by e: as many as make shapes keep angles."""
    return _WEDGE * order / math.pi


def _even_tile(rng: np.random.Generator, period: int, *, high: float, slope: float) -> Tile:
    """Make a tile (_WEDGE, period) of noise, even about its first and last row."""
    fy = np.arange(_WEDGE)[:, None] * (period / (2 * (_WEDGE - 1)))
    fx = np.fft.rfftfreq(period, 1 / period)[None, :]
    f = np.hypot(fx, fy) * (2 * _WEDGE / period)  # cycles in a pair of wedges
    amplitude = np.where((f >= 0.5) & (f <= high), np.maximum(f, 1e-9) ** -slope, 0)
    amplitude[0] *= _RINGS
    spectrum = amplitude * np.exp(2j * np.pi * rng.random(f.shape)) * rng.rayleigh(size=f.shape)
    along = np.fft.irfft(spectrum, n=period, axis=1)
    rows = np.arange(_WEDGE)[:, None] * np.arange(_WEDGE)[None, :] * np.pi / (_WEDGE - 1)
    return noise.levelled(np.cos(rows) @ along, 0.4)
