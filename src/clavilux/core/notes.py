"""Played notes: what a score or a recording sounds, in seconds, track by track.

The value that pictures of notes are drawn from: no ticks, no channels.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clavilux.core.drums import NOTES_OF_DRUM, drum_notes
from clavilux.core.values import Facts, Score

_COLUMNS = ("onset_s", "offset_s", "pitch", "velocity", "track", "is_drum")


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

    @classmethod
    def heard(cls, facts: Facts, *, start_s: float = 0.0) -> "PlayedNotes":
        """Build notes from what was heard in a recording: its drums, and its onsets in the pitch,
        and with the length, that it has there."""
        drums = {name: notes[0] for name, notes in NOTES_OF_DRUM.items()}
        rows: list[tuple[float, float, int, int, int, bool]] = []
        events = facts.events
        pitch = facts.series.get("pitch")
        onsets = np.array([t for t, k in zip(events.time_s, events.kind, strict=True)
                           if k == "onset"])  # fmt: skip
        for time, kind, strength in zip(events.time_s, events.kind, events.strength, strict=True):
            velocity = int(np.clip(round(1 + 126 * float(strength)), 1, 127))
            if kind in drums:
                rows.append((time, time + 0.1, drums[kind], velocity, 0, True))
            elif kind == "onset" and pitch is not None:
                later = onsets[onsets > time + 1e-6]
                end = min(float(later[0]) if len(later) else time + 2, time + 2)
                key = float(pitch.at(np.array([time + 0.06]))[0])
                if np.isfinite(key) and key > 0:
                    rows.append((time, end, int(np.clip(round(key), 0, 127)), velocity, 1, False))
        columns = np.array(rows, dtype=np.float64).reshape(-1, 6).T
        return cls(
            columns[0] - start_s,
            columns[1] - start_s,
            columns[2].astype(np.uint8),
            columns[3].astype(np.uint8),
            columns[4].astype(np.int64),
            columns[5].astype(np.bool_),
            ("drums", "melody"),
        )

    def where(self, keep: NDArray[np.bool_]) -> "PlayedNotes":
        """Keep the notes for which `keep` is true."""
        return replace(self, **{name: getattr(self, name)[keep] for name in _COLUMNS})

    def joined(self, other: "PlayedNotes") -> "PlayedNotes":
        """Return these notes and those of `other`, whose tracks come after."""
        moved = replace(other, track=other.track + len(self.track_names))
        both = {n: np.concatenate([getattr(self, n), getattr(moved, n)]) for n in _COLUMNS}
        order = np.argsort(both["onset_s"], kind="stable")
        columns: dict[str, Any] = {name: column[order] for name, column in both.items()}
        return replace(self, track_names=(*self.track_names, *other.track_names), **columns)

    def __len__(self) -> int:
        return len(self.onset_s)


def _joined(columns: list[NDArray[Any]]) -> NDArray[Any]:
    return np.concatenate(columns) if columns else np.zeros(0)
