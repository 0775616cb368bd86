"""Transitions: how often each place of a film changes between lighter and darker, or redder.

In comes a *measure* of each picture on a coarse grid, relative luminance or saturated red;
out comes which places would change once more than they may within a second.

Conventions
-----------
- A *transition* of a cell is a change by the threshold or more from the last extreme in the
  other direction; two opposing ones are a flash.
- Grids are int16 of shape (rows, columns), cells square or nearly so.

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
LUMINANCE_CHANGE = 20
"""In 255ths of full luminance; the standard says a tenth, coding may add to what is shown."""
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
_DARK = 3.0
"""Sum of linear red, green and blue, of 765, below which a place is black and has no hue."""


def grid_size(size: Size) -> tuple[int, int]:
    """Return the columns and rows of the grid for pictures of `size`."""
    if size.width >= size.height:
        return max(1, min(4 * ROWS, round(ROWS * size.width / size.height))), ROWS
    return ROWS, max(1, min(4 * ROWS, round(ROWS * size.height / size.width)))


def measures(picture: Yuv) -> tuple[Grid, Grid]:
    """Return a picture's relative luminance and its share of red, in linear light, in 255ths."""
    columns, rows = grid_size(picture.size)
    fine = (2 * columns, 2 * rows)
    planes = [cv2.resize(plane, fine) for plane in (picture.luma, *picture.chroma)]
    linear = cv2.LUT(cv2.transform(cv2.merge(planes), _RGB_OF_YUV), _LINEAR)
    red, green, blue = cv2.split(cv2.resize(linear, (columns, rows), interpolation=cv2.INTER_AREA))
    light = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    total = red + green + blue
    share = np.where(total > _DARK, 255 * red / np.maximum(total, _DARK), 85)
    return np.rint(light).astype(np.int16), np.rint(share).astype(np.int16)


class Transitions:
    """Counts the transitions of every cell within the last second."""

    def __init__(
        self,
        shape: tuple[int, int],
        frame_rate: float,
        change: int,
        *,
        least: int = -32768,
        most: int = 32767,
    ) -> None:
        """Begin a film.

        Args:
            shape: Rows and columns.
            change: The least change that is a transition.
            least: Values below are taken for this.
            most: Values above are taken for this.
        """
        self._change, self._least, self._most = change, least, most
        self._lowest: Grid = np.zeros(shape, dtype=np.int16)
        self._highest: Grid = np.zeros(shape, dtype=np.int16)
        self._way: NDArray[np.int8] = np.zeros(shape, dtype=np.int8)
        """1 where the last transition was up, -1 where down, 0 where there was none."""
        self._recent = np.zeros((max(1, math.ceil(frame_rate)), *shape), dtype=np.uint8)
        self._total: NDArray[np.uint8] = np.zeros(shape, dtype=np.uint8)
        self._frame = 0

    def too_many(self, grid: Grid) -> Mask:
        """Return which cells would change once more than they may if `grid` came next."""
        if self._frame == 0 or not (self._total >= MOST).any():
            return np.zeros(self._way.shape, dtype=np.bool_)
        up, down = self._turning(self._held(grid))
        ends = self._recent[self._frame % len(self._recent)]  # what a second ago was left behind
        found: Mask = (up | down) & (self._total - ends >= MOST)
        return found

    def advance(self, grid: Grid) -> None:
        """Take the next picture."""
        grid = self._held(grid)
        slot = self._recent[self._frame % len(self._recent)]
        if self._frame == 0:
            self._lowest[:], self._highest[:] = grid, grid
        else:
            up, down = self._turning(grid)
            self._total -= slot
            np.bitwise_or(up, down, out=slot.view(np.bool_))
            self._total += slot
            self._way[up], self._way[down] = 1, -1
            np.copyto(self._highest, grid, where=up)
            np.copyto(self._lowest, grid, where=down)
        np.minimum(self._lowest, grid, out=self._lowest)
        np.maximum(self._highest, grid, out=self._highest)
        self._frame += 1

    def _held(self, grid: Grid) -> Grid:
        return np.clip(grid, self._least, self._most)

    def _turning(self, grid: Grid) -> tuple[Mask, Mask]:
        """Return which cells change up, and which down, if `grid` comes next."""
        up = (self._way < 1) & (grid - self._lowest >= self._change)
        down = (self._way > -1) & (self._highest - grid >= self._change)
        return up, down & ~up

    def state(self) -> dict[str, NDArray[Any]]:
        """Return what is needed to go on."""
        return {
            "lowest": self._lowest.copy(),
            "highest": self._highest.copy(),
            "way": self._way.copy(),
            "recent": self._recent.copy(),
            "frame": np.array(self._frame),
        }

    def resume(self, state: State) -> None:
        """Go on from what `state` returned."""
        self._lowest, self._highest = np.array(state["lowest"]), np.array(state["highest"])
        self._way, self._recent = np.array(state["way"]), np.array(state["recent"])
        self._total = self._recent.sum(axis=0, dtype=np.uint8)
        self._frame = int(state["frame"])
