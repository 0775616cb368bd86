"""Flash: no more than three flashes a second, for viewers whom they would harm.

A flash is a pair of opposing changes of relative luminance by a tenth or more,
the darker side below 0.8, over a quarter of the picture or more; see `render.turns`.
Before one more change would be too many, the limiter holds pictures back. What it
keeps is chosen by what a film is for:

- *hits*: contrast; where matter changes too often it passes more slowly into what comes
  next, in those places only if that is enough. Of music, every hit is still seen. In
  stripes nearly every hit would flash: of their contrast some is taken first
  (`render.contrast`), so that fewer need slowing and what they do can be told.
- *motion*: the place of every line; as much contrast is taken as must be, and only what
  even that doesn't calm is mixed. A camera that jumps is seen to jump.
"""

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from clavilux.core.values import Yuv
from clavilux.render.contrast import MOVING, STRIPED, Contrast
from clavilux.render.parts import Part, State, resume, state_of
from clavilux.render.request import Keep
from clavilux.render.turns import Grid, Shares, Turns, light_of, luminance_grid, sampled

_LEAST_CHANGE = {"hits": 0.095, "motion": 0.1}
"""What counts as a change. Hits pass as they are until they can't: coding may add to those."""

_SLOWED = ((0.25, 1.0), (0.0, 1.0), (0.0, 0.3), (0.0, 0.0))
"""Shares of what is new in places that may not turn once more, and in others, in order."""
_SHARES = (0.6, 0.4, 0.25, 0.15, 0.08, 0.04, 0.02, 0.0)


class FlashLimiter:
    """Lets pictures through, or what of them may be shown without flashing too often."""

    def __init__(self, frame_rate: float, keep: Keep = "hits", *, striped: bool = False) -> None:
        """Begin a film.

        Args:
            frame_rate: Pictures a second.
            keep: What stays as it is.
            striped: Whether the film is of dark and light stripes.
        """
        self._turns = Turns(frame_rate, _LEAST_CHANGE[keep])
        self._contrast: Contrast | None = None
        if keep == "motion" or striped:
            self._contrast = Contrast(frame_rate, MOVING if keep == "motion" else STRIPED)
        self._parts: dict[str, Part | None] = {"turns": self._turns, "contrast": self._contrast}
        self._may_slow = keep == "hits"
        self._frame = 0
        self._shown: NDArray[np.uint8] | None = None
        self._grid: Grid | None = None

    def limit(self, picture: Yuv, slower: Callable[[Shares], Yuv] | None = None) -> Yuv:
        """Give `picture`, or what of it may be shown now.

        Args:
            picture: What comes next.
            slower: Draws as much of what is new as each cell's share says, to keep hits;
                where the result would still flash, or without it, pictures are mixed.
        """
        sample = sampled(picture)
        if self._contrast is not None:
            self._contrast.choose(sample, self._turns, self._frame)
        calmed = self._calmed(picture)
        grid = light_of(sample) if calmed is picture else luminance_grid(calmed)
        picture = calmed
        if self._shown is None or self._grid is None:
            self._turns.begin(grid)
        else:
            too_many = self._turns.is_too_many(grid, self._frame)
            if too_many and slower is not None and self._may_slow:
                picture, grid = self._slowed(slower)
                too_many = self._turns.is_too_many(grid, self._frame)
            if too_many:
                share = self._allowed(grid)
                mixed = cv2.addWeighted(self._shown, 1 - share, picture.planes, share, 0)
                picture = Yuv(np.asarray(mixed))
                grid = luminance_grid(picture)
            self._turns.advance(grid, self._frame)
        self._shown, self._grid = picture.planes, grid
        self._frame += 1
        return picture

    def _calmed(self, picture: Yuv) -> Yuv:
        return picture if self._contrast is None else self._contrast.calmed(picture)

    def _slowed(self, slower: Callable[[Shares], Yuv]) -> tuple[Yuv, Grid]:
        """Draw less and less of what is new until it does not flash: first only in the places
        that have turned often, then everywhere."""
        spent = self._turns.spent_softly()
        for there, elsewhere in _SLOWED:
            picture = self._calmed(slower(elsewhere + (there - elsewhere) * spent))
            grid = luminance_grid(picture)
            if not self._turns.is_too_many(grid, self._frame):
                break
        return picture, grid

    def _allowed(self, grid: Grid) -> float:
        """Give the largest share of the new picture that may be mixed in."""
        assert self._grid is not None
        for share in _SHARES:
            mixed = cv2.addWeighted(self._grid, 1 - share, grid, share, 0)
            if not self._turns.is_too_many(np.asarray(mixed, dtype=np.uint8), self._frame):
                return share
        return 0.0

    def state(self) -> dict[str, NDArray[Any]]:
        """Return what is needed to go on."""
        state = {"frame": np.array(self._frame)}
        if self._shown is not None and self._grid is not None:
            state |= {"shown": self._shown.copy(), "grid": self._grid.copy()}
        return state | state_of(self._parts)

    def resume(self, state: State) -> None:
        """Go on from what `state` returned."""
        self._frame = int(state["frame"])
        if "shown" in state:
            self._shown = np.array(state["shown"])
            self._grid = np.array(state["grid"])
        resume(self._parts, state)
