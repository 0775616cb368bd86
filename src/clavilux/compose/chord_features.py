"""What the learnt chord writer looks at: one row a second, from the music so far.

Row ``s`` is what is known at second ``s``, when the chord of second ``s + 1`` is to be
written: the chords so far, since when the current one sounds, how long those before it
lasted. A chord that began between ``s`` and ``s + 1`` is not known at ``s``.

Conventions
-----------
- Chords are indices of `clavilux.compose.vocabulary`; times are seconds.
- A *run* is a stretch of seconds with the same chord.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clavilux.compose.vocabulary import N_TOKENS

N_RUNS = 8
"""Runs looked back at: two times a loop of four chords."""
N_TIMES = 12
"""Numbers in a row of `times`; see `prepare`."""
N_FILM = 9
"""Numbers in a row of `film`; see `film_rows`."""
N_CLIP = 768
"""CLIP features of a second, of ViT-L/14 at 336 pixels."""
_NONE = N_TOKENS - 1
"""Stands where there was no earlier run: END cannot sound."""


@dataclass(frozen=True, slots=True, eq=False)
class ChordRows:
    """The rows of a song's seconds ``0 … n - 1``."""

    runs: NDArray[np.int64]
    """The chord that sounds and the `N_RUNS` - 1 before it, newest first. (n, N_RUNS)."""
    times: NDArray[np.float32]
    """Age of the chord, lengths of those before it and ratios of these. (n, N_TIMES)."""

    def __len__(self) -> int:
        return len(self.runs)


def prepare(chords: NDArray[np.int64], change_s: NDArray[np.float64] | None = None) -> ChordRows:
    """Compute the rows of a song.

    Args:
        chords: The chord at each whole second. Shape (n,).
        change_s: When chords begin, seconds, increasing; where they are not known
            better, the seconds at which `chords` changes.
    """
    n = len(chords)
    seconds = np.arange(n, dtype=np.float64)
    edges = np.flatnonzero(np.diff(chords, prepend=-1))
    starts = edges.astype(np.float64) if change_s is None else change_s[change_s < n]
    if not len(starts) or starts[0] > 0:
        starts = np.concatenate([[0.0], starts])
    run = np.searchsorted(edges, seconds, "right") - 1
    back = run[:, None] - np.arange(N_RUNS)
    runs = np.where(back >= 0, chords[edges[np.maximum(back, 0)]], _NONE)
    begun = np.searchsorted(starts, seconds, "right") - 1
    age = seconds - starts[begun]
    lengths = np.append(np.diff(starts), np.nan)
    past = begun[:, None] - np.arange(1, 5)
    held = np.where(past >= 0, lengths[np.maximum(past, 0)], 0.0)  # (n, 4), newest first
    typical = _running_median(lengths, begun)
    held_or = np.where(held > 0, held, 4.0)
    columns = [
        np.log1p(age)[:, None],
        np.log1p(held),
        np.clip((age[:, None] + 1) / held_or[:, :2], 0, 3),
        np.clip((age + 1) / typical, 0, 3)[:, None],
        np.log1p(typical)[:, None],
        (age % 1)[:, None],
        np.log1p(seconds - edges[run])[:, None],
        np.minimum(seconds / 60, 5)[:, None],
    ]
    return ChordRows(runs.astype(np.int64), np.concatenate(columns, axis=1).astype(np.float32))


def _running_median(
    lengths: NDArray[np.float64], begun: NDArray[np.int64], *, window: int = 16
) -> NDArray[np.float64]:
    """Return the median of the last `window` whole lengths at each second; 2 s at first."""
    table = np.full(len(lengths), 2.0)
    for i in range(1, len(lengths)):
        table[i] = np.median(lengths[max(0, i - window) : i])
    return np.asarray(table[begun])


def film_rows(
    emotion: NDArray[np.float32], motion: NDArray[np.float32], scene_offset: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Compute what is shown in each second, for the chord of that second.

    Returns:
        Emotions (6), motion and time since the cut, scaled to about 0 to 1, and 1 where
        they are known; a second of which nothing is known is all zeros. (n, N_FILM).
    """
    rows = np.concatenate(
        [
            emotion,
            np.log1p(motion)[:, None] / 5,
            np.log1p(scene_offset)[:, None] / 4,
            np.ones((len(emotion), 1)),
        ],
        axis=1,
    )
    known = ~np.isnan(rows).any(axis=1)
    return np.where(known[:, None], rows, 0).astype(np.float32)


def video2music_rows(
    emotion: NDArray[np.float32],
    motion: NDArray[np.float32],
    scene_offset: NDArray[np.float32],
    semantic: NDArray[np.float32] | None = None,
) -> NDArray[np.float32]:
    """Compute a film's rows as Video2Music's own nets see them; what is unknown is 0.

    Returns:
        CLIP features, 1 + seconds since the cut, motion and emotions. Shape (n, 776).
    """
    clip = np.zeros((len(motion), N_CLIP)) if semantic is None else semantic
    columns = [clip, scene_offset[:, None] + 1, motion[:, None], emotion]
    return np.asarray(np.nan_to_num(np.concatenate(columns, axis=1)), np.float32)
