"""The measures of movement give the answer that is known beforehand."""

from fractions import Fraction

import numpy as np
import pytest

from clavilux import media
from clavilux.core.errors import InputError
from clavilux.core.values import Size, Sound, Yuv
from clavilux.evaluation import answers

RATE = Fraction(24)


def breathing(n=240, period=60):
    """Return how loud a sound is that swells and falls, 0 to 1, a value a frame."""
    return 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(n) / period)


def sound_of(level, sample_rate=8000):
    """Return a tone whose RMS is that level, frame by frame; frame 0 stands for half a frame."""
    n = round((len(level) - 0.5) * sample_rate / 24)
    frame = (np.arange(n) * 24 / sample_rate + 0.5).astype(int)
    tone = np.sqrt(2) * np.sin(2 * np.pi * np.arange(n) / 8)
    return Sound.from_array((tone * level[frame]).astype(np.float32), sample_rate)


def test_change_is_the_mean_absolute_difference():
    one, other = np.zeros((4, 4, 3), np.uint8), np.full((4, 4, 3), 200, np.uint8)
    other[:2] = 0

    change, first = answers.picture_change([one, other, one, one])

    np.testing.assert_array_equal(change, [100, 100, 0])
    np.testing.assert_array_equal(first, one)


def test_refuses_a_film_of_one_picture():
    with pytest.raises(InputError, match="at least two pictures"):
        answers.picture_change([np.zeros((2, 2, 3), np.uint8)])


def test_loudness_is_in_decibels_and_silence_is_minus_60():
    level = np.array([0.0, 1.0, 0.1, 0.0])

    loudness = answers.loudness_of(sound_of(level), RATE, 4)

    np.testing.assert_allclose(loudness[:3], 20 * np.log10(0.001 + level[:3]), atol=0.05)
    assert answers.loudness_of(sound_of(np.zeros(4)), RATE, 4) == pytest.approx(-60)


def test_frames_after_the_sound_are_silent():
    loudness = answers.loudness_of(sound_of(np.ones(3)), RATE, 6)

    np.testing.assert_allclose(loudness[4:], -60)


def test_a_picture_that_changes_as_the_music_swells_correlates_fully():
    loudness = 20 * np.log10(0.001 + breathing())

    assert answers.change_with_loudness(loudness[1:] + 70, loudness, RATE) == pytest.approx(1)
    assert answers.change_with_loudness(-loudness[1:], loudness, RATE) == pytest.approx(-1)


def test_a_picture_that_changes_evenly_or_by_another_piece_does_not_correlate():
    loudness, other = breathing(240, 60), breathing(240, 40)

    assert answers.change_with_loudness(np.ones(239), loudness, RATE) == 0
    assert abs(answers.change_with_loudness(other[1:], loudness, RATE)) < 0.15


def test_half_a_second_is_smoothed_over_at_any_frame_rate():
    assert len(answers.smoothed(np.ones(100), Fraction(24))) == 100 - 11
    assert len(answers.smoothed(np.ones(100), Fraction(60))) == 100 - 29


def test_refuses_to_correlate_less_than_a_second():
    with pytest.raises(ValueError, match="too few"):
        answers.change_with_loudness(np.ones(20), np.ones(21), RATE)


def test_onsets_that_are_seen_change_more_than_the_rest():
    change = np.ones(100)
    change[[23, 24]] = 5.0  # into frames 24 and 25: the onset at one second

    assert answers.change_with_onsets(change, np.array([1.0]), RATE) == pytest.approx(5)
    assert answers.change_with_onsets(change, np.array([2.0]), RATE) == pytest.approx(
        1 / (1 + 8 / 98), rel=0.01
    )


def test_no_onset_has_no_ratio():
    assert np.isnan(answers.change_with_onsets(np.ones(10), np.zeros(0), RATE))


def test_shuffled_onsets_keep_their_distances():
    onsets = np.array([0.5, 1.0, 2.5])

    shuffled = answers.shuffled_onsets(onsets, 4.0, np.random.default_rng(0))

    gaps = np.diff(shuffled, prepend=0, append=4.0)
    np.testing.assert_allclose(sorted(gaps), [0.5, 0.5, 1.5, 1.5])


def test_openings_are_compared_two_by_two():
    openings = [np.full((2, 2, 3), level, np.uint8) for level in (0, 10, 30)]

    np.testing.assert_array_equal(sorted(answers.opening_distances(openings)), [10, 20, 30])


def test_a_film_is_measured_as_it_is_decoded(tmp_path):
    path, level = tmp_path / "film.mp4", 0.5 * breathing(72, 36)
    walk = np.cumsum(4 * level)

    def pictures():
        for where in walk:
            picture = np.full((64 * 3 // 2, 64), 128, np.uint8)
            picture[:64] = 60 + where  # grows brighter as fast as the sound is loud
            yield Yuv(picture)

    media.write_film(
        pictures(), path, frame_rate=RATE, size=Size(64, 64), sound=sound_of(level), quality=10
    )

    film = answers.measure_film(path)

    assert film.frame_rate == RATE
    assert film.opening.shape == (64, 64, 3)
    # Loudness has a logarithm, change has not: the two rise and fall together, not in proportion.
    assert answers.change_with_loudness(film.change, film.loudness, RATE) > 0.7
