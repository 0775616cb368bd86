"""CameraPath: where the matter is looked at, frame by frame.

The camera's movements take the view along; kicks put the matter's own clock forward and
step aside; a new scene, or a flight too near or too far, begins at another place. All of
this follows from the curves alone, so it is known some frames ahead.
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from clavilux.matter.field import TILE_SPAN, View
from clavilux.matter.look import Look
from clavilux.render.frame_parameters import Step

PACE = 0.05
"""How far the matter's clock goes in a second when nothing is played."""
KICK = 1.2
"""How far it goes in one frame (at 24 a second) of strength 0."""
KICKED = 0.65
"""Strength below which a kick is taken to replace what is seen."""
CLOSEST, FARTHEST = 0.6, 1.8
"""Magnifications at which a camera that flies on and on is given new matter."""
RETURN_S = 1.5
"""Seconds in which looks with an up and a down, or a middle, come back to it."""


class CameraState(NamedTuple):
    """Where a film has come to."""

    view: View = View()
    scene: int = -1
    anchors: int = 0
    """How often another place was chosen."""


class PathStep(NamedTuple):
    """One frame of a course."""

    step: Step
    place: CameraState
    new_scene: bool
    anchored: bool
    """Whether another place was chosen for it."""


@dataclass(frozen=True, slots=True)
class CameraPath:
    """The way through one look's matter."""

    look: Look
    seed: int
    seconds: float
    """From one frame to the next."""

    def moments(self, steps: Iterable[Step], place: CameraState) -> Iterator[PathStep]:
        """Go on from `place`."""
        for step in steps:
            new_scene = int(step.parameters.scene) != place.scene
            begin = self._anchored(place, int(step.parameters.scene)) if new_scene else place
            view = self._moved(begin.view, step)
            far = self._is_far(view, step.parameters.strength)
            place = CameraState(view, begin.scene, begin.anchors)
            if far:
                other = self._anchored(place, begin.scene)
                # This frame's movement is seen there, too: hits that coincide with a kick show.
                place = other._replace(view=_followed(other.view, step))
            yield PathStep(step, place, new_scene, new_scene or far)

    def _moved(self, view: View, step: Step) -> View:
        """Take a view, and the matter's clock, one frame on."""
        cosine, sine, x, y, phase = _followed(view, step)
        struck = self.seconds * 24 * KICK * (1 - step.parameters.strength) ** 3
        phase += self.seconds * PACE * step.parameters.flow + struck
        way = 7.3 * phase
        x += self.look.stride * struck * math.cos(way)
        y += self.look.stride * struck * math.sin(way)
        if self.look.upright:
            cosine, sine = _righted(cosine, sine, self.seconds / RETURN_S)
        if self.look.centred:
            stay = 1 - self.seconds / RETURN_S
            return View(cosine, sine, x * stay, y * stay, phase)
        return View(cosine, sine, x % TILE_SPAN, y % TILE_SPAN, phase)

    def _is_far(self, view: View, strength: float) -> bool:
        """Return whether a view has come too near or too far."""
        if self.look.centred:
            return False
        scale = math.hypot(view.cosine, view.sine)
        kicked = strength < KICKED
        return not CLOSEST < scale < FARTHEST or (kicked and not 0.8 < scale < 1.25)

    def _anchored(self, place: CameraState, scene: int) -> CameraState:
        """Look at another place, from the usual distance."""
        rng = np.random.default_rng([self.seed, 3, scene, place.anchors])
        x, y, turn = self.look.anchor(rng)
        view = View(math.cos(turn), math.sin(turn), x, y, place.view.phase)
        return CameraState(view, scene, place.anchors + 1)


def _followed(view: View, step: Step) -> View:
    """Take a view along with the camera; the matter's clock stands."""
    a, b, dx, dy = step.back
    x = view.x + view.cosine * dx - view.sine * dy
    y = view.y + view.sine * dx + view.cosine * dy
    cosine, sine = view.cosine * a - view.sine * b, view.sine * a + view.cosine * b
    return View(cosine, sine, x, y, view.phase)


def _righted(cosine: float, sine: float, share: float) -> tuple[float, float]:
    """Turn a view a share of the way back to upright."""
    turn = math.atan2(sine, cosine) * (1 - share)
    scale = math.hypot(cosine, sine)
    return scale * math.cos(turn), scale * math.sin(turn)
