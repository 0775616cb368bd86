"""The shipped predictor of loudness and note density, and its records beside the baselines'."""

from os import PathLike

import numpy as np
from numpy.typing import NDArray

from clavilux import models
from clavilux.compose.chord_features import video2music_rows
from clavilux.compose.dynamics import predict_by
from clavilux.core.errors import InputError
from clavilux.dataset import muvi_sync
from clavilux.dataset.muvi_song import Song
from clavilux.evaluation import dynamics

Record = dict[str, str | float | None]
_HITS = ("hits@1", "hits@3", "hits@5", "next_hits@1", "change_auc", "change_hits@1", "stay_hits@1")


def predictor(weights: str | PathLike[str] | None = None) -> dynamics.Predictor:
    """Return a model of dynamics as a predictor.

    Args:
        weights: A folder that ``train dynamics`` wrote, or its ONNX file; the shipped
            model if None.

    Raises:
        InputError: There is no such model, or it is of another kind.
    """
    model = models.load("dynamics", weights=models.file_in(weights))
    n_inputs = len(model.input_shapes)
    if model.session.get_outputs()[0].name != "dynamics":
        raise InputError(f"{weights} is no model of dynamics; expected one by train dynamics")

    def predict(song: Song) -> NDArray[np.float64]:
        if n_inputs == 1:  # the seed's biGRU
            rows = video2music_rows(song.emotion, song.motion, song.scene_offset, song.semantic)
            (found,) = model(rows[None, : dynamics.MAX_SECONDS])
            return np.asarray(found[0], np.float64)
        made = predict_by(model, song.emotion, song.motion, song.scene_offset, song.semantic)
        return np.column_stack([made.density, made.loudness])[: dynamics.MAX_SECONDS]

    return predict


def predictors(
    train: list[Song], weights: str | PathLike[str] | None = None
) -> dict[str, dynamics.Predictor]:
    """Return the shipped model, that of `weights` and the baselines, by name."""
    found: dict[str, dynamics.Predictor] = {"dynamics": predictor()}
    if weights is not None:
        found[str(weights)] = predictor(weights)
    return found | {
        "position": dynamics.ByPosition.fit(train),
        "always": dynamics.Always.fit(train),
    }


def records(
    data: str | PathLike[str], split: str, weights: str | PathLike[str] | None = None
) -> list[Record]:
    """Return a record of every model and baseline on a split of MuVi-Sync.

    Raises:
        InputError: The data cannot be read, or has no songs in that split.
    """
    songs = muvi_sync.read(data, split=split, semantic=True)
    train = muvi_sync.read(data, split="train")
    if not songs or not train:
        raise InputError(f"{data} has no songs in the split {split if train else 'train'}")
    found: list[Record] = []
    for name, one in predictors(train, weights).items():
        errors = dynamics.summary(dynamics.evaluate(one, songs))
        record: Record = {"name": name, **dict.fromkeys(_HITS)}
        record |= {"density_rmse": errors.density, "loudness_rmse": errors.loudness}
        found.append(record)
    return found
