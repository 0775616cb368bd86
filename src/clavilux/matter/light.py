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

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from clavilux.core.values import Size, Yuv
from clavilux.matter.field import Heights
from clavilux.matter.tables import Tables, looked_up

Plane = NDArray[np.uint8]

BLACK, WHITE = 16, 235
_UNIT = 128
_TWICE = np.uint16(0x0101)  # times a byte: that byte twice
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
    """Lights the pictures of one look at one size."""

    def __init__(self, light: Light, coarse: Size, full: Size) -> None:
        self.coarse, self.full = coarse, full
        self._light = light
        self._vignette = _vignette(coarse, light.vignette)
        levels = np.arange(256) / _UNIT
        self._limits = _bytes(np.clip(levels, light.darkest, light.brightest) * _UNIT)
        facing = np.clip((levels - 1.15) / 0.75, 0, 1)
        self._shine = _bytes(light.shine * facing**2)
        halo = _bytes((np.arange(256) - light.halo_from) * 1.5)
        self._halo = halo.astype(np.uint16) * np.uint16(1 / _HALO_SHARE)
        self._chroma_gain = _bytes(np.minimum(np.arange(256), _UNIT) / 2)
        self._gain = np.full((coarse.height, coarse.width), _UNIT, dtype=np.uint8)
        self._doubles = tuple(full) == (2 * coarse.width, 2 * coarse.height)
        self._coarse_pairs = np.empty((coarse.height, coarse.width), dtype=np.uint16)
        self._large = np.empty((coarse.height, 2, 2 * coarse.width), dtype=np.uint8)
        self._grown = np.empty((full.height, full.width), dtype=np.uint8)

    def relief(self, bump: NDArray[np.float32], strength: float = 1.0) -> tuple[Plane, Plane]:
        """Give the gain and the gleam of light on slopes, both at the coarse size."""
        k = self._light.relief * strength * _UNIT * self.coarse.height / 256 / 2
        slopes = self._gain[1:-1, 1:-1]
        cv2.addWeighted(bump[2:, 2:], k, bump[:-2, :-2], -k, _UNIT, dst=slopes, dtype=cv2.CV_8U)
        _frame(self._gain)
        gleam = cast(Plane, cv2.LUT(self._gain, self._shine))
        return cast(Plane, cv2.LUT(self._gain, self._limits)), gleam

    def show(
        self,
        heights: Heights,
        tables: Tables,
        relief: tuple[Plane, Plane],
        tone: Tone,
        tint: Heights,
    ) -> Yuv:
        """Colour and light a picture.

        Args:
            heights: At the coarse size.
            tables: What colours they mean.
            relief: Gain and gleam at the coarse size.
            tone: Contrast, brightness and halo.
            tint: Heights for the chroma tables, where hue does not go with brightness.
        """
        width, height = self.full
        gain, gleam = self._finish(heights, tables, relief, tone)
        fine = _grown(heights, self.full)
        planes = np.empty((height * 3 // 2, width), dtype=np.uint8)
        luma = planes[:height]
        looked_up(tables.luma, fine, luma)
        cv2.multiply(luma, self._at_full_size(gain), dst=luma, scale=1 / _UNIT)
        cv2.add(luma, self._at_full_size(gleam), dst=luma)
        cv2.LUT(luma, tone_curve(round(tone.light, 2), round(tone.contrast, 2)), dst=luma)
        self._colour(planes, tint, tables, gain)
        return Yuv(planes)

    def _finish(
        self,
        heights: Heights,
        tables: Tables,
        relief: tuple[Plane, Plane],
        tone: Tone,
    ) -> tuple[Plane, Plane]:
        """Add the halo and the vignette to gain and gleam, in place."""
        gain, gleam = relief
        if tone.glow > 0:
            sampled = tables.luma.take(heights[::2, ::2], mode="clip")
            small = (max(1, self.coarse.width // 8), max(1, self.coarse.height // 8))
            bright = cv2.resize(cv2.LUT(sampled, self._halo), small, interpolation=cv2.INTER_AREA)
            halo = _softened(bright, small[1] / 11)
            wide = cv2.convertScaleAbs(cv2.resize(halo, tuple(self.coarse)), alpha=_HALO_SHARE)
            cv2.addWeighted(gleam, 1.0, wide, 1.6 * tone.glow, 0, dst=gleam)
        cv2.multiply(gain, self._vignette, dst=gain, scale=1 / 255)
        cv2.multiply(gleam, self._vignette, dst=gleam, scale=1 / 255)
        return gain, gleam

    def _at_full_size(self, plane: Plane) -> Plane:
        """Enlarge a plane smoothly, into a buffer that the next call overwrites.

        Twice the size, the common case, is drawn as every pixel four times, softened: OpenCV's
        interpolation takes twice as long.
        """
        if not self._doubles:
            return cast(Plane, cv2.resize(plane, tuple(self.full), dst=self._grown))
        pairs = np.multiply(plane, _TWICE, out=self._coarse_pairs)
        np.copyto(self._large, pairs.view(np.uint8)[:, None, :])
        return cast(Plane, cv2.blur(self._large.reshape(self._grown.shape), (3, 3), self._grown))

    def _colour(self, planes: Plane, heights: Heights, tables: Tables, gain: Plane) -> None:
        """Write both chroma planes."""
        width, height = self.full
        half = (width // 2, height // 2)
        factor = cv2.LUT(gain, self._chroma_gain)
        middle = heights
        if half != tuple(self.coarse):
            factor, middle = cv2.resize(factor, half), _grown(heights, Size(*half))
        both = planes[height:].reshape(2, half[1], half[0])
        for plane, table in zip(both, (tables.u, tables.v), strict=True):
            signed = looked_up(table, middle)
            cv2.multiply(signed, factor.view(np.int8), dst=signed, scale=2 / _UNIT)
            np.bitwise_xor(signed.view(np.uint8), 128, out=plane)  # from signed to offset binary


@lru_cache(maxsize=256)
def tone_curve(light: float, contrast: float) -> Plane:
    """Give the table from luma (0 to 219 and what light adds to it) to video luma.

    Bright values bend towards white instead of meeting it, so that nothing burns out.
    """
    x = np.arange(256) / 219
    y = 0.42 + (x - 0.42) * contrast
    y = np.where(y > 0.7, 0.7 + 0.27 * (1 - np.exp(-(y - 0.7) / 0.27)), y)
    lift = 0.12 * max(light, 0.0)
    y = lift + (1 - lift) * np.clip(y, 0, 1) ** (2.0 ** (-1.5 * light))
    return _bytes(np.clip(BLACK + (WHITE - BLACK) * y, BLACK, WHITE))


def _softened(plane: cv2.typing.MatLike, sigma: float) -> cv2.typing.MatLike:
    """Blur nearly as by a Gaussian, several times faster: by three boxes."""
    side = 2 * round((np.sqrt(4 * sigma**2 + 1) - 1) / 2) + 1
    for _ in range(3):
        plane = cv2.blur(plane, (side, side))
    return plane


def gain_times(gain: Plane, factor: Plane) -> None:
    """Multiply a gain by another, in place."""
    cv2.multiply(gain, factor, dst=gain, scale=1 / _UNIT)


def _vignette(size: Size, depth: float) -> Plane:
    y, x = np.mgrid[0 : size.height, 0 : size.width]
    dx, dy = x / max(1, size.width - 1) - 0.5, y / max(1, size.height - 1) - 0.5
    return _bytes(255 * (1 - depth * (2 * (dx * dx + dy * dy)) ** 1.3))


def _grown(heights: Heights, size: Size) -> Heights:
    return cast(Heights, cv2.resize(heights, tuple(size), interpolation=cv2.INTER_LINEAR))


def _frame(plane: Plane) -> None:
    """Give the outermost pixels the values of their neighbours."""
    plane[0], plane[-1] = plane[1], plane[-2]
    plane[:, 0], plane[:, -1] = plane[:, 1], plane[:, -2]


def _bytes(values: NDArray[np.floating[Any]]) -> Plane:
    return np.asarray(np.rint(np.clip(values, 0, 255)), dtype=np.uint8)
