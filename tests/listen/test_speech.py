"""Speech is found in people's voices, not in music or noise, and music steps back for it."""

import numpy as np
import pytest

from clavilux import media
from clavilux.core.values import Section, Series, Sound
from clavilux.listen.speech import SAMPLE_RATE, gain_under, likelihood, spoken


@pytest.mark.parametrize("name", ["whisper_jfk.flac", "librivox_0870.wav", "goforward.wav"])
def test_a_voice_is_speech(shared, name):
    sound = media.cut(media.open_sound(shared / "samples" / "speech" / name), 0, 6)

    found = spoken(likelihood(sound))

    assert sum(end - start for start, end, _ in found) > 0.3 * (media.length_s(sound))


def test_a_chord_and_noise_are_not():
    time = np.arange(4 * SAMPLE_RATE) / SAMPLE_RATE
    chord = sum(0.1 * np.sin(2 * np.pi * f * time) for f in (220, 277, 330))
    noise = np.random.default_rng(0).normal(0, 0.05, len(time))

    for waveform in (chord, noise):
        heard = likelihood(Sound.from_array(waveform.astype(np.float32), SAMPLE_RATE))
        assert sum(end - start for start, end, _ in spoken(heard)) < 0.4


def test_short_pauses_are_bridged_and_clicks_dropped():
    values = np.zeros(200)
    values[50:80] = values[85:120] = 0.9
    values[160:162] = 0.9

    (found,) = spoken(Series(31.25, values))

    assert found.start_s == pytest.approx(1.6)
    assert found.end_s == pytest.approx(3.84, abs=0.05)


def test_music_is_down_before_the_first_word_and_back_after_the_last():
    times = np.array([0.0, 1.95, 3.0, 4.1, 5.0])

    gain = gain_under((Section(2.0, 4.0, "speech"),), times, 12.0)

    np.testing.assert_allclose(20 * np.log10(gain), [0, -12, -12, -12, 0], atol=0.01)
