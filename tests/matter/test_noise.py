"""Tiles are seamless, and a seed makes always the same."""

import numpy as np
import pytest

from clavilux.matter import noise


def rng():
    return np.random.default_rng(3)


def edges_match(tile):
    """Return whether stepping over an edge is like stepping anywhere."""
    inside = np.abs(np.diff(tile, axis=0)).mean(), np.abs(np.diff(tile, axis=1)).mean()
    over = np.abs(tile[0] - tile[-1]).mean(), np.abs(tile[:, 0] - tile[:, -1]).mean()
    return all(o < 1.5 * i for o, i in zip(over, inside, strict=True))


@pytest.mark.parametrize("stretch", [1.0, 3.0])
def test_spectral_noise_wraps_and_is_standard(stretch):
    tile = noise.spectral(rng(), low=1, high=20, slope=1.5, stretch=stretch)

    assert edges_match(tile)
    assert abs(tile.mean()) < 1e-5
    assert tile.std() == pytest.approx(1, abs=1e-4)
    np.testing.assert_array_equal(
        tile, noise.spectral(rng(), low=1, high=20, slope=1.5, stretch=stretch)
    )


def test_nothing_lies_above_the_highest_frequency():
    spectrum = np.abs(np.fft.rfft2(noise.spectral(rng(), low=2, high=9, slope=1)))
    f = np.hypot(np.fft.fftfreq(noise.TILE, 1 / noise.TILE)[:, None], np.arange(257)[None, :])

    assert spectrum[f > 9.01].max() < 1e-3 * spectrum.max()


def test_warping_and_blurring_keep_a_tile_seamless():
    tile = noise.spectral(rng(), low=1, high=9, slope=1.5)

    assert edges_match(noise.curled(rng(), tile, amounts=(0.05, 0.03), high=4))
    assert edges_match(noise.blurred(tile, 4))


def test_levelling_uses_every_height_evenly():
    tile = noise.levelled(noise.spectral(rng(), low=1, high=9, slope=1.5))
    counts, _ = np.histogram(tile, bins=10, range=(0, 1))

    assert tile.min() >= 0
    assert tile.max() <= 1
    assert counts.min() > 0.8 * counts.max()
