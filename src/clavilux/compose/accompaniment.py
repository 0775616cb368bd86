"""Accompaniment: chords held and broken, bass and drums, as dense as the film is busy."""

from collections.abc import Sequence

import numpy as np

from clavilux.compose.harmony import Chord, Key
from clavilux.compose.lines import Bar, Line, Played, nearest

# Sixteenths of a bar of four beats, by drum; upper case is an accent.
_GROOVES: tuple[dict[str, str], ...] = (
    {"closed_hat": "x...x...x...x..."},
    {"kick": "X.......x.......", "rim": "....x.......x...", "closed_hat": "x...x...x...x..."},
    {"kick": "X.....x.x.......", "snare": "....X.......X...", "closed_hat": "x.x.x.x.x.x.x.x."},
    {
        "kick": "X.....x.x..x....",
        "snare": "....X..x....X...",
        "closed_hat": "X.x.X.x.X.x.X.x.",
        "open_hat": "..............x.",
    },
    {
        "kick": "X...X...X...X...",
        "snare": "....X.......X..x",
        "closed_hat": "x.xxx.xxx.xxx.xx",
        "open_hat": "..x...x...x...x.",
    },
)
_KIT = {"kick": 36, "rim": 37, "snare": 38, "closed_hat": 42, "open_hat": 46, "crash": 49}
_KIT |= {"high_tom": 50, "mid_tom": 47, "low_tom": 45}
_SUBDIVISIONS = (0.0, 2.0, 1.0, 0.5, 0.25)
"""Distance between notes of a broken chord, beats, by density; 0 is none at all."""


def voice_lead(chords: Sequence[Chord], low: int = 52, high: int = 74) -> list[tuple[int, ...]]:
    """Place each chord's notes so that every voice moves as little as it can.

    Returns:
        For each chord its pitches, rising; as many as the chord has notes.
    """
    voicings: list[tuple[int, ...]] = []
    for chord in chords:
        candidates = _inversions(chord, low, high)
        before = voicings[-1] if voicings else (57, 60, 64)
        voicings.append(min(candidates, key=lambda v: _movement(before, v)))
    return voicings


def pad(bars: Sequence[Bar]) -> Line:
    """Hold each chord, voice-led: the long line."""
    spans = [(bar, chord, beat, n) for bar in bars for chord, beat, n in bar.spans]
    voicings = voice_lead([chord for _, chord, _, _ in spans])
    return [
        Played(beat, n * 0.98, pitch, bar.velocity(0.72))
        for (bar, _, beat, n), voicing in zip(spans, voicings, strict=True)
        for pitch in voicing
    ]


def arpeggio(
    bars: Sequence[Bar], shots: Sequence[float], *, alone: bool = False, seed: int = 0
) -> Line:
    """Break each chord into a pattern, denser where the film is; a new one each shot.

    Args:
        bars: All bars of the piece.
        shots: Beats at which a shot begins.
        alone: Whether nobody else holds the chords: then they are held here where
            nothing moves, and at the end.
        seed: Same seed, same patterns.
    """
    rng = np.random.default_rng([seed, 5])
    orders = [(0, 1, 2, 3), (0, 2, 1, 3), (3, 2, 1, 0), (0, 1, 2, 1), (0, 2, 3, 2)]
    order, line = orders[int(rng.integers(len(orders)))], []
    voicings = voice_lead([bar.chords[0] for bar in bars], 58, 80)
    for bar, voicing in zip(bars, voicings, strict=True):
        if any(bar.first_beat <= beat < bar.first_beat + bar.n_beats for beat in shots):
            order = orders[int(rng.integers(len(orders)))]
        level = int(np.clip(bar.density * len(_SUBDIVISIONS), 0, len(_SUBDIVISIONS) - 1))
        step = _SUBDIVISIONS[level]
        if bar.last or step == 0:
            line += _held(bar, voicing) if alone else []
            continue
        for k in range(int(bar.n_beats / step)):
            beat = bar.first_beat + k * step
            chord = bar.chord_at(beat)
            tones = sorted(nearest(p, chord.pitch_classes, 55, 88) for p in voicing)
            tones.append(tones[0] + 12)
            pitch = tones[order[k % 4] % len(tones)]
            accent = 0.85 if beat == int(beat) else 0.7
            line.append(Played(beat, step * 0.9, pitch, bar.velocity(accent)))
    return line


def _held(bar: Bar, voicing: Sequence[int]) -> Line:
    """Strike the bar's first chord once and let it ring."""
    length, velocity = bar.n_beats * 0.95, bar.velocity(0.7)
    return [Played(bar.first_beat, length, pitch, velocity) for pitch in voicing]


def left_hand(bars: Sequence[Bar], low: int = 40) -> Line:
    """Hold each chord's root below the rest: what a player without a bass does himself."""
    return [
        Played(beat, n * 0.95, nearest(low + 5, (chord.root,), low, low + 11), bar.velocity(0.75))
        for bar in bars
        for chord, beat, n in bar.spans
    ]


