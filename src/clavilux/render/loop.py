"""Loop: a film whose end joins its beginning, for those who play pictures round and round.

The curves are taken to come round again: before the first frame, the matter runs through
the film's last two seconds unseen. Towards the end those same two seconds are drawn once
more from the same start, and the film's matter passes over into them; the last frame is
thus the one that came just before the first. Heights are mixed, not pictures, so that
what is seen passing over is matter and no double exposure.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clavilux.core.values import Curves, Size, Yuv
from clavilux.render import State
from clavilux.render.procedural import ProceduralRenderer, ProceduralRun, mixed

FADE_S = 2.0
"""Seconds in which the end passes over into the beginning."""
_TURNING = {"hue": 360.0}
"""Parameters that come round after so much."""
_LEVELLED = ("hue", "palette", "height")
"""Parameters without a place of rest: the end has to be led back to where they began."""


class LoopRenderer:
    """Draws films of a procedural renderer so that their ends join."""

    def __init__(self, inner: ProceduralRenderer) -> None:
        self.inner = inner

    def start(
        self,
        curves: Curves,
        size: Size,
        seed: int,
        *,
        first_frame: int = 0,
        state: State | None = None,
    ) -> "LoopRun":
        """Begin a film at `first_frame`; see `clavilux.render.Renderer`."""
        return LoopRun(self.inner, curves, size, seed, first_frame, state)

    def render(self, curves: Curves, size: Size, seed: int) -> Iterator[Yuv]:
        """Give one picture per video frame of `curves`, in order of time."""
        return iter(self.start(curves, size, seed))


class LoopRun:
    """A film being drawn that will join its own beginning."""

    def __init__(
        self,
        inner: ProceduralRenderer,
        curves: Curves,
        size: Size,
        seed: int,
        first_frame: int,
        state: State | None,
    ) -> None:
        self._n = curves.n_frames
        self._fade = min(self._n, max(1, round(FADE_S * curves.frame_rate)))
        self._frame = first_frame
        self._round = come_round(curves, self._fade)
        self._again: ProceduralRun | None = None

        def begin(at: int, of: State | None) -> ProceduralRun:
            return inner.start(self._round, size, seed, first_frame=at, state=of)

        self._begin = begin
        if state is None:
            self._run = begin(0, None)
            for _ in range(self._fade):  # run in, unseen, but for the limiter of flashes
                next(self._run)
            return
        self._run = begin(self._fade + first_frame, _part(state, "run_"))
        done = first_frame - (self._n - self._fade)
        if done > 0:
            self._again = begin(done, _part(state, "again_"))

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
        drive = self._run.advance().drive
        self._again = self._again or self._begin(0, None)
        self._again.advance()
        assert self._run.heights is not None
        assert self._again.heights is not None
        heights = mixed(self._run.heights, self._again.heights, share)
        picture = self._run.paint(drive, heights)
        if self._again.guest is not None:
            self._again.guest.over(picture, drive.light, drive.contrast, share)
        return self._run.limited(picture)

    def state(self) -> dict[str, NDArray[Any]]:
        """Give what is needed to go on after the last picture, exactly."""
        state = {f"run_{name}": array for name, array in self._run.state().items()}
        if self._again is not None:
            state |= {f"again_{name}": array for name, array in self._again.state().items()}
        return state


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


def _part(state: State, prefix: str) -> State:
    return {name.removeprefix(prefix): a for name, a in state.items() if name.startswith(prefix)}
