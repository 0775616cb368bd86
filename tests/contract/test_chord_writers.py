"""Every chord writer obeys its request: the form, the keys, the primer, the same each time."""

from dataclasses import replace

import numpy as np
import pytest

from clavilux.compose.chords import CHORD_WRITERS, ChordRequest
from clavilux.compose.harmony import MODES, Key, parse_primer
from clavilux.compose.parts import Part


@pytest.fixture(params=CHORD_WRITERS.names())
def writer(request):
    return CHORD_WRITERS.make(request.param)


D_MAJOR = Key(2, "major")


def asked(key=D_MAJOR, **changes):
    parts = [
        Part(0, 8, "A", 0.3, 0.4, key, 11),
        Part(8, 7, "B", 0.8, -0.2, key, 12),
        Part(15, 8, "A", 0.3, 0.4, key, 11),
    ]
    flat = np.full(23, 0.5)
    return replace(ChordRequest(parts, flat, flat, flat, flat), **changes)


def test_every_bar_has_one_chord_or_two(writer):
    written = writer.write(asked())

    assert len(written) == 23
    assert all(1 <= len(bar) <= 2 for bar in written)


def test_the_same_request_writes_the_same(writer):
    assert writer.write(asked()) == writer.write(asked())


def test_what_bears_one_label_has_the_same_harmony(writer):
    written = writer.write(asked(closes=False))

    assert written[:7] == written[15:22]


@pytest.mark.parametrize("mode", MODES)
def test_most_notes_belong_to_the_key(writer, mode):
    key = Key(5, mode)

    classes = [
        pc for bar in writer.write(asked(key)) for chord in bar for pc in chord.pitch_classes
    ]

    assert np.isin(classes, key.scale).mean() > 0.85


def test_a_primer_opens_every_part_of_the_first_label(writer):
    primer = parse_primer("Bm G D A")

    written = writer.write(asked(primer=primer))

    assert [bar[0] for bar in written[:4]] == list(primer) == [bar[0] for bar in written[15:19]]


def test_another_seed_of_a_part_changes_that_part_alone(writer):
    one = asked()
    other = replace(one, parts=[one.parts[0], replace(one.parts[1], seed=99), one.parts[2]])

    before, after = writer.write(one), writer.write(other)

    assert before[:8] == after[:8]
    assert before[15:] == after[15:]


def test_measures_of_another_length_than_the_form_are_refused():
    with pytest.raises(ValueError, match="the form has 23"):
        asked(density=np.zeros(3))
