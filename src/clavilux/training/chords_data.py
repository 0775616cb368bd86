"""Songs as the learnt chord writer's examples: rows, targets, and songs played otherwise.

A song's exact chord times allow it to be sampled anew: begun elsewhere, played slower or
faster, so that seconds fall on other places of its bars. Everything random is drawn up
front, from the generator given.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from clavilux.compose.chord_features import N_FILM, N_RUNS, N_TIMES, film_rows, prepare
from clavilux.compose.vocabulary import N_CHORDS
from clavilux.dataset.muvi_song import Song
from clavilux.evaluation.chords import MAX_SECONDS

IGNORED = -100
_SPEEDS = (0.75, 1.33)
"""Range of playing speeds; log-uniform."""
_PLAIN = 0.25
"""Share of examples that are the song as it is."""
_FILM_DROPPED = 0.5
"""Share of examples without their film, so that the net works without."""


@dataclass(frozen=True, slots=True, eq=False)
class Example:
    """One song, ready to be batched."""

    runs: NDArray[np.int64]
    times: NDArray[np.float32]
    film: NDArray[np.float32]
    minor: int
    target: NDArray[np.int64]
    """The chord of the next second, (n,); `IGNORED` where it is not asked for."""


def example_of(song: Song) -> Example:
    """Return a song as it is: row ``s`` asks for the chord of second ``s + 1``."""
    chords = song.chords[:MAX_SECONDS]
    film = film_rows(song.emotion, song.motion, song.scene_offset)[:MAX_SECONDS]
    known = song.change_s[song.change_s < len(chords)]
    return _build(chords, known, film, song.minor)


def played_otherwise(song: Song, rng: np.random.Generator) -> Example:
    """Return a song begun elsewhere and played at another speed, perhaps without its film."""
    if rng.random() < _PLAIN or len(song.change_s) < 8:
        example = example_of(song)
    else:
        speed = float(np.exp(rng.uniform(*np.log(_SPEEDS))))
        begin = float(rng.uniform(0, 1) if rng.random() < 0.6 else rng.uniform(0, len(song) / 3))
        n = int(min(MAX_SECONDS, (len(song) - begin) / speed))
        at = begin + np.arange(n) * speed
        which = np.maximum(np.searchsorted(song.change_s, at, "right") - 1, 0)
        changes = (song.change_s - begin) / speed
        rows = film_rows(song.emotion, song.motion, song.scene_offset)
        film = rows[np.minimum(at.astype(int), len(song) - 1)]
        known = changes[(changes > 0) & (changes < n)]
        example = _build(song.change_chord[which], known, film, song.minor)
    if rng.random() < _FILM_DROPPED:
        return Example(
            example.runs, example.times, np.zeros_like(example.film), example.minor, example.target
        )
    return example


def _build(
    chords: NDArray[np.int64],
    changes: NDArray[np.float64],
    film: NDArray[np.float32],
    minor: bool,
) -> Example:
    rows = prepare(chords, changes)
    shown = np.concatenate([film[1:], np.zeros((1, film.shape[1]), np.float32)])
    target = np.append(chords[1:], IGNORED)
    return Example(rows.runs, rows.times, shown, int(minor), target)


def batch_of(examples: Sequence[Example]) -> list[Tensor]:
    """Pad examples to one length: runs, times, film, minor, target."""
    n = max(len(example.target) for example in examples)
    runs = np.full((len(examples), n, N_RUNS), N_CHORDS)
    times = np.zeros((len(examples), n, N_TIMES), np.float32)
    film = np.zeros((len(examples), n, N_FILM), np.float32)
    target = np.full((len(examples), n), IGNORED)
    for i, example in enumerate(examples):
        rows = len(example.target)
        runs[i, :rows], times[i, :rows] = example.runs, example.times
        film[i, :rows], target[i, :rows] = example.film, example.target
    minor = np.array([example.minor for example in examples])
    return [torch.from_numpy(array) for array in (runs, times, film, minor, target)]


def cropped(example: Example, n: int, rng: np.random.Generator) -> Example:
    """Return `n` seconds of an example, from a random place on."""
    first = int(rng.integers(0, max(1, len(example.target) - n)))
    kept = slice(first, first + n)
    return Example(
        example.runs[kept], example.times[kept], example.film[kept], example.minor,
        example.target[kept],
    )  # fmt: skip
