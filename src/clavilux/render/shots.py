"""Shots: a procedural film that follows a plan, each shot a film of its own.

A shot begins with nothing of the one before: other matter, perhaps another look, its own
words and colours from the first frame on. It cuts, or comes in over the last frames of the
shot before, which moves with the same curves meanwhile. What lasts is the limit of flashes,
which counts through cuts.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from clavilux.core.values import Curves, Yuv
from clavilux.matter import palettes
from clavilux.matter.palettes import Palette
from clavilux.render.flash import FlashLimiter, Shares
from clavilux.render.frame_parameters import FrameParameters
from clavilux.render.parts import State, part_of, resume, state_of
from clavilux.render.request import Request
from clavilux.render.run import ProceduralRun

Begin = Callable[[Request, int, State | None, float], ProceduralRun]
"""Starts the film of a request at a frame, from a state, its hues turned by some degrees. It
limits no flashes."""

TURNS = (0.0, 26.0, -26.0, 13.0, -13.0)
"""Degrees by which hues of a look's own palette are turned in its variations: clearly another
picture of the same look. Beside `render.hues.OWN_RANGE`, by eye on all looks."""
SOFT = 0.4
"""Width of the edge by which one shot spreads into another, as a share of all greys by rank: no
hard line, and little that is seen double. By eye on all looks, from .2, .4, .6 and 1."""
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
        self._come = [max(0, shot.first_frame - shot.blend) for shot in request.plan]
        self._frame = first_frame
        self._runs: dict[int, ProceduralRun] = {}
        """What is drawn of, by the number of the shot: one, or two while one comes in."""
        if state is None:
            return
        resume({"limiter": limiter}, state)
        for shot in np.asarray(state["shots"]).tolist():
            if first_frame < self._end(shot):
                at = first_frame - self._come[shot]
                self._runs[shot] = self._start(shot, at, part_of(state, f"run{shot}"))

    def __iter__(self) -> Iterator[Yuv]:
        return self

    def __next__(self) -> Yuv:
        frame = self._frame
        if frame >= self._request.curves.n_frames:
            raise StopIteration
        shot = bisect_right(self._starts, frame) - 1
        last = bisect_right(self._come, frame) - 1
        self._runs = {
            i: self._runs.get(i) or self._start(i, frame - self._come[i], None)
            for i in range(shot, max(shot, last) + 1)
        }
        self._frame += 1
        coming = self._request.plan[last]
        share = (frame + 1 - self._come[last]) / (coming.blend + 1) if last > shot else 0.0
        drawn = [(run, run.advance().parameters) for run in self._runs.values()]
        picture = blended([run.paint(parameters) for run, parameters in drawn], share)
        if self._limiter is not None:
            picture = self._limiter.limit(picture, lambda shares: _slowed(drawn, shares, share))
        for run in self._runs.values():
            run.shown()
        return picture

    def state(self) -> dict[str, NDArray[Any]]:
        """Return what is needed to go on after the last picture, exactly."""
        parts = {f"run{shot}": run for shot, run in self._runs.items()}
        shots = np.array(list(self._runs), dtype=np.int64)
        return {"shots": shots, **state_of({"limiter": self._limiter, **parts})}

    def _end(self, shot: int) -> int:
        return [*self._starts[1:], self._request.curves.n_frames][shot]

    def _start(self, shot: int, first_frame: int, state: State | None) -> ProceduralRun:
        request, line = self._request, self._request.plan[shot]
        palette, image = request.palette, request.image
        if image is not None and palette is None:
            palette = palettes.from_picture(image)  # its colours hold in every shot
        seed = request.seed + _SEED_STEP * shot if line.seed is None else line.seed
        alone = replace(
            request,
            curves=self._curves(shot),
            seed=seed % _SEEDS,
            look=line.look or request.look,
            palette=None if palette is None else varied(palette, line.variation),
            image=image if shot == 0 else None,
            plan=(),
        )
        turn = 0.0 if palette is not None else turn_of(line.variation, request.seed)
        return self._begin(alone, first_frame, state, turn)

    def _curves(self, shot: int) -> Curves:
        """Return the curves of a shot, with those of the frames in which it comes in.

        Its scene and its words are those of its own first frame by then.
        """
        first, whole = self._starts[shot], self._request.curves
        own = whole.cut(first, self._end(shot))
        lead = first - self._come[shot]
        if not lead:
            return own
        values = dict(whole.cut(first - lead, self._end(shot)).values)
        if "scene" in values:
            held = np.full(lead, own.values["scene"][0])
            values["scene"] = np.concatenate([held, own.values["scene"]])
        prompts = tuple((frame + lead if frame else 0, words) for frame, words in own.prompts)
        return Curves(whole.frame_rate, values, prompts)


def turn_of(variation: int, seed: int) -> float:
    """Return the degrees by which a variation of a look's own palette is turned.

    The seed says in which direction the first of them goes.
    """
    sign = 1.0 if np.random.default_rng([seed, 6]).random() < 0.5 else -1.0
    return sign * TURNS[variation % len(TURNS)]


def varied(palette: Palette, variation: int) -> Palette:
    """Return a variation of a palette that is to be kept: its stops in each other's hues."""
    kept = replace(palette, kept=True)
    for _ in range(variation % len(palette.stops)):
        kept = palettes.companion(kept)
    return replace(kept, kept=palette.kept) if variation else palette


def blended(pictures: Sequence[Yuv], share: float) -> Yuv:
    """Return the first picture, or on the way from it to the second, by `share`.

    The second comes in through the first one's dark places, so that matter is seen to spread
    rather than two pictures to lie over each other.
    """
    if len(pictures) == 1:
        return pictures[0]
    ours, theirs = pictures
    made = Yuv(np.empty_like(ours.planes))
    matte = _matte(ours, share)
    _pass_over(ours.luma, theirs.luma, matte, made.luma)
    half = np.asarray(cv2.resize(matte, ours.chroma[0].shape[::-1]), dtype=np.float32)
    for one, other, out in zip(ours.chroma, theirs.chroma, made.chroma, strict=True):
        _pass_over(one, other, half, out)
    return made


def _pass_over(
    one: NDArray[np.uint8], other: NDArray[np.uint8], shares: Shares, out: NDArray[np.uint8]
) -> None:
    change = cv2.subtract(other, one, dtype=cv2.CV_32F)
    cv2.multiply(change, shares, dst=change)
    out[:] = cv2.add(one, change, dtype=cv2.CV_8U)


def _matte(picture: Yuv, share: float) -> Shares:
    """Return how far each place has passed over, 0 to 1: the darkest first, by rank."""
    ranks = cv2.equalizeHist(cv2.blur(picture.luma, (5, 5)))
    table = np.clip((share * (1 + SOFT) - np.arange(256) / 255) / SOFT, 0, 1)
    table = table * table * (3 - 2 * table)
    return np.asarray(cv2.LUT(ranks, table.astype(np.float32)), dtype=np.float32)


def _slowed(
    drawn: Sequence[tuple[ProceduralRun, FrameParameters]], shares: Shares, share: float
) -> Yuv:
    return blended([run.slowed(parameters, shares) for run, parameters in drawn], share)
