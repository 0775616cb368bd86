"""Flash: no more than three flashes a second, for viewers whom they would harm.

A flash is a pair of opposing changes of relative luminance by a tenth or more,
the darker side below 0.8, over a quarter of the picture or more. The limiter
watches a coarse grid of every picture; before one more change would be too many,
it takes contrast from the pictures, and gives it back when they are calmer.

Conventions
-----------
- Relative luminance is from video luma by sRGB's curve, colours aside.
- A *turn* is one change of direction over enough of the picture; two are a flash.

Source:
    WCAG 2.2, "three flashes or below threshold". Differs in two ways: margins are
    narrower, and the area is a quarter of the whole picture, however large it is.
"""

import math
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
_PRESSED, _EASY = 3, 2
"""Turns of a place within a second from which none more is wanted, and below which contrast
comes back whatever it does."""
_STEPS = (0.8, 0.65, 0.5, 0.4, 0.32, 0.25, 0.2, 0.16, 0.12, 0.08, 0.05)
_LEAST_CONTRAST = 0.05
_RECOVERY_S = 1.0
"""Seconds in which contrast doubles, coming back."""
_MEAN_S = 1.0
"""Over how long mean luma is taken."""
_SAME_TURN_S = 0.12  # cells that turn within this time turn together

_LUMINANCE = np.rint(255 * np.clip((np.arange(256) - 16) / 219, 0, 1) ** 2.4).astype(np.uint8)
"""From video luma to relative luminance in 255ths; close to sRGB's curve."""
_CHANGE = round(LEAST_CHANGE * 255)
_BRIGHTEST = round(DARKER_BELOW * 255) - 1 + _CHANGE
"""All that is brighter looks the same to us: no change from there is one from below 0.8."""
_ALIKE = 8
"""Change, in 255ths, that two pictures in turn should not pass where contrast falls."""
_LONG = 255

Grid = NDArray[np.uint8]


def luminance_grid(picture: Yuv) -> Grid:
    """Give the relative luminance of a picture on a grid, in 255ths, shape (rows, columns)."""
    return _light(_sampled(picture))


def _sampled(picture: Yuv) -> Grid:
    """Give a picture's luma at fewer places, which hold its lines nevertheless."""
    sampled = cv2.resize(picture.luma, _SAMPLES, interpolation=cv2.INTER_LINEAR)
    return np.asarray(sampled, dtype=np.uint8)


def _light(sample: Grid) -> Grid:
    linear = cv2.LUT(sample, _LUMINANCE)
    return np.asarray(cv2.resize(linear, _GRID, interpolation=cv2.INTER_AREA), dtype=np.uint8)


