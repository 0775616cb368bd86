"""We promise that progressions like the corpus' are near it, and others as far as they are."""

import numpy as np
import pytest

from clavilux.dataset import muvi_sync
from clavilux.evaluation import progressions
from tests.evaluation.test_chords import make_song

LOOP = [1, 92, 122, 66]  # C G A F
CHROMATIC = [1 + 13 * root for root in range(12)]


def test_a_loop_repeats_and_has_few_chords():
    found = progressions.features(LOOP * 12)

    assert found.vocabulary == 4
    assert found.repetition == pytest.approx(17 / 21)  # of 21 figures 4 are new
    assert found.entropy < 3


def test_every_major_chord_in_turn_has_all_pitch_classes_alike():
    assert progressions.features(CHROMATIC * 2).entropy == pytest.approx(np.log2(12))
    assert progressions.features(CHROMATIC * 2).repetition == pytest.approx(9 / 21)


def test_the_corpus_is_at_no_distance_from_itself():
    rng = np.random.default_rng(0)
    corpus = [rng.integers(1, 60, 48).tolist() for _ in range(20)]

    found = progressions.distance(corpus, corpus)

    assert (found.entropy, found.vocabulary, found.repetition) == (0, 0, 0)
    assert found.chords == pytest.approx(0, abs=1e-12)


def test_what_shares_no_chord_is_as_far_as_can_be():
    found = progressions.distance([LOOP * 6], [[5, 6, 7, 8] * 6, [5, 6, 8, 7] * 6])

    assert found.chords == pytest.approx(1)
    assert found.bigrams == pytest.approx(1)


def test_what_is_shorter_than_a_window_does_not_count():
    assert progressions.features(LOOP) is None
    with pytest.raises(ValueError, match="no progression of 24 chords"):
        progressions.distance([LOOP], [LOOP * 9])


def test_songs_become_their_chords_in_order():
    assert progressions.progression_of(make_song([1, 1, 0, 1, 92, 92, 1])) == [1, 92, 1]
    assert progressions.collapsed([1, 1, 0, 1, 92, 92, 1]) == [1, 92, 1]


def test_chords_drawn_one_by_one_are_nearer_in_frequency_than_in_form(shared):
    songs = muvi_sync.read(shared / "muvi-sync", split="val")
    corpus = [progressions.progression_of(song) for song in songs]
    drawn = progressions.unigram_progressions(corpus, [60] * 40)

    found = progressions.distance(drawn, corpus)

    assert found.chords < 0.1
    assert found.repetition > 1
    assert drawn == progressions.unigram_progressions(corpus, [60] * 40)
