"""A procedural film being drawn: every picture is made from the last.

The camera's movement warps it, and as much new matter as `strength` lets in flows into
it. What is warped and mixed is the matter's height field, not its colours: colours and
light are made anew from it for every frame, so that lines stay thin however long the
feedback runs. The new matter is seen by a camera that has made the same movements, so it
lies where the warped picture lies, fills the borders that a movement uncovers and brings
detail back at the rate at which zooming takes it away.

A dip in strength also moves the matter's own clock on, by its third power: a kick
finds other matter there, idle flow does not.

Conventions
-----------
- Curves are per frame, as in `clavilux.core.parameters`.
- One thread: OpenCV's own threads would change nothing but the load.
"""

from collections.abc import Callable, Iterator
from itertools import takewhile
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from clavilux.core.values import Curves, Yuv
from clavilux.matter.field import View
from clavilux.matter.light import Tone
from clavilux.matter.look import Fields, Matter, Shown
from clavilux.matter.tables import Tint
from clavilux.render.camera_path import KICKED, CameraPath, CameraState, PathStep
from clavilux.render.feedback import Feedback
from clavilux.render.flash import FlashLimiter, Shares, by_pixel
from clavilux.render.frame_parameters import FrameParameters, Step, steps
from clavilux.render.init_image import InitImage
from clavilux.render.parts import Part, State, resume, state_of
from clavilux.render.words import Colours

SETTLING, SETTLES_S = 0.82, 0.5
"""Strength at most, and for how many seconds, while another place comes in, for looks whose
patches would shine through each other."""
_CHUNK = 256  # frames whose movements are computed at once
_AHEAD = 32  # frames whose waves are computed at once


