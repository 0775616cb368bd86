"""Loudness and true peak are what the standard says they are."""

import numpy as np
import pytest

from clavilux.core.loudness import LoudnessMeter, measure
from clavilux.core.values import Sound


def sine(hertz, rate, seconds=5.0, phase=0.0, level=1.0):
    return (
        level * np.sin(2 * np.pi * hertz * np.arange(int(seconds * rate)) / rate + phase)
    ).astype(np.float32)


@pytest.mark.parametrize("rate", [16_000, 44_100, 48_000, 96_000])
def test_a_full_sine_in_one_channel_is_minus_three(rate):
    meter = measure(Sound.from_array(sine(997.0, rate), rate))

    assert meter.integrated == pytest.approx(-3.01, abs=0.05)


def test_two_channels_are_three_decibels_louder_than_one():
    one = sine(997.0, 48_000, level=0.1)

    both = measure(Sound.from_array(np.stack([one, one], axis=1), 48_000))

    assert both.integrated == pytest.approx(-20.0, abs=0.05)


def test_what_lies_below_the_gates_does_not_count():
    # EBU Tech 3341, case 3: -36, -23 and -36 dBFS for 10, 60 and 10 s give -23.
    rate = 48_000
    parts = [
        sine(1000.0, rate, s, level=10 ** (d / 20)) for d, s in ((-36, 10), (-23, 60), (-36, 10))
    ]
    stereo = np.repeat(np.concatenate(parts)[:, None], 2, axis=1)

    assert measure(Sound.from_array(stereo, rate)).integrated == pytest.approx(-23.0, abs=0.1)


def test_a_peak_between_samples_is_found():
    waveform = sine(12_000.0, 48_000, 1.0, phase=np.pi / 4)
    waveform[:100] *= np.linspace(0, 1, 100, dtype=np.float32)

    meter = measure(Sound.from_array(waveform, 48_000))

    assert np.abs(waveform).max() == pytest.approx(0.7071, abs=1e-3)
    assert meter.true_peak_db == pytest.approx(0.0, abs=0.2)


def test_silence_and_what_is_too_short_are_minus_infinity():
    for n in (0, 100, 48_000):
        meter = LoudnessMeter(48_000, 2)
        meter.add(np.zeros((n, 2), dtype=np.float32))

        assert meter.integrated == -np.inf
        assert meter.true_peak_db == -np.inf


def test_blocks_may_be_cut_anywhere():
    waveform = np.random.default_rng(0).standard_normal((50_000, 2)).astype(np.float32)
    whole, pieces = LoudnessMeter(44_100, 2), LoudnessMeter(44_100, 2)

    whole.add(waveform)
    for start in range(0, len(waveform), 777):
        pieces.add(waveform[start : start + 777])

    assert pieces.integrated == pytest.approx(whole.integrated, abs=1e-6)
    assert pieces.true_peak_db == pytest.approx(whole.true_peak_db, abs=1e-4)


def test_powers_may_be_taken_as_they_come():
    rate = 48_000
    waveform = np.random.default_rng(3).normal(0, 0.1, (rate, 2)).astype(np.float32)
    taking, whole = LoudnessMeter(rate, 2), measure(Sound.from_array(waveform, rate))

    taken = []
    for piece in np.array_split(waveform, 7):
        taking.add(piece)
        taken.append(taking.take_powers())

    np.testing.assert_array_equal(np.concatenate(taken), whole.powers)
    assert not len(taking.powers)
