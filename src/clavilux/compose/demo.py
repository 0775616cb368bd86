"""First Light: a short piece of our own, for the demonstration.

Nothing in, a score out. It is written to show what the films can do: a theme
that returns, drums that enter, build and fall silent, a tempo that slows and
comes back faster, and every drum that a mapping listens to.

Form (bars of 4/4): intro 2 · theme 4 · theme with drums 4 · break 3, slowing ·
return 6, faster · close 1.

Conventions
-----------
- Positions and lengths are beats from the start of the piece.
- A drum pattern is a string of sixteenths: ``.`` silence, ``1`` (soft) to ``9``.
"""

from collections.abc import Iterable

import numpy as np

from clavilux.compose.lines import Line, Played
from clavilux.core.drums import DRUM_CHANNEL
from clavilux.core.timeline import MICROSECONDS, TempoMap
from clavilux.core.values import Change, KeySignature, Meter, Notes, Score, Text, Track

_TICKS_PER_BEAT = 480
_SEED = 1919  # the year of Wilfred's first Clavilux
_BAR = 4.0
_INTRO, _THEME, _FULL, _BREAK, _RETURN, _CLOSE, _END = (
    _BAR * bar for bar in (0, 2, 6, 10, 13, 19, 20)
)
_MARKERS = {
    _INTRO: "intro", _THEME: "theme", _FULL: "drums", _BREAK: "break", _RETURN: "return",
    _CLOSE: "close",
}  # fmt: skip
_FIRST_BPM, _SLOWEST_BPM, _LAST_BPM = 112.0, 78.0, 124.0
_SLOWING_BEATS = 7

_LOOP = ("Am9", "Fmaj7", "Cadd9", "G6")
_CHORDS = (
    "Am9", "Fmaj7",
    *_LOOP,
    *_LOOP,
    "Dm9", "Fmaj7", "E7",
    *_LOOP, "Fmaj7", "G6",
    "Aadd9",
)  # fmt: skip
_VOICINGS = {
    "Am9": (45, (57, 60, 64, 71)),
    "Fmaj7": (41, (57, 60, 64, 65)),
    "Cadd9": (48, (55, 60, 62, 64)),
    "G6": (43, (55, 59, 62, 64)),
    "Dm9": (50, (57, 60, 64, 65)),
    "E7": (40, (56, 59, 62, 64)),
    "Aadd9": (45, (57, 59, 61, 64)),
}
"""Bass note and the voices above it."""

_THEME_NOTES = (
    (0.0, 1.5, 76), (1.5, 0.5, 74), (2.0, 1.0, 76), (3.0, 1.0, 83),
    (4.0, 1.5, 81), (5.5, 0.5, 79), (6.0, 2.0, 76),
    (8.0, 1.5, 79), (9.5, 0.5, 76), (10.0, 1.0, 74), (11.0, 1.0, 72),
    (12.0, 1.0, 74), (13.0, 1.0, 71), (14.0, 1.0, 74), (15.0, 1.0, 76),
)  # fmt: skip
_THEME_END = ((12.0, 1.5, 74), (13.5, 0.5, 76), (14.0, 2.0, 71))
_BREAK_NOTES = (
    (0.0, 2.0, 77), (2.0, 2.0, 76), (4.0, 1.5, 72), (5.5, 0.5, 74), (6.0, 2.0, 76),
    (8.0, 2.0, 71), (10.0, 2.0, 68),
)  # fmt: skip
_CLOSING_NOTES = (
    (0.0, 2.0, 81), (2.0, 1.0, 79), (3.0, 1.0, 76), (4.0, 1.0, 74), (5.0, 1.0, 76), (6.0, 2.0, 83),
    (8.0, 4.0, 81),
)  # fmt: skip

_KICK, _SNARE, _CLOSED, _PEDAL, _OPEN, _CRASH = 36, 38, 42, 44, 46, 49
_HIGH_TOM, _LOW_TOM = 48, 45
_INTRO_GROOVE = {_PEDAL: "....8.......8...", _CLOSED: "5.......5......."}
_LIGHT_GROOVE = {
    _KICK: "8.........7.....", _SNARE: "........7.......", _CLOSED: "7.5.7.5.7.5.7.5.",
    _PEDAL: "....7.......7...",
}  # fmt: skip
_FULL_GROOVE = {
    _KICK: "9.....6...8.....", _SNARE: "....8.......8..2", _CLOSED: "84.5856.84.5856.",
    _OPEN: "..............9.",
}  # fmt: skip
_DRIVE_GROOVE = {
    _KICK: "9...8...9...8..5", _SNARE: "....8.......9.2.", _CLOSED: "7...6...7...6...",
    _OPEN: "..9...9...9...9.", _PEDAL: "...5...5...5...5",
}  # fmt: skip
_FILL = {_KICK: "9.....6.....7...", _SNARE: "....8...45678.9."}
_LAST_FILL = _FILL | {
    _SNARE: "....8...46......",
    _HIGH_TOM: "..........78....",
    _LOW_TOM: "............8899",
}

