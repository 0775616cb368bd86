"""Flash: no more than three flashes a second, for viewers whom they would harm.

A flash is a pair of opposing changes of relative luminance by a tenth or more, the darker
side below 0.8, or of saturated red; `render.transitions` counts them in every place. Where
a place would change once more than it may, it is slowed: its matter stays as it was shown
until the place may change again. Its lines stay sharp and its contrast whole, and places
that have changed less go on, so that of music the next hit is seen there.
"""

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from clavilux.core.values import Size, Yuv
from clavilux.render import transitions
from clavilux.render.parts import State, resume, state_of
from clavilux.render.transitions import Grid, Mask, Transitions

Shares = NDArray[np.float32]
"""How much of what is new is shown, 0 to 1, for each cell of the grid."""
FIELD = (341 / 768, 256 / 768)
"""Width and height of a field of ten degrees, in picture heights: WCAG's at a screen's distance."""
LEAST_AREA = 0.08
"""Share of a field; the standard says 0.25."""
_SLOWED = (0.3, 0.0)
"""Shares of what is new that places which changed too often are given, in order."""
_TRIES = 3


class FlashLimiter:
    """Lets pictures through, or what of them may be shown without flashing too often."""

    def __init__(self, size: Size, frame_rate: float) -> None:
        shape = transitions.grid_size(size)[::-1]
        rows, columns = shape
        self._field = (min(columns, round(rows * FIELD[0])), min(rows, round(rows * FIELD[1])))
        self._second = min(254, round(frame_rate))
        self._passed = np.full(shape, 255, dtype=np.uint8)
        """Frames since a cell was let pass although it changed too often."""
        self._light = Transitions(
            shape,
            frame_rate,
            transitions.LUMINANCE_CHANGE,
            most=transitions.BRIGHT + transitions.LUMINANCE_CHANGE - 1,
        )
        self._red = Transitions(
            shape,
            frame_rate,
            transitions.RED_CHANGE,
            least=transitions.RED - transitions.RED_CHANGE + 1,
        )
        self._parts = {"light": self._light, "red": self._red}
        self._shown: NDArray[np.uint8] | None = None

    def limit(self, picture: Yuv, slower: Callable[[Shares], Yuv] | None = None) -> Yuv:
        """Return `picture`, or what of it may be shown now.

        Args:
            picture: What comes next.
            slower: Draws as much of what is new as each cell's share says; where the result
                would still flash, or without it, pictures are mixed.
        """
        grids = transitions.measures(picture)
        over = self._too_many(*grids)
        self._passed = np.minimum(self._passed, 254) + np.uint8(1)
        if self._shown is not None and over.any():
            slowed = over
            for share in _SLOWED if slower is not None else ():
                assert slower is not None
                picture = slower(share + (1 - share) * _without(slowed))
                grids = transitions.measures(picture)
                over = self._too_many(*grids)
                if not over.any():
                    break
                slowed = slowed | over
            picture, grids = self._mixed(picture, grids, over)
            self._passed[self._too_many(*grids, ungated=True)] = 0
        self._light.advance(grids[0])
        self._red.advance(grids[1])
        self._shown = picture.planes
        return picture

    def _too_many(self, light: Grid, red: Grid, *, ungated: bool = False) -> Mask:
        """Return which cells must be slowed if such a picture came next.

        Few cells that change too often harm nobody: they count with all that have, within the
        last second, in any field of ten degrees around them.
        """
        over = self._light.too_many(light) | self._red.too_many(red)
        if ungated or not over.any():
            return over
        both = (over | (self._passed < self._second)).astype(np.float32)
        crowded = cv2.boxFilter(both, -1, self._field, borderType=cv2.BORDER_REFLECT) >= LEAST_AREA
        near = cv2.dilate(crowded.astype(np.uint8), np.ones(self._field[::-1], np.uint8))
        return over & (near > 0)

    def _mixed(
        self, picture: Yuv, grids: tuple[Grid, Grid], over: Mask
    ) -> tuple[Yuv, tuple[Grid, Grid]]:
        """Mix a picture with the last, where it would flash, until it doesn't."""
        assert self._shown is not None
        for _ in range(_TRIES):
            if not over.any():
                return picture, grids
            picture = _partly(Yuv(self._shown), picture, _without(over))
            grids = transitions.measures(picture)
            more = self._too_many(*grids)
            over = over | more if more.any() else more
        if over.any():
            picture = Yuv(self._shown.copy())
            grids = transitions.measures(picture)
        return picture, grids

    def state(self) -> dict[str, NDArray[Any]]:
        """Return what is needed to go on."""
        shown = {"passed": self._passed.copy()}
        if self._shown is not None:
            shown["shown"] = self._shown.copy()
        return shown | state_of(self._parts)

    def resume(self, state: State) -> None:
        """Go on from what `state` returned."""
        self._shown = np.array(state["shown"]) if "shown" in state else None
        self._passed = np.array(state["passed"])
        resume(self._parts, state)


def _without(cells: Mask) -> Shares:
    """Return shares of 0 in some cells, of 1 away from them."""
    wide = cv2.dilate(cells.view(np.uint8), np.ones((3, 3), np.uint8)).astype(np.float32)
    soft = np.maximum(cv2.blur(wide, (5, 5)), cells)
    return np.asarray(1 - soft, dtype=np.float32)


def _partly(before: Yuv, now: Yuv, shares: Shares) -> Yuv:
    """Pass from one picture to another as far as `shares` say, place by place."""
    planes = np.empty_like(now.planes)
    shown = Yuv(planes)
    for one, other, out in zip(
        (before.luma, *before.chroma),
        (now.luma, *now.chroma),
        (shown.luma, *shown.chroma),
        strict=True,
    ):
        wide = cv2.resize(shares, (one.shape[1], one.shape[0]))
        change = cv2.subtract(other, one, dtype=cv2.CV_32F)
        cv2.multiply(change, wide, dst=change)
        out[:] = cv2.add(one, change, dtype=cv2.CV_8U)
    return shown
