"""Loops to learn tempo from, and the fit."""

import numpy as np
import pytest

from clavilux.listen.tempo import METERS, features, log_prior, scored, tempo_grid
from clavilux.training import tempo
from clavilux.training.meter_loops import FASTEST_BPM, SIXTEENTHS, SLOWEST_BPM, make_loop

_QUARTER = 480
"""Ticks."""


def test_loops_keep_their_tempo_and_their_bars():
    for seed in range(40):
        loop = make_loop(np.random.default_rng(seed), duration_s=8.0)
        quarters = loop.tempo_bpm * (1.5 if loop.meter == "6/8" else 1.0)
        bar = SIXTEENTHS[loop.meter] * _QUARTER // 4
        assert SLOWEST_BPM[loop.meter] <= loop.tempo_bpm <= FASTEST_BPM[loop.meter]
        quarter_s = loop.score.tempo_map.seconds([_QUARTER])[0]
        assert quarter_s == pytest.approx(60 / quarters, rel=1e-4)
        assert all(track.end_tick % bar == 0 for track in loop.score.tracks)


def test_what_is_heard_of_a_loop_hangs_on_its_seed_alone():
    once, again = tempo.heard_loop((1, 5)), tempo.heard_loop((1, 5))

    np.testing.assert_array_equal(once[0], again[0])
    assert once[1:] == again[1:]


def test_a_fit_finds_the_one_feature_that_tells():
    rng = np.random.default_rng(0)
    n_tempi, right = len(tempo_grid()), rng.integers(60, 110, 30)
    x = rng.normal(0, 1, (30, n_tempi, 3)).astype(np.float32)
    y = np.zeros((30, n_tempi, len(METERS)), dtype=bool)
    for i, place in enumerate(right):
        x[i, place, 1] += 5
        y[i, place, 0] = True

    weights = tempo.fit(x, y, penalty=0.1)

    assert [int((one @ weights)[:, 0].argmax()) for one in x] == right.tolist()


def test_the_committed_weights_are_of_these_features():
    silence = np.zeros((1600, 8))

    assert np.isfinite(scored(silence)).all()
    assert features(silence).shape[0] == len(log_prior()) == len(tempo_grid())
