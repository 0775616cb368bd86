"""Flash: no more than three flashes a second, for viewers whom they would harm.

A flash is a pair of opposing changes of relative luminance by a tenth or more,
the darker side below 0.8, over a quarter of the picture or more. The limiter
watches a coarse grid of every picture; where one more change would be too many,
it lets the picture arrive more slowly, there only if that is enough.

Conventions
-----------
- Relative luminance is from video luma by sRGB's curve, colours aside.
- A *turn* is one change of direction over enough of the picture; two are a flash.

Source:
    WCAG 2.2, "three flashes or below threshold". Differs in two ways: margins are
    narrower, and the area is a quarter of the whole picture, however large it is.
"""

import math
from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from clavilux.core.values import Yuv

LEAST_CHANGE = 0.082
"""Relative luminance that counts as a change; the standard says 0.1."""
LEAST_AREA = 0.20
"""Share of the picture; the standard says 0.25."""
DARKER_BELOW = 0.8
MOST_TURNS = 5
"""Turns of a place allowed within a second: fewer than the six of three flashes."""
_GRID = (64, 36)  # fine enough for stripes that wander: coarser cells average them away
_SAMPLES = (2 * _GRID[0], 2 * _GRID[1])
_SHARES = (0.6, 0.4, 0.25, 0.15, 0.08, 0.04, 0.02, 0.0)
_SLOWED = ((0.25, 1.0), (0.0, 1.0), (0.0, 0.3), (0.0, 0.0))
"""Shares of what is new in places that may not turn once more, and in others, in order."""
_SAME_TURN_S = 0.12  # cells that turn within this time turn together

_LUMINANCE = np.rint(255 * np.clip((np.arange(256) - 16) / 219, 0, 1) ** 2.4).astype(np.uint8)
"""From video luma to relative luminance in 255ths; close to sRGB's curve."""
_CHANGE = round(LEAST_CHANGE * 255)
_DARK = round(DARKER_BELOW * 255)
_LONG = 255

Grid = NDArray[np.uint8]
Shares = NDArray[np.float32]
"""How much of what is new is shown, 0 to 1, for each cell of the grid."""
Cells = NDArray[np.bool_]
"""A mask of the cells that turn up and one of those that turn down, shape (2, rows, columns)."""


def luminance_grid(picture: Yuv) -> Grid:
    """Give the relative luminance of a picture on a grid, in 255ths, shape (rows, columns)."""
    sampled = cv2.resize(picture.luma, _SAMPLES, interpolation=cv2.INTER_LINEAR)
    linear = cv2.LUT(sampled, _LUMINANCE)
    return np.asarray(cv2.resize(linear, _GRID, interpolation=cv2.INTER_AREA), dtype=np.uint8)


class Turns:
    """Counts, for every cell, the turns of a second in which enough of the picture took part."""

    def __init__(self, frame_rate: float) -> None:
        shape = _GRID[::-1]
        self.extreme = np.zeros(shape, dtype=np.uint8)
        """The farthest each cell has gone in its direction."""
        self.direction = np.zeros((2, *shape), dtype=np.bool_)
        """Whether a cell last turned up, and whether down; neither before any turn."""
        self.age = np.full((2, *shape), _LONG, dtype=np.uint8)
        """Frames since a cell turned up, and down, in a turn not counted yet; `_LONG` at most."""
        self.counted = np.zeros((2, *shape), dtype=np.bool_)
        """Whether the last turn of a cell that counted was up, and whether it was down."""
        self.recent = np.zeros((max(1, math.ceil(frame_rate)), *shape), dtype=np.uint8)
        """Turns that counted, for each frame of the last second in turn."""
        self._total = np.zeros(shape, dtype=np.uint8)
        self._together = min(_LONG, math.ceil(_SAME_TURN_S * frame_rate))
        self._cells: Cells = np.zeros((2, *shape), dtype=np.bool_)

    def begin(self, grid: Grid) -> None:
        """Take the first picture."""
        self.extreme = grid.copy()

    def is_too_many(self, grid: Grid, frame: int) -> bool:
        """Say whether `grid` would turn a cell once more than it may in a second."""
        spent = self._spent(frame) >= MOST_TURNS
        if not spent.any() or not self._turning(grid):
            return False
        changed = self._counting()
        return changed is not None and bool((changed[0] | changed[1])[spent].any())

    def spent_softly(self) -> Shares:
        """Give 1 for cells that may not turn once more, less around them, 0 farther away."""
        spent = (self._total >= MOST_TURNS).view(np.uint8)
        wide = cv2.dilate(spent, np.ones((5, 5), np.uint8)).astype(np.float32)
        return np.asarray(cv2.blur(wide, (5, 5)), dtype=np.float32)

    def advance(self, grid: Grid, frame: int) -> None:
        """Take the next picture."""
        self._spent(frame)
        turning = self._turning(grid)
        self._follow(grid)
        if turning:
            changed = self._counting()
            cells, direction = self._cells, self.direction
            direction |= cells
            np.greater(direction, cells[::-1], out=direction)  # up now is no longer down
            np.copyto(self.extreme, grid, where=cells[0] | cells[1])
            np.copyto(self.age, 0, where=cells)
            if changed is not None:
                np.copyto(self.age, _LONG, where=changed)  # each turn counts once
                for way, mask in enumerate(changed):
                    self.counted[way] |= mask
                    np.greater(self.counted[1 - way], mask, out=self.counted[1 - way])
                now = changed[0].view(np.uint8) + changed[1].view(np.uint8)
                self.recent[frame % len(self.recent)] = now
                self._total += now
        np.minimum(self.age, _LONG - 1, out=self.age)
        self.age += 1

    def recount(self) -> None:
        """Sum the last second anew, after its turns were set from outside."""
        self._total = self.recent.sum(axis=0, dtype=np.uint8)

    def _spent(self, frame: int) -> NDArray[np.uint8]:
        """Give the turns of every cell within the second that ends at `frame`."""
        oldest = self.recent[frame % len(self.recent)]
        if oldest.any():
            self._total -= oldest
            oldest[:] = 0
        return self._total

    def _follow(self, grid: Grid) -> None:
        """Go on with cells that go on in their direction."""
        rising, falling = self.direction.view(np.uint8)
        np.maximum(self.extreme, grid * rising, out=self.extreme)
        np.minimum(self.extreme, grid | (falling - 1), out=self.extreme)  # 0 - 1 is 255

    def _turning(self, grid: Grid) -> bool:
        """Find which cells would turn, up and down, if `grid` came next; say if any changes."""
        cells = self._cells
        np.greater_equal(cv2.subtract(grid, self.extreme), _CHANGE, out=cells[0])
        np.greater_equal(cv2.subtract(self.extreme, grid), _CHANGE, out=cells[1])
        if not cells.any():
            return False
        cells &= np.minimum(grid, self.extreme) < _DARK
        np.greater(cells, self.direction, out=cells)
        return True

    def _counting(self) -> Cells | None:
        """Say which turns would count, with those just before; None if too few for any."""
        turns = self._cells | (self.age < self._together)
        np.greater(turns, self.counted, out=turns)
        enough = LEAST_AREA * turns[0].size
        many = [np.count_nonzero(mask) >= enough for mask in turns]
        if not any(many):
            return None
        for mask, is_enough in zip(turns, many, strict=True):
            mask &= is_enough
        return turns


