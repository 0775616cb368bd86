"""A song of MuVi-Sync: a music video as rows of features, one a second.

Conventions
-----------
- Row ``t`` is second ``t``; arrays have one row a second.
- Chords are indices of `clavilux.compose.vocabulary`, in C major or A minor.
- A missing value is NaN.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clavilux.compose.vocabulary import NO_CHORD, index_of_label, transpose

SPLITS = ("train", "val", "test")
EMOTIONS = ("exciting", "fearful", "tense", "sad", "relaxing", "neutral")
COLUMNS = ("motion", "scene_offset", "loudness", "note_density")
"""Features that are one number a second."""


@dataclass(frozen=True, slots=True, eq=False)
class Song:
    """One music video, a row a second."""

    id: str
    split: str
    """``train``, ``val``, ``test`` or ``none``."""
    minor: bool
    """Whether the key is minor: the chords are in A minor then, else in C major."""
    transpose: int
    """Semitones up, modulo 12, that led from the original key to the normalised one."""
    chords: NDArray[np.int64]
    """Chord that sounds at each whole second. Shape (n_seconds,)."""
    emotion: NDArray[np.float32]
    """Probabilities of `EMOTIONS`. Shape (n_seconds, 6)."""
    motion: NDArray[np.float32]
    """Difference of two frames once a second, 0 to 255. Shape (n_seconds,)."""
    scene_offset: NDArray[np.float32]
    """Whole seconds since the current shot began. Shape (n_seconds,)."""
    loudness: NDArray[np.float32]
    """RMS amplitude of each second, 0 to 1. Shape (n_seconds,)."""
    note_density: NDArray[np.float32]
    """Notes sounding in each second. Shape (n_seconds,)."""
    change_s: NDArray[np.float64]
    """When each chord of the recogniser begins, seconds. Shape (n_intervals,)."""
    change_chord: NDArray[np.int64]
    """Those chords, in the normalised key. Shape (n_intervals,)."""
    semantic: NDArray[np.float32] | None = None
    """CLIP image features, not normalised. Shape (n_seconds, 768)."""
    title: str = ""

    def __len__(self) -> int:
        return len(self.chords)


def normalised(label: str, semitones: int) -> int:
    """Return the index of a label `semitones` higher; ``N`` for one out of the vocabulary."""
    try:
        return transpose(index_of_label(label), semitones)
    except ValueError:
        return NO_CHORD


def runs_of(song: Song, n: int = 24) -> set[tuple[tuple[int, int], ...]]:
    """Return every run of `n` changes of chord with their lengths, to a tenth of a second.

    Two songs that share one are taken for the same recording, wherever it begins.
    """
    lengths = np.rint(np.diff(song.change_s) * 10).astype(int).tolist()
    pairs = list(zip(song.change_chord[:-1].tolist(), lengths, strict=True))
    return {tuple(pairs[i : i + n]) for i in range(len(pairs) - n + 1)}
