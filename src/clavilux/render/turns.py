"""Turns: how often, and how much of, a film changes between lighter and darker.

In comes the relative luminance of each picture on a coarse grid; out comes which places
have turned from rising to falling or back, enough of the picture with them to count.

Conventions
-----------
- Relative luminance is from video luma by sRGB's curve, colours aside; in 255ths.
- A *turn* is one change of direction over enough of the picture; two are a flash.

Source:
    WCAG 2.2, "three flashes or below threshold". Differs in two ways: less area is
    enough, and it is a share of the whole picture, however large that is.
"""

import math
from collections.abc import Mapping
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from clavilux.core.values import Yuv

LEAST_CHANGE = 0.1
"""Relative luminance that counts as a change, by the standard."""
LEAST_AREA = 0.19
"""Share of the picture; the standard says 0.25."""
DARKER_BELOW = 0.8
MOST_TURNS = 5
"""Turns of a place allowed within a second: fewer than the six of three flashes."""
CHANGE = round(LEAST_CHANGE * 255)
_GRID = (64, 36)  # fine enough for stripes that wander: coarser cells average them away
_SAMPLES = (2 * _GRID[0], 2 * _GRID[1])
_SAME_TURN_S = 0.12  # cells that turn within this time turn together

_LUMINANCE = np.rint(255 * np.clip((np.arange(256) - 16) / 219, 0, 1) ** 2.4).astype(np.uint8)
"""From video luma to relative luminance in 255ths; close to sRGB's curve."""
_LONG = 255

Grid = NDArray[np.uint8]
Shares = NDArray[np.float32]
"""How much of what is new is shown, 0 to 1, for each cell of the grid."""


def luminance_grid(picture: Yuv) -> Grid:
    """Give the relative luminance of a picture on a grid, in 255ths, shape (rows, columns)."""
    return light_of(sampled(picture))


def sampled(picture: Yuv) -> Grid:
    """Give a picture's luma at fewer places, which hold its lines nevertheless."""
    return np.asarray(
        cv2.resize(picture.luma, _SAMPLES, interpolation=cv2.INTER_LINEAR), dtype=np.uint8
    )


def light_of(sample: Grid) -> Grid:
    """Give the luminance grid of what `sampled` gave."""
    linear = cv2.LUT(sample, _LUMINANCE)
    return np.asarray(cv2.resize(linear, _GRID, interpolation=cv2.INTER_AREA), dtype=np.uint8)


