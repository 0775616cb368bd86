"""Loudness and note density predicted from a film, measured as Video2Music's authors do.

Conventions
-----------
- A predictor gives (n_seconds, 2): note density and loudness of each second of a song.
- The error of a song is taken over `MAX_SECONDS` rows: rows after its end count, as the
  authors have them, with truth and prediction 0 (the film's length is known). Missing
  values count as 0, as in their reader.

Source:
    ``run_model_regression.py`` of github.com/AMAAI-Lab/Video2Music (MIT): mean over songs
    of the root mean square error.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clavilux.dataset.muvi_song import Song

MAX_SECONDS = 300
Predictor = Callable[[Song], NDArray[np.float64]]
_EDGES = np.array([0, 1, 2, 3, 4, 6, 8, 11, 15, 20, 30, 50, 80, 120, 180, 240, 400])
"""Seconds from the beginning, and to the end, between which songs are taken to be alike."""


@dataclass(frozen=True, slots=True)
class DynamicsErrors:
    """Root mean square errors of one song or their mean over several."""

    density: float
    """Notes."""
    loudness: float
    """RMS amplitude, 0 to 1."""


def truth_of(song: Song) -> NDArray[np.float64]:
    """Return density and loudness, missing ones as 0: (n_seconds ≤ 300, 2)."""
    rows = np.column_stack([song.note_density, song.loudness])[:MAX_SECONDS]
    return np.nan_to_num(rows).astype(np.float64)


def errors_of(predicted: NDArray[np.float64], song: Song) -> DynamicsErrors:
    """Compare a prediction with a song.

    Raises:
        ValueError: The prediction has another shape than the song's rows.
    """
    truth = truth_of(song)
    if predicted.shape != truth.shape:
        raise ValueError(f"prediction has shape {predicted.shape}; expected {truth.shape}")
    mean = np.sqrt(((predicted - truth) ** 2).sum(axis=0) / MAX_SECONDS)
    return DynamicsErrors(float(mean[0]), float(mean[1]))


def evaluate(predictor: Predictor, songs: Sequence[Song]) -> list[DynamicsErrors]:
    """Compare a predictor with every song."""
    return [errors_of(predictor(song), song) for song in songs]


def summary(errors: Sequence[DynamicsErrors]) -> DynamicsErrors:
    """Return the means over songs."""
    return DynamicsErrors(
        float(np.mean([e.density for e in errors])), float(np.mean([e.loudness for e in errors]))
    )


@dataclass(frozen=True, slots=True, eq=False)
class ByPosition:
    """Baseline: what songs do so long after their beginning and so long before their end."""

    weights: NDArray[np.float64]

    @classmethod
    def fit(cls, songs: Sequence[Song]) -> "ByPosition":
        """Fit by least squares, with a ridge of one second."""
        rows = np.concatenate([_places(song) for song in songs])
        truth = np.concatenate([truth_of(song) for song in songs])
        ridge = np.eye(rows.shape[1])
        return cls(np.linalg.solve(rows.T @ rows + ridge, rows.T @ truth))

    def __call__(self, song: Song) -> NDArray[np.float64]:
        return np.asarray(_places(song) @ self.weights)


@dataclass(frozen=True, slots=True, eq=False)
class Always:
    """Baseline: the mean of all training seconds, everywhere."""

    mean: NDArray[np.float64]

    @classmethod
    def fit(cls, songs: Sequence[Song]) -> "Always":
        """Take the mean."""
        return cls(np.concatenate([truth_of(song) for song in songs]).mean(axis=0))

    def __call__(self, song: Song) -> NDArray[np.float64]:
        return np.tile(self.mean, (len(truth_of(song)), 1))


def _places(song: Song) -> NDArray[np.float64]:
    at = np.arange(len(truth_of(song)))
    left = len(song) - 1 - at
    kinds = np.eye(len(_EDGES))
    return np.hstack(
        [kinds[np.searchsorted(_EDGES, at, "right") - 1],
         kinds[np.searchsorted(_EDGES, left, "right") - 1]]
    )  # fmt: skip
