"""A score's facts are its notes, meters and markers, laid on the timeline."""

import numpy as np
import pytest
from score_samples import END, midi_file

from clavilux.core.errors import ScoreError
from clavilux.score import ScoreBuilder, facts, read


def built(*, beats: float = 8, **fields):
    builder = ScoreBuilder(**{"tempo_bpm": 60} | fields)
    builder.track("Lead")
    builder.end(beats)
    return builder


def test_drums_are_events_by_name_and_other_notes_are_notes():
    builder = ScoreBuilder(60)
    drums, lead = builder.track("Drums", channel=9), builder.track("Lead")
    for beat, pitch in enumerate([36, 38, 42, 44, 46]):
        builder.note(drums, beat, 0.1, pitch, 127)
    builder.note(lead, 2.5, 1, 36, 64)

    events = facts(builder.build()).events

    assert events.kind == ("kick", "snare", "closed_hat", "note", "pedal_hat", "open_hat")
    assert events.time_s.tolist() == [0, 1, 2, 2.5, 3, 4]
    np.testing.assert_allclose(events.of("note").strength, 64 / 127)
    np.testing.assert_array_equal(events.of("kick").strength, 1)


@pytest.mark.parametrize(
    ("meter", "beats_s", "downbeats_s"),
    [
        ((4, 4), [0, 1, 2, 3, 4, 5], [0, 4]),
        ((3, 4), [0, 1, 2, 3, 4, 5], [0, 3]),
        ((6, 8), [0, 1.5, 3, 4.5], [0, 3]),
        ((5, 8), [0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5, 5.5], [0, 2.5, 5]),
        ((2, 2), [0, 2, 4], [0, 4]),
    ],
)
def test_beats_are_what_the_meter_counts(meter, beats_s, downbeats_s):
    found = facts(built(beats=6, meters=[(0, *meter)]).build())

    np.testing.assert_allclose(found.beats_s, beats_s, atol=1e-9)
    np.testing.assert_allclose(found.downbeats_s, downbeats_s, atol=1e-9)


def test_a_change_of_meter_starts_a_bar():
    found = facts(built(meters=[(0, 4, 4), (5, 3, 4)]).build())

    np.testing.assert_allclose(found.downbeats_s, [0, 4, 5])


def test_beats_follow_the_tempo():
    found = facts(built(beats=4, tempi=[(2, 120)]).build())

    np.testing.assert_allclose(found.beats_s, [0, 1, 2, 2.5])


def test_downbeats_are_beats():
    found = facts(built(beats=40, meters=[(0, 7, 8), (9, 12, 8), (20.25, 3, 4)]).build())

    assert set(found.downbeats_s) <= set(found.beats_s)
    assert np.all(np.diff(found.beats_s) > 0)


def test_film_time_has_no_beats():
    score = read(midi_file(b"\x00\x90\x3c\x40" + b"\x60\x80\x3c\x40" + END, division=0xE728))

    assert len(facts(score).beats_s) == 0


def test_markers_name_the_sections():
    builder = built()
    builder.marker(4, "Chorus")
    builder.marker(2, "Verse")
    builder.marker(100, "After the end")
    builder.text(0, 3, "no marker")

    sections = facts(built().build()).sections, facts(builder.build()).sections

    assert sections[0] == ((0, 8, "A"),)
    assert sections[1][:3] == ((0, 2, "A"), (2, 4, "Verse"), (4, 100, "Chorus"))


def test_loudness_is_there_while_notes_sound():
    builder = built()
    builder.note(0, 2, 2, 60, 127)
    builder.note(0, 5, 1, 60, 64)

    loudness = facts(builder.build()).series["loudness"]

    np.testing.assert_allclose(
        loudness.at(np.array([1.0, 3.0, 4.5, 5.5, 7.0])), [0, 1, 0, 64 / 127, 0], atol=1e-6
    )


def test_density_grows_with_the_number_of_notes():
    builder = built(beats=40)
    for i in range(100):
        builder.note(0, 20 + i / 10, 0.1, 60)

    density = facts(builder.build()).series["density"]

    np.testing.assert_allclose(density.at(np.array([10.0, 25.0])), [0, 10 / 12], atol=0.02)


def test_pitch_is_held_through_rests_and_leaves_drums_out():
    builder = built()
    drums = builder.track("Drums", channel=9)
    builder.note(0, 1, 1, 60)
    builder.note(0, 5, 1, 72)
    builder.note(drums, 3, 1, 36)

    pitch = facts(builder.build()).series["pitch"]

    np.testing.assert_allclose(pitch.at(np.array([0, 1.5, 3.5, 5.5, 7])), [60, 60, 60, 72, 72])


def test_a_score_of_nothing_has_facts():
    found = facts(read(midi_file(END)))

    assert found.duration_s == 0
    assert len(found.events.time_s) == 0


def test_absurdly_many_beats_are_refused():
    hurry = b"\x00\xff\x51\x03\x00\x00\x01" + b"\xff\xff\xff\x7f\xff\x2f\x00"

    with pytest.raises(ScoreError, match="more than 2000000 beats"):
        facts(read(midi_file(hurry, division=1)))