class Turns:
    """Counts, for every cell, the turns of a second in which enough of the picture took part.

    Every grid is watched as it is and turned over, one below the other: what falls in the one
    rises in the other, so that ways up and down are dealt with alike. A cell is 255 in a mask.
    """

    def __init__(self, frame_rate: float) -> None:
        columns, rows = _GRID
        both = (2 * rows, columns)
        self.lowest: Grid = np.zeros(both, dtype=np.uint8)
        """The farthest each cell has gone back since it last turned."""
        self.bar: Grid = np.full(both, _CHANGE - 1, dtype=np.uint8)
        """What a cell must rise above `lowest` by more than, to turn; 255 if it last did."""
        self.age: Grid = np.full(both, _LONG, dtype=np.uint8)
        """Frames since a cell turned, in a turn not counted yet; `_LONG` at most."""
        self.counted: Grid = np.zeros(both, dtype=np.uint8)
        """Whether the last turn of a cell that counted was this way."""
        self.recent = np.zeros((max(1, math.ceil(frame_rate)), rows, columns), dtype=np.uint8)
        """Turns that counted, for each frame of the last second in turn."""
        self._total = np.zeros((rows, columns), dtype=np.uint8)
        together = min(_LONG, math.ceil(_SAME_TURN_S * frame_rate))
        self._together: Grid = np.full(both, together, dtype=np.uint8)
        self._least_bar: Grid = self.bar.copy()
        self._one: Grid = np.ones(both, dtype=np.uint8)
        self._both, self._cells, self._others, self._turns = np.zeros((4, *both), dtype=np.uint8)
        self._brightest: Grid = np.full((rows, columns), _BRIGHTEST, dtype=np.uint8)
        self._rows = rows

    def begin(self, grid: Grid) -> None:
        """Take the first picture."""
        self._watch(grid)
        self.lowest[:] = self._both

    def is_too_many(self, grid: Grid, frame: int) -> bool:
        """Say whether `grid` would turn a cell once more than it may in a second."""
        if self.most(frame) < MOST_TURNS or not self._turning(grid):
            return False
        turns = self._counting()
        if turns is None:
            return False
        either = turns[: self._rows] | turns[self._rows :]
        return bool(either[self._total >= MOST_TURNS].any())

    def most(self, frame: int) -> int:
        """Give the turns, within the second that ends at `frame`, of the cell that has most."""
        return int(self._spent(frame).max())

    def would_count(self, grid: Grid) -> bool:
        """Say whether any turn would count if `grid` came next."""
        return self._turning(grid) and self._counting() is not None

    def advance(self, grid: Grid, frame: int) -> None:
        """Take the next picture."""
        self._spent(frame)
        turning = self._turning(grid)
        cv2.min(self.lowest, self._both, dst=self.lowest)
        if turning:
            self._turn()
            turns = self._counting()
            if turns is not None:
                self._count(turns, frame)
        cv2.add(self.age, self._one, dst=self.age)

    def recount(self) -> None:
        """Sum the last second anew, after its turns were set from outside."""
        self._total = self.recent.sum(axis=0, dtype=np.uint8)

    def _spent(self, frame: int) -> Grid:
        """Give the turns of every cell within the second that ends at `frame`."""
        oldest = self.recent[frame % len(self.recent)]
        if cv2.countNonZero(oldest):
            self._total -= oldest
            oldest[:] = 0
        return self._total

    def _watch(self, grid: Grid) -> None:
        """Put a grid beside itself turned over; where all is bright, changes count for nothing."""
        above, below = self._both[: self._rows], self._both[self._rows :]
        cv2.min(grid, self._brightest, dst=above)
        cv2.bitwise_not(above, dst=below)

    def _turning(self, grid: Grid) -> bool:
        """Find which cells would turn if `grid` came next; say if any would."""
        self._watch(grid)
        cv2.subtract(self._both, self.lowest, dst=self._cells)
        cv2.compare(self._cells, self.bar, cv2.CMP_GT, dst=self._cells)
        return cv2.countNonZero(self._cells) > 0

    def _turn(self) -> None:
        """Turn the cells that were found."""
        cells, others = self._cells, self._swapped(self._cells, self._others)
        cv2.bitwise_or(self.bar, cells, dst=self.bar)
        cv2.subtract(self.bar, others, dst=self.bar)
        cv2.max(self.bar, self._least_bar, dst=self.bar)
        cv2.bitwise_or(cells, others, dst=others)
        cv2.bitwise_and(self._both, others, dst=others)
        cv2.max(self.lowest, others, dst=self.lowest)
        cv2.subtract(self.age, cells, dst=self.age)

    def _counting(self) -> Grid | None:
        """Say which turns would count, with those just before; None if too few for any."""
        turns = self._turns
        cv2.compare(self.age, self._together, cv2.CMP_LT, dst=turns)
        cv2.bitwise_or(turns, self._cells, dst=turns)
        cv2.subtract(turns, self.counted, dst=turns)
        ways = turns[: self._rows], turns[self._rows :]
        enough = [cv2.countNonZero(way) >= LEAST_AREA * way.size for way in ways]
        if not any(enough):
            return None
        for way, is_enough in zip(ways, enough, strict=True):
            way *= is_enough
        return turns

    def _count(self, turns: Grid, frame: int) -> None:
        """Count turns, each once."""
        cv2.bitwise_or(self.age, turns, dst=self.age)
        cv2.subtract(self.counted, self._swapped(turns, self._others), dst=self.counted)
        cv2.bitwise_or(self.counted, turns, dst=self.counted)
        now = (turns[: self._rows] & 1) + (turns[self._rows :] & 1)
        self.recent[frame % len(self.recent)] = now
        self._total += now

    def _swapped(self, cells: Grid, out: Grid) -> Grid:
        """Give what a mask says of the other way."""
        out[: self._rows], out[self._rows :] = cells[self._rows :], cells[: self._rows]
        return out