_PLAYERS = {  # program, volume, pan, hall
    "Drums": (0, 116, 64, 30),
    "Bass": (33, 110, 64, 12),
    "Keys": (4, 104, 54, 50),
    "Pad": (89, 120, 72, 70),
    "Arpeggio": (46, 96, 92, 70),
    "Melody": (11, 96, 48, 70),
    "Strings": (48, 127, 40, 80),
}


def demo_score() -> Score:
    """Compose the piece: the same notes every time, about 43 s of them.

    Returns:
        A format 1 score: a conductor's track with sections as markers, then the
        players, drums on the tenth channel.
    """
    lines = {
        "Drums": _drums(), "Bass": _bass(), "Keys": _keys(), "Pad": _pad(),
        "Arpeggio": _arpeggio(), "Melody": _melody(), "Strings": _strings(),
    }  # fmt: skip
    rng = np.random.default_rng(_SEED)
    markers = tuple(Text(_tick(beat), "marker", name) for beat, name in _MARKERS.items())
    tracks = [Track("First Light", texts=markers, end_tick=_tick(_END))]
    for number, (name, line) in enumerate(lines.items()):
        channel = DRUM_CHANNEL if name == "Drums" else number
        notes = _played(line, channel, rng, loose_s=0.003 if name == "Drums" else 0.008)
        tracks.append(Track(name, notes, _changes(name, channel), end_tick=_tick(_END)))
    return Score(
        tempo_map=TempoMap.from_tempi(_tempi(), _TICKS_PER_BEAT),
        tracks=tuple(tracks),
        meters=(Meter(0, 4, 4),),
        keys=(KeySignature(0, 0, True),),
    )


def _tempi() -> list[tuple[int, int]]:
    """Slow down over the break's last beats, then set off again, faster."""
    slowing = np.linspace(_FIRST_BPM, _SLOWEST_BPM, _SLOWING_BEATS + 1)[1:]
    bpm_at = {0.0: _FIRST_BPM, _RETURN: _LAST_BPM, _CLOSE: 104.0, _CLOSE + 2: 88.0}
    bpm_at |= {_RETURN - _SLOWING_BEATS + i: float(bpm) for i, bpm in enumerate(slowing)}
    return [(_tick(beat), round(60 * MICROSECONDS / bpm)) for beat, bpm in sorted(bpm_at.items())]


def _drums() -> Line:
    grooves = [
        _INTRO_GROOVE, _INTRO_GROOVE | {_KICK: "............6.7."},
        _LIGHT_GROOVE, _LIGHT_GROOVE, _LIGHT_GROOVE, _FILL,
        _FULL_GROOVE, _FULL_GROOVE, _FULL_GROOVE, _LAST_FILL,
        {}, {}, {},
        _DRIVE_GROOVE, _DRIVE_GROOVE, _DRIVE_GROOVE, _FILL | {_OPEN: "..8...8........."},
        _DRIVE_GROOVE, _LAST_FILL,
    ]  # fmt: skip
    line = [
        Played(bar * _BAR + step / 4, 0.2, drum, 20 + 12 * int(mark))
        for bar, groove in enumerate(grooves)
        for drum, marks in groove.items()
        for step, mark in enumerate(marks)
        if mark != "."
    ]
    line += [Played(beat, 2.0, _CRASH, 96) for beat in (_FULL, _RETURN, _RETURN + 16)]
    line += [Played(_CLOSE, 2.0, drum, 104) for drum in (_CRASH, _KICK)]
    return line


def _bass() -> Line:
    line: Line = []
    for bar, name in enumerate(_CHORDS):
        start, (root, _) = bar * _BAR, _VOICINGS[name]
        low = root - 12 if root > 43 else root
        if start < _THEME:
            continue
        if start < _FULL or _BREAK <= start < _RETURN or start >= _CLOSE:
            line.append(Played(start, 3.8, low, 84))
        elif start < _BREAK:
            steps = ((0, 1.4, 0), (1.5, 0.4, 0), (2.5, 0.9, 7), (3.5, 0.45, 12))
            line += [Played(start + at, length, low + up, 92) for at, length, up in steps]
        else:
            line += [
                Played(start + eighth / 2, 0.42, low + 12 * (eighth % 2), 98 - 12 * (eighth % 2))
                for eighth in range(8)
            ]
    return line


