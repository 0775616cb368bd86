"""Harmony: keys, modes and chords, and what chords do in a key.

Conventions
-----------
- A pitch class is 0 (C) to 11 (B); sharps are written, flats are read too.
- Chords are written in Harte's syntax: ``C:maj``, ``A:min7``, ``N`` for none;
  the short forms musicians type (``C``, ``Am``, ``G7``, ``Fmaj7``) are read too.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from clavilux.core.errors import InputError

NAMES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")

MODES: dict[str, tuple[int, ...]] = {
    "lydian": (0, 2, 4, 6, 7, 9, 11),
    "major": (0, 2, 4, 5, 7, 9, 11),
    "mixolydian": (0, 2, 4, 5, 7, 9, 10),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "minor": (0, 2, 3, 5, 7, 8, 10),
    "phrygian": (0, 1, 3, 5, 7, 8, 10),
}
"""Semitones of each mode's degrees above its tonic, brightest mode first."""

QUALITIES: dict[str, tuple[int, ...]] = {
    "maj": (0, 4, 7),
    "min": (0, 3, 7),
    "dim": (0, 3, 6),
    "aug": (0, 4, 8),
    "sus2": (0, 2, 7),
    "sus4": (0, 5, 7),
    "7": (0, 4, 7, 10),
    "maj7": (0, 4, 7, 11),
    "min7": (0, 3, 7, 10),
    "maj6": (0, 4, 7, 9),
    "min6": (0, 3, 7, 9),
    "dim7": (0, 3, 6, 9),
    "hdim7": (0, 3, 6, 10),
}
"""Semitones of each quality's notes above its root; Harte's names, those of MuVi-Sync."""

_SHORT = {"": "maj", "m": "min", "M7": "maj7", "m7": "min7", "6": "maj6", "m6": "min6", "-": "min"}
_SHORT |= {"min": "min", "ø": "hdim7", "o": "dim", "°": "dim", "+": "aug", "sus": "sus4"}


@dataclass(frozen=True, slots=True)
class Chord:
    """A chord: a root and a quality."""

    root: int
    """Pitch class 0 to 11."""
    quality: str
    """A name in `QUALITIES`."""

    def __str__(self) -> str:
        return f"{NAMES[self.root]}:{self.quality}"

    @property
    def short(self) -> str:
        """As musicians write it: ``Am7`` for ``A:min7``."""
        plain = {"maj": "", "min": "m"}.get(self.quality, self.quality.replace("min", "m"))
        return NAMES[self.root] + plain

    @property
    def pitch_classes(self) -> tuple[int, ...]:
        """Its notes, from the root up."""
        return tuple((self.root + step) % 12 for step in QUALITIES[self.quality])

    @property
    def minor(self) -> bool:
        """Whether its third is minor."""
        return QUALITIES[self.quality][1] == 3


@dataclass(frozen=True, slots=True)
class Key:
    """A tonic and a mode."""

    tonic: int
    """Pitch class 0 to 11."""
    mode: str
    """A name in `MODES`."""

    def __str__(self) -> str:
        return f"{NAMES[self.tonic]} {self.mode}"

    @property
    def minor(self) -> bool:
        """Whether its third is minor."""
        return MODES[self.mode][2] == 3

    @property
    def scale(self) -> tuple[int, ...]:
        """Its pitch classes, from the tonic up."""
        return tuple((self.tonic + step) % 12 for step in MODES[self.mode])

    @property
    def sharps(self) -> int:
        """Sharps (negative: flats) of its key signature, -7 to 7."""
        # A mode has the signature of the major key on its relative ionian tonic.
        offset = {"lydian": 7, "major": 0, "mixolydian": 5, "dorian": 10, "minor": 3, "phrygian": 8}
        ionian = (self.tonic + offset[self.mode]) % 12
        sharps = ionian * 7 % 12
        return sharps if sharps <= 6 else sharps - 12

    def with_seventh(self, chord: Chord) -> Chord:
        """Add to a triad the seventh that this key has."""
        large = (chord.root + 11) % 12 in self.scale
        sevenths = {"maj": "maj7" if large else "7", "min": "min7", "dim": "hdim7"}
        return Chord(chord.root, sevenths.get(chord.quality, chord.quality))

    def degree(self, number: int) -> Chord:
        """Build the triad on degree 1 to 7 from the mode's own notes.

        The fifth degree of minor is made major: its leading note is what makes a
        cadence. The other modes keep their own, which is their colour.
        """
        steps = MODES[self.mode]
        notes = [steps[(number - 1 + i) % 7] + 12 * ((number - 1 + i) // 7) for i in (0, 2, 4)]
        shape = (0, notes[1] - notes[0], notes[2] - notes[0])
        quality = {(0, 4, 7): "maj", (0, 3, 7): "min", (0, 3, 6): "dim", (0, 4, 8): "aug"}[shape]
        if number == 5 and self.mode == "minor":
            quality = "maj"
        return Chord((self.tonic + notes[0]) % 12, quality)


def parse_chord(text: str) -> Chord:
    """Read one chord, in Harte's syntax or as musicians write it.

    Raises:
        InputError: It is not a chord we know.
    """
    match = re.fullmatch(r"([A-Ga-g])([#b♯♭]?):?(.*)", text.strip())
    quality = _SHORT.get(match[3], match[3]) if match else ""
    if not match or quality not in QUALITIES:
        raise InputError(f"{text!r} is not a chord; write C, Am, F#m7 or Harte's A:min7")
    return Chord(_pitch_class(match[1], match[2]), quality)


def parse_primer(text: str) -> tuple[Chord, ...]:
    """Read chords with spaces, commas or bars between them: ``C Am F G``."""
    return tuple(parse_chord(word) for word in re.split(r"[\s,|]+", text.strip()) if word)


def parse_key(text: str) -> Key:
    """Read a key: ``C``, ``Am``, ``F# minor``, ``Eb dorian``.

    Raises:
        InputError: It is not a key we know.
    """
    match = re.fullmatch(r"([A-Ga-g])([#b♯♭]?)\s*(m|min|maj|\w*)", text.strip())
    mode = {"": "major", "m": "minor", "min": "minor", "maj": "major"}
    name = mode.get(match[3], match[3].lower()) if match else ""
    if not match or name not in MODES:
        modes = ", ".join(MODES)
        raise InputError(f"{text!r} is not a key; write C, Am or 'Eb dorian' (modes: {modes})")
    return Key(_pitch_class(match[1], match[2]), name)


def key_of(chords: Sequence[Chord]) -> Key:
    """Find the key whose own notes and first degree fit `chords` best."""

    def fit(key: Key) -> float:
        inside = sum(pc in key.scale for chord in chords for pc in chord.pitch_classes)
        home = [1.5 * (chords[0] == key.degree(1)), 1.0 * (chords[-1] == key.degree(5))]
        return inside + sum(home)

    candidates = [Key(tonic, mode) for mode in ("major", "minor") for tonic in range(12)]
    return max(candidates, key=fit)


def _pitch_class(letter: str, accidental: str) -> int:
    shift = {"": 0, "#": 1, "♯": 1, "b": -1, "♭": -1}[accidental]
    return (NAMES.index(letter.upper()) + shift) % 12
