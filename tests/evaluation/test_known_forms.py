"""Songs of known form, and boundaries held against it."""

import numpy as np
import pytest

from clavilux import listen
from clavilux import score as scores
from clavilux.core.metrics import onset_agreement
from clavilux.core.values import Section
from clavilux.evaluation import sections


@pytest.fixture(scope="module")
def songs():
    return list(sections.composed_songs(4, seed=3))


def test_composed_songs_have_the_form_that_their_name_says(songs):
    for song in songs:
        form = song.name.split()[0]
        changes = sum(a != b for a, b in zip(form[1:], form[:-1], strict=True))
        assert 1 <= len(song.boundaries_s) <= changes
        assert (np.diff([0, *song.boundaries_s, song.duration_s]) > 6).all()


def test_composed_songs_are_the_same_every_time(songs):
    (again,) = sections.composed_songs(1, seed=3)

    np.testing.assert_array_equal(again.boundaries_s, songs[0].boundaries_s)
    assert again.name == songs[0].name


def test_no_marker_names_a_section(songs):
    for song in songs:
        assert not [t for track in song.score.tracks for t in track.texts if t.kind == "marker"]


def test_most_boundaries_of_the_form_are_found_in_the_scores(songs):
    agreements = [
        onset_agreement(
            song.boundaries_s,
            sections.boundaries(scores.facts(song.score).sections),
            sections.TOLERANCE_S,
        )
        for song in songs
    ]

    assert np.mean([a.f1 for a in agreements]) > 0.6


@pytest.mark.slow
def test_most_boundaries_of_the_form_are_found_in_a_recording(songs):
    song = songs[0]

    found = sections.boundaries(listen.facts(song.recording()).sections)

    assert onset_agreement(song.boundaries_s, found, sections.TOLERANCE_S).f1 > 0.5


def test_boundaries_are_where_sections_meet():
    found = sections.boundaries((Section(0, 5, "A"), Section(5, 9, "B"), Section(9, 20, "A")))

    np.testing.assert_array_equal(found, [5, 9])


def test_equal_spacing_leaves_out_beginning_and_end():
    np.testing.assert_allclose(sections.equally_spaced(3, 20.0), [5, 10, 15])
