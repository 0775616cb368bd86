"""Tables: from a height to the luma and chroma it is shown in.

A look says where on the palette each height lies and how bright it is (its
`Transfer`); a palette says which colour that is. Both become three tables in
YUV, so that colouring a picture is three look-ups a pixel. Tables change only
when the hue, the palette, the chroma or the detail does.

Conventions
-----------
- Heights run from `LOWEST` to `HIGHEST`; what lies beyond takes the end's colour.
  A matter's own heights are 0 to 1, the rest is room for its swell.
- A *level* is one of the `N_HEIGHTS` that are told apart, as uint16.
- Luma is 0 to 219 (video's range less its foot), chroma -112 to 112.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from clavilux.core.colour import srgb_from_oklch, yuv_from_srgb
from clavilux.matter.field import UNIT, ZERO, Heights
from clavilux.matter.palettes import Palette

LOWEST, HIGHEST = -ZERO / UNIT, 2 - ZERO / UNIT
N_HEIGHTS = 2048
"""Heights that are told apart: enough for thin lines without steps."""
HEIGHTS = np.linspace(LOWEST, HIGHEST, N_HEIGHTS)
N_COLOURS = 1024
"""Colours of a palette that are told apart."""
_FINER = (2 * UNIT // N_HEIGHTS).bit_length() - 1  # bits by which stored heights are finer
_N_ENTRIES = 1 << 16  # of every table: OpenCV wants one for each uint16

Levels = NDArray[np.uint16]
"""A picture of levels, shape (height, width)."""

_N_GIVEN = 256  # colours of a hue turn that are computed; those between are mixed
_FINE_HUE, _FINE = 2, 128  # steps a degree, and a unit, in which tints are told apart
_N_KEPT = 512  # tints whose tables are kept, 6 kB each
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
    """What levels mean, ready for `looked_up`."""

    luma: NDArray[np.uint8]
    u: NDArray[np.int8]
    v: NDArray[np.int8]
    bump: NDArray[np.float32]


class Tint(NamedTuple):
    """The parameters that change colours, in the units of `clavilux.core.parameters`."""

    hue: float = 0.0
    chroma: float = 1.0
    palette: float = 0.0
    detail: float = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class _Form:
    """What a look makes of heights at one detail, ready for colours."""

    colour: NDArray[np.intp]
    """Which of the palette's colours. Shape (N_HEIGHTS,)."""
    shade: NDArray[np.float32]
    """Shape (N_HEIGHTS,)."""
    bump: NDArray[np.float32]
    """As in `Tables`."""
    shaded: dict[tuple[int, int], NDArray[np.float32]]
    """Both palettes at the hue turns used so far: which, and turned how far. Luma and chroma of
    every height, shape (3, N_HEIGHTS)."""


