"""Dynamics: how loud and how dense music for a film would be, second by second.

Learnt from the music videos of MuVi-Sync. It knows little: songs begin softly, rise and
end, and some films go with fuller music. The arranger asks it only where the film asks
for nothing else.
"""

from dataclasses import dataclass
from os import PathLike

import numpy as np
from numpy.typing import NDArray

from clavilux import models
from clavilux.compose.dynamics_features import clip_rows, rows_of
from clavilux.core.values import Facts
from clavilux.models import Model

_EMOTIONS = ("exciting", "fearful", "tense", "sad", "relaxing", "neutral")


@dataclass(frozen=True, slots=True, eq=False)
class Dynamics:
    """Predicted dynamics; arrays of shape (n_seconds,)."""

    density: NDArray[np.float64]
    """Notes sounding in each second."""
    loudness: NDArray[np.float64]
    """RMS amplitude of each second, 0 to 1."""


def predict(
    emotion: NDArray[np.float32],
    motion: NDArray[np.float32],
    scene_offset: NDArray[np.float32],
    semantic: NDArray[np.float32] | None = None,
    *,
    weights: str | PathLike[str] | None = None,
) -> Dynamics:
    """Predict the dynamics of music for a film; NaN stands for what is not known.

    Args:
        emotion: Probabilities of six emotions, (n_seconds, 6).
        motion: Difference of frames, 0 to 255, (n_seconds,).
        scene_offset: Seconds since the cut, (n_seconds,).
        semantic: CLIP image features, (n_seconds, 768), where there are any.
        weights: A model to take instead of the one that ships: its ONNX file or folder.
    """
    model = models.load("dynamics", weights=models.file_in(weights))
    return predict_by(model, emotion, motion, scene_offset, semantic)


def predict_by(
    model: Model,
    emotion: NDArray[np.float32],
    motion: NDArray[np.float32],
    scene_offset: NDArray[np.float32],
    semantic: NDArray[np.float32] | None = None,
) -> Dynamics:
    """Predict by a model that is loaded; see `predict`."""
    rows = rows_of(emotion, motion, scene_offset)
    (found,) = model(rows[None], clip_rows(semantic, len(rows))[None])
    values = np.asarray(found[0], np.float64)
    return Dynamics(values[:, 0], values[:, 1])


def of_film(facts: Facts) -> Dynamics:
    """Predict the dynamics of music for a film that was watched."""
    seconds = np.arange(max(1, int(np.ceil(facts.duration_s))), dtype=np.float64)

    def column(name: str) -> NDArray[np.float32]:
        if name not in facts.series:
            return np.full(len(seconds), np.nan, np.float32)
        return facts.series[name].at(seconds).astype(np.float32)

    emotion = np.column_stack([column(f"emotion.{word}") for word in _EMOTIONS])
    return predict(emotion, column("motion_muvi"), column("scene_offset"))
