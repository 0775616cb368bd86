"""SSIM is 1 for equal pictures, and what its formula says where that is known."""

import numpy as np
import pytest

from clavilux.evaluation.similarity import decibels, mean_ssim, ssim


def test_of_equal_pictures_is_one():
    picture = np.random.default_rng(0).integers(0, 256, (40, 60), dtype=np.uint8)
    assert ssim(picture, picture) == pytest.approx(1)


def test_of_flat_pictures_is_the_likeness_of_their_light():
    one, other = np.full((30, 30), 100), np.full((30, 30), 150)
    constant = 2.55**2
    expected = (2 * 100 * 150 + constant) / (100**2 + 150**2 + constant)
    assert ssim(one, other) == pytest.approx(expected, abs=1e-3)


def test_of_a_picture_and_its_negative_is_below_zero_and_of_noise_little():
    rng = np.random.default_rng(1)
    one, other = (rng.integers(0, 256, (60, 60)) for _ in range(2))
    assert ssim(one, 255 - one) < -0.9
    assert abs(ssim(one, other)) < 0.05
    assert mean_ssim([(one, one), (one, other)]) == pytest.approx(0.5, abs=0.03)


def test_more_noise_is_less_like():
    rng = np.random.default_rng(2)
    smooth = np.linspace(0, 200, 64)[None] + np.zeros((64, 1))
    noise = rng.standard_normal((64, 64))
    found = [ssim(smooth, smooth + amount * noise) for amount in (1, 3, 9)]
    assert found == sorted(found, reverse=True)


def test_decibels_count_what_is_lost():
    assert decibels(0.99) == pytest.approx(20)
    assert decibels(0.999) == pytest.approx(30)


def test_shapes_must_agree():
    with pytest.raises(ValueError, match="expected the same"):
        ssim(np.zeros((4, 4)), np.zeros((4, 5)))
