"""The chord vocabulary of learnt chord writers: MuVi-Sync's 157 labels, as numbers.

Conventions
-----------
- Index 0 is ``N`` (no chord); 1 + 13 × root + quality for the others, with the
  qualities in the order of `QUALITY_ORDER`. 157 is the end of a song.
- Learnt writers think in one key: C major, or A minor for minor keys. `normalising_shift`
  says how many semitones up lead there.

Source:
    J. Kang, S. Poria, D. Herremans, "Video2Music", Expert Systems with
    Applications 249, 2024: the file ``chord.json`` of its data set.
"""

from clavilux.compose.harmony import NAMES, QUALITIES, Chord, Key

QUALITY_ORDER = (
    "maj", "dim", "sus4", "min7", "min", "sus2", "aug", "dim7", "maj6", "hdim7", "7", "min6", "maj7"
)  # fmt: skip
NO_CHORD = 0
N_CHORDS = 1 + 12 * len(QUALITY_ORDER)
END = N_CHORDS
"""The token that says that a song is over."""
N_TOKENS = END + 1


def chord_of(index: int) -> Chord | None:
    """Return the chord with this index; None for ``N``.

    Raises:
        ValueError: The index is not one of the 157.
    """
    if not 0 <= index < N_CHORDS:
        raise ValueError(f"chord index {index}; expected 0 to {N_CHORDS - 1}")
    if index == NO_CHORD:
        return None
    root, quality = divmod(index - 1, len(QUALITY_ORDER))
    return Chord(root, QUALITY_ORDER[quality])


def index_of(chord: Chord | None) -> int:
    """Return the index of a chord; None is ``N``."""
    if chord is None:
        return NO_CHORD
    return 1 + len(QUALITY_ORDER) * chord.root + QUALITY_ORDER.index(chord.quality)


def label_of(index: int) -> str:
    """Return the data set's label of a chord: ``N``, ``C``, ``A:min7``."""
    chord = chord_of(index)
    if chord is None:
        return "N"
    return NAMES[chord.root] + ("" if chord.quality == "maj" else f":{chord.quality}")


def index_of_label(label: str) -> int:
    """Return the index of a label; sharps only, as the data set writes them.

    Raises:
        ValueError: The label is not in the vocabulary.
    """
    if label == "N":
        return NO_CHORD
    root, _, quality = label.partition(":")
    quality = quality or "maj"
    if root not in NAMES or quality not in QUALITIES:
        raise ValueError(f"chord label {label!r} is not in the vocabulary")
    return index_of(Chord(NAMES.index(root), quality))


def transpose(index: int, semitones: int) -> int:
    """Return the index of the same chord `semitones` higher."""
    chord = chord_of(index)
    return NO_CHORD if chord is None else index_of(
        Chord((chord.root + semitones) % 12, chord.quality)
    )  # fmt: skip


def normalising_shift(key: Key) -> int:
    """Return the semitones up, 0 to 11, from `key` to C major or A minor."""
    return ((9 if key.minor else 0) - key.tonic) % 12
