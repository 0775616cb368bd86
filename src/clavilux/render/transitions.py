"""Transitions: how often each place of a film changes between lighter and darker, or redder.

In comes a *measure* of each picture on a coarse grid, relative luminance or saturated red;
out comes which places would change once more than they may within a second, and how far they
may go without.

Conventions
-----------
- A *transition* of a cell is a change by the threshold or more from the last extreme in the
  other direction; two opposing ones are a flash.
- Grids are int16 of shape (2, rows, columns), luminance and red, cells square or nearly so.

Source:
    WCAG 2.2, "three flashes or below threshold". Stricter in two ways: cells are counted one
    by one and kept to the limit from a smaller share of a field on (`flash.LEAST_AREA`, where
    WCAG says a quarter); and a smaller change counts.
"""

import math
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from clavilux.core.values import Size, Yuv
from clavilux.render.parts import State

MOST = 6
"""Transitions of a cell allowed within a second: three flashes."""
ROWS = 48
"""Of the grid: a field of ten degrees is 16 of them, as WCAG counts."""
LUMINANCE_CHANGE = 23
"""In 255ths of full luminance; the standard says a tenth, 25.5, coding may add to what is shown."""
BRIGHT = round(0.8 * 255)
"""Between luminances above this, nothing is a transition."""
RED_CHANGE = 80
"""In 255ths of the share of red in linear light. By WCAG 2.2 it's a change of .2 in the CIE 1976
diagram, which from saturated red towards any colour is a share of a third or more."""
RED = round(0.75 * 255)
"""A transition has saturated red on one of its sides; the standard says .8."""

Grid = NDArray[np.int16]
Mask = NDArray[np.bool_]

_LINEAR = np.rint(
    255 * np.where(
        np.arange(256) / 255 <= 0.04045,
        np.arange(256) / 255 / 12.92,
        ((np.arange(256) / 255 + 0.055) / 1.055) ** 2.4,
    )
).astype(np.float32)  # fmt: skip
_RGB_OF_YUV = (255 / 219) * np.array(
    [
        [1, 0, 1.5748 * 219 / 224, -16 - 128 * 1.5748 * 219 / 224],
        [1, -0.1873 * 219 / 224, -0.4681 * 219 / 224, -16 + 128 * 0.6554 * 219 / 224],
        [1, 1.8556 * 219 / 224, 0, -16 - 128 * 1.8556 * 219 / 224],
    ]
)
"""BT.709, limited range."""
_DARK = 1
"""What is added to each sum of linear red, green and blue, of 765: black has no hue."""
_MEASURED = np.array([[0.2126, 0.7152, 0.0722, 0], [255, 0, 0, 85 * _DARK], [1, 1, 1, _DARK]])
"""From linear red, green and blue: luminance, 255 times red, and the sum."""


def _of_both(luminance: int, red: int) -> Grid:
    return np.array([[[luminance]], [[red]]], dtype=np.int16)


_CHANGE = _of_both(LUMINANCE_CHANGE, RED_CHANGE)
_LEAST = _of_both(-1, RED - RED_CHANGE + 1)
_MOST = _of_both(BRIGHT + LUMINANCE_CHANGE - 1, 256)


def grid_size(size: Size) -> tuple[int, int]:
    """Return the columns and rows of the grid for pictures of `size`."""
    if size.width >= size.height:
        return max(1, min(4 * ROWS, round(ROWS * size.width / size.height))), ROWS
    return ROWS, max(1, min(4 * ROWS, round(ROWS * size.height / size.width)))


def measures(picture: Yuv) -> Grid:
    """Return a picture's relative luminance and its share of red, in linear light, in 255ths.

    Returns:
        Shape (2, rows, columns).
    """
    columns, rows = grid_size(picture.size)
    fine = (2 * columns, 2 * rows)
    planes = [cv2.resize(plane, fine) for plane in (picture.luma, *picture.chroma)]
    linear = cv2.LUT(cv2.transform(cv2.merge(planes), _RGB_OF_YUV), _LINEAR)
    linear = cv2.resize(linear, (columns, rows), interpolation=cv2.INTER_AREA)
    light, red, total = cv2.split(cv2.transform(linear, _MEASURED))
    return np.rint(np.stack([light, red / total])).astype(np.int16)


