"""Patterns: drumming made up by a seed, in house's metre, in others', and in none.

A seed in, a score with one drum track out: what films are made from when data,
training and tests need any number of different MIDI files.

Conventions
-----------
- Five drums, each with one General MIDI note (`NOTE_OF`), and a clap which may
  double or replace the snare.
- The same seed and arguments give the same score, to the byte.
- Metric patterns have sixteen steps a bar; times are seconds, tempi beats a minute.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from clavilux.core.drums import DRUM_CHANNEL, FIVE
from clavilux.core.values import Score
from clavilux.score.build import ScoreBuilder

NOTE_OF: Mapping[str, int] = MappingProxyType(dict(zip(FIVE, (36, 38, 42, 44, 46), strict=True)))
"""The five drums, by the note that plays each."""
CLAP = 39
SLOWEST_BPM, FASTEST_BPM = 60.0, 180.0
CLOSEST_S = 0.09
"""No drum is struck twice within less."""
_STEPS = 16
_NOTE_S = 0.08

Bar = dict[str, NDArray[np.float64]]
"""Drum to how hard each step is struck, 0 to 1; 0 is a rest. Shape (16,) each."""


def house(
    seed: int, *, duration_s: float = 16.0, tempo_bpm: float | None = None, claps: bool = True
) -> Score:
    """Make up house: four on the floor, off-beat hats, a backbeat, fills.

    Args:
        seed: Decides everything else.
        duration_s: How long the score is.
        tempo_bpm: Beats a minute; drawn from 115 to 135, now and then from 60 to 180, if None.
        claps: Whether claps may stand in for snares.
    """
    return groove(seed, "house", duration_s=duration_s, tempo_bpm=tempo_bpm, claps=claps)


def groove(
    seed: int,
    style: str | None = None,
    *,
    duration_s: float = 16.0,
    tempo_bpm: float | None = None,
    claps: bool = True,
) -> Score:
    """Make up drumming in metre; one of `STYLES`, or any of them if `style` is None."""
    rng = np.random.default_rng([seed, 101])
    style = style or str(rng.choice(sorted(STYLES)))
    usual = rng.uniform(115, 135) if style == "house" else rng.uniform(75, 165)
    any_tempo = rng.uniform(SLOWEST_BPM, FASTEST_BPM)
    tempo = tempo_bpm or round(float(any_tempo if rng.random() < 0.25 else usual), 2)
    builder = ScoreBuilder(tempo_bpm=tempo)
    track = builder.track("Drums", channel=DRUM_CHANNEL)
    step_s = 60 / tempo / 4
    swing = float(rng.uniform(0.05, 0.3)) if rng.random() < 0.3 else 0.0
    loose_s = float(rng.choice([0.0, 0.0, 0.004, 0.009]))
    uneven = float(rng.uniform(0.02, 0.12))
    doubled = claps and rng.random() < 0.4
    bars = [STYLES[style](rng) for _ in range(int(rng.integers(1, 4)))]
    n_bars = int(np.ceil(duration_s / (_STEPS * step_s)))
    hits: list[tuple[float, str, int]] = []
    for number in range(n_bars):
        bar = dict(bars[number // 2 % len(bars)])
        if number % 4 == 3 and rng.random() < 0.7:
            bar = _fill(rng, bar)
        for drum, struck in bar.items():
            for step in np.flatnonzero(struck > 0).tolist():
                time_s = (number * _STEPS + step + swing * (step % 2)) * step_s
                time_s += abs(float(rng.normal(0, loose_s))) if loose_s else 0.0
                force = struck[step] * (1 + rng.normal(0, uneven))
                hits.append((time_s, drum, _velocity(force)))
    for time_s, drum, velocity in _apart(hits, duration_s):
        note = CLAP if drum == "snare" and doubled and rng.random() < 0.5 else NOTE_OF[drum]
        builder.note_s(track, time_s, _NOTE_S, note, velocity)
    builder.end(float(duration_s) * tempo / 60)
    return builder.build()


def metre_free(seed: int, *, duration_s: float = 16.0, per_s: float | None = None) -> Score:
    """Make up drumming without metre: every drum strikes when it likes.

    Args:
        seed: Decides everything else.
        duration_s: How long the score is.
        per_s: Hits a second of each drum, on average; drawn for each from 0.3 to 2 if None.
    """
    rng = np.random.default_rng([seed, 202])
    builder = ScoreBuilder(tempo_bpm=round(float(rng.uniform(SLOWEST_BPM, FASTEST_BPM)), 2))
    track = builder.track("Drums", channel=DRUM_CHANNEL)
    low, high = sorted(rng.uniform(15, 127, 2).tolist())
    hits: list[tuple[float, str, int]] = []
    for drum in FIVE:
        rate = per_s or float(rng.uniform(0.3, 2.0))
        times = rng.uniform(0, duration_s, int(rng.poisson(rate * duration_s)))
        together = rng.random(len(times)) < 0.12  # with a hit that is already there
        for time_s, joins in zip(times.tolist(), together.tolist(), strict=True):
            joined = hits[int(rng.integers(len(hits)))][0] if joins and hits else time_s
            hits.append((joined, drum, _velocity(rng.uniform(low, high + 1) / 127)))
    for time_s, drum, velocity in _apart(hits, duration_s):
        builder.note_s(track, time_s, _NOTE_S, NOTE_OF[drum], velocity)
    builder.end(float(builder.build().tempo_map.beats(duration_s)))
    return builder.build()


def _apart(hits: list[tuple[float, str, int]], duration_s: float) -> list[tuple[float, str, int]]:
    """Sort hits; drop those beyond the end and those too near to the drum's last."""
    last: dict[str, float] = {}
    kept = []
    for hit in sorted(hits):
        if hit[0] < duration_s - 0.1 and hit[0] - last.get(hit[1], -1.0) >= CLOSEST_S:
            last[hit[1]] = hit[0]
            kept.append(hit)
    return kept


