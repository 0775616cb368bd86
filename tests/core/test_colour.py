"""Colours survive their journeys between spaces."""

import numpy as np

from clavilux.core import colour

RGB = np.random.default_rng(0).random((500, 3))


def test_oklab_and_back_is_the_identity():
    np.testing.assert_allclose(colour.srgb_from_oklab(colour.oklab_from_srgb(RGB)), RGB, atol=1e-6)


def test_oklch_and_back_is_the_identity():
    np.testing.assert_allclose(colour.srgb_from_oklch(colour.oklch_from_srgb(RGB)), RGB, atol=2e-3)


def test_yuv_and_back_is_the_identity():
    np.testing.assert_allclose(colour.srgb_from_yuv(colour.yuv_from_srgb(RGB)), RGB, atol=1e-9)


def test_white_is_lightness_one_and_y_235():
    np.testing.assert_allclose(colour.oklab_from_srgb([1, 1, 1]), [1, 0, 0], atol=1e-6)
    np.testing.assert_allclose(colour.yuv_from_srgb([1, 1, 1]), [235, 128, 128], atol=1e-9)


def test_a_colour_no_screen_shows_keeps_lightness_and_hue():
    rgb = colour.srgb_from_oklch([0.7, 0.5, 150.0])

    lightness, chroma, hue = colour.oklch_from_srgb(rgb)
    assert abs(lightness - 0.7) < 0.01
    assert chroma < 0.5
    assert abs(hue - 150) < 2
