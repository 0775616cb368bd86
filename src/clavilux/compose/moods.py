"""Moods: the words a user may ask for, and what each does to the music, by time.

A mood moves everything: tempo, mode, how dense and how high the tune is. Without a word
the mood is what was seen: valence and arousal.

Source:
    Tempo, mode, register and density by emotion as in A. Gabrielsson and E. Lindström,
    "The Role of Structure in the Musical Expression of Emotions", 2010, table 14.2;
    the numbers are our own choice within its directions.
"""

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clavilux.core.errors import InputError


@dataclass(frozen=True, slots=True)
class Mood:
    """What a mood asks of the music."""

    valence: float
    """-1 dark to 1 bright."""
    tension: float
    """0 calm to 1 excited."""
    tempo_bpm: float
    mode: str
    """A name in `clavilux.compose.harmony.MODES`."""
    busy: float
    """How many notes the tune has: 0 few to 1 many."""
    register: int
    """Semitones by which the tune lies higher."""


MOODS: Mapping[str, Mood] = {
    "exciting": Mood(0.7, 0.9, 138, "mixolydian", 0.95, 0),
    "happy": Mood(0.8, 0.6, 114, "major", 0.65, 4),
    "relaxing": Mood(0.6, 0.15, 76, "major", 0.4, -4),
    "neutral": Mood(0.1, 0.4, 94, "dorian", 0.45, 0),
    "sad": Mood(-0.6, 0.2, 62, "minor", 0.3, -4),
    "tense": Mood(-0.5, 0.75, 104, "phrygian", 0.65, 1),
    "fearful": Mood(-0.8, 0.9, 84, "phrygian", 0.2, -8),
    "dreamy": Mood(0.3, 0.2, 66, "lydian", 0.2, 8),
    "epic": Mood(0.2, 1.0, 124, "minor", 0.6, 5),
}
"""Moods a user may name."""
ALIASES = {"calm": "relaxing", "peaceful": "relaxing", "excited": "exciting", "scary": "fearful"}
"""Other words for them."""
_SLOWEST, _FASTEST = 66.0, 132.0
_ENTRY = re.compile(r"(?:(?P<time>\d+(?::\d+){0,2}(?:\.\d+)?)\s+)?(?P<name>[A-Za-z]+)")

NamedMoods = tuple[tuple[float, str], ...]
"""(seconds from which it holds, a name in `MOODS`), in order of time."""


def parse_moods(text: str) -> NamedMoods:
    """Read a mood, or several by time: ``tense`` or ``0:00 calm, 0:40 tense``.

    Raises:
        InputError: A word is not a mood, or a time is missing, wrong or out of order.
    """
    found: list[tuple[float, str]] = []
    entries = [entry.strip() for entry in text.split(",")]
    for entry in entries:
        match = _ENTRY.fullmatch(entry)
        if not match or (match["time"] is None and len(entries) > 1):
            raise InputError(
                f"mood {entry!r} is not a mood; write tense or '0:00 calm, 0:40 tense'"
            )
        name = match["name"].lower()
        name = ALIASES.get(name, name)
        if name not in MOODS:
            words = ", ".join([*MOODS, *ALIASES])
            raise InputError(f"no mood is called {match['name']!r}; there are: {words}")
        parts = (match["time"] or "0").split(":")
        time_s = sum(float(part) * 60**i for i, part in enumerate(reversed(parts)))
        if found and time_s <= found[-1][0]:
            raise InputError(
                f"mood {entry!r} is not after the one before; put them in order of time"
            )
        found.append((time_s, name))
    return tuple(found)


@dataclass(frozen=True, slots=True, eq=False)
class MoodCourse:
    """The mood over a film, four times a second; arrays of shape (n_times,)."""

    times_s: NDArray[np.float64]
    valence: NDArray[np.float64]
    tension: NDArray[np.float64]
    tempo_bpm: NDArray[np.float64]
    """The tempo that the mood would like."""
    busy: NDArray[np.float64]
    register: NDArray[np.float64]
    named: NamedMoods
    """Empty if the mood is what was seen."""

    def mode_at(self, time_s: float) -> str | None:
        """Return the mode of the mood named at a time; None if none is."""
        index = bisect_right([start for start, _ in self.named], time_s + 1e-6) - 1
        return MOODS[self.named[max(index, 0)][1]].mode if self.named else None

    @property
    def changes_s(self) -> list[float]:
        """Times at which another mood begins."""
        return [start for start, _ in self.named[1:]]


def course(
    valence: NDArray[np.float64],
    arousal: NDArray[np.float64],
    named: Sequence[tuple[float, str]] = (),
) -> MoodCourse:
    """Lay moods over a film.

    Args:
        valence: Seen, -1 to 1, four values a second; `arousal` likewise.
        named: Moods asked for; they hold the middle, what was seen moves around it.
    """
    times = np.arange(len(valence)) / 4
    if not named:
        tension = np.clip(0.5 + 0.5 * arousal, 0, 1)
        # What is felt at rest is -.5 to 0: the whole range of tempi lies around that.
        tempo = _SLOWEST + (_FASTEST - _SLOWEST) * np.clip((arousal + 0.75) / 1.1, 0, 1)
        busy, register = 0.25 + 0.5 * tension, 3 * valence
        return MoodCourse(times, valence, tension, tempo, busy, register, ())
    starts = [start for start, _ in named]
    index = np.maximum(np.searchsorted(starts, times + 1e-6, side="right") - 1, 0)
    moods = [MOODS[name] for _, name in named]

    def of(attribute: str) -> NDArray[np.float64]:
        return np.array([float(getattr(mood, attribute)) for mood in moods])[index]

    return MoodCourse(
        times,
        np.clip(of("valence") + 0.2 * (valence - valence.mean()), -1, 1),
        np.clip(of("tension") + 0.3 * (arousal - arousal.mean()), 0, 1),
        of("tempo_bpm"),
        of("busy"),
        of("register"),
        tuple(named),
    )