class Transitions:
    """Counts the transitions of every cell within the last second, of light and of red apart."""

    def __init__(self, size: Size, frame_rate: float) -> None:
        """Begin a film of pictures of `size`."""
        columns, rows = grid_size(size)
        shape = (2, rows, columns)
        self._last: Grid = np.zeros(shape, dtype=np.int16)
        self._lowest: Grid = np.zeros(shape, dtype=np.int16)
        self._highest: Grid = np.zeros(shape, dtype=np.int16)
        self._way: NDArray[np.int8] = np.zeros(shape, dtype=np.int8)
        """1 where the last transition was up, -1 where down, 0 where there was none."""
        self._recent = np.zeros((max(1, math.ceil(frame_rate)), *shape), dtype=np.uint8)
        self._total: NDArray[np.uint8] = np.zeros(shape, dtype=np.uint8)
        self._frame = 0
        self._looked_at: tuple[Grid, tuple[Grid, Mask, Mask]] | None = None
        """The grid looked at last, and what `_turning` found in it."""

    def too_many(self, grid: Grid) -> Mask:
        """Return which cells would change once more than they may if `grid` came next."""
        if self._frame == 0 or self._total.max() < MOST:
            return np.zeros(self._way.shape[1:], dtype=np.bool_)
        _, up, down = self._turning(grid)
        ends = self._recent[self._frame % len(self._recent)]  # what a second ago was left behind
        found = (up | down) & (self._total - ends >= MOST)
        return np.asarray(found[0] | found[1], dtype=np.bool_)

    def room(self, grid: Grid) -> NDArray[np.float32]:
        """Return the share of its change to `grid` that each cell may make without a transition."""
        held, up, down = self._turning(grid)
        bound = np.where(up, self._lowest + (_CHANGE - 1), self._highest - (_CHANGE - 1))
        wanted = np.where(up | down, held - self._last, 1)
        shares = (bound - self._last) / np.where(wanted == 0, 1, wanted)
        shares = np.where(up | down, np.clip(shares, 0, 1), 1)
        return np.asarray(shares.min(axis=0), dtype=np.float32)

    def advance(self, grid: Grid) -> None:
        """Take the next picture."""
        held, up, down = self._turning(grid)
        slot = self._recent[self._frame % len(self._recent)]
        if self._frame == 0:
            self._lowest[:], self._highest[:] = held, held
        else:
            turned = up | down
            self._total -= slot
            slot[:] = turned
            if turned.any():
                self._total += slot
                for mask, way, extreme in ((up, 1, self._highest), (down, -1, self._lowest)):
                    np.copyto(self._way, np.int8(way), where=mask)
                    np.copyto(extreme, held, where=mask)
        np.minimum(self._lowest, held, out=self._lowest)
        np.maximum(self._highest, held, out=self._highest)
        self._last = held
        self._frame += 1
        self._looked_at = None

    def _turning(self, grid: Grid) -> tuple[Grid, Mask, Mask]:
        """Return what counts of `grid`, and which cells change up, and which down, if it came."""
        if self._looked_at is None or self._looked_at[0] is not grid:
            held = np.minimum(np.maximum(grid, _LEAST), _MOST)
            up = (self._way < 1) & (held - self._lowest >= _CHANGE)
            down = (self._way > -1) & (self._highest - held >= _CHANGE)
            self._looked_at = grid, (held, up, down & ~up)
        return self._looked_at[1]

    def state(self) -> dict[str, NDArray[Any]]:
        """Return what is needed to go on."""
        return {
            "last": self._last.copy(),
            "lowest": self._lowest.copy(),
            "highest": self._highest.copy(),
            "way": self._way.copy(),
            "recent": self._recent.copy(),
            "frame": np.array(self._frame),
        }

    def resume(self, state: State) -> None:
        """Go on from what `state` returned."""
        self._last = np.array(state["last"])
        self._lowest, self._highest = np.array(state["lowest"]), np.array(state["highest"])
        self._way, self._recent = np.array(state["way"]), np.array(state["recent"])
        self._total = self._recent.sum(axis=0, dtype=np.uint8)
        self._frame = int(state["frame"])
