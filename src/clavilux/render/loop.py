"""Loop: a film whose end joins its beginning, for those who play pictures round and round.

The curves are taken to come round again: before the first frame, the matter runs through
the film's last two seconds unseen. Towards the end those same two seconds are drawn once
more from the same start, and the film's matter passes over into them; the last frame is
thus the one that came just before the first. Heights are mixed, not pictures, so that
what is seen passing over is matter and no double exposure.
"""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clavilux.core.values import Curves, Yuv
from clavilux.render.parts import State, part_of, state_of
from clavilux.render.request import Request
from clavilux.render.run import ProceduralRun, mixed

FADE_S = 2.0
"""Seconds in which the end passes over into the beginning."""
_TURNING = {"hue": 360.0}
"""Parameters that come round after so much."""
_LEVELLED = ("hue", "palette", "height")
"""Parameters without a place of rest: the end has to be led back to where they began."""


Begin = Callable[[Request, Curves, int, State | None], ProceduralRun]
"""Starts a run that ends where its curves end, at a frame, from a state."""


class LoopRun:
    """A film being drawn that will join its own beginning."""

    def __init__(
        self, begin: Begin, request: Request, first_frame: int, state: State | None
    ) -> None:
        self._n = request.curves.n_frames
        self._fade = min(self._n, max(1, round(FADE_S * request.curves.frame_rate)))
        self._frame = first_frame
        curves = come_round(request.curves, self._fade)
        self._again: ProceduralRun | None = None

        def begin_at(frame: int, state: State | None) -> ProceduralRun:
            return begin(request, curves, frame, state)

        self._begin_at = begin_at
        if state is None:
            self._run = begin_at(0, None)
            for _ in range(self._fade):  # run in, unseen, but for the limiter of flashes
                next(self._run)
            return
        self._run = begin_at(self._fade + first_frame, part_of(state, "run"))
        done = first_frame - (self._n - self._fade)
        if done > 0:
            self._again = begin_at(done, part_of(state, "again"))

    def __iter__(self) -> Iterator[Yuv]:
        return self

    def __next__(self) -> Yuv:
        if self._frame >= self._n:
            raise StopIteration
        done = self._frame - (self._n - self._fade) + 1
        self._frame += 1
        return next(self._run) if done <= 0 else self._passing_over(done / self._fade)

    def _passing_over(self, share: float) -> Yuv:
        """Draw the next frame, `share` of the way towards the beginning."""
        share = share * share * (3 - 2 * share)
        parameters = self._run.advance().parameters
        self._again = self._again or self._begin_at(0, None)
        self._again.advance()
        assert self._run.heights is not None
        assert self._again.heights is not None
        heights = mixed(self._run.heights, self._again.heights, share)
        picture = self._run.paint(parameters, heights)
        if self._again.init_image is not None:
            self._again.init_image.over(picture, parameters.light, parameters.contrast, share)
        return self._run.limited(picture)

    def state(self) -> dict[str, NDArray[Any]]:
        """Return what is needed to go on after the last picture, exactly."""
        return state_of({"run": self._run, "again": self._again})


def come_round(curves: Curves, lead: int) -> Curves:
    """Put the last `lead` frames of curves before the first, their ends led back to it."""
    n = curves.n_frames
    back = np.linspace(0, 1, lead)
    back = back * back * (3 - 2 * back)
    values = {}
    for name, column in curves.values.items():
        column = column.copy()
        if name in _LEVELLED and n:
            away = column[0] - column[-1]
            if name in _TURNING:
                away = (away + _TURNING[name] / 2) % _TURNING[name] - _TURNING[name] / 2
            column[n - lead :] += back * away
        values[name] = np.concatenate([column[n - lead :], column])
    before = [words for frame, words in curves.prompts if frame <= n - lead][-1:]
    prompts = [(0, words) for words in before]
    prompts += [(f - (n - lead), words) for f, words in curves.prompts if f > n - lead]
    prompts += [(f + lead, words) for f, words in curves.prompts]
    return Curves(curves.frame_rate, values, tuple(prompts))
