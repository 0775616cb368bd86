"""Planned films: curves that follow a plan of shots.

Where a shot begins nothing of the last picture stays, its words hold, and the scene is its
own; every renderer that obeys `strength` and prompts thus cuts on its frame.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from clavilux.core.errors import ArgumentError
from clavilux.core.timeline import FrameClock
from clavilux.core.values import Curves
from clavilux.pipelines.music import Music
from clavilux.pipelines.settings import SeeOptions
from clavilux.render import ShotStart
from clavilux.schedule.shots import ShotPlan

_MOST_OFF = 1
"""Frames by which a plan and its music may differ in length: of rounding."""


def check_plan(plan: ShotPlan, piece: Music, options: SeeOptions) -> None:
    """Raise an error if a plan is not for this music, or for another frame rate.

    Raises:
        ArgumentError: It isn't.
    """
    if options.fps not in (None, plan.frame_rate):
        raise ArgumentError(
            f"{options.plan} is written for {plan.frame_rate} frames a second; leave `fps` out"
        )
    n_frames = FrameClock(plan.frame_rate).n_frames(piece.duration_s)
    if abs(n_frames - plan.n_frames) > _MOST_OFF:
        raise ArgumentError(
            f"`plan` {options.plan} is for {plan.music.name}, {plan.n_frames} frames; "
            f"{piece.path} has {n_frames} at {plan.frame_rate} a second"
        )


def starts_within(plan: ShotPlan, first: int, last: int) -> tuple[ShotStart, ...]:
    """Return the shots seen in frames `first` to `last - 1` of a film, counted from `first`."""
    begun = [i for i, start in enumerate(plan.starts) if start <= first][-1:]
    later = [i for i, start in enumerate(plan.starts) if first < start < last]
    return tuple(
        ShotStart(max(0, plan.starts[i] - first), plan.shots[i].look) for i in begun + later
    )


def follow(curves: Curves, plan: ShotPlan, first: int) -> Curves:
    """Return curves that begin at frame `first` of the film, cut and worded as planned."""
    n = curves.n_frames
    values = dict(curves.values)
    starts = np.array(plan.starts) - first
    strength = curves.get("strength", 1.0).copy()
    strength[starts[(starts > 0) & (starts < n)]] = 0.0
    values["strength"] = strength
    shot = np.searchsorted(starts, np.arange(n), side="right") - 1
    values["scene"] = shot.astype(np.float64)
    prompts: list[tuple[int, str]] = []
    for line, start in zip(plan.shots, starts.tolist(), strict=True):
        words = line.prompt
        if line.negative_prompt:
            words += f" --neg {line.negative_prompt}"
        if start <= 0:
            prompts = [(0, words)]
        elif start < n:
            prompts.append((start, words))
    return Curves(curves.frame_rate, values, tuple(prompts))


def joined_shots(
    shots: Sequence[ShotStart], spans: Sequence[tuple[int, int]]
) -> tuple[ShotStart, ...]:
    """Return the shots of some spans of a film, joined; each span begins one."""
    found: list[ShotStart] = []
    at = 0
    for first, last in spans:
        begun = [shot for shot in shots if shot.first_frame <= first][-1:]
        later = [shot for shot in shots if first < shot.first_frame < last]
        found += [
            replace(s, first_frame=max(first, s.first_frame) - first + at, blend=0)
            for s in begun + later
        ]
        at += last - first
    return tuple(found)
