"""Listening: how well hits, beats, tempo and notes that were heard agree with the score.

Scores and what was heard of them in; agreements out.

Conventions
-----------
- Hits agree within 50 ms, as in MIREX; notes when the pitch agrees too.
- Acc1 is the share of tempi within 4 % of the truth; Acc2 forgives a factor of
  two or three.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from clavilux.core.drums import DRUM_CHANNEL, STANDARD_NOTE, drum_name
from clavilux.core.metrics import Agreement, onset_agreement
from clavilux.core.values import Events, Notes, Score

TOLERANCE_S = 0.05
GROUPS: Mapping[str, tuple[str, ...]] = {
    "kick": ("kick",),
    "snare": ("snare", "rim", "clap"),
    "hat": ("closed_hat", "pedal_hat", "open_hat"),
}
"""What is asked for, and the kinds that count as it."""
_STANDARD = STANDARD_NOTE | {58: 43}
"""Notes of electronic drums, among them the edge of a tom, and what they are in General MIDI."""
_TOGETHER_S = 0.03


def standard_drums(score: Score, *, all_drums: bool = False) -> Score:
    """Put drums where a General MIDI synthesiser plays them: channel 10, standard notes.

    Args:
        score: The music.
        all_drums: Whether every track is drumming, whatever its channel says.
    """
    tracks = []
    for track in score.tracks:
        notes = track.notes
        is_drum = (notes.channel == DRUM_CHANNEL) | all_drums
        table = np.arange(256, dtype=np.uint8)
        for foreign, own in _STANDARD.items():
            table[foreign] = own
        tracks.append(
            replace(
                track,
                notes=Notes(
                    onset_tick=notes.onset_tick,
                    offset_tick=notes.offset_tick,
                    pitch=np.where(is_drum, table[notes.pitch], notes.pitch).astype(np.uint8),
                    velocity=notes.velocity,
                    channel=np.where(is_drum, DRUM_CHANNEL, notes.channel).astype(np.uint8),
                ),
            )
        )
    return replace(score, tracks=tuple(tracks))


def true_hits(score: Score, group: str) -> NDArray[np.float64]:
    """Return the seconds at which a group of drums is struck; strokes within 30 ms are one."""
    times = [np.zeros(0)]
    for track in score.tracks:
        meant = [drum_name(int(pitch)) in GROUPS[group] for pitch in track.notes.pitch]
        keep = (track.notes.channel == DRUM_CHANNEL) & np.array(meant, dtype=bool)
        times.append(score.onsets_s(track.notes.where(keep)))
    return apart(np.concatenate(times))


def true_onsets(score: Score) -> NDArray[np.float64]:
    """Return the seconds at which anything begins; what begins within 30 ms begins together."""
    return apart(np.concatenate([np.zeros(0), *(score.onsets_s(t.notes) for t in score.tracks)]))


def apart(times_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sort times and drop those within 30 ms of the one before."""
    kept: list[float] = []
    for time_s in np.sort(times_s).tolist():
        if not kept or time_s - kept[-1] > _TOGETHER_S:
            kept.append(time_s)
    return np.array(kept, dtype=np.float64)


def hits_agreement(score: Score, events: Events) -> dict[str, Agreement]:
    """Compare the hits of each group, and all onsets, with a score's."""
    found = {
        group: onset_agreement(
            true_hits(score, group), apart(events.of(*kinds).time_s), TOLERANCE_S
        )
        for group, kinds in GROUPS.items()
    }
    return found | {
        "onset": onset_agreement(true_onsets(score), events.of("onset").time_s, TOLERANCE_S)
    }


def tempo_is_right(tempo_bpm: float, true_bpm: float, *, factors: Sequence[float] = (1,)) -> bool:
    """Return whether a tempo is within 4 % of the true one, or of it times one of `factors`."""
    return any(abs(tempo_bpm / (true_bpm * factor) - 1) < 0.04 for factor in factors)


ACC2_FACTORS = (1, 2, 3, 1 / 2, 1 / 3)


def notes_agreement(true: Score, heard: Score) -> Agreement:
    """Compare notes: the same pitch, begun within 50 ms; drums are left out."""
    total = Agreement(0, 0, 0)
    columns = [_pitched(score) for score in (true, heard)]
    for pitch in range(128):
        reference, estimated = (np.sort(time[p == pitch]) for time, p in columns)
        total += onset_agreement(reference, estimated, TOLERANCE_S)
    return total


def _pitched(score: Score) -> tuple[NDArray[np.float64], NDArray[np.uint8]]:
    """Return the onsets and pitches of the notes that aren't drums, doublings once."""
    times, pitches = [np.zeros(0)], [np.zeros(0, dtype=np.uint8)]
    for track in score.tracks:
        notes = track.notes.where(track.notes.channel != DRUM_CHANNEL)
        times.append(np.round(score.onsets_s(notes), 2))
        pitches.append(notes.pitch)
    pairs = np.unique(np.stack([np.concatenate(times), np.concatenate(pitches)]), axis=1)
    return pairs[0], pairs[1].astype(np.uint8)
