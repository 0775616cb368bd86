"""The shipped chord net as a predictor, and its records beside the baselines'."""

from os import PathLike

import numpy as np
from numpy.typing import NDArray

from clavilux import models
from clavilux.compose.chord_features import film_rows, prepare
from clavilux.compose.vocabulary import END, N_TOKENS
from clavilux.core.errors import InputError
from clavilux.dataset import muvi_sync
from clavilux.dataset.muvi_song import Song
from clavilux.evaluation import chord_baselines, chords

Record = dict[str, str | float | None]


def form(song: Song) -> chords.Scores:
    """Return the shipped net's scores of every target of a song."""
    heard = song.chords[: chords.MAX_SECONDS]
    rows = prepare(heard, song.change_s[song.change_s < len(heard)])
    film = film_rows(song.emotion, song.motion, song.scene_offset)[: len(heard)]
    shown: NDArray[np.float32] = np.concatenate([film[1:], np.zeros((1, film.shape[1]), "f4")])
    model = models.load("form")
    minor = np.array([int(song.minor)])
    (found,) = model(rows.runs[None], rows.times[None], shown[None], minor)
    scores = np.full((len(chords.targets(song)), N_TOKENS), -50.0)
    scores[:, :END] = found[0, : len(scores)]
    return chord_baselines.with_known_end(song, scores)


def records(data: str | PathLike[str], split: str) -> list[Record]:
    """Return a record of the shipped net and of each baseline on a split of MuVi-Sync.

    Raises:
        InputError: The data cannot be read, or has no songs in that split.
    """
    songs = muvi_sync.read(data, split=split)
    train = muvi_sync.read(data, split="train")
    if not songs or not train:
        raise InputError(f"{data} has no songs in the split {split if train else 'train'}")
    counted = chord_baselines.NGramCache.fit(train)
    predictors: dict[str, chords.Predictor] = {
        "form": form,
        "n-gram and cache": lambda song: chord_baselines.with_known_end(song, counted(song)),
        "repeat last": chord_baselines.RepeatLast(counted.unigram),
        "unigram": counted.unigram,
    }
    return [
        chords.summary(chords.evaluate(predictor, songs)).as_record(name)
        for name, predictor in predictors.items()
    ]
