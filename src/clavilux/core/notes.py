"""Played notes: what a score or a recording sounds, in seconds, track by track.

The value that pictures of notes are drawn from: no ticks, no channels.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clavilux.core.drums import drum_notes
from clavilux.core.values import Score


@dataclass(frozen=True, slots=True, eq=False)
class PlayedNotes:
    """Notes of all tracks as columns, in order of onset. All shapes (n_notes,)."""

    onset_s: NDArray[np.float64]
    offset_s: NDArray[np.float64]
    """Seconds from the film's first frame; notes may begin before it and end after the last."""
    pitch: NDArray[np.uint8]
    velocity: NDArray[np.uint8]
    """1 to 127."""
    track: NDArray[np.int64]
    """Index into `track_names`."""
    is_drum: NDArray[np.bool_]
    track_names: tuple[str, ...]
    """Of the tracks that hold notes; an unnamed one's is empty."""

    @classmethod
    def of(cls, score: Score, *, start_s: float = 0.0) -> "PlayedNotes":
        """Collect the notes of a score, in seconds from `start_s` on."""
        tracks = [track for track in score.tracks if len(track.notes)]

        onset = _joined([score.onsets_s(t.notes) for t in tracks]) - start_s
        offset = _joined([score.offsets_s(t.notes) for t in tracks]) - start_s
        pitch = _joined([t.notes.pitch for t in tracks])
        velocity = _joined([t.notes.velocity for t in tracks])
        number = _joined([np.full(len(t.notes), i) for i, t in enumerate(tracks)])
        is_drum = _joined([drum_notes(t) for t in tracks])
        order = np.argsort(onset, kind="stable")
        return cls(
            onset[order],
            offset[order],
            pitch[order].astype(np.uint8),
            velocity[order].astype(np.uint8),
            number[order].astype(np.int64),
            is_drum[order].astype(np.bool_),
            tuple(track.name for track in tracks),
        )

    def __len__(self) -> int:
        return len(self.onset_s)


def _joined(columns: list[NDArray[Any]]) -> NDArray[Any]:
    return np.concatenate(columns) if columns else np.zeros(0)
