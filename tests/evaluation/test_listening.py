"""Agreement of what was heard with a score is counted as the field counts it."""

import numpy as np

from clavilux.core.timeline import TempoMap
from clavilux.core.values import Events, Notes, Score, Track
from clavilux.evaluation import listen as truth


def score(notes: list[tuple[int, int]], channel: int = 9) -> Score:
    """Notes as pairs of tick and pitch, at 480 ticks in half a second."""
    tick = np.array([n[0] for n in notes], dtype=np.int64)
    pitch = np.array([n[1] for n in notes], dtype=np.uint8)
    n = len(notes)
    columns = Notes(tick, tick + 100, pitch, np.full(n, 90, "u1"), np.full(n, channel, "u1"))
    return Score(TempoMap.constant(120, 480), (Track(notes=columns),))


def test_hits_are_counted_group_by_group():
    played = score([(480, 36), (960, 38), (960, 42), (1440, 37), (1920, 46)])
    heard = Events(
        np.array([0.5, 1.0, 1.04, 2.2]), ("kick", "closed_hat", "snare", "kick"), np.ones(4)
    )

    found = truth.hits_agreement(played, heard)

    assert (found["kick"].n_matched, found["kick"].n_estimated) == (1, 2)
    assert (found["snare"].n_matched, found["snare"].n_reference) == (1, 2)
    assert (found["hat"].n_matched, found["hat"].n_reference) == (1, 2)


def test_drums_on_another_channel_are_put_where_a_synthesiser_plays_them():
    settled = truth.standard_drums(score([(0, 22), (480, 36)], channel=0), all_drums=True)

    notes = settled.tracks[0].notes
    assert notes.channel.tolist() == [9, 9]
    assert notes.pitch.tolist() == [42, 36]


def test_tempo_is_right_within_four_percent_and_acc2_forgives_octaves():
    assert truth.tempo_is_right(124, 120)
    assert not truth.tempo_is_right(126, 120)
    assert not truth.tempo_is_right(60, 120)
    assert truth.tempo_is_right(60, 120, factors=truth.ACC2_FACTORS)


def test_notes_agree_in_pitch_and_onset():
    played = score([(0, 60), (480, 62)], channel=0)
    heard = score([(20, 60), (480, 63)], channel=0)

    assert truth.notes_agreement(played, heard).n_matched == 1
    assert truth.notes_agreement(played, played).f1 == 1.0