def _velocity(force: float) -> int:
    return int(np.clip(round(127 * force), 1, 127))


def _rest() -> NDArray[np.float64]:
    return np.zeros(_STEPS)


def _at(steps: object, force: float) -> NDArray[np.float64]:
    struck = _rest()
    struck[np.asarray(steps, dtype=np.intp)] = force
    return struck


def _house(rng: np.random.Generator) -> Bar:
    bar = {"kick": _at([0, 4, 8, 12], 0.9), "open_hat": _at([2, 6, 10, 14], 0.75)}
    if rng.random() < 0.3:
        bar["kick"][int(rng.choice([3, 7, 10, 11, 14]))] = 0.6
    if rng.random() < 0.85:
        bar["snare"] = _at([4, 12], 0.85)
    if rng.random() < 0.25:
        bar["open_hat"] = _at([2, 10], 0.7)
    bar["closed_hat"] = _hats(rng)
    if rng.random() < 0.4:
        bar["pedal_hat"] = _at(rng.choice([[0, 8], [4, 12], [3, 11], [6, 14], [0, 4, 8, 12]]
                                          [int(rng.integers(5))], 4), 0.55)  # fmt: skip
    return _ghosts(rng, bar)


def _techno(rng: np.random.Generator) -> Bar:
    bar = {"kick": _at([0, 4, 8, 12], 0.95), "closed_hat": _hats(rng)}
    if rng.random() < 0.6:
        bar["open_hat"] = _at([2, 6, 10, 14], 0.6)
    if rng.random() < 0.5:
        bar["snare"] = _at(rng.choice([4, 12, 7, 10], int(rng.integers(1, 3))), 0.7)
    if rng.random() < 0.5:
        bar["pedal_hat"] = _at(np.arange(1, 16, int(rng.choice([3, 4, 6]))), 0.5)
    return bar


def _rock(rng: np.random.Generator) -> Bar:
    kick = [0, 8, *np.flatnonzero(rng.random(_STEPS) < 0.12).tolist()]
    bar = {"kick": _at(kick, 0.85), "snare": _at([4, 12], 0.9)}
    bar["closed_hat" if rng.random() < 0.7 else "open_hat"] = _at(np.arange(0, 16, 2), 0.65)
    if rng.random() < 0.3:
        bar["pedal_hat"] = _at([0, 4, 8, 12], 0.5)
    return _ghosts(rng, bar)


def _breakbeat(rng: np.random.Generator) -> Bar:
    kick = [[0, 2, 10, 11], [0, 6, 10], [0, 3, 10, 13], [0, 7, 8]][int(rng.integers(4))]
    bar = {"kick": _at(kick, 0.85), "snare": _at([4, 12], 0.9), "closed_hat": _hats(rng)}
    bar["snare"][np.flatnonzero(rng.random(_STEPS) < 0.1)] = 0.45
    if rng.random() < 0.5:
        bar["open_hat"] = _at([int(rng.choice([6, 10, 14]))], 0.75)
    return _ghosts(rng, bar)


def _hip_hop(rng: np.random.Generator) -> Bar:
    kick = [0, *np.flatnonzero(rng.random(_STEPS) < 0.18).tolist()]
    bar = {"kick": _at(kick, 0.9), "snare": _at([4, 12], 0.85), "closed_hat": _hats(rng)}
    if rng.random() < 0.4:
        bar["pedal_hat"] = _at(np.flatnonzero(rng.random(_STEPS) < 0.2), 0.5)
    return _ghosts(rng, bar)


STYLES: Mapping[str, Callable[[np.random.Generator], Bar]] = MappingProxyType(
    {
        "house": _house,
        "techno": _techno,
        "rock": _rock,
        "breakbeat": _breakbeat,
        "hip-hop": _hip_hop,
    }
)
"""What makes up one bar of each style."""


def _hats(rng: np.random.Generator) -> NDArray[np.float64]:
    """Closed hats: in quarters, eighths, off them, in sixteenths or scattered."""
    every = [np.arange(0, 16, 4), np.arange(0, 16, 2), np.arange(2, 16, 4), np.arange(16),
             np.flatnonzero(rng.random(_STEPS) < 0.4)][int(rng.integers(5))]  # fmt: skip
    struck = _at(every, 0.55)
    struck[::4] *= 1.25
    return struck


def _ghosts(rng: np.random.Generator, bar: Bar) -> Bar:
    if rng.random() < 0.35 and "snare" in bar:
        quiet = np.flatnonzero((rng.random(_STEPS) < 0.15) & (bar["snare"] == 0))
        bar["snare"][quiet] = 0.25
    return bar


def _fill(rng: np.random.Generator, bar: Bar) -> Bar:
    """Play the last quarter or half of a bar otherwise: a roll, a stop or scattered strokes."""
    first = int(rng.choice([8, 12, 14]))
    filled = {drum: struck.copy() for drum, struck in bar.items()}
    kind = int(rng.integers(3))
    if kind == 0:
        for struck in filled.values():
            struck[first:] = 0
        filled["snare"] = filled.get("snare", _rest())
        filled["snare"][first:] = np.linspace(0.5, 0.95, _STEPS - first)
    elif kind == 1:
        for drum in list(filled)[: int(rng.integers(1, len(filled) + 1))]:
            filled[drum][first:] = 0
    else:
        for drum in rng.choice(sorted(FIVE), 2, replace=False).tolist():
            filled[drum] = filled.get(drum, _rest())
            filled[drum][first:] = np.where(rng.random(_STEPS - first) < 0.5, 0.7, 0)
    return filled
