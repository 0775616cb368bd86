"""MuVi-Sync's music videos as films to compose for: what its rows say, as `watch` would say it."""

import numpy as np
from numpy.typing import NDArray

from clavilux.compose.harmony import Key
from clavilux.compose.soundtrack import Brief, Soundtrack, compose
from clavilux.compose.vocabulary import index_of, normalising_shift, transpose
from clavilux.core.values import Events, Facts, Series
from clavilux.dataset.muvi_song import Song
from clavilux.watch import affect

FRAME_RATE = 25.0
_RATE = 4.0


def facts_of(song: Song, seconds: int) -> Facts:
    """Return what is known of the first seconds of a song's video.

    Cuts are where a shot begins, to the second, stronger the more the emotion differs.
    """
    n = min(len(song), seconds)
    motion = np.nan_to_num(song.motion[:n]).astype(np.float64)
    emotion = np.nan_to_num(song.emotion[:n], nan=1 / 6)
    at = np.flatnonzero((song.scene_offset[:n] == 0) & (np.arange(n) > 0))
    unlike = np.abs(emotion[at] - emotion[at - 1]).sum(axis=1) / 2
    times = np.arange(round(n * _RATE)) / _RATE
    valence, arousal = affect.of_words(emotion.astype(np.float32), times, _RATE)
    series = {
        "motion": Series(_RATE, np.interp(times, np.arange(n) + 0.5, motion) / 50),
        "valence": Series(_RATE, valence),
        "arousal": Series(_RATE, arousal),
    }
    cuts = Events(at.astype(float), ("cut",) * len(at), 0.3 + 0.7 * unlike)
    return Facts(float(n), cuts, series)


def composed(song: Song, writer: str, seconds: int, seed: int = 0) -> Soundtrack:
    """Compose for a song's video, in a key of the song's mode."""
    tonic = int(np.random.default_rng([seed, int(song.minor), len(song)]).integers(12))
    key = Key(tonic, "minor" if song.minor else "major")
    brief = Brief(chord_writer=writer, key=key, seed=seed)
    return compose(facts_of(song, seconds), FRAME_RATE, brief)


def chords_of(made: Soundtrack) -> list[tuple[float, int]]:
    """Return when each written chord begins, and its index in the normalised key."""
    shift = normalising_shift(made.key)
    return [
        (float(made.grid.seconds(beat)), transpose(index_of(chord), shift))
        for bar in made.bars
        for chord, beat, _ in bar.spans
    ]


def film_events(song: Song, seconds: int) -> NDArray[np.float64]:
    """Return how much happens in each second of a video: its motion, and more where it cuts."""
    n = min(len(song), seconds)
    motion = np.nan_to_num(song.motion[:n]).astype(np.float64)
    ranks = motion.argsort().argsort() / max(n - 1, 1)
    return np.asarray(ranks + (song.scene_offset[:n] == 0))


def changes_a_second(times_s: NDArray[np.float64], seconds: int) -> NDArray[np.float64]:
    """Count what begins in each second. Shape (seconds,)."""
    return np.histogram(times_s, np.arange(seconds + 1))[0].astype(np.float64)
