"""A performed score is as loud as asked, below the ceiling, and ends in silence."""

import numpy as np
import pytest

from clavilux.compose.demo import demo_score
from clavilux.core.loudness import measure
from clavilux.core.values import Sound
from clavilux.perform import perform


@pytest.mark.slow
def test_the_demonstration_comes_out_mastered():
    waveform = perform(demo_score(), start_s=30).read()

    meter = measure(Sound.from_array(waveform, 44_100))
    assert meter.integrated == pytest.approx(-16.0, abs=1.0)
    assert meter.true_peak_db < -1.0
    assert not waveform[-4000:].any()


def test_a_piece_can_be_cut_to_the_length_of_a_film():
    sound = perform(demo_score(), start_s=20.0, duration_s=3.25, lufs=None)

    assert sound.n_samples == len(sound.read()) == round(3.25 * 44_100)


def test_a_lone_drummer_is_as_loud_as_a_band(hands):
    beats = np.arange(0, 6, 0.25)
    notes = [(t, 0.1, drum, 100) for i, t in enumerate(beats) for drum in (42, (36, 38)[i % 2])]
    score = hands.score(hands.track(notes, channel=9))

    meter = measure(perform(score))

    assert meter.integrated == pytest.approx(-16.0, abs=1.0)
    assert meter.true_peak_db < -1.0