class Colourist:
    """Makes tables for two palettes and one look, and remembers the last ones."""

    def __init__(
        self,
        palettes: tuple[Palette, Palette],
        transfer: Callable[[NDArray[np.float64], float], Transfer],
    ) -> None:
        self._wheels = [_hue_wheel(palette) for palette in palettes]
        self._transfer = transfer
        self._form: tuple[float, _Form] | None = None
        self._set_up()

    @classmethod
    def mixed(cls, parts: "Sequence[tuple[Colourist, float]]") -> "Colourist":
        """Return one whose palettes are those of `parts`, each by its share; shares sum to 1."""
        whole = object.__new__(cls)
        whole._wheels = [
            np.sum([share * part._wheels[i] for part, share in parts], axis=0, dtype=np.float32)
            for i in (0, 1)
        ]
        whole._transfer, whole._form = parts[0][0]._transfer, None
        whole._set_up()
        return whole

    def _set_up(self) -> None:
        self._last: tuple[Tint, Tables] | None = None
        self._planes = np.zeros((3, _N_ENTRIES), dtype=np.uint8)
        self._made: dict[Tint, NDArray[np.uint8]] = {}  # colours swing, and come back

    def tables(self, tint: Tint) -> Tables:
        """Return the tables for `tint`, or for one that the eye cannot tell from it.

        They hold until other tables are asked for.
        """
        tint = Tint(
            round(tint.hue * _FINE_HUE) / _FINE_HUE,
            round(tint.chroma * _FINE) / _FINE,
            round(tint.palette * _FINE) / _FINE,
            tint.detail,
        )
        if self._last is None or self._last[0] != tint:
            self._last = (tint, self._build(tint))
        return self._last[1]

    def _build(self, tint: Tint) -> Tables:
        form = self._formed(tint.detail)
        entries, signed = self._planes[:, :N_HEIGHTS], self._planes.view(np.int8)
        if tint in self._made:
            entries[:] = self._made[tint]
        else:
            yuv = self._mixed(tint, form)
            luma, chroma = entries[:1], signed[1:, :N_HEIGHTS]
            cv2.addWeighted(yuv[:1], 1, yuv[:1], 0, 0, dst=luma, dtype=cv2.CV_8U)
            cv2.min(luma, _BRIGHTEST, dst=luma)
            cv2.addWeighted(yuv[1:], tint.chroma, yuv[1:], 0, 0, dst=chroma, dtype=cv2.CV_8S)
            if len(self._made) >= _N_KEPT:
                self._made.clear()
            self._made[tint] = entries.copy()
        return Tables(self._planes[0], signed[1], signed[2], form.bump)

    def _formed(self, detail: float) -> _Form:
        if self._form is None or self._form[0] != detail:
            transfer = self._transfer(HEIGHTS, detail)
            at = np.rint(np.clip(transfer.position, 0, 1) * (N_COLOURS - 1))
            form = _Form(
                at.astype(np.intp),
                transfer.shade.astype(np.float32),
                table_of(transfer.bump.astype(np.float32)),
                {},
            )
            self._form = (detail, form)
        return self._form[1]

    def _mixed(self, tint: Tint, form: _Form) -> NDArray[np.float32]:
        """Return every height's luma, and its chroma before it grows, as `_Form.shaded`."""
        at = (tint.hue % 360) / 360 * _N_HUES
        first, share = int(at) % _N_HUES, at - int(at)
        parts = [
            cv2.addWeighted(
                self._shaded(form, which, first),
                weight * (1 - share),
                self._shaded(form, which, (first + 1) % _N_HUES),
                weight * share,
                0,
            )
            for which, weight in enumerate((1 - tint.palette, tint.palette))
            if weight > 0
        ]
        return np.asarray(
            parts[0] if len(parts) == 1 else cv2.add(parts[0], parts[1]), dtype=np.float32
        )

    def _shaded(self, form: _Form, which: int, turn: int) -> NDArray[np.float32]:
        """Return what a palette makes of every height; computed once."""
        if (which, turn) not in form.shaded:
            shaded = self._wheels[which][turn].take(form.colour, axis=1)
            shaded *= form.shade
            form.shaded[which, turn] = shaded
        return form.shaded[which, turn]


def levels(heights: Heights) -> Levels:
    """Return which of the heights that are told apart each one is."""
    found = np.right_shift(heights, _FINER)
    return np.asarray(cv2.min(found, _highest(found.shape), dst=found), dtype=np.uint16)


def table_of(entries: NDArray[Any]) -> NDArray[Any]:
    """Make a table for `looked_up` of one entry a level."""
    return np.concatenate([entries, np.full(_N_ENTRIES - len(entries), entries[-1])])


_BRIGHTEST = np.full((1, N_HEIGHTS), 219, dtype=np.uint8)


@lru_cache(maxsize=4)
def _highest(shape: tuple[int, ...]) -> Levels:
    return np.full(shape, N_HEIGHTS - 1, dtype=np.uint16)


def looked_up(
    table: NDArray[Any], values: NDArray[np.uint16], out: NDArray[Any] | None = None
) -> NDArray[Any]:
    """Return the table's entry for every value; written to `out` if given."""
    if _FAST:
        return np.asarray(cv2.LUT(values, table, dst=out))
    return np.asarray(table.take(values, out=out, mode="clip"))


def _fast() -> bool:
    """Return whether this OpenCV looks 16-bit values up, as those from version 5 on do."""
    try:
        cv2.LUT(np.zeros((1, 1), np.uint16), np.zeros(_N_ENTRIES, np.uint8))
    except cv2.error:
        return False
    return True


_FAST = _fast()


@lru_cache(maxsize=16)
def _hue_wheel(palette: Palette) -> NDArray[np.float32]:
    """Return a palette at every prepared turn of hue, shape (_N_HUES, 3, N_COLOURS)."""
    lab = palette.oklab(_N_GIVEN)
    lch = np.empty((_N_HUES, _N_GIVEN, 3))
    lch[..., 0] = lab[:, 0]
    lch[..., 1] = np.hypot(lab[:, 1], lab[:, 2])
    hue = np.degrees(np.arctan2(lab[:, 2], lab[:, 1]))
    lch[..., 2] = hue[None, :] + np.arange(_N_HUES)[:, None] * (360 / _N_HUES)
    yuv = yuv_from_srgb(srgb_from_oklch(lch)) - np.array([16.0, 128.0, 128.0])
    at = np.linspace(0, _N_GIVEN - 1, N_COLOURS)
    first = np.minimum(at.astype(np.intp), _N_GIVEN - 2)
    share = (at - first)[:, None]
    fine = yuv[:, first] * (1 - share) + yuv[:, first + 1] * share
    return np.ascontiguousarray(np.moveaxis(fine, 2, 1), dtype=np.float32)
