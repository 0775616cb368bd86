"""We promise that measures of soundtracks say what is known of cases made by hand."""

from fractions import Fraction

import numpy as np
import pytest

from clavilux.core.values import Film, FilmFrame, Notes, Series, Size
from clavilux.evaluation.answers import music
from clavilux.score import ScoreBuilder


def scored(*lines, meters=None):
    """Build a score at 120 bpm of lines of (beat, length, pitch)."""
    builder = ScoreBuilder(120, meters=meters)
    for number, line in enumerate(lines):
        track = builder.track(f"line {number}", channel=number)
        for beat, length, pitch in line:
            builder.note(track, beat=beat, length_beats=length, pitch=pitch, velocity=90)
    score = builder.build()
    return score, [track.notes for track in score.tracks if len(track.notes)]


SCALE = (60, 62, 64, 65, 67, 69, 71, 72)


def test_the_opening_is_two_bars_from_the_first_note_in_places_and_degrees():
    score, (tune,) = scored([(4, 1, 62), (5.5, 0.5, 64), (8, 4, 69), (12, 4, 62)])

    found = music.opening(score, tune, tonic=2)

    assert found == {(0, 1), (18, 2), (1000, 5)}


def test_the_same_tune_in_another_key_overlaps_wholly_and_another_tune_does_not():
    tune = [(i, 1, p) for i, p in enumerate(SCALE)]
    score, (here,) = scored(tune)
    higher, (there,) = scored([(b, n, p + 5) for b, n, p in tune])
    other, (elsewhere,) = scored([(b + 0.5, n, p) for b, n, p in tune])

    figures = [music.opening(score, here, 0), music.opening(higher, there, 5)]

    assert music.mean_overlap(figures) == 1.0
    assert music.overlap(figures[0], music.opening(other, elsewhere, 0)) == 0.0


def test_times_on_beats_are_met_and_a_metronome_meets_what_is_steady():
    beats = np.arange(0, 30, 0.5)
    steady, odd = np.array([1.0, 4.5, 10.0]), np.random.default_rng(0).uniform(0, 30, 40)

    assert music.met(steady, beats, 0.04).all()
    assert not music.met(steady + 0.2, beats, 0.04).any()
    assert music.metronome_met(steady + 0.13, 0.04) == 1.0
    assert music.metronome_met(odd, 0.04) < 0.5


def test_a_melody_is_above_the_pad_or_buried_in_it():
    score, (tune, pad) = scored([(0, 2, 72), (2, 2, 60)], [(0, 4, 55), (0, 4, 64)])

    assert score.duration_s == 2.0
    assert music.above(tune, pad) == 0.5
    assert music.above(tune, Notes.empty()) == 1.0


def test_bars_of_one_rhythm_are_one_rhythm():
    score, (tune,) = scored([(0, 1, 60), (2, 1, 60), (4, 1, 62), (6, 1, 62), (8, 1, 60)])

    assert music.bar_rhythms(score, tune) == (2, 3)


def test_octaves_in_step_are_all_parallel_and_contrary_thirds_none():
    bass = [(2 * i, 2, p - 24) for i, p in enumerate(SCALE)]
    score, (tune, low) = scored([(2 * i, 2, p) for i, p in enumerate(SCALE)], bass)
    apart, (other, _) = scored([(2 * i, 2, p) for i, p in enumerate(SCALE[::-1])], bass)

    assert music.parallels(score, tune, low).value == 1.0
    assert music.parallels(apart, other, low).value == 0.0


def test_shuffling_within_the_bar_is_what_chance_gives():
    rng = np.random.default_rng(1)
    bass = [(i, 1, int(rng.choice(SCALE)) - 24) for i in range(200)]
    score, (tune, low) = scored([(i, 1, int(rng.choice(SCALE))) for i in range(200)], bass)

    found = music.parallels(score, tune, low)

    assert found.value == pytest.approx(found.chance, abs=0.08)


def test_kinds_that_differ_are_told_apart_and_kinds_that_do_not_are_not():
    rng = np.random.default_rng(2)
    labels = ["calm", "tense", "sad"] * 20
    noise = rng.normal(size=(60, 3))
    apart = noise + 6 * np.array([[name == kind for kind in labels[:3]] for name in labels])

    assert music.told_apart(apart, labels).value > 0.95
    assert music.told_apart(noise, labels).value < 0.6
    assert music.told_apart(apart, labels).chance < 0.6


def test_major_is_brighter_than_minor_and_an_empty_fifth_is_neither():
    major, _ = scored([(0, 1, 60), (1, 1, 64), (2, 1, 69)])
    minor, _ = scored([(0, 1, 60), (1, 1, 63), (2, 1, 68)])
    fifth, _ = scored([(0, 1, 60), (1, 1, 67)])

    assert music.brightness_of_mode(major, 0) == 1.0
    assert music.brightness_of_mode(minor, 0) == -1.0
    assert music.brightness_of_mode(fifth, 0) == 0.0


@pytest.mark.parametrize(
    ("meters", "regular"),
    [
        ([(0, 4, 4)], True),
        ([(0, 6, 8)], True),
        ([(0, 5, 4), (5, 4, 4)], False),
        ([(0, 3, 4), (3, 4, 4)], False),
        ([(0, 4, 4), (8, 3, 4), (11, 4, 4)], True),
    ],
)
def test_an_opening_bar_that_is_odd_is_found(meters, regular):
    score, _ = scored([(0, 16, 60)], meters=meters)

    assert music.opens_regularly(score) is regular


def test_flow_measures_what_moves_and_music_that_follows_it_correlates():
    rng = np.random.default_rng(3)
    tile = np.kron(rng.integers(0, 255, (16, 16)), np.ones((8, 8))).astype(np.uint8)
    place = np.cumsum(np.concatenate([np.zeros(30), np.ones(30), np.zeros(30)])).astype(int)

    def frames():
        for i, x in enumerate(place):
            picture = np.repeat(np.roll(tile, x, axis=1)[..., None], 3, axis=2)
            yield FilmFrame(Fraction(i, 10), picture)

    motion = music.motion_by_flow(Film(Size(128, 128), Fraction(10), 90, frames))

    still, moving = motion.at(np.array([1.5, 7.5])), motion.at(np.array([4.5]))
    assert moving[0] > 0.03 > 5 * still.max()
    follows = music.follows(np.array([0, 0, 0, 1, 1, 1, 0, 0, 0.0]), motion)
    assert follows.value > 0.8 > follows.chance


def test_music_that_has_nothing_to_do_with_the_film_follows_as_chance_does():
    rng = np.random.default_rng(4)
    found = music.follows(rng.random(200), Series(1.0, rng.random(200)))

    assert abs(found.value) < 0.3
