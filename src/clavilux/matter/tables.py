"""Tables: from a height to the luma and chroma it is shown in.

A look says where on the palette each height lies and how bright it is (its
`Transfer`); a palette says which colour that is. Both become three tables in
YUV, so that colouring a picture is three look-ups a pixel. Tables change only
when the hue, the palette, the chroma or the detail does.

Conventions
-----------
- Heights run from `LOWEST` to `HIGHEST`; what lies beyond takes the end's colour.
  A matter's own heights are 0 to 1, the rest is room for its swell.
- Luma is 0 to 219 (video's range less its foot), chroma -112 to 112.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from clavilux.core.colour import srgb_from_oklch, yuv_from_srgb
from clavilux.matter.field import UNIT, ZERO, Heights
from clavilux.matter.palettes import N_COLOURS, Palette

LOWEST, HIGHEST = -ZERO / UNIT, 2 - ZERO / UNIT
N_HEIGHTS = 2048
"""Heights that are told apart: enough for thin lines without steps."""
HEIGHTS = np.linspace(LOWEST, HIGHEST, N_HEIGHTS)
_REPEAT = 2 * UNIT // N_HEIGHTS  # heights as stored, per height that is told apart
_N_ENTRIES = 1 << 16

_N_HUES = 36  # hue turns are prepared every ten degrees and mixed between


@dataclass(frozen=True, slots=True, eq=False)
class Transfer:
    """What a look makes of heights. Each array has shape (N_HEIGHTS,)."""

    position: NDArray[np.float64]
    """Where on the palette, 0 to 1."""
    shade: NDArray[np.float64]
    """Factor on that colour's brightness; 1 leaves it."""
    bump: NDArray[np.float64]
    """The height that light sees, which may have ridges the matter has not."""


@dataclass(frozen=True, slots=True, eq=False)
class Tables:
    """Tables ready for `looked_up`, one entry for every uint16 height."""

    luma: NDArray[np.uint8]
    u: NDArray[np.int8]
    v: NDArray[np.int8]
    bump: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Tint:
    """The parameters that change colours, in the units of `clavilux.core.parameters`."""

    hue: float = 0.0
    chroma: float = 1.0
    palette: float = 0.0
    detail: float = 0.5


class Colourist:
    """Makes tables for two palettes and one look, and remembers the last ones."""

    def __init__(
        self,
        palettes: tuple[Palette, Palette],
        transfer: Callable[[NDArray[np.float64], float], Transfer],
    ) -> None:
        self._wheels = [_hue_wheel(palette) for palette in palettes]
        self._transfer = transfer
        self._shape: tuple[float, Transfer] | None = None
        self._last: tuple[Tint, Tables] | None = None

    @classmethod
    def mixed(cls, parts: "Sequence[tuple[Colourist, float]]") -> "Colourist":
        """Give one whose palettes are those of `parts`, each by its share; shares sum to 1."""
        whole = object.__new__(cls)
        whole._wheels = [
            np.sum([share * part._wheels[i] for part, share in parts], axis=0) for i in (0, 1)
        ]
        whole._transfer, whole._shape, whole._last = parts[0][0]._transfer, None, None
        return whole

    def colours(self, tint: Tint) -> NDArray[np.float64]:
        """Give the palette as it is now, luma and chroma, shape (N_COLOURS, 3)."""
        at = (tint.hue % 360) / 360 * _N_HUES
        first, share = int(at) % _N_HUES, at - int(at)
        mixed = np.zeros((N_COLOURS, 3))
        for wheel, weight in zip(self._wheels, (1 - tint.palette, tint.palette), strict=True):
            if weight > 0:
                mixed += weight * (1 - share) * wheel[first]
                mixed += weight * share * wheel[(first + 1) % _N_HUES]
        mixed[:, 1:] *= tint.chroma
        return mixed

    def tables(self, tint: Tint) -> Tables:
        """Give the tables for `tint`."""
        if self._last is None or self._last[0] != tint:
            self._last = (tint, self._build(tint))
        return self._last[1]

    def _build(self, tint: Tint) -> Tables:
        if self._shape is None or self._shape[0] != tint.detail:
            self._shape = (tint.detail, self._transfer(HEIGHTS, tint.detail))
        shape = self._shape[1]
        colours = self.colours(tint)
        at = np.clip(shape.position, 0, 1) * (N_COLOURS - 1)
        first = np.minimum(at.astype(np.intp), N_COLOURS - 2)
        share = (at - first)[:, None]
        yuv = (colours[first] * (1 - share) + colours[first + 1] * share) * shape.shade[:, None]
        luma = np.clip(yuv[:, 0], 0, 219) + 0.5
        chroma = np.rint(np.clip(yuv[:, 1:], -112, 112)).astype(np.int8)
        return Tables(
            spread(luma.astype(np.uint8)),
            spread(chroma[:, 0]),
            spread(chroma[:, 1]),
            spread(shape.bump.astype(np.float32)),
        )


def spread(table: NDArray[Any]) -> NDArray[Any]:
    """Make a table of N_HEIGHTS entries into one for every uint16 height."""
    entries = np.empty(_N_ENTRIES, dtype=table.dtype)
    entries[: 2 * UNIT] = np.repeat(table, _REPEAT)
    entries[2 * UNIT :] = table[-1]
    return entries


def looked_up(
    table: NDArray[Any], heights: Heights, out: NDArray[Any] | None = None
) -> NDArray[Any]:
    """Give the table's entry for every height; written to `out` if given."""
    if _FAST:
        return np.asarray(cv2.LUT(heights, table, dst=out))
    return np.asarray(table.take(heights, out=out, mode="clip"))


def _fast() -> bool:
    """Say whether this OpenCV looks 16-bit values up, as those from version 5 on do."""
    try:
        cv2.LUT(np.zeros((1, 1), np.uint16), np.zeros(_N_ENTRIES, np.uint8))
    except cv2.error:
        return False
    return True


_FAST = _fast()


@lru_cache(maxsize=16)
def _hue_wheel(palette: Palette) -> NDArray[np.float64]:
    """Give a palette at every prepared turn of hue, shape (_N_HUES, N_COLOURS, 3)."""
    lab = palette.oklab()
    lch = np.empty((_N_HUES, N_COLOURS, 3))
    lch[..., 0] = lab[:, 0]
    lch[..., 1] = np.hypot(lab[:, 1], lab[:, 2])
    hue = np.degrees(np.arctan2(lab[:, 2], lab[:, 1]))
    lch[..., 2] = hue[None, :] + np.arange(_N_HUES)[:, None] * (360 / _N_HUES)
    yuv = yuv_from_srgb(srgb_from_oklch(lch))
    return np.asarray(yuv - np.array([16.0, 128.0, 128.0]), dtype=np.float64)
