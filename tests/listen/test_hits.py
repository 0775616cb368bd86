"""The network that hears hits answers as its card says, and the same at every level."""

import numpy as np
from signals import clicks, sine, sound

from clavilux import models
from clavilux.core.values import Sound
from clavilux.listen.hits import KINDS, hear_hits
from clavilux.listen.measure import measure


def test_answers_the_golden_input_as_when_it_was_shipped():
    inputs, outputs = models.golden("hearing")

    (answer,) = models.load("hearing")(*inputs)

    np.testing.assert_allclose(answer, outputs[0], atol=1e-4)


def test_its_card_names_its_kinds():
    assert tuple(models.card("hearing")["kinds"]) == KINDS


def test_hears_a_quiet_copy_as_it_hears_the_loud_one():
    wave = clicks([0.5, 1.0, 1.7, 2.2], 3.0) + sine(110, 3.0, 0.05)

    loud, quiet = (measure(sound(wave * np.float32(gain))) for gain in (1.0, 0.1))

    np.testing.assert_allclose(loud.log_mel, quiet.log_mel, atol=0.01)
    a, b = hear_hits(loud.log_mel), hear_hits(quiet.log_mel)
    np.testing.assert_allclose(a.likelihood, b.likelihood, atol=0.1)


def test_hears_the_same_however_long_the_music_is():
    rng = np.random.default_rng(0)
    frames = rng.random((9000, 48), dtype=np.float32).astype(np.float16)

    whole, part = hear_hits(frames).likelihood, hear_hits(frames[3000:6000]).likelihood

    np.testing.assert_allclose(whole[3200:5800], part[200:-200], atol=1e-4)


def test_strengths_follow_how_hard_it_is_struck():
    wave = np.concatenate([clicks([0.5], 1.0), 0.1 * clicks([0.5], 1.0)] * 4)

    onsets = hear_hits(measure(Sound.from_array(wave, 44_100)).log_mel).events.of("onset")

    near = [onsets.strength[np.abs(onsets.time_s - t).argmin()] for t in (2.5, 3.5)]
    assert near[0] > 1.3 * near[1]
