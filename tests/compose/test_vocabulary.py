"""We promise that chords and their numbers are those of MuVi-Sync."""

import json

import pytest

from clavilux.compose import vocabulary
from clavilux.compose.harmony import Chord, Key


def test_every_index_is_one_chord_and_back():
    for index in range(vocabulary.N_CHORDS):
        assert vocabulary.index_of(vocabulary.chord_of(index)) == index
        assert vocabulary.index_of_label(vocabulary.label_of(index)) == index


def test_labels_are_those_of_the_data_set(shared):
    labels = json.loads((shared / "muvi-sync/songs.json").read_text("utf-8"))["chords"]
    assert [vocabulary.label_of(i) for i in range(vocabulary.N_CHORDS)] == labels


def test_a_label_out_of_the_vocabulary_is_refused():
    for label in ("H", "C:9", "", "c"):
        with pytest.raises(ValueError, match="not in the vocabulary"):
            vocabulary.index_of_label(label)


def test_transposing_up_an_octave_changes_nothing():
    assert vocabulary.transpose(vocabulary.NO_CHORD, 5) == vocabulary.NO_CHORD
    for index in range(vocabulary.N_CHORDS):
        assert vocabulary.transpose(vocabulary.transpose(index, 7), 5) == index


KEYS = [
    (Key(0, "major"), 0),
    (Key(9, "minor"), 0),
    (Key(2, "major"), 10),
    (Key(4, "minor"), 5),
]


@pytest.mark.parametrize(("key", "shift"), KEYS)
def test_keys_lead_to_c_major_and_a_minor(key, shift):
    assert vocabulary.normalising_shift(key) == shift
    tonic = vocabulary.index_of(Chord(key.tonic, "min" if key.minor else "maj"))
    home = "A:min" if key.minor else "C"
    assert vocabulary.label_of(vocabulary.transpose(tonic, shift)) == home
