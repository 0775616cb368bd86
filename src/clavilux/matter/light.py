"""Light: coloured heights become a lit picture.

Relief light falls from the upper left on the slopes of a height field; what is
bright has a halo, the corners are darker, and a last curve sets contrast and
brightness. All of it happens to the shown picture only: nothing here is fed back.

Slow-changing things (relief, halo, vignette) are computed at the matter's own
coarse size, colours at full size, where their lines stay thin.

Conventions
-----------
- Matter is heights at the coarse size; the picture is `Yuv` at full size.
- A *gain* is uint8 with 128 for 1; a *gleam* is uint8 luma added after it.
"""

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from clavilux.core.values import Size, Yuv
from clavilux.matter.tables import Levels, Tables, looked_up

Plane = NDArray[np.uint8]

BLACK, WHITE = 16, 235
_UNIT = 128
_MOST_CHROMA = 127  # gain from which colours have their full strength
_HALO_SHARE = 1 / 256  # halos are kept finer than shown, so that they have no steps


@dataclass(frozen=True, slots=True)
class Light:
    """How a look is lit."""

    relief: float = 9.0
    """How strongly slopes catch light: gain per height difference over two pixels at 256 lines."""
    darkest: float = 0.35
    brightest: float = 1.5
    """Limits of the relief's gain."""
    shine: float = 50.0
    """Luma added where a slope faces the light."""
    vignette: float = 0.4
    """How much darker the corners are."""
    halo_from: float = 110.0
    """Luma (of 219) above which things have a halo."""


class Tone(NamedTuple):
    """The parameters that change light, in the units of `clavilux.core.parameters`."""

    light: float = 0.0
    contrast: float = 1.0
    glow: float = 0.25
    detail: float = 0.5


