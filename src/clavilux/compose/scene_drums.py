"""Scene drums: a drum part for a film that nobody drummed.

What was seen goes in: cuts, dissolves, flashes, bursts of motion, and how much
moves. Out come hits on a grid of bars that the cuts fall on: a kick or crash on
every cut, a snare where movement bursts out, an open hat where light flashes, and
between them a beat that is the fuller the more moves.

Conventions
-----------
- Times are seconds; strengths 0 to 1, as velocity / 127.
- What a cut asks for stays within a video frame of it, whatever the grid says.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clavilux.compose.grid import Grid, anchors, fit
from clavilux.core.values import Events, Facts

_CLOSEST_S = 0.07


@dataclass(frozen=True, slots=True, eq=False)
class SceneDrums:
    """A drum part and the grid it keeps to."""

    hits: Events
    grid: Grid


def drums_for_scenes(
    facts: Facts,
    frame_rate: float,
    *,
    tempo_bpm: float | None = None,
    sensitivity: float = 0.5,
) -> SceneDrums:
    """Make up a drum part.

    Args:
        facts: What was seen: events ``cut``, ``dissolve``, ``flash``, ``motion``; series
            ``motion`` if there is one.
        frame_rate: Video frames per second.
        tempo_bpm: The tempo; the one that most cuts keep to if None.
        sensitivity: 0 plays only cuts and a plain beat, 1 every flash and burst.
    """
    cuts = facts.events.of("cut", "dissolve")
    points = anchors(cuts.time_s, cuts.strength, (), facts.duration_s)
    moving = _moving(facts)
    around = 84 + 44 * float(np.mean(moving(np.linspace(0, facts.duration_s, 64))))
    grid = fit(points, facts.duration_s, 1 / frame_rate, tempo_bpm=tempo_bpm, around_bpm=around)
    great = {point.time_s for point in points if point.great}
    played: list[tuple[float, str, float]] = []
    for time_s, strength in zip(cuts.time_s.tolist(), cuts.strength.tolist(), strict=True):
        at = _near(grid.beats_s, time_s, 1 / frame_rate)
        played.append((at, "kick", 0.75 + 0.25 * strength))
        if time_s in great:
            played.append((at, "crash", 0.6 + 0.3 * strength))
    for kind, drum in (("motion", "snare"), ("flash", "open_hat")):
        found = facts.events.of(kind)
        sixteenths = _divided(grid, 4)
        for time_s, strength in zip(found.time_s.tolist(), found.strength.tolist(), strict=True):
            if strength >= 0.9 - 0.9 * sensitivity:
                at = _near(sixteenths, time_s, 2 / frame_rate)
                played.append((at, drum, 0.5 + 0.4 * strength))
    return SceneDrums(_apart([*played, *_beat(grid, moving)]), grid)


_Moving = Callable[[NDArray[np.float64]], NDArray[np.float64]]


def _moving(facts: Facts) -> _Moving:
    """Return a function from seconds to how much moves, 0 the least of the film, 1 the most."""
    series = facts.series.get("motion")
    if series is None or not len(series.values):
        return lambda times: np.full(np.shape(times), 0.4)
    low, high = np.percentile(series.values, [10, 90])

    def of(times: NDArray[np.float64]) -> NDArray[np.float64]:
        around = np.asarray(times)[..., None] + np.linspace(-0.4, 0.4, 5)
        mean = series.at(around).mean(axis=-1)
        return np.asarray(np.clip((mean - low) / max(high - low, 1e-9), 0, 1), dtype=np.float64)

    return of


def _beat(grid: Grid, moving: _Moving) -> list[tuple[float, str, float]]:
    """Play time: kick and snare by turns, hats in eighths, in sixteenths where much moves."""
    played: list[tuple[float, str, float]] = []
    first_of_bar = set(grid.bars.tolist())
    in_bar = 0
    eighths, sixteenths = _divided(grid, 2), _divided(grid, 4)
    full = moving(grid.beats_s)
    for i, (time_s, much) in enumerate(zip(grid.beats_s[:-1].tolist(), full, strict=False)):
        in_bar = 0 if i in first_of_bar else in_bar + 1
        if in_bar % 2 == 0 and (in_bar == 0 or much > 0.3):
            played.append((time_s, "kick", 0.55 + 0.25 * float(much)))
        elif in_bar % 2 and much > 0.15:
            played.append((time_s, "snare", 0.5 + 0.3 * float(much)))
        steps = sixteenths[4 * i : 4 * i + 4] if much > 0.75 else eighths[2 * i : 2 * i + 2]
        for number, at in enumerate(steps.tolist()):
            played.append((at, "closed_hat", (0.5 if number == 0 else 0.36) + 0.2 * float(much)))
    return played


def _divided(grid: Grid, per_beat: int) -> NDArray[np.float64]:
    return grid.seconds(np.arange((len(grid.beats_s) - 1) * per_beat + 1) / per_beat)


def _near(grid_s: NDArray[np.float64], time_s: float, reach_s: float) -> float:
    """Return the place on the grid within reach of a time, or the time itself."""
    nearest = float(grid_s[int(np.abs(grid_s - time_s).argmin())])
    return nearest if abs(nearest - time_s) <= 0.95 * reach_s else time_s


def _apart(played: list[tuple[float, str, float]]) -> Events:
    """Sort hits; of two of one drum that nearly coincide the first asked for stays."""
    kept: list[tuple[float, str, float]] = []
    for hit in played:  # what the film asks for comes before the beat
        near = (abs(hit[0] - other[0]) < _CLOSEST_S and hit[1] == other[1] for other in kept[-400:])
        if not any(near):
            kept.append(hit)
    kept.sort()
    return Events(
        np.array([hit[0] for hit in kept]),
        tuple(hit[1] for hit in kept),
        np.clip(np.array([hit[2] for hit in kept]), 0.01, 1.0),
    )
