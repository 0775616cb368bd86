"""Learnt chord nets as predictors, and their records beside the baselines'."""

from os import PathLike

import numpy as np

from clavilux.compose import chord_nets
from clavilux.compose.chord_nets import Net, Prefix
from clavilux.compose.vocabulary import END, N_TOKENS
from clavilux.core.errors import InputError
from clavilux.dataset import muvi_sync
from clavilux.dataset.muvi_song import Song
from clavilux.evaluation import chord_baselines, chords

Record = dict[str, str | float | None]


def predictor(net: Net) -> chords.Predictor:
    """Return a net as a predictor."""

    def predict(song: Song) -> chords.Scores:
        n = len(chords.targets(song))
        heard = song.chords[:n]
        found = net(
            Prefix(
                heard, song.emotion, song.motion, song.scene_offset, song.minor,
                song.change_s[song.change_s < n], song.semantic,
            )
        )  # fmt: skip
        scores = np.full((n, N_TOKENS), -50.0)
        scores[:, :END] = found
        return chord_baselines.with_known_end(song, scores)

    return predict


def form(song: Song) -> chords.Scores:
    """Return the shipped net's scores of every target of a song."""
    return predictor(chord_nets.form())(song)


def amt(song: Song) -> chords.Scores:
    """Return the scores of Video2Music's transformer as it ships, trained here and small."""
    return predictor(chord_nets.amt())(song)


def records(
    data: str | PathLike[str], split: str, weights: str | PathLike[str] | None = None
) -> list[Record]:
    """Return a record of the shipped nets and of each baseline on a split of MuVi-Sync.

    Args:
        data: MuVi-Sync in either layout.
        split: ``train``, ``val`` or ``test``.
        weights: One more net, from ``train chords``.

    Raises:
        InputError: The data cannot be read, or has no songs in that split.
    """
    songs = muvi_sync.read(data, split=split, semantic=True)
    train = muvi_sync.read(data, split="train")
    if not songs or not train:
        raise InputError(f"{data} has no songs in the split {split if train else 'train'}")
    counted = chord_baselines.NGramCache.fit(train)
    predictors: dict[str, chords.Predictor] = {"form": form, "amt": amt}
    if weights is not None:
        predictors[str(weights)] = predictor(chord_nets.load(weights))
    predictors |= {
        "n-gram and cache": lambda song: chord_baselines.with_known_end(song, counted(song)),
        "repeat last": chord_baselines.RepeatLast(counted.unigram),
        "unigram": counted.unigram,
    }
    return [
        chords.summary(chords.evaluate(one, songs)).as_record(name)
        for name, one in predictors.items()
    ]
