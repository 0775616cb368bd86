"""Drums on a channel that is not theirs are found, and nothing else is taken for drums."""

import numpy as np
import pytest

from clavilux.score import ScoreBuilder, settle_drums


def score_with(name: str, pitches: list[int], **track):
    builder = ScoreBuilder()
    number = builder.track(name, **track)
    for beat, pitch in enumerate(pitches):
        builder.note(number, beat, 1, pitch)
    return builder.build()


@pytest.mark.parametrize(
    ("name", "pitches"),
    [("drum", [60]), ("Midi Drums", [36]), ("Drum Kit", [36]), ("Take 2", [22, 36, 38, 51])],
)
def test_drum_tracks_are_known_by_name_or_by_an_electronic_kits_rims(name, pitches):
    score = settle_drums(score_with(name, pitches))

    assert np.all(score.tracks[0].notes.channel == 9)
    assert {change.channel for change in score.tracks[0].changes} == {9}
    assert score.warnings == (
        f"track 1 {name!r} is not on the drum channel, but was read as drums",
    )


@pytest.mark.parametrize(
    ("name", "pitches", "track"),
    [
        ("Piano", [22, 36, 38, 60], {}),
        ("Bass", [36, 38, 40, 42], {}),
        ("Steel drums", [60], {"program": 114}),
        ("Drums", [36], {"channel": 9}),
    ],
)
def test_other_tracks_stay_as_they_are(name, pitches, track):
    score = score_with(name, pitches, **track)

    assert settle_drums(score) is score
