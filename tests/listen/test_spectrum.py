"""The spectrum is a stream: exact in time, the same however the sound is cut."""

import tracemalloc

import numpy as np
import pytest
from signals import RATE, clicks, sine, sound

from clavilux.core.values import Sound
from clavilux.listen import spectrum


def frames(recording: Sound) -> np.ndarray:
    return np.concatenate([block.mel for block in spectrum.blocks(recording)])


@pytest.mark.parametrize("duration_s", [0.001, 0.5, 1.999, 2.0, 7.31])
def test_has_a_hundred_frames_a_second(duration_s):
    n = round(duration_s * RATE)

    found = frames(sound(np.zeros(n, dtype=np.float32)))

    assert abs(len(found) - duration_s * 100) <= 1
    assert len(found) >= 1


@pytest.mark.parametrize("rate", [8_000, 22_050, 44_100, 48_000, 96_000])
def test_puts_an_impulse_at_its_time_whatever_the_sample_rate(rate):
    wave = np.zeros(4 * rate, dtype=np.float32)
    wave[round(2.5 * rate)] = 1.0

    found = frames(Sound.from_array(wave, rate)).sum(axis=1)

    assert abs(int(found.argmax()) - 250) <= 1


@pytest.mark.parametrize("block", [1000, 44_100, 1_000_000])
def test_does_not_depend_on_where_the_blocks_are_cut(block):
    wave = clicks([0.3, 1.1, 4.7], 5.0) + sine(330, 5.0, 0.1)

    np.testing.assert_allclose(frames(sound(wave, block)), frames(sound(wave)), atol=1e-6)


def test_gives_a_full_scale_sine_a_power_of_about_one():
    (first, *_) = spectrum.blocks(sound(sine(1000, 2.0, level=1.0)))

    assert first.mel[100].max() == pytest.approx(1.0, rel=0.15)
    assert first.long_power[10].max() == pytest.approx(1.0, rel=0.15)
    assert first.centroid_hz[100] == pytest.approx(1000, rel=0.02)
    assert first.rms[100] == pytest.approx(0.5**0.5, rel=0.02)


def test_hears_nothing_in_numbers_that_are_none():
    wave = sine(440, 2.0)
    wave[1000:1100] = np.nan
    wave[2000] = np.inf

    assert np.isfinite(frames(sound(wave))).all()


def test_an_empty_sound_has_no_frames():
    assert list(spectrum.blocks(sound(np.zeros(0, dtype=np.float32)))) == []


def test_holds_no_more_of_a_long_sound_than_of_a_short_one():
    block = sine(220, 1.0)[:, None]

    def peak(seconds: int) -> int:
        tracemalloc.start()
        for _ in spectrum.blocks(Sound(RATE, 1, None, lambda: iter([block] * seconds))):
            pass
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(4)

    assert peak(80) < 1.2 * peak(20)


@pytest.mark.parametrize("right", [-1.0, -0.7, 0.0, 0.5, 1.0])
@pytest.mark.parametrize("n_channels", [2, 4])
def test_power_is_the_mean_of_left_and_right_whatever_their_phase(right, n_channels):
    wave = clicks([0.5, 1.1, 2.0], 3.0)
    columns = [wave if i % 2 == 0 else right * wave for i in range(n_channels)]

    both = frames(Sound.from_array(np.stack(columns, axis=1), RATE))

    assert both.sum() == pytest.approx((1 + right**2) / 2 * frames(sound(wave)).sum(), rel=0.01)


def test_an_instrument_in_antiphase_is_heard_inside_a_mix():
    pad, hits = sine(220, 3.0, 0.3), clicks([0.5, 1.1, 2.0], 3.0)

    mixed = frames(Sound.from_array(np.stack([pad + hits, pad - hits], axis=1), RATE))

    in_phase = frames(sound(pad + hits))
    np.testing.assert_allclose(mixed[:, 20:].sum(axis=1), in_phase[:, 20:].sum(axis=1), rtol=0.1)
