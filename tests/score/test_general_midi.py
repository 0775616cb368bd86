"""Program and percussion numbers have the standard's names."""

import numpy as np
import pytest

from clavilux.core.values import Notes
from clavilux.score import ScoreBuilder
from clavilux.score.general_midi import (
    DRUM_NAMES,
    FAMILIES,
    PROGRAMS,
    drum_notes,
    family,
    is_drum,
    merged,
    program_name,
)


def test_every_program_has_a_name_of_its_own():
    assert len(set(PROGRAMS)) == 128
    assert len(FAMILIES) == 16


@pytest.mark.parametrize(
    ("program", "name", "of"),
    [
        (0, "acoustic grand piano", "piano"),
        (24, "acoustic guitar (nylon)", "guitar"),
        (40, "violin", "strings"),
        (73, "flute", "pipe"),
        (127, "gunshot", "sound effects"),
    ],
)
def test_programs_are_named_and_grouped_as_in_the_standard(program, name, of):
    assert program_name(program) == name
    assert family(program) == of


@pytest.mark.parametrize(
    ("key", "name"),
    [(35, "acoustic bass drum"), (42, "closed hi-hat"), (56, "cowbell"), (81, "open triangle")],
)
def test_percussion_keys_are_named_as_in_the_standard(key, name):
    assert DRUM_NAMES[key] == name


def test_drums_are_the_notes_of_the_tenth_channel():
    builder = ScoreBuilder()
    piano, drums = builder.track("Piano"), builder.track("Drums", channel=9)
    builder.note(piano, 0, 1, 60)
    builder.note(drums, 1, 1, 36)
    builder.note(piano, 2, 1, 64)
    score = builder.build()

    assert is_drum(merged(score)).tolist() == [False, True, False]
    assert drum_notes(score).pitch.tolist() == [36]


def test_merged_notes_are_in_order_of_time():
    builder = ScoreBuilder()
    for beats in ([4, 0, 2], [1, 3, 5]):
        track = builder.track("Part")
        for beat in beats:
            builder.note(track, beat, 1, 60 + beat)

    assert merged(builder.build()).pitch.tolist() == [60, 61, 62, 63, 64, 65]
    assert len(merged(ScoreBuilder().build())) == len(Notes.empty())
    assert np.all(np.diff(merged(builder.build()).onset_tick) > 0)
