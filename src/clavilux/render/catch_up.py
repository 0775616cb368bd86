"""CatchUp: places that were slowed come on when the picture moves anyway.

A place that the limit of flashes has slowed is behind what was asked for. If it caught up at
once, the calm frames between hits would change as much as the hits do, and hide them. So in
calm frames it waits, for a fifth of a second at most; with the next movement it goes along.

Conventions
-----------
- Measures are those of `render.transitions`, of the pictures asked for.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from clavilux.render.parts import State
from clavilux.render.transitions import Grid, Mask

WAIT_S = 0.2
"""Longest wait: places that stand still longer are seen to."""
CALM = 0.3
"""Share of the greatest movement of late below which a frame is calm; this and the halving by
``benchmarks.sync --only highlife --looks woodcut``, on a first try."""
HALVING_S = 0.5
"""Seconds in which the greatest movement of late is forgotten by half."""


class CatchUp:
    """Knows which places are behind, and when they may come on."""

    def __init__(self, shape: tuple[int, int], frame_rate: float) -> None:
        self._longest = min(254, round(WAIT_S * frame_rate))
        self._fading = 0.5 ** (1 / (HALVING_S * frame_rate))
        self._behind = np.zeros(shape, dtype=np.uint8)
        """For how many frames each cell has been slowed; 0 where it is not behind."""
        self._asked: Grid | None = None
        self._movement = 0.0

    def waiting(self, grid: Grid) -> Mask:
        """Return which cells wait if a picture with these measures is asked for next."""
        moved = 0.0 if self._asked is None else float(np.abs(grid[0] - self._asked[0]).mean())
        self._asked = grid
        self._movement = max(moved, self._movement * self._fading)
        if moved >= CALM * self._movement:
            return np.zeros(self._behind.shape, dtype=np.bool_)
        return np.asarray((self._behind > 0) & (self._behind <= self._longest), dtype=np.bool_)

    def advance(self, slowed: Mask) -> None:
        """Note which cells were slowed in the picture that was shown."""
        self._behind += self._behind < 255
        self._behind *= slowed

    def state(self) -> dict[str, NDArray[Any]]:
        """Return what is needed to go on."""
        state = {"behind": self._behind.copy(), "movement": np.array(self._movement)}
        return state if self._asked is None else state | {"asked": self._asked.copy()}

    def resume(self, state: State) -> None:
        """Go on from what `state` returned."""
        self._behind, self._movement = np.array(state["behind"]), float(state["movement"])
        self._asked = np.array(state["asked"]) if "asked" in state else None
