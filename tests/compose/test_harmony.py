"""Chords and keys are read as musicians write them, and know what belongs to them."""

import pytest

from clavilux.compose.harmony import MODES, Chord, Key, key_of, parse_chord, parse_key, parse_primer
from clavilux.core.errors import InputError


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("C", "C:maj"),
        ("Am", "A:min"),
        ("F#m7", "F#:min7"),
        ("Bb", "A#:maj"),
        ("G7", "G:7"),
        ("A:min7", "A:min7"),
        ("Fmaj7", "F:maj7"),
        ("Dsus4", "D:sus4"),
    ],
)
def test_chords_are_read_in_every_hand(text, written):
    assert str(parse_chord(text)) == written


def test_a_primer_may_have_bars_and_commas():
    assert [str(c) for c in parse_primer("C Am | F, G")] == ["C:maj", "A:min", "F:maj", "G:maj"]


@pytest.mark.parametrize("text", ["H", "Cxyz", "", "C:unknown"])
def test_what_is_no_chord_is_refused(text):
    with pytest.raises(InputError, match="is not a chord"):
        parse_chord(text)


@pytest.mark.parametrize(
    ("text", "key"),
    [("C", Key(0, "major")), ("Am", Key(9, "minor")), ("Eb dorian", Key(3, "dorian"))],
)
def test_keys_are_read(text, key):
    assert parse_key(text) == key


def test_an_unknown_mode_lists_the_known():
    with pytest.raises(InputError, match="lydian, major"):
        parse_key("C locrian")


def test_degrees_of_c_major_are_the_white_triads():
    key = Key(0, "major")

    assert [str(key.degree(n)) for n in range(1, 7)] == [
        "C:maj", "D:min", "E:min", "F:maj", "G:maj", "A:min"
    ]  # fmt: skip


def test_minor_has_a_leading_note():
    assert str(Key(9, "minor").degree(5)) == "E:maj"


def test_every_mode_has_seven_triads():
    for mode in MODES:
        assert all(isinstance(Key(0, mode).degree(n), Chord) for n in range(1, 8))


def test_signatures_are_those_of_the_circle_of_fifths():
    assert [Key(pc, "major").sharps for pc in (0, 7, 2, 5, 10, 3)] == [0, 1, 2, -1, -2, -3]
    assert Key(9, "minor").sharps == 0
    assert Key(2, "dorian").sharps == 0


def test_the_key_of_a_primer_is_where_it_is_at_home():
    assert key_of(parse_primer("C Am F G")) == Key(0, "major")
    assert key_of(parse_primer("Am Dm E Am")) == Key(9, "minor")


def test_sevenths_are_the_keys_own():
    minor = Key(4, "minor")

    assert str(minor.with_seventh(minor.degree(7))) == "D:7"
    assert str(minor.with_seventh(minor.degree(6))) == "C:maj7"
    assert str(minor.with_seventh(minor.degree(4))) == "A:min7"