def bass(bars: Sequence[Bar], key: Key) -> Line:
    """Play roots, with fifths and steps of the key to the next root where the film is busy.

    In a mode without a leading note the bass stays at home, as a drone: nothing else
    would say which of seven notes home is.
    """
    if key.mode not in ("major", "minor"):
        return _drone(bars, key)
    line: Line = []
    for i, bar in enumerate(bars):
        upcoming = bars[i + 1].chords[0].root if i + 1 < len(bars) else bar.chords[0].root
        for chord, first, n in bar.spans:
            root = nearest(38, (chord.root,), 31, 46)
            if bar.density < 0.35 or bar.last or n < 2:
                line.append(Played(first, n * 0.95, root, bar.velocity(0.85)))
                continue
            fifth = nearest(root + 7, (chord.pitch_classes[2],), 31, 50)
            step = 1.0 if bar.density < 0.7 else 0.5
            for k in range(int(n / step)):
                beat = first + k * step
                pitch = root if k % 2 == 0 or k * step < 1 else fifth
                if beat >= bar.first_beat + bar.n_beats - step and upcoming != chord.root:
                    pitch = nearest(root, _beside(upcoming, key), 31, 50)
                line.append(Played(beat, step * 0.88, pitch, bar.velocity(0.9 if k == 0 else 0.75)))
    return line


def _drone(bars: Sequence[Bar], key: Key) -> Line:
    """Hold the tonic, or beat it as often as the film is busy."""
    home, line = nearest(38, (key.tonic,), 31, 46), []
    for bar in bars:
        step = float(bar.n_beats) if bar.density < 0.35 or bar.last else 1.0
        if bar.density >= 0.7 and not bar.last:
            step = 0.5
        for k in range(int(bar.n_beats / step)):
            weight = 0.9 if k == 0 else 0.75
            line.append(Played(bar.first_beat + k * step, step * 0.92, home, bar.velocity(weight)))
    return line


def _beside(root: int, key: Key) -> tuple[int, ...]:
    """Notes of the key a step from a root, from where it is reached."""
    near = tuple((root + step) % 12 for step in (1, 2, 10, 11))
    return tuple(pc for pc in near if pc in key.scale) or near


def drums(bars: Sequence[Bar], *, seed: int = 0) -> Line:
    """Play a groove by density, a fill before each new part and a crash upon it."""
    rng = np.random.default_rng([seed, 9])
    line: Line = []
    for bar in bars:
        energy = 0.5 * bar.density + 0.5 * bar.tension
        if bar.opens_part and bar.index > 0 and energy > 0.3:
            line.append(_hit(bar.first_beat, "crash", bar.velocity(0.9)))
        if bar.last:
            line.append(_hit(bar.first_beat, "kick", bar.velocity(0.9)))
            continue
        if energy < 0.18:
            continue
        groove = _GROOVES[int(np.clip(energy * 6 - 1, 0, len(_GROOVES) - 1))]
        fill = bar.closes_part and energy > 0.35
        for name, pattern in groove.items():
            for k in range(bar.n_beats * 4):
                beat = k / 4
                if pattern[k % 16] == "." or (fill and beat >= bar.n_beats - 1 and name != "kick"):
                    continue
                weight = 0.95 if pattern[k % 16] == "X" else 0.68
                line.append(_hit(bar.first_beat + beat, name, bar.velocity(weight)))
        if fill:
            line += _fill(bar, rng)
    return line


def _fill(bar: Bar, rng: np.random.Generator) -> Line:
    names = [["snare", "snare", "high_tom", "low_tom"], ["snare", "high_tom", "mid_tom", "low_tom"]]
    chosen = names[int(rng.integers(2))]
    start = bar.first_beat + bar.n_beats - 1
    return [
        _hit(start + k / 4, name, bar.velocity(0.75 + 0.07 * k)) for k, name in enumerate(chosen)
    ]


def _hit(beat: float, name: str, velocity: int) -> Played:
    return Played(beat, 0.2, _KIT[name], velocity)


def _inversions(chord: Chord, low: int, high: int) -> list[tuple[int, ...]]:
    classes = chord.pitch_classes
    found = []
    for turn in range(len(classes)):
        order = classes[turn:] + classes[:turn]
        for bottom in range(low, high - 11):
            if bottom % 12 != order[0]:
                continue
            pitches = [bottom]
            for pc in order[1:]:
                pitches.append(pitches[-1] + (pc - pitches[-1]) % 12)
            if pitches[-1] <= high:
                found.append(tuple(pitches))
    return found


def _movement(before: Sequence[int], after: Sequence[int]) -> float:
    """Sum of the ways each new voice is from its nearest old one, and the drift of the whole."""
    steps = sum(min(abs(p - q) for q in before) for p in after)
    return steps + 0.3 * abs(float(np.mean(after)) - 62)
