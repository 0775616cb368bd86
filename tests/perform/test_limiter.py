"""The limiter keeps true peaks below the ceiling and leaves the rest alone."""

from itertools import pairwise

import numpy as np
import pytest

from clavilux.core.loudness import measure
from clavilux.core.values import Sound
from clavilux.perform import Limiter, limit, normalise

RATE = 48_000


def noise(level, seconds=2.0, seed=0):
    rng = np.random.default_rng(seed)
    return (level * rng.standard_normal((int(seconds * RATE), 2))).astype(np.float32)


def test_what_is_low_enough_comes_out_as_it_was():
    quiet = noise(0.05)

    np.testing.assert_array_equal(limit(Sound.from_array(quiet, RATE)).read(), quiet)


@pytest.mark.parametrize("level", [0.3, 1.0, 4.0])
def test_no_true_peak_passes_the_ceiling(level):
    limited = limit(Sound.from_array(noise(level), RATE), ceiling_db=-1.0)

    assert -1.6 < measure(limited).true_peak_db < -1.0 + 1e-3


def test_a_peak_between_the_samples_is_seen():
    n = np.arange(RATE)
    between = np.sin(np.pi / 2 * n + np.pi / 4).astype(np.float32)
    assert np.abs(between).max() < 0.71

    limited = limit(Sound.from_array(between, RATE), ceiling_db=-3.0).read()

    assert np.abs(limited[RATE // 4 : -RATE // 4]).max() < 0.71 * 10 ** (-2.9 / 20)


def test_the_gain_comes_back_after_a_peak():
    waveform = np.full((RATE, 1), 0.1, dtype=np.float32)
    waveform[RATE // 4] = 4.0

    limited = limit(Sound.from_array(waveform, RATE)).read()

    np.testing.assert_array_equal(limited[: RATE // 5], waveform[: RATE // 5])
    np.testing.assert_allclose(limited[-RATE // 3 :], waveform[-RATE // 3 :], rtol=1e-5)
    assert np.abs(limited[RATE // 4 - 400 : RATE // 4]).max() <= 0.1


def test_blocks_may_be_cut_anywhere():
    waveform = noise(0.8)
    limiter = Limiter(RATE, 2)
    edges = [0, 1, 7, 1000, 1001, 40_000, len(waveform)]

    pieces = [limiter.add(waveform[a:b]) for a, b in pairwise(edges)]
    cut = np.concatenate([*pieces, limiter.finish()])

    whole = limit(Sound.from_array(waveform, RATE)).read()
    assert cut.shape == waveform.shape
    np.testing.assert_allclose(cut, whole, atol=1e-5)


def test_normalising_reaches_the_loudness_below_the_ceiling():
    for level in (0.01, 0.05, 0.2):
        meter = measure(normalise(Sound.from_array(noise(level, 4.0), RATE)))

        assert meter.integrated == pytest.approx(-16.0, abs=0.5)
        assert meter.true_peak_db < -1.0


def test_silence_stays_silence():
    silence = np.zeros((RATE, 2), dtype=np.float32)

    np.testing.assert_array_equal(normalise(Sound.from_array(silence, RATE)).read(), silence)
