"""Habits: how a film's maker lets each drum move the camera, learnt from the film itself.

Nearly all film makers let a drum do the same every time it is struck, only more or less of
it. From the hits that the network hears, what a hit does is learnt; then hits are told anew:
a way back is no hit if every hit has one, and a push within another's swing is one.
"""

import numpy as np
from numpy.typing import NDArray

from clavilux.core.drums import FIVE
from clavilux.watch.drum_hits import DRUMS, Heard, struck_together
from clavilux.watch.drum_scene import Scene, Stroke, told_anew

Array = NDArray[np.float64]
_PATTERNED = 0.45
"""Share of hits struck together from which drumming repeats itself, and habits can't be told."""
_PIECE = 1024
"""Frames that are told at once: memory does not grow with the film."""
_LATE = 0.3
"""Frames by which hits are shown late, where films are asked for instants."""
_BETWEEN, _ON_FRAMES = 0.3, 0.55
"""How alike hits' places within frames are, of those who ask for instants, and of others."""
_SAME = 1.3
"""Frames within which a stroke is one that was heard."""


def retold(
    heard: Heard, motion: NDArray[np.float32], sure: NDArray[np.float32], frame_rate: float
) -> Heard:
    """Tell a film's hits anew by what each drum does in it, unless they keep to a pattern.

    Args:
        heard: What the network says.
        motion: The first columns of motion features, shape (n_frames, N_MOTION).
        sure: How likely each drum is struck, its neighbours counted, shape (n_frames, 5).
        frame_rate: Video frames per second.
    """
    if struck_together(heard.position) >= _PATTERNED:
        return heard
    every = []
    for first in range(0, len(motion), _PIECE):
        last = min(first + _PIECE, len(motion))
        here = (heard.position >= first) & (heard.position < last)
        parts = [heard.of(drum, here) for drum in DRUMS]
        scene = Scene(motion[first:last], sure[first:last, DRUMS], frame_rate)
        told = told_anew(scene, [part.position - first for part in parts])
        anew = [
            part if strokes is None else _matched(part, strokes, first, sure)
            for part, strokes in zip(parts, told, strict=True)
        ]
        kicks = heard.of(FIVE.index("kick"), here)
        every.append(kicks.followed_by(*anew).earlier(_shown_late(told)))
    return every[0].followed_by(*every[1:]).in_order()


def _shown_late(told: list[list[Stroke] | None]) -> float:
    """Guess how much later than they are struck hits are shown, in frames.

    Who asks where things are at an instant shows what begins between two frames in the
    next. Then hits seem to begin anywhere between frames; of who puts them on frames, at
    one place.
    """
    together = n = 0.0
    for strokes in told:
        if strokes:
            turns = np.exp(2j * np.pi * np.array([stroke.position for stroke in strokes]))
            together, n = together + abs(turns.sum()), n + len(strokes)
    alike = together / n if n else 1.0
    return _LATE * float(np.clip((_ON_FRAMES - alike) / (_ON_FRAMES - _BETWEEN), 0, 1))


def _matched(part: Heard, strokes: list[Stroke], first: int, sure: NDArray[np.float32]) -> Heard:
    """Return one drum's strokes as hits: those that were heard are as hard as before."""
    drum = int(part.drum[0])
    places = np.array([stroke.position + first for stroke in strokes])
    frames = [stroke.frame + first for stroke in strokes]
    nearest = [int(np.abs(part.position - place).argmin()) for place in places]
    off = part.position[nearest] - places
    known = np.abs(off) < _SAME
    later = float(np.median(off[known])) if known.any() else 0.0
    likely = np.array([float(sure[max(0, k - 1) : k + 2, drum].max()) for k in frames])
    steady = np.maximum(places + later, 0.0)
    return Heard(
        np.where(known, (part.position[nearest] + steady) / 2, steady),
        np.full(len(places), drum, dtype=np.intp),
        np.where(known, part.force[nearest], np.median(part.force)),
        np.where(known, part.sure[nearest], np.minimum(likely, 1.0)),
    )
