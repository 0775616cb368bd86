"""Shots: a procedural film that follows a plan, each shot a film of its own.

A shot begins with nothing of the one before: other matter, perhaps another look, and its own
words from the first frame on. What lasts is the limit of flashes, which counts through cuts.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clavilux.core.values import Yuv
from clavilux.matter import palettes
from clavilux.render.flash import FlashLimiter
from clavilux.render.parts import State, part_of, state_of
from clavilux.render.request import Request
from clavilux.render.run import ProceduralRun

Begin = Callable[[Request, int, State | None, FlashLimiter | None], ProceduralRun]
"""Starts the film of a request at a frame, from a state, with a limit of flashes."""

_SEED_STEP = 7919
_SEEDS = 1 << 63


class ShotsRun:
    """A film being drawn, shot by shot."""

    def __init__(
        self,
        begin: Begin,
        request: Request,
        limiter: FlashLimiter | None,
        first_frame: int,
        state: State | None,
    ) -> None:
        self._begin, self._request, self._limiter = begin, request, limiter
        self._starts = [shot.first_frame for shot in request.plan]
        self._frame = first_frame
        self._shot = -1
        self._run: ProceduralRun | None = None
        if state is None:
            return
        self._shot = int(state["shot"])
        inner = part_of(state, "run")
        if first_frame < self._end(self._shot):
            self._run = self._start(self._shot, first_frame - self._starts[self._shot], inner)
        elif limiter is not None:  # the next picture begins a shot
            limiter.resume(part_of(inner, "limiter"))

    def __iter__(self) -> Iterator[Yuv]:
        return self

    def __next__(self) -> Yuv:
        if self._frame >= self._request.curves.n_frames:
            raise StopIteration
        shot = bisect_right(self._starts, self._frame) - 1
        if self._run is None or shot != self._shot:
            self._shot, self._run = shot, self._start(shot, 0, None)
        self._frame += 1
        return next(self._run)

    def state(self) -> dict[str, NDArray[Any]]:
        """Return what is needed to go on after the last picture, exactly."""
        return {"shot": np.array(self._shot), **state_of({"run": self._run})}

    def _end(self, shot: int) -> int:
        return [*self._starts[1:], self._request.curves.n_frames][shot]

    def _start(self, shot: int, first_frame: int, state: State | None) -> ProceduralRun:
        request, line = self._request, self._request.plan[shot]
        palette, image = request.palette, request.image
        if image is not None and palette is None:
            palette = palettes.from_picture(image)  # its colours hold in every shot
        alone = replace(
            request,
            curves=request.curves.cut(line.first_frame, self._end(shot)),
            seed=(request.seed + _SEED_STEP * shot) % _SEEDS,
            look=line.look or request.look,
            palette=palette,
            image=image if shot == 0 else None,
            plan=(),
        )
        return self._begin(alone, first_frame, state, self._limiter)