class ProceduralRun:
    """A film being drawn."""

    def __init__(
        self,
        matter: Matter,
        curves: Curves,
        first_frame: int,
        *,
        limiter: FlashLimiter | None = None,
        colours: Colours | None = None,
        init_image: InitImage | None = None,
    ) -> None:
        cv2.setNumThreads(1)
        self._matter = matter
        self._curves = curves
        self._frame = first_frame
        self._parts: dict[str, Part | None] = {"limiter": limiter, "init_image": init_image}
        self._limiter, self._colours, self.init_image = limiter, colours, init_image
        self._steps: list[Step] = []
        self._moments: list[PathStep] = []
        self.heights: Fields | None = None
        """The matter of the frame reached."""
        self._shown_before: Fields | None = None
        self._slow: Fields | None = None
        self._seconds = 1 / float(curves.frame_rate)
        self._course = CameraPath(matter.look, matter.seed, self._seconds)
        self._feedback = Feedback(
            matter.coarse, float(curves.frame_rate), matter.seed, matter.look.renewal
        )
        self._place = CameraState()
        self._settling = 0  # frames in which a new place still comes in faster

    def __iter__(self) -> Iterator[Yuv]:
        return self

    def __next__(self) -> Yuv:
        parameters = self.advance().parameters
        picture = self.limited(
            self.paint(parameters), lambda shares: self.slowed(parameters, shares)
        )
        self.shown()
        return picture

    def shown(self) -> None:
        """Keep the matter of the picture that was shown, for the next to be slowed from it."""
        self._shown_before = self._slow or self.heights
        self._slow = None

    def advance(self) -> Step:
        """Bring the matter to the next frame, without drawing it; return what it asked for.

        Raises:
            StopIteration: There is no further frame.
        """
        if self._frame >= self._curves.n_frames:
            raise StopIteration
        step = self._move()
        parameters = step.parameters
        place = self._place
        fresh = self._matter.fields(place.view, place.scene, parameters.detail)
        if parameters.noise > 0:
            self._matter.roughen(fresh, parameters.noise, self._frame)
        if self.init_image is not None:
            self.init_image.flow_into(fresh)
        self.heights = fresh if self.heights is None else self._fed_back(fresh, step)
        self._frame += 1
        return step

    def paint(self, parameters: FrameParameters, heights: Fields | None = None) -> Yuv:
        """Draw the frame reached; of other `heights`, if some are given."""
        if self._colours is not None:
            self._matter.colourist = self._colours.at(self._frame - 1)
        shown = heights if heights is not None else self.heights
        assert shown is not None, "advance comes before paint"
        picture = self._matter.paint(shown, _shown(parameters))
        if self.init_image is not None:
            self.init_image.over(picture, parameters.light, parameters.contrast)
        return picture

    def limited(self, picture: Yuv, slower: Callable[[Shares], Yuv] | None = None) -> Yuv:
        """Return a picture, or what of it may be shown without flashing too often."""
        return picture if self._limiter is None else self._limiter.limit(picture, slower)

    def slowed(self, parameters: FrameParameters, shares: Shares) -> Yuv:
        """Draw only shares of what is new since the last picture: lines move, none is doubled."""
        assert self.heights is not None
        self._slow = _partly(self._shown_before or self.heights, self.heights, shares)
        return self.paint(parameters, self._slow)

    def state(self) -> dict[str, NDArray[Any]]:
        """Return what is needed to go on after the last picture, exactly."""
        place, view = self._place, self._place.view
        state: dict[str, NDArray[Any]] = {
            "view": np.array([view.cosine, view.sine, view.x, view.y, view.phase]),
            "scene": np.array([place.scene, place.anchors, self._settling], dtype=np.int64),
        }
        for i, field in enumerate(self.heights or ()):
            state[f"field_{i}"] = field.copy()
        for i, field in enumerate(self._shown_before or ()):
            state[f"before_{i}"] = field.copy()
        return state | state_of(self._parts)

    def resume(self, state: State) -> None:
        """Go on from what `state` gave."""
        scene, anchors, self._settling = (int(value) for value in state["scene"])
        self._place = CameraState(View(*(float(value) for value in state["view"])), scene, anchors)
        self.heights = _fields(state, "field_")
        self._shown_before = _fields(state, "before_")
        resume(self._parts, state)

    def _fed_back(self, fresh: Fields, step: Step) -> Fields:
        """Warp the last fields by the camera and let the fresh ones in."""
        assert self.heights is not None
        strength = min(step.parameters.strength, self._matter.look.longest)
        if strength < KICKED:
            self._settling = 0  # a kick brings the new place by itself
        if self._settling > 0:
            strength, self._settling = min(strength, SETTLING), self._settling - 1
        return self._feedback.mix(self.heights, fresh, step.homography, strength)

    def _move(self) -> Step:
        """Take the camera and the matter's clock to this frame; return what it asks for."""
        if not self._moments:
            self._look_ahead()
        moment = self._moments.pop()
        if self.init_image is not None and self.heights is not None:
            self.init_image.move(moment.step.homography)
            if moment.new_scene:
                self.init_image.return_()
        if moment.anchored and self._matter.look.patchy:
            self._settling = round(SETTLES_S / self._seconds)
        self._place = moment.place
        return moment.step

    def _look_ahead(self) -> None:
        """Prepare some frames, as far as they show one scene."""
        if not self._steps:
            last = min(self._frame + _CHUNK, self._curves.n_frames)
            self._steps = steps(self._curves, self._matter.coarse, self._frame, last)[::-1]
        near = self._steps[-_AHEAD:]
        scene = int(near[-1].parameters.scene)
        alike = list(takewhile(lambda step: int(step.parameters.scene) == scene, reversed(near)))
        del self._steps[-len(alike) :]
        moments = list(self._course.moments(alike, self._place))
        self._matter.foresee([moment.place.view for moment in moments], scene)
        self._moments = moments[::-1]


def mixed(ours: Fields, theirs: Fields, share: float) -> Fields:
    """Pass from `ours` over to `theirs`, by `share` from 0 to 1."""
    return tuple(
        np.asarray(cv2.addWeighted(one, 1 - share, other, share, 0), dtype=np.uint16)
        for one, other in zip(ours, theirs, strict=True)
    )


def _partly(before: Fields, now: Fields, shares: Shares) -> Fields:
    """Pass from `before` over to `now` as far as `shares` say, place by place."""
    height, width = now[0].shape
    wide = by_pixel(shares, (width, height))
    found = []
    for one, other in zip(before, now, strict=True):
        change = cv2.subtract(other, one, dtype=cv2.CV_32F)
        cv2.multiply(change, wide, dst=change)
        found.append(np.asarray(cv2.add(one, change, dtype=cv2.CV_16U), dtype=np.uint16))
    return tuple(found)


def _fields(state: State, prefix: str) -> Fields | None:
    names = sorted(name for name in state if name.startswith(prefix))
    return tuple(np.array(state[name]) for name in names) or None


def _shown(parameters: FrameParameters) -> Shown:
    return Shown(
        Tint(parameters.hue, parameters.chroma, parameters.palette, parameters.detail),
        Tone(parameters.light, parameters.contrast, parameters.glow, parameters.detail),
    )