class Lamp:
    """Lights the pictures of one look at one size.

    Gain and gleam lie one below the other in one plane, so that what happens to both is one
    step; two rows keep them apart when they are softened together.
    """

    def __init__(self, light: Light, coarse: Size, full: Size) -> None:
        self.coarse, self.full = coarse, full
        self._light = light
        rows, columns = coarse.height, coarse.width
        self._both = np.zeros((2 * rows + 2, columns), dtype=np.uint8)
        self._gain, self._gleam = self._both[:rows], self._both[-rows:]
        self._vignette = np.full_like(self._both, 255)
        self._vignette[:rows] = self._vignette[-rows:] = _vignette(coarse, light.vignette)
        self._slopes = np.full((rows, columns), _UNIT, dtype=np.uint8)
        self._darkest = np.full_like(self._slopes, round(light.darkest * _UNIT))
        self._brightest = np.full_like(self._slopes, round(light.brightest * _UNIT))
        self._most_chroma = np.full_like(self._slopes, _MOST_CHROMA)
        facing = np.clip((np.arange(256) / _UNIT - 1.15) / 0.75, 0, 1)
        self._shine = _bytes(light.shine * facing**2)
        halo = _bytes((np.arange(256) - light.halo_from) * 1.5)
        self._halo = halo.astype(np.uint16) * np.uint16(1 / _HALO_SHARE)
        self._small = (max(1, columns // 8), max(1, rows // 8))
        self._softness = _box_side(self._small[1] / 11)
        self._doubles = tuple(full) == (2 * columns, 2 * rows)
        self._between = np.empty_like(self._both)
        self._wide = np.empty((len(self._both), columns, 2), dtype=np.uint8)
        self._grown = np.empty((len(self._both), 2, 2 * columns), dtype=np.uint8)
        self._signed = np.empty((2, full.height // 2, full.width // 2), dtype=np.int8)
        self._strength = np.empty_like(self._signed)

    def relief(self, bump: NDArray[np.float32], strength: float = 1.0) -> Plane:
        """Let light fall on slopes, for the next picture shown.

        Returns:
            The gain at the coarse size, which may be changed before `show`.
        """
        light = self._light
        k = light.relief * strength * _UNIT * self.coarse.height / 256 / 2
        inside = self._slopes[1:-1, 1:-1]
        cv2.addWeighted(bump[2:, 2:], k, bump[:-2, :-2], -k, _UNIT, dst=inside, dtype=cv2.CV_8U)
        _frame(self._slopes)
        cv2.LUT(self._slopes, self._shine, dst=self._gleam)
        cv2.max(self._slopes, self._darkest, dst=self._gain)
        cv2.min(self._gain, self._brightest, dst=self._gain)
        return self._gain

    def show(self, levels: Levels, tables: Tables, tone: Tone, tint: Levels) -> Yuv:
        """Colour and light a picture, after `relief`.

        Args:
            levels: Of the heights, at the coarse size.
            tables: What colours they mean.
            tone: Contrast, brightness and halo.
            tint: Levels for the chroma tables, where hue does not go with brightness.
        """
        width, height = self.full
        if tone.glow > 0:
            self._add_halo(levels, tables, tone.glow)
        cv2.multiply(self._both, self._vignette, dst=self._both, scale=1 / 255)
        gain, gleam = self._at_full_size()
        fine = _grown(levels, self.full)
        planes = np.empty((height * 3 // 2, width), dtype=np.uint8)
        luma = planes[:height]
        looked_up(tables.luma, fine, luma)
        cv2.multiply(luma, gain, dst=luma, scale=1 / _UNIT)
        cv2.add(luma, gleam, dst=luma)
        cv2.LUT(luma, tone_curve(round(tone.light, 2), round(tone.contrast, 2)), dst=luma)
        self._colour(planes, tint, tables)
        return Yuv(planes)

    def _add_halo(self, levels: Levels, tables: Tables, glow: float) -> None:
        """Let what is bright shine around it."""
        sampled = looked_up(tables.luma, levels[::4, ::4])
        halo = cv2.resize(cv2.LUT(sampled, self._halo), self._small, interpolation=cv2.INTER_AREA)
        for _ in range(3):  # nearly as by a Gaussian, several times faster
            halo = cv2.blur(halo, (self._softness, self._softness))
        shown = cv2.convertScaleAbs(halo, alpha=1.6 * glow * _HALO_SHARE)
        cv2.add(self._gleam, cv2.resize(shown, tuple(self.coarse)), self._gleam)

    def _at_full_size(self) -> tuple[Plane, Plane]:
        """Enlarge gain and gleam smoothly, into buffers that the next call overwrites.

        Twice the size, the common case, is put together here, as OpenCV's interpolation takes
        twice as long: between two pixels comes their mean.
        """
        rows, height = self.coarse.height, self.full.height
        if not self._doubles:
            size = tuple(self.full)
            return cast(Plane, cv2.resize(self._gain, size)), cast(
                Plane, cv2.resize(self._gleam, size)
            )
        self._both[rows], self._both[rows + 1] = self._gain[-1], self._gleam[0]
        _means(self._both.reshape(-1), self._between.reshape(-1))
        self._between[:, -1] = self._both[:, -1]
        cv2.merge((self._both, self._between), self._wide)
        wide = self._wide.reshape(-1, self.full.width)
        self._grown[:, 0] = wide
        _means(wide, self._grown[:, 1])
        grown = self._grown.reshape(-1, self.full.width)
        return grown[:height], grown[-height:]

    def _colour(self, planes: Plane, levels: Levels, tables: Tables) -> None:
        """Write both chroma planes."""
        width, height = self.full
        half = (width // 2, height // 2)
        strength = np.asarray(cv2.min(self._gain, self._most_chroma), dtype=np.uint8)
        if half != tuple(self.coarse):
            strength = np.asarray(cv2.resize(strength, half), dtype=np.uint8)
            levels = _grown(levels, Size(*half))
        self._strength[:] = strength.view(np.int8)
        looked_up(tables.u, levels, self._signed[0])
        looked_up(tables.v, levels, self._signed[1])
        signed = self._signed.reshape(height, half[0])
        cv2.multiply(signed, self._strength.reshape(signed.shape), signed, 1 / _MOST_CHROMA)
        unsigned = self._signed.view(np.uint8).reshape(height // 2, width)
        np.bitwise_xor(unsigned, 128, out=planes[height:])  # from signed to offset binary


@lru_cache(maxsize=256)
def tone_curve(light: float, contrast: float) -> Plane:
    """Return the table from luma (0 to 219 and what light adds to it) to video luma.

    Bright values bend towards white instead of meeting it, so that nothing burns out.
    """
    x = np.arange(256) / 219
    y = 0.42 + (x - 0.42) * contrast
    y = np.where(y > 0.7, 0.7 + 0.27 * (1 - np.exp(-(y - 0.7) / 0.27)), y)
    lift = 0.12 * max(light, 0.0)
    y = lift + (1 - lift) * np.clip(y, 0, 1) ** (2.0 ** (-1.5 * light))
    return _bytes(np.clip(BLACK + (WHITE - BLACK) * y, BLACK, WHITE))


def _box_side(sigma: float) -> int:
    """Return the side of the box that blurs, thrice, nearly as a Gaussian does."""
    return 2 * round((math.sqrt(4 * sigma**2 + 1) - 1) / 2) + 1


def _means(plane: Plane, out: Plane) -> None:
    """Write the mean of every item and the next one, without leaving their bytes."""
    halves = np.right_shift(plane, 1)
    others = plane - halves  # so that the mean of a value and itself is that value
    np.add(halves[:-1], others[1:], out=out[:-1])
    out[-1] = plane[-1]


def gain_times(gain: Plane, factor: Plane) -> None:
    """Multiply a gain by another, in place."""
    cv2.multiply(gain, factor, dst=gain, scale=1 / _UNIT)


def _vignette(size: Size, depth: float) -> Plane:
    y, x = np.mgrid[0 : size.height, 0 : size.width]
    dx, dy = x / max(1, size.width - 1) - 0.5, y / max(1, size.height - 1) - 0.5
    return _bytes(255 * (1 - depth * (2 * (dx * dx + dy * dy)) ** 1.3))


def _grown(levels: Levels, size: Size) -> Levels:
    return cast(Levels, cv2.resize(levels, tuple(size), interpolation=cv2.INTER_LINEAR))


def _frame(plane: Plane) -> None:
    """Return the outermost pixels the values of their neighbours."""
    plane[0], plane[-1] = plane[1], plane[-2]
    plane[:, 0], plane[:, -1] = plane[:, 1], plane[:, -2]


def _bytes(values: NDArray[np.floating[Any]]) -> Plane:
    return np.asarray(np.rint(np.clip(values, 0, 255)), dtype=np.uint8)
