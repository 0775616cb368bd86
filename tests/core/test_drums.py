"""Drums have one set of names."""

from clavilux.core.drums import DRUMS, NOTES_OF_DRUM, drum_name


def test_each_note_has_one_name_and_every_name_a_note():
    assert all(drum_name(note) == name for name, notes in NOTES_OF_DRUM.items() for note in notes)
    assert {drum_name(note) for note in range(128)} == set(DRUMS)


def test_the_rims_of_electronic_hats_are_hats():
    assert (drum_name(22), drum_name(26)) == ("closed_hat", "open_hat")