class FlashLimiter:
    """Lets pictures through, more slowly where they would flash too often."""

    def __init__(self, frame_rate: float) -> None:
        self._turns = Turns(frame_rate)
        self._frame = 0
        self._shown: NDArray[np.uint8] | None = None
        self._grid: Grid | None = None

    def limit(self, picture: Yuv, slower: Callable[[Shares], Yuv] | None = None) -> Yuv:
        """Give `picture`, or as much of it as may be shown now.

        Args:
            picture: What comes next.
            slower: Draws as much of what is new as each cell's share says; where the result
                would still flash, or without it, pictures are mixed.
        """
        grid = luminance_grid(picture)
        if self._shown is None or self._grid is None:
            self._turns.begin(grid)
        else:
            if slower is not None and self._turns.is_too_many(grid, self._frame):
                picture, grid = self._slowed(slower)
            share = self._allowed(grid)
            if share < 1:
                mixed = cv2.addWeighted(self._shown, 1 - share, picture.planes, share, 0)
                picture = Yuv(np.asarray(mixed))
                grid = luminance_grid(picture)
            self._turns.advance(grid, self._frame)
        self._shown, self._grid = picture.planes, grid
        self._frame += 1
        return picture

    def _slowed(self, slower: Callable[[Shares], Yuv]) -> tuple[Yuv, Grid]:
        """Draw less and less of what is new until it does not flash: first only in the places
        that have turned often, then everywhere."""
        spent = self._turns.spent_softly()
        for there, elsewhere in _SLOWED:
            picture = slower(elsewhere + (there - elsewhere) * spent)
            grid = luminance_grid(picture)
            if not self._turns.is_too_many(grid, self._frame):
                break
        return picture, grid

    def _allowed(self, grid: Grid) -> float:
        """Give the largest share of the new picture that may be mixed in."""
        if not self._turns.is_too_many(grid, self._frame):
            return 1.0
        assert self._grid is not None
        for share in _SHARES:
            mixed = cv2.addWeighted(self._grid, 1 - share, grid, share, 0)
            if not self._turns.is_too_many(np.asarray(mixed, dtype=np.uint8), self._frame):
                return share
        return 0.0

    def state(self) -> dict[str, NDArray[Any]]:
        """Give what is needed to go on."""
        state: dict[str, NDArray[Any]] = {
            "flash_extreme": self._turns.extreme.copy(),
            "flash_direction": self._turns.direction.copy(),
            "flash_age": self._turns.age.copy(),
            "flash_counted": self._turns.counted.copy(),
            "flash_recent": self._turns.recent.copy(),
            "flash_frame": np.array(self._frame),
        }
        if self._shown is not None and self._grid is not None:
            state |= {"flash_shown": self._shown.copy(), "flash_grid": self._grid.copy()}
        return state

    def resume(self, state: Any) -> None:
        """Go on from what `state` gave."""
        self._turns.extreme = np.array(state["flash_extreme"])
        self._turns.direction = np.array(state["flash_direction"])
        self._turns.age = np.array(state["flash_age"])
        self._turns.counted = np.array(state["flash_counted"])
        self._turns.recent = np.array(state["flash_recent"])
        self._turns.recount()
        self._frame = int(state["flash_frame"])
        if "flash_shown" in state:
            self._shown = np.array(state["flash_shown"])
            self._grid = np.array(state["flash_grid"])