class Turns:
    """Counts, for every cell, the turns of a second in which enough of the picture took part.

    Every grid is watched as it is and turned over, one below the other: what falls in the one
    rises in the other, so that ways up and down are dealt with alike. A cell is 255 in a mask.
    """

    def __init__(self, frame_rate: float, least_change: float = LEAST_CHANGE) -> None:
        columns, rows = _GRID
        change = round(least_change * 255)
        both = (2 * rows, columns)
        self.lowest: Grid = np.zeros(both, dtype=np.uint8)
        """The farthest each cell has gone back since it last turned."""
        self.bar: Grid = np.full(both, change - 1, dtype=np.uint8)
        """What a cell must rise above `lowest` by more than, to turn; 255 if it last did."""
        self.age: Grid = np.full(both, _LONG, dtype=np.uint8)
        """Frames since a cell turned, in a turn not counted yet; `_LONG` at most."""
        self.counted: Grid = np.zeros(both, dtype=np.uint8)
        """Whether the last turn of a cell that counted was this way."""
        self.recent = np.zeros((max(1, math.ceil(frame_rate)), rows, columns), dtype=np.uint8)
        """Turns that counted, for each frame of the last second in turn."""
        self.last = [(-_LONG, 0), (-_LONG, 0)]
        """In which frame the last turn that counted began, and its cells so far; up, then down."""
        self._total = np.zeros((rows, columns), dtype=np.uint8)
        self._most = 0  # of any cell
        self._n_together = min(_LONG, math.ceil(_SAME_TURN_S * frame_rate))
        self._together: Grid = np.full(both, self._n_together, dtype=np.uint8)
        self._least_bar: Grid = self.bar.copy()
        self._one: Grid = np.ones(both, dtype=np.uint8)
        self._both, self._cells, self._others, self._turns = np.zeros((4, *both), dtype=np.uint8)
        # All that is brighter looks the same: no change from there is one from below 0.8.
        brightest = round(DARKER_BELOW * 255) - 1 + change
        self._brightest: Grid = np.full((rows, columns), brightest, dtype=np.uint8)
        self._watched: Grid | None = None  # the grid that cells were last found for
        self._rows = rows

    def begin(self, grid: Grid) -> None:
        """Take the first picture."""
        self._watch(grid)
        self.lowest[:] = self._both

    def is_too_many(self, grid: Grid, frame: int) -> bool:
        """Say whether `grid` would turn a cell once more than it may in a second."""
        if self.most(frame) < MOST_TURNS or not self._turning(grid):
            return False
        turns = self._counting(frame)
        if turns is None:
            return False
        either = turns[: self._rows] | turns[self._rows :]
        return bool(either[self._total >= MOST_TURNS].any())

    def spent_softly(self) -> Shares:
        """Give 1 for cells that may not turn once more, less around them, 0 farther away."""
        spent = (self._total >= MOST_TURNS).view(np.uint8)
        wide = cv2.dilate(spent, np.ones((5, 5), np.uint8)).astype(np.float32)
        return np.asarray(cv2.blur(wide, (5, 5)), dtype=np.float32)

    def most(self, frame: int) -> int:
        """Give the turns, within the second that ends at `frame`, of the cell that has most."""
        self._forget(frame)
        return self._most

    def would_count(self, grid: Grid, frame: int) -> bool:
        """Say whether any turn would count if `grid` came next."""
        return self._turning(grid) and self._counting(frame) is not None

    def advance(self, grid: Grid, frame: int) -> None:
        """Take the next picture."""
        self._forget(frame)
        turning = self._turning(grid)
        cv2.min(self.lowest, self._both, dst=self.lowest)
        if turning:
            self._turn()
            turns = self._counting(frame)
            if turns is not None:
                self._count(turns, frame)
        cv2.add(self.age, self._one, dst=self.age)
        self._watched = None

    def state(self) -> dict[str, NDArray[Any]]:
        """Return what is needed to go on."""
        columns = ("lowest", "bar", "age", "counted", "recent")
        return {name: getattr(self, name).copy() for name in columns} | {
            "last": np.array(self.last)
        }

    def resume(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Go on from what `state` returned."""
        for name in ("lowest", "bar", "age", "counted", "recent"):
            setattr(self, name, np.array(state[name]))
        self.last = [(int(began), int(n)) for began, n in state["last"]]
        self._total = self.recent.sum(axis=0, dtype=np.uint8)
        self._most = int(self._total.max())

    def _forget(self, frame: int) -> None:
        """Leave only the turns within the second that ends at `frame`."""
        oldest = self.recent[frame % len(self.recent)]
        if cv2.countNonZero(oldest):
            self._total -= oldest
            oldest[:] = 0
            self._most = int(self._total.max())

    def _watch(self, grid: Grid) -> None:
        """Put a grid beside itself turned over; where all is bright, changes count for nothing."""
        above, below = self._both[: self._rows], self._both[self._rows :]
        cv2.min(grid, self._brightest, dst=above)
        np.invert(above, out=below)

    def _turning(self, grid: Grid) -> bool:
        """Find which cells would turn if `grid` came next; say if any would."""
        if grid is not self._watched:
            self._watch(grid)
            cv2.subtract(self._both, self.lowest, dst=self._cells)
            cv2.compare(self._cells, self.bar, cv2.CMP_GT, dst=self._cells)
            self._watched = grid
        return cv2.countNonZero(self._cells) > 0

    def _turn(self) -> None:
        """Turn the cells that were found."""
        cells, others = self._cells, self._swapped(self._cells, self._others)
        np.bitwise_or(self.bar, cells, out=self.bar)
        cv2.subtract(self.bar, others, dst=self.bar)
        cv2.max(self.bar, self._least_bar, dst=self.bar)
        np.bitwise_or(cells, others, out=others)
        np.bitwise_and(self._both, others, out=others)
        cv2.max(self.lowest, others, dst=self.lowest)
        cv2.subtract(self.age, cells, dst=self.age)

    def _counting(self, frame: int) -> Grid | None:
        """Say which turns would count, with those just before; None if too few for any.

        Cells that come after are of the same turn, however few they are.
        """
        turns = self._turns
        cv2.compare(self.age, self._together, cv2.CMP_LT, dst=turns)
        np.bitwise_or(turns, self._cells, out=turns)
        cv2.subtract(turns, self.counted, dst=turns)
        ways = turns[: self._rows], turns[self._rows :]
        enough = []
        for way, (began, n_before) in zip(ways, self.last, strict=True):
            n = cv2.countNonZero(way)
            n_others = n_before if frame - began < self._n_together else 0
            enough.append(n > 0 and n + n_others >= LEAST_AREA * way.size)
        if not any(enough):
            return None
        for way, is_enough in zip(ways, enough, strict=True):
            way *= is_enough
        return turns

    def _count(self, turns: Grid, frame: int) -> None:
        """Count turns, each once."""
        np.bitwise_or(self.age, turns, out=self.age)
        others = self._swapped(turns, self._others)
        cv2.subtract(self.counted, others, dst=self.counted)
        np.bitwise_or(self.counted, turns, out=self.counted)
        np.bitwise_and(others, turns, out=others)  # there and back: the way back was the last
        self.counted[(others > 0) & (self.bar < _LONG)] = 0
        up, down = turns[: self._rows], turns[self._rows :]
        for i, n in enumerate((cv2.countNonZero(up), cv2.countNonZero(down))):
            if n:
                began, n_before = self.last[i]
                goes_on = frame - began < self._n_together
                self.last[i] = (began, n_before + n) if goes_on else (frame, n)
        now = (up & 1) + (down & 1)
        self.recent[frame % len(self.recent)] = now
        self._total += now
        self._most = int(self._total.max())

    def _swapped(self, cells: Grid, out: Grid) -> Grid:
        """Give what a mask says of the other way."""
        out[: self._rows], out[self._rows :] = cells[self._rows :], cells[: self._rows]
        return out
