"""Flash: no more than three flashes a second, for viewers whom they would harm.

A flash is a pair of opposing changes of relative luminance by a tenth or more, the darker
side below 0.8, or of saturated red; `render.transitions` counts them in every place. Where
a place would change once more than it may, it is slowed: its matter goes on as far as is no
flash, until the place may change again; then it waits for the next movement to come on
(`render.catch_up`). Its lines stay sharp and its contrast whole, and places that have
changed less go on, so that of music the next hit is seen.
"""

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from clavilux.core.values import Size, Yuv
from clavilux.render import transitions
from clavilux.render.catch_up import CatchUp
from clavilux.render.parts import Part, State, resume, state_of
from clavilux.render.transitions import Grid, Mask, Transitions

Shares = NDArray[np.float32]
"""How much of what is new is shown, 0 to 1, for each cell of the grid."""
FIELD = (341 / 768, 256 / 768)
"""Width and height of a field of ten degrees, in picture heights: WCAG's at a screen's distance."""
LEAST_AREA = 0.2
"""Share of a field from which places are slowed; the standard says 0.25. Chosen with
`transitions.LUMINANCE_CHANGE` by ``benchmarks.sync --only highlife``, the least that holds back
next to none of its hits, and ``benchmarks.answers --part flashes --half build``."""
_TRIES = 3
_AROUND = np.ones((3, 3), np.uint8)


class FlashLimiter:
    """Lets pictures through, or what of them may be shown without flashing too often."""

    def __init__(self, size: Size, frame_rate: float) -> None:
        shape = transitions.grid_size(size)[::-1]
        rows, columns = shape
        self._field = (min(columns, round(rows * FIELD[0])), min(rows, round(rows * FIELD[1])))
        self._second = min(254, round(frame_rate))
        self._passed = np.full(shape, 255, dtype=np.uint8)
        """Frames since a cell was let pass although it changed too often."""
        self._transitions = Transitions(size, frame_rate)
        self._catch_up = CatchUp(shape, frame_rate)
        self._parts: dict[str, Part | None] = {
            "transitions": self._transitions,
            "catch_up": self._catch_up,
        }
        self._shown: NDArray[np.uint8] | None = None

    def limit(self, picture: Yuv, slower: Callable[[Shares], Yuv] | None = None) -> Yuv:
        """Return `picture`, or what of it may be shown now.

        Args:
            picture: What comes next.
            slower: Draws as much of what is new as each cell's share says; where the result
                would still flash, or without it, pictures are mixed.
        """
        grid = transitions.measures(picture)
        over = self._too_many(grid)
        waiting = self._catch_up.waiting(grid)
        self._passed = np.minimum(self._passed, 254) + np.uint8(1)
        slowed = over
        if self._shown is not None and slower is not None and (over.any() or waiting.any()):
            picture = slower(np.where(waiting, 0, np.where(over, self._transitions.room(grid), 1)))
            grid = transitions.measures(picture)
            over = self._too_many(grid)
            slowed = slowed | waiting | over
        if self._shown is not None and over.any():
            picture, grid = self._mixed(picture, grid, over)
        self._catch_up.advance(slowed)
        self._passed[self._transitions.too_many(grid)] = 0
        self._transitions.advance(grid)
        self._shown = picture.planes
        return picture

    def _too_many(self, grid: Grid) -> Mask:
        """Return which cells must be slowed if such a picture came next.

        Few cells that change too often harm nobody: they count with all that have, within the
        last second, in any field of ten degrees around them.
        """
        over = self._transitions.too_many(grid)
        if not over.any():
            return over
        both = (over | (self._passed < self._second)).astype(np.float32)
        crowded = cv2.boxFilter(both, -1, self._field, borderType=cv2.BORDER_REFLECT) >= LEAST_AREA
        near = cv2.dilate(crowded.astype(np.uint8), np.ones(self._field[::-1], np.uint8))
        return over & (near > 0)

    def _mixed(self, picture: Yuv, grid: Grid, over: Mask) -> tuple[Yuv, Grid]:
        """Mix a picture with the last, where it would flash, until it doesn't."""
        assert self._shown is not None
        held = over
        for attempt in range(_TRIES):
            if not over.any():
                return picture, grid
            shares = np.where(held | over, 0, 1).astype(np.float32)
            shares = np.asarray(cv2.erode(shares, _AROUND, iterations=attempt), dtype=np.float32)
            picture = _partly(Yuv(self._shown), picture, shares)
            grid = transitions.measures(picture)
            held, over = held | over, self._too_many(grid)
        if over.any():
            picture = Yuv(self._shown.copy())
            grid = transitions.measures(picture)
        return picture, grid

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


def by_pixel(shares: Shares, size: tuple[int, int]) -> Shares:
    """Return the shares of pixels: a cell's own all over it, passing into others' beside it.

    Args:
        size: Width and height of the picture.
    """
    less = np.asarray(1 - shares, dtype=np.float32)
    most = cv2.resize(cv2.dilate(less, _AROUND), size, interpolation=cv2.INTER_NEAREST)
    found = np.minimum(2 * np.asarray(cv2.resize(less, size)), most)
    return np.asarray(1 - found, dtype=np.float32)


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
        wide = by_pixel(shares, (one.shape[1], one.shape[0]))
        change = cv2.subtract(other, one, dtype=cv2.CV_32F)
        cv2.multiply(change, wide, dst=change)
        out[:] = cv2.add(one, change, dtype=cv2.CV_8U)
    return shown
