"""Looks of notes show every note from its onset on, in its track's colour and shape."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from clavilux import render
from clavilux.core.notes import PlayedNotes
from clavilux.core.values import Curves, Events, Facts, Series, Size
from clavilux.render.notation import NOTE_LOOKS
from clavilux.render.notation.stage import Stage

SIZE = Size(160, 96)
RATE = Fraction(24)


def played(*rows):
    """Return notes of (onset, offset, pitch, velocity, track, is_drum)."""
    columns = np.array(rows, dtype=float).T
    kinds = (float, float, np.uint8, np.uint8, np.int64, bool)
    made = [column.astype(kind) for column, kind in zip(columns, kinds, strict=True)]
    return PlayedNotes(*made, ("A", "B", "Drums"))


def luma(look, notes, n=48, **more):
    curves = Curves(RATE, {"light": np.zeros(n)})
    request = render.Request(curves, SIZE, look=look, notes=notes, **more)
    return list(render.pictures(request, "notes"))


@pytest.fixture(params=NOTE_LOOKS.names())
def look(request):
    return request.param


NOTES = played((0.5, 1.0, 60, 100, 0, 0), (1.0, 1.2, 67, 100, 1, 0))


def test_a_note_is_born_on_its_onset_and_fades(look):
    light = [float(p.luma.mean()) for p in luma(look, NOTES, 96)]

    np.testing.assert_allclose(light[:12], light[0], atol=0.05)
    assert light[13] > light[11] + 0.2
    assert light[95] < max(light) - 0.2


def test_every_track_has_a_colour_and_a_shape_of_its_own():
    stage = Stage.of(NOTES, SIZE, None)

    assert stage.shape_of(0) != stage.shape_of(1)
    assert np.abs(stage.colour_of(0) - stage.colour_of(1)).max() > 0.2


def test_louder_notes_shine_more(look):
    quiet = replace(NOTES, velocity=np.array([20, 20], dtype=np.uint8))

    assert luma(look, NOTES)[16].luma.mean() > luma(look, quiet)[16].luma.mean()


def test_drums_are_seen_too(look):
    drum = played((0.5, 0.6, 36, 110, 2, 1))
    shown = luma(look, drum)

    assert shown[14].luma.mean() > shown[0].luma.mean()


def test_transparent_pictures_are_opaque_only_where_there_is_light(look):
    shown = luma(look, NOTES, transparent=True)

    assert shown[0].alpha.mean() < 40
    assert shown[16].alpha.max() > 200
    assert shown[16].alpha.shape == (SIZE.height, SIZE.width)


def test_no_notes_and_many_notes_are_drawn(look):
    rng = np.random.default_rng(0)
    onset = np.sort(rng.random(3000) * 2)
    many = PlayedNotes(
        onset, onset + 0.2, rng.integers(0, 128, 3000).astype(np.uint8),
        rng.integers(1, 128, 3000).astype(np.uint8), rng.integers(0, 40, 3000),
        rng.random(3000) < 0.2, tuple("x" * 40),
    )  # fmt: skip

    assert len(luma(look, NOTES.where(np.zeros(2, dtype=bool)), 4)) == 4
    assert len(luma(look, many, 4)) == 4


def test_what_is_heard_in_a_recording_becomes_notes():
    events = Events(np.array([0.1, 0.5, 1.0]), ("kick", "onset", "onset"), np.array([1, 0.5, 0.8]))
    facts = Facts(2.0, events, {"pitch": Series(10, np.full(20, 64.0))})
    notes = PlayedNotes.heard(facts, start_s=0.1)

    assert notes.onset_s.tolist() == pytest.approx([0.0, 0.4, 0.9])
    assert notes.pitch.tolist()[1:] == [64, 64]
    assert notes.is_drum.tolist() == [True, False, False]
    assert notes.offset_s[1] == pytest.approx(0.9)
