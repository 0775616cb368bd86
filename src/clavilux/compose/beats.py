"""Beats: drum grooves by style and density, fills before new parts, builds and drops."""

from collections.abc import Mapping, Sequence

import numpy as np

from clavilux.compose.lines import Bar, Line, Played
from clavilux.compose.parts import Part
from clavilux.compose.styles import Style

Groove = Mapping[str, str]
"""Drum to its strokes: sixteenths of four beats, or thirds of two; upper case is an accent."""

GROOVES: Mapping[str, tuple[Groove, ...]] = {
    "none": (),
    "orchestra": (
        {"bass_drum": "X..............."},
        {"bass_drum": "X.......x.......", "snare": "............x.xx"},
        {"bass_drum": "X.......x.x.....", "snare": "x..xx..xx..xx.xx",
         "cymbal": "X..............."},
    ),
    "lofi": (
        {"kick": "X.........x.....", "rim": "....x.......x..."},
        {"kick": "X.....x...x.....", "rim": "....X.......X...", "closed_hat": "x.x.x.x.x.x.x.x."},
        {"kick": "X..x..x...x.....", "snare": "....X.......X..x", "closed_hat": "x.x.x.x.x.xxx.x."},
    ),
    "electronic": (
        {"kick": "X...X...X...X..."},
        {"kick": "X...X...X...X...", "clap": "....X.......X...", "closed_hat": "..x...x...x...x."},
        {"kick": "X...X...X...X...", "clap": "....X.......X...", "open_hat": "..X...X...X...X.",
         "closed_hat": "x.xxx.xxx.xxx.xx"},
    ),
    "rock": (
        {"kick": "X.......x.......", "closed_hat": "x...x...x...x..."},
        {"kick": "X.......x.x.....", "snare": "....X.......X...", "closed_hat": "x.x.x.x.x.x.x.x."},
        {"kick": "X.....x.x.x.....", "snare": "....X.......X..x", "open_hat": "X.x.X.x.X.x.X.x."},
    ),
    "trailer": (
        {"low_tom": "X..............."},
        {"low_tom": "X.....X.....X...", "bass_drum": "X..............."},
        {"low_tom": "X..X..X..X..X.X.", "bass_drum": "X.......X.......",
         "mid_tom": "..x..x..x..x..xx"},
    ),
    "folk": (
        {"tambourine": "....x.......x..."},
        {"kick": "X.......x.......", "tambourine": "..x.x.x...x.x.x."},
        {"kick": "X.......x.......", "snare": "x.xxX.xxx.xxX.xx", "tambourine": "....X.......X..."},
    ),
    "compound": (
        {"kick": "X....."},
        {"kick": "X..x..", "tambourine": "..x..x"},
        {"kick": "X..x.x", "snare": "...X..", "closed_hat": "x.xx.x"},
    ),
    "waltz": (
        {"kick": "X..........."},
        {"kick": "X...........", "closed_hat": "....x...x..."},
        {"kick": "X...........", "snare": "....X...X...", "closed_hat": "x.x.x.x.x.x."},
    ),
}  # fmt: skip
"""Grooves of each style, sparse to dense; those of six eighths and of three beats are shared."""
_KIT = {"kick": 36, "rim": 37, "snare": 38, "clap": 39, "closed_hat": 42, "open_hat": 46}
_KIT |= {"crash": 49, "cymbal": 49, "high_tom": 50, "mid_tom": 47, "low_tom": 45}
_KIT |= {"tambourine": 54, "bass_drum": 36}
_FILLS = (
    ("snare", "snare", "high_tom", "low_tom"), ("snare", "high_tom", "mid_tom", "low_tom"),
    ("low_tom", "low_tom", "mid_tom", "high_tom"),
)  # fmt: skip


def drums(bars: Sequence[Bar], parts: Sequence[Part], style: Style) -> Line:
    """Play a groove by energy, a fill before each new part, a roll in a build, a crash after."""
    line: Line = []
    for part in parts:
        rng = np.random.default_rng([part.seed, 9])
        for bar in (bars[i] for i in part.bars):
            line += _bar(bar, style, rng)
    return line


def _bar(bar: Bar, style: Style, rng: np.random.Generator) -> Line:
    energy = 0.5 * bar.density + 0.5 * bar.tension
    line: Line = []
    if bar.drop or (bar.opens_part and bar.index > 0 and energy > 0.3):
        line.append(_hit(bar.first_beat, "crash", bar.velocity(1.0 if bar.drop else 0.85)))
    if bar.last:
        return [*line, _hit(bar.first_beat, "kick", bar.velocity(0.9))]
    if bar.build > 0:
        return [*line, *_roll(bar)]
    grooves = GROOVES[style.grooves]
    if bar.metre.division == 3:
        grooves = GROOVES["compound"]
    elif bar.metre.beats == 3:
        grooves = GROOVES["waltz"]
    if energy < 0.12 or not grooves:
        return line
    groove = grooves[int(np.clip(energy * (len(grooves) + 0.4), 0, len(grooves) - 1))]
    fill = bar.closes_part and energy > 0.35 and bar.n_beats > 2
    per_beat = 3 if bar.metre.division == 3 else 4
    for name, strokes in groove.items():
        for k in range(bar.n_beats * per_beat):
            stroke, beat = strokes[k % len(strokes)], k / per_beat
            if stroke == "." or (fill and beat >= bar.n_beats - 1 and name != "kick"):
                continue
            ghost = rng.random() < 0.06 and name in ("closed_hat", "tambourine")
            weight = 0.95 if stroke == "X" else 0.5 if ghost else 0.68
            line.append(_hit(bar.first_beat + beat, name, bar.velocity(weight)))
    if fill:
        chosen = _FILLS[int(rng.integers(len(_FILLS)))]
        start = bar.first_beat + bar.n_beats - 1
        line += [
            _hit(start + k / 4, name, bar.velocity(0.75 + 0.07 * k))
            for k, name in enumerate(chosen)
        ]
    return line


def _roll(bar: Bar) -> Line:
    """Roll towards a drop, faster and louder; the last beat before it is silent."""
    per_beat = (3 if bar.metre.division == 3 else 2) * (1 if bar.build < 0.7 else 2)
    until = bar.n_beats - (1 if bar.build >= 1 and bar.n_beats > 1 else 0)
    n = max(1, until * per_beat)
    return [
        _hit(bar.first_beat + k / per_beat, "snare", bar.velocity(0.45 + 0.4 * bar.build * k / n))
        for k in range(n)
    ]


def _hit(beat: float, name: str, velocity: int) -> Played:
    return Played(beat, 0.2, _KIT[name], velocity)