class FlashLimiter:
    """Lets pictures through, with less contrast while they would flash too often.

    Luma is drawn towards its own slow mean, so that lines and colours are seen moving where
    they move, at once. Only where even that would be a turn too many is the picture mixed
    with the last.
    """

    def __init__(self, frame_rate: float) -> None:
        self._turns = Turns(frame_rate)
        self._frame = 0
        self._contrast = 1.0
        self._recovery = 2 ** (1 / (_RECOVERY_S * frame_rate))
        self._newness = 1 - math.exp(-1 / (_MEAN_S * frame_rate))
        self._mean = 0.0  # luma of the last seconds
        self._before: Grid = np.zeros(_SAMPLES[::-1], dtype=np.uint8)
        """A sample of the last picture as it came."""
        self._shown: NDArray[np.uint8] | None = None
        self._grid: Grid | None = None

    def limit(self, picture: Yuv) -> Yuv:
        """Give `picture`, or what of it may be shown now."""
        sample = _sampled(picture)
        grid = _light(sample)
        mean = cv2.mean(sample)[0]
        if self._shown is None or self._grid is None:
            self._mean = mean
            self._turns.begin(grid)
        else:
            self._mean += self._newness * (mean - self._mean)
            self._contrast = self._chosen(sample, grid)
            if self._contrast < 1:
                picture = self._calmed(picture)
                grid = luminance_grid(picture)
            if self._turns.is_too_many(grid, self._frame):
                share = self._allowed(grid)
                mixed = cv2.addWeighted(self._shown, 1 - share, picture.planes, share, 0)
                picture = Yuv(np.asarray(mixed))
                grid = luminance_grid(picture)
            self._turns.advance(grid, self._frame)
        self._before, self._shown, self._grid = sample, picture.planes, grid
        self._frame += 1
        return picture

    def _chosen(self, sample: Grid, grid: Grid) -> float:
        """Choose how much contrast the next picture keeps.

        While no place has turned often, contrast comes back, as long as that alone is no turn;
        else it is the most that makes no place turn that counts, or, where the step there must
        be such a turn, the most at which this picture and the last would not differ so much.
        """
        pressure = self._turns.most(self._frame)
        more = min(1.0, self._contrast * self._recovery)
        if pressure < _PRESSED and (more == 1 or pressure < _EASY):
            return more
        if more == 1 and not self._turns.would_count(grid):
            return more
        if not self._turns.would_count(_light(self._towards_mean(sample, more))):
            return more
        if pressure < _PRESSED:
            return self._contrast
        ladder = [max(_LEAST_CONTRAST, more * step) for step in _STEPS]
        for contrast in ladder:
            if not self._turns.would_count(_light(self._towards_mean(sample, contrast))):
                return contrast
        for contrast in ladder:
            here = _light(self._towards_mean(sample, contrast))
            if self._turns.is_too_many(here, self._frame):
                continue
            before = _light(self._towards_mean(self._before, contrast))
            if _is_alike(here, before):
                return contrast
        return ladder[-1]

    def _calmed(self, picture: Yuv) -> Yuv:
        """Give a picture with the contrast chosen."""
        luma, planes = picture.luma, np.empty_like(picture.planes)
        planes[: len(luma)] = self._towards_mean(luma, self._contrast)
        planes[len(luma) :] = picture.planes[len(luma) :]
        return Yuv(planes)

    def _towards_mean(self, luma: Grid, contrast: float) -> Grid:
        """Give luma with less contrast."""
        level = self._mean * (1 - contrast)
        return np.asarray(cv2.convertScaleAbs(luma, alpha=contrast, beta=level), dtype=np.uint8)

    def _allowed(self, grid: Grid) -> float:
        """Give the largest share of the new picture that may be mixed in."""
        assert self._grid is not None
        for share in _SHARES:
            mixed = cv2.addWeighted(self._grid, 1 - share, grid, share, 0)
            if not self._turns.is_too_many(np.asarray(mixed, dtype=np.uint8), self._frame):
                return share
        return 0.0

    def state(self) -> dict[str, NDArray[Any]]:
        """Give what is needed to go on."""
        state: dict[str, NDArray[Any]] = {
            "flash_lowest": self._turns.lowest.copy(),
            "flash_bar": self._turns.bar.copy(),
            "flash_age": self._turns.age.copy(),
            "flash_counted": self._turns.counted.copy(),
            "flash_recent": self._turns.recent.copy(),
            "flash_frame": np.array(self._frame),
            "flash_contrast": np.array(self._contrast),
            "flash_mean": np.array(self._mean),
            "flash_before": self._before.copy(),
        }
        if self._shown is not None and self._grid is not None:
            state |= {"flash_shown": self._shown.copy(), "flash_grid": self._grid.copy()}
        return state

    def resume(self, state: Any) -> None:
        """Go on from what `state` gave."""
        self._turns.lowest = np.array(state["flash_lowest"])
        self._turns.bar = np.array(state["flash_bar"])
        self._turns.age = np.array(state["flash_age"])
        self._turns.counted = np.array(state["flash_counted"])
        self._turns.recent = np.array(state["flash_recent"])
        self._turns.recount()
        self._frame = int(state["flash_frame"])
        self._contrast = float(state["flash_contrast"])
        self._mean = float(state["flash_mean"])
        self._before = np.array(state["flash_before"])
        if "flash_shown" in state:
            self._shown = np.array(state["flash_shown"])
            self._grid = np.array(state["flash_grid"])


def _is_alike(one: Grid, other: Grid) -> bool:
    """Whether too little of the picture differs, even by much less than a turn takes."""
    most = LEAST_AREA * one.size
    ways = cv2.subtract(one, other), cv2.subtract(other, one)
    return all(np.count_nonzero(np.asarray(way) >= _ALIKE) < most for way in ways)
