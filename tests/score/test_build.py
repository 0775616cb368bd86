"""A score is built of what was added, wherever it was placed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clavilux.core.values import KeySignature, Meter, Text
from clavilux.score import ScoreBuilder, equal, read, to_bytes


def test_notes_stand_where_they_were_put_in_any_order():
    builder = ScoreBuilder(tempo_bpm=60)
    track = builder.track("Lead", program=80)
    builder.note(track, 2, 0.5, 62, 90)
    builder.note(track, 0, 1, 60)

    score = builder.build()

    notes = score.tracks[0].notes
    assert notes.pitch.tolist() == [60, 62]
    assert score.onsets_s(notes).tolist() == [0, 2]
    assert score.offsets_s(notes).tolist() == [1, 2.5]
    assert list(score.tracks[0].changes) == [(0, 0, "program", 0, 80)]


@given(st.lists(st.floats(0, 100), max_size=20))
def test_notes_put_in_seconds_are_at_those_seconds(onsets_s):
    builder = ScoreBuilder(90, tempi=[(4, 150), (10, 40)], ticks_per_beat=960)
    track = builder.track("Lead")
    for onset_s in onsets_s:
        builder.note_s(track, onset_s, 0.25, 60)

    score = builder.build()

    tick_s = 60 / 40 / 960
    np.testing.assert_allclose(
        score.onsets_s(score.tracks[0].notes), sorted(onsets_s), rtol=0, atol=tick_s
    )


def test_tracks_take_free_channels_but_the_drums():
    builder = ScoreBuilder()
    for i in range(10):
        builder.note(builder.track(f"Part {i}"), 0, 1, 60)

    channels = [int(track.notes.channel[0]) for track in builder.build().tracks]

    assert channels == [0, 1, 2, 3, 4, 5, 6, 7, 8, 10]


def test_everything_added_survives_a_file():
    builder = ScoreBuilder(
        100, tempi=[(4, 120.5)], meters=[(0, 3, 4), (6, 6, 8)], keys=[(0, 2, False)]
    )
    lead = builder.track("Lead")
    builder.note(lead, 1, 1, 60)
    builder.control(lead, 0, 7, 100)
    builder.sustain(lead, 0, 2)
    builder.bend(lead, 1.5, -100)
    builder.program(lead, 2, 41)
    builder.marker(0, "Verse")
    builder.text(lead, 1, "la", "lyric")
    builder.end(12)

    score = builder.build()

    assert equal(score, read(to_bytes(score)))
    assert score.meters == (Meter(0, 3, 4), Meter(2880, 6, 8))
    assert score.keys == (KeySignature(0, 2, False),)
    assert score.tracks[0].texts == (Text(0, "marker", "Verse"), Text(480, "lyric", "la"))
    assert score.end_tick == 12 * 480
    assert [c.value for c in score.tracks[0].changes if c.number == 64] == [127, 0]


@pytest.mark.parametrize("note", [(0, 1, 128, 64), (0, 1, 60, 0), (0, -1, 60, 64), (-1, 3, 60, 64)])
def test_refuses_notes_that_cannot_be(note):
    builder = ScoreBuilder()
    track = builder.track("Lead")

    with pytest.raises(ValueError, match="expected pitch 0 to 127"):
        builder.note(track, *note)


def test_words_need_a_track_to_stand_in():
    with pytest.raises(ValueError, match="add one first"):
        ScoreBuilder().marker(0, "Verse")
