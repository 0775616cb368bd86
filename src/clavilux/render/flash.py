"""Flash: no more than three flashes a second, for viewers whom they would harm.

A flash is a pair of opposing changes of relative luminance by a tenth or more,
the darker side below 0.8, over a quarter of the picture or more. The limiter
watches a coarse grid of every picture; where one more change would be too many,
it lets the picture arrive more slowly, mixing it with the one shown before.

Conventions
-----------
- Relative luminance is 0 to 1, from video luma by sRGB's curve, colours aside.
- A *turn* is one change of direction over enough of the picture; two are a flash.

Source:
    WCAG 2.2, "three flashes or below threshold". Differs in two ways: margins are
    narrower, and the area is a quarter of the whole picture, however large it is.
"""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from clavilux.core.values import Yuv

LEAST_CHANGE = 0.09
"""Relative luminance that counts as a change; the standard says 0.1."""
LEAST_AREA = 0.15
"""Share of the picture; the standard says 0.25."""
DARKER_BELOW = 0.8
MOST_TURNS = 5
"""Turns allowed within a second: fewer than the six of three flashes."""
_GRID = (64, 36)  # fine enough for stripes that wander: coarser cells average them away
_SHARES = (0.6, 0.4, 0.25, 0.15, 0.08, 0.04, 0.02, 0.0)
_SAME_TURN_S = 0.12  # cells that turn within this time turn together

_LUMINANCE = (np.clip((np.arange(256) - 16) / 219, 0, 1) ** 2.4).astype(np.float32)
"""From video luma; close to sRGB's curve."""

Grid = NDArray[np.float32]
Cells = tuple[NDArray[np.bool_], NDArray[np.bool_]]


def luminance_grid(picture: Yuv) -> Grid:
    """Give the relative luminance of a picture on a coarse grid, shape (rows, columns)."""
    luma = picture.luma
    rows, columns = max(1, luma.shape[0] // 144), max(1, luma.shape[1] // 256)
    linear = _LUMINANCE.take(luma[::rows, ::columns])
    return np.asarray(cv2.resize(linear, _GRID, interpolation=cv2.INTER_AREA))


class Turns:
    """Finds the instants at which enough of the picture changes direction."""

    def __init__(self, frame_rate: float) -> None:
        shape = _GRID[::-1]
        self.extreme = np.zeros(shape, dtype=np.float32)
        """The farthest each cell has gone in its direction."""
        self.direction = np.zeros(shape, dtype=np.float32)
        """1 for cells that last turned up, -1 for those that turned down, 0 before any turn."""
        self.last = np.full((2, *shape), -1e6, dtype=np.float32)
        """The frame in which a cell last turned up, and down."""
        self._together = _SAME_TURN_S * frame_rate

    def begin(self, grid: Grid) -> None:
        """Take the first picture."""
        self.extreme = grid.copy()

    def is_turn(self, grid: Grid, frame: int) -> bool:
        """Say whether `grid` turns so many cells, with those just before, that it counts."""
        cells = self._turning(grid)
        return cells is not None and self._counts(cells, frame)

    def advance(self, grid: Grid, frame: int) -> bool:
        """Take the next picture; say whether it completes a turn."""
        cells = self._turning(grid)
        turned = cells is not None and self._counts(cells, frame)
        np.maximum(self.extreme, grid, out=self.extreme, where=self.direction > 0)
        np.minimum(self.extreme, grid, out=self.extreme, where=self.direction < 0)
        if cells is None:
            return False
        for mask, way, before in zip(cells, (1, -1), self.last, strict=True):
            self.direction[mask] = way
            self.extreme[mask] = grid[mask]
            before[mask] = frame
        if turned:
            self.last[:] = -1e6
        return turned

    def _turning(self, grid: Grid) -> Cells | None:
        """Say which cells would turn up, and which down, if `grid` came next; None if none."""
        change = grid - self.extreme
        if float(change.max()) < LEAST_CHANGE and float(change.min()) > -LEAST_CHANGE:
            return None
        dark = np.minimum(grid, self.extreme) < DARKER_BELOW
        up = (change >= LEAST_CHANGE) & (self.direction <= 0) & dark
        down = (change <= -LEAST_CHANGE) & (self.direction >= 0) & dark
        return (up, down) if up.any() or down.any() else None

    def _counts(self, cells: Cells, frame: int) -> bool:
        """Say whether these cells, with those that turned likewise just before, are enough."""
        shares = [
            np.count_nonzero(now | (frame - before < self._together)) / now.size
            for now, before in zip(cells, self.last, strict=True)
        ]
        return bool(max(shares) >= LEAST_AREA)


class FlashLimiter:
    """Lets pictures through, more slowly where they would flash too often."""

    def __init__(self, frame_rate: float) -> None:
        self._second = frame_rate
        self._turns = Turns(frame_rate)
        self._recent: list[int] = []
        self._frame = 0
        self._shown: NDArray[np.uint8] | None = None
        self._grid: Grid | None = None

    def limit(self, picture: Yuv) -> Yuv:
        """Give `picture`, or as much of it as may be shown now."""
        grid = luminance_grid(picture)
        if self._shown is None or self._grid is None:
            self._turns.begin(grid)
        else:
            self._recent = [at for at in self._recent if self._frame - at < self._second]
            share = self._allowed(grid)
            if share < 1:
                mixed = cv2.addWeighted(self._shown, 1 - share, picture.planes, share, 0)
                picture = Yuv(np.asarray(mixed))
                grid = luminance_grid(picture)
            if self._turns.advance(grid, self._frame):
                self._recent.append(self._frame)
        self._shown, self._grid = picture.planes, grid
        self._frame += 1
        return picture

    def _allowed(self, grid: NDArray[np.float32]) -> float:
        """Give the largest share of the new picture that may be mixed in."""
        if len(self._recent) < MOST_TURNS or not self._turns.is_turn(grid, self._frame):
            return 1.0
        assert self._grid is not None
        for share in _SHARES:
            mixed = self._grid + share * (grid - self._grid)
            if not self._turns.is_turn(mixed, self._frame):
                return share
        return 0.0

    def state(self) -> dict[str, NDArray[Any]]:
        """Give what is needed to go on."""
        state: dict[str, NDArray[Any]] = {
            "flash_extreme": self._turns.extreme.copy(),
            "flash_direction": self._turns.direction.copy(),
            "flash_last": self._turns.last.copy(),
            "flash_recent": np.array(self._recent, dtype=np.int64),
            "flash_frame": np.array(self._frame),
        }
        if self._shown is not None and self._grid is not None:
            state |= {"flash_shown": self._shown.copy(), "flash_grid": self._grid.copy()}
        return state

    def resume(self, state: Any) -> None:
        """Go on from what `state` gave."""
        self._turns.extreme = np.array(state["flash_extreme"])
        self._turns.direction = np.array(state["flash_direction"])
        self._turns.last = np.array(state["flash_last"])
        self._recent = [int(at) for at in state["flash_recent"]]
        self._frame = int(state["flash_frame"])
        if "flash_shown" in state:
            self._shown = np.array(state["flash_shown"])
            self._grid = np.array(state["flash_grid"])
