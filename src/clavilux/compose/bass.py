"""Bass: the lowest voice, from a held root to a line that walks.

It moves by the chords' roots, sometimes by a third where that makes a step, and comes
from beside to the next chord. At the end of a part it assumes home, so that a part can
be written anew without its neighbours.
"""

from collections.abc import Callable, Sequence

import numpy as np

from clavilux.compose.harmony import Chord, Key
from clavilux.compose.lines import Bar, Line, Played, nearest
from clavilux.compose.parts import Part
from clavilux.compose.styles import Style

LOW, HIGH = 31, 52
_Steps = list[tuple[float, float, str]]
"""(beat in the span, length, what): ``root``, ``fifth``, ``octave``, ``third``, ``near``."""


def _evenly(step: float, names: Sequence[str]) -> Callable[[float], _Steps]:
    def of(n: float) -> _Steps:
        return [(k * step, step, names[k % len(names)]) for k in range(int(n / step + 1e-6))]

    return of


def _long(n: float) -> _Steps:
    return [(0, n, "root")]


def _two(n: float) -> _Steps:
    return [(0, n / 2, "root"), (n / 2, n / 2, "fifth")] if n >= 2 else _long(n)


def _steps(n: float) -> _Steps:
    return [(0, n - 1, "root"), (n - 1, 1, "near")] if n >= 2 else _long(n)


def _walk(n: float) -> _Steps:
    names = ("root", "third", "fifth", "near") if n >= 4 else ("root", "fifth", "near")
    return [(k, 1, names[k]) for k in range(min(int(n), len(names)))] or _long(n)


def _syncopated(n: float) -> _Steps:
    if n < 3:
        return _long(n)
    return [(0, 1.5, "root"), (1.5, 1, "root"), (2.5, n - 3, "fifth"), (n - 0.5, 0.5, "near")]


def _offbeat(n: float) -> _Steps:
    return [(k + 0.5, 0.5, "root") for k in range(int(n))]


PATTERNS: dict[str, Callable[[float], _Steps]] = {
    "long": _long,
    "two": _two,
    "steps": _steps,
    "walk": _walk,
    "syncopated": _syncopated,
    "offbeat": _offbeat,
    "eighths": _evenly(0.5, ("root", "root", "root", "fifth")),
    "octaves": _evenly(0.5, ("root", "octave")),
    "sixteenths": _evenly(0.25, ("root", "root", "octave", "root")),
    "pulse": _evenly(1.0, ("root",)),
    "ostinato": _evenly(0.5, ("root", "root", "fifth", "root", "octave", "root", "fifth", "root")),
    "broken": _evenly(1.0, ("root", "fifth", "octave", "fifth")),
    "stride": _evenly(1.0, ("root", "octave", "fifth", "octave")),
}
"""How a chord's beats are played, by name."""


def bass(bars: Sequence[Bar], parts: Sequence[Part], style: Style, *, pedal: float = 0.0) -> Line:
    """Play the lowest voice of some parts: the busier the more the film moves.

    Args:
        bars: All bars of the piece.
        parts: The parts to write.
        style: Its patterns.
        pedal: Share of chords under which home stays, in a mode without a leading note:
            nothing else says so plainly which of seven notes home is.
    """
    line: Line = []
    for part in parts:
        rng = np.random.default_rng([part.seed, 41])
        turn = int(rng.integers(2))
        own = [bars[i] for i in part.bars]
        spans = [(bar, *span) for bar in own for span in bar.spans]
        held = 0.0 if part.key.mode in ("major", "minor") else pedal
        roots = _roots([chord for _, chord, _, _ in spans], part.key, held, rng)
        for i, (bar, chord, first, n) in enumerate(spans):
            following = roots[i + 1] if i + 1 < len(roots) else _low(part.key.tonic)
            level = bar.density + (0.15 if turn and bar.index % 2 else 0.0)
            names = style.basslines
            name = names[int(np.clip(level * len(names), 0, len(names) - 1))]
            if bar.last or n < 1:
                name = "long"
            line += _played(bar, chord, first, n, roots[i], following, part.key, name)
    return line


def _low(pitch_class: int) -> int:
    return nearest(38, (pitch_class,), LOW, 44)


def _roots(chords: Sequence[Chord], key: Key, pedal: float, rng: np.random.Generator) -> list[int]:
    """Choose the lowest note of each chord: its root, or its third where that makes a step."""
    found: list[int] = []
    for i, chord in enumerate(chords):
        root = nearest(found[-1] if found else 38, (chord.root,), LOW, 46)
        if abs(root - 38) > 6:
            root = _low(chord.root)
        third = nearest(found[-1] if found else 38, (chord.pitch_classes[1],), LOW, 46)
        inner = 0 < i < len(chords) - 1 and chord.root != key.tonic
        step = inner and 0 < abs(third - found[-1]) <= 2 < abs(root - found[-1])
        low = third if step and rng.random() < 0.6 else root
        found.append(_low(key.tonic) if rng.random() < pedal else low)
    return found


def _played(
    bar: Bar, chord: Chord, first: float, n: float, root: int, following: int, key: Key, name: str
) -> Line:
    fifth = nearest(root + 6, (chord.pitch_classes[2],), LOW, HIGH)
    pitches = {
        "root": root,
        "octave": root + 12 if root + 12 <= HIGH else root,
        "third": nearest(root + 4, (chord.pitch_classes[1],), LOW, HIGH),
        "fifth": fifth,
        "near": nearest((root + following) / 2, _beside(following, key), LOW, HIGH),
    }
    line = []
    for beat, length, what in PATTERNS[name](n):
        pitch = pitches["fifth" if what == "near" and following == root else what]
        weight = 0.9 if beat == 0 else 0.76
        line.append(Played(first + beat, length * 0.9, pitch, bar.velocity(weight)))
    return line


def _beside(pitch: int, key: Key) -> tuple[int, ...]:
    """Return the notes of the key a step from a pitch, from where it is reached."""
    near = tuple((pitch + step) % 12 for step in (1, 2, 10, 11))
    return tuple(pc for pc in near if pc in key.scale) or near