def _keys() -> Line:
    """Chords, held in the calm parts and struck off the beat in the moving ones."""
    line: Line = []
    for bar, name in enumerate(_CHORDS):
        start, (_, voices) = bar * _BAR, _VOICINGS[name]
        moving = _FULL <= start < _BREAK or _RETURN <= start < _CLOSE
        hits = ((0.0, 1.3), (1.5, 0.9), (2.5, 1.3)) if moving else ((0.0, 3.8),)
        for at, length in hits:
            velocity = 74 if moving else 62
            line += [Played(start + at, length, pitch, velocity) for pitch in voices]
    return line


def _pad() -> Line:
    return [
        Played(bar * _BAR, 4.1, pitch, 70)
        for bar, name in enumerate(_CHORDS)
        for pitch in _VOICINGS[name][1][:3]
    ]


def _arpeggio() -> Line:
    line: Line = []
    for bar, name in enumerate(_CHORDS):
        start, (_, voices) = bar * _BAR, _VOICINGS[name]
        ladder = (*voices, *(pitch + 12 for pitch in voices))
        if start >= _CLOSE:
            line += [Played(start + i / 6, 3.0, pitch, 84) for i, pitch in enumerate(ladder)]
            continue
        fast = start >= _RETURN
        walk = (0, 2, 4, 6, 5, 3, 2, 1) * (2 if fast else 1)
        length = 0.25 if fast else 0.5
        for step, rung in enumerate(walk):
            velocity = 86 if step % 4 == 0 else 70
            line.append(Played(start + step * length, length * 1.6, ladder[rung], velocity))
    return line


def _melody() -> Line:
    def at(start: float, notes: Iterable[tuple[float, float, int]], velocity: int) -> Line:
        return [Played(start + b, length * 0.95, pitch, velocity) for b, length, pitch in notes]

    varied = (*(note for note in _THEME_NOTES if note[0] < 12.0), *_THEME_END)
    return [
        *at(_THEME, _THEME_NOTES, 88),
        *at(_FULL, varied, 96),
        *at(_BREAK, _BREAK_NOTES, 78),
        *at(_RETURN, _THEME_NOTES, 108),
        *at(_RETURN + 16, _CLOSING_NOTES, 108),
    ]


def _strings() -> Line:
    """A line above in the break, and the theme's octave when it returns."""
    line = [
        Played(_BREAK, 3.9, 81, 90),
        Played(_BREAK + 4, 3.9, 84, 96),
        Played(_BREAK + 8, 1.9, 83, 102),
        Played(_BREAK + 10, 2.0, 80, 108),
    ]
    line += [Played(_RETURN + b, n, pitch - 12, 108) for b, n, pitch in _THEME_NOTES]
    line += [Played(_RETURN + 16 + b, n, pitch - 12, 112) for b, n, pitch in _CLOSING_NOTES]
    return line


def _played(line: Line, channel: int, rng: np.random.Generator, loose_s: float) -> Notes:
    """Turn a line into notes, a little early or late, a little softer or louder.

    Whole beats are kept to half the freedom of what lies between them.
    """
    beat = np.array([note.beat for note in line])
    freedom = loose_s * _FIRST_BPM / 60 * np.where(beat % 1 == 0, 0.5, 1.0)
    onset = np.maximum(beat + rng.normal(0.0, 1.0, len(line)) * freedom, 0.0)
    end = onset + np.array([note.length for note in line])
    touch = np.array([note.velocity for note in line]) + rng.normal(0.0, 4.0, len(line))
    order = np.argsort(np.round(onset * _TICKS_PER_BEAT), kind="stable")
    return Notes(
        np.round(onset[order] * _TICKS_PER_BEAT).astype(np.int64),
        np.round(np.minimum(end, _END)[order] * _TICKS_PER_BEAT).astype(np.int64),
        np.array([note.pitch for note in line], dtype=np.uint8)[order],
        np.clip(np.round(touch[order]), 1, 127).astype(np.uint8),
        np.full(len(line), channel, dtype=np.uint8),
    )


def _changes(name: str, channel: int) -> tuple[Change, ...]:
    program, volume, pan, hall = _PLAYERS[name]
    changes = [Change(0, channel, "program", 0, program)]
    for controller, value in ((7, volume), (10, pan), (91, hall)):
        changes.append(Change(0, channel, "control", controller, value))
    if name in ("Pad", "Strings"):
        for beat in np.arange(0.0, _END, 0.5).tolist():
            changes.append(Change(_tick(beat), channel, "control", 11, _swell(beat)))
    return tuple(changes)


def _swell(beat: float) -> int:
    """Return the expression of the long notes: it rises through each part towards the next."""
    starts = [*_MARKERS, _END]
    part = int(np.searchsorted(starts, beat, side="right")) - 1
    along = (beat - starts[part]) / (starts[part + 1] - starts[part])
    return round(84 + 40 * along)


def _tick(beat: float) -> int:
    return round(beat * _TICKS_PER_BEAT)
