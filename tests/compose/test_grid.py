"""Beats and bars are laid so that cuts fall on them."""

import numpy as np
import pytest

from clavilux.compose.grid import DRIFT, anchors, fit

FRAME_S = 1 / 24


def film(seed):
    rng = np.random.default_rng(seed)
    duration_s = rng.uniform(60, 120)
    cuts = np.cumsum(rng.gamma(2.5, 1.6, 100) + 0.6)
    cuts = cuts[cuts < duration_s - 1]
    return cuts, rng.random(len(cuts)), duration_s


def off_by(grid_s, times_s):
    return np.abs(np.asarray(grid_s)[:, None] - np.asarray(times_s)).min(axis=0)


def test_most_cuts_fall_within_a_frame_of_a_beat_and_great_ones_of_a_downbeat():
    cut_met, great_met = [], []
    for seed in range(2):
        cuts, strengths, duration_s = film(seed)
        points = anchors(cuts, strengths, [], duration_s)
        grid = fit(points, duration_s, FRAME_S)
        opening = grid.downbeats_s[2]  # two bars that are never odd
        great = [point.time_s for point in points if point.great and point.time_s > opening]
        cut_met += list(off_by(grid.beats_s, cuts) <= FRAME_S)
        great_met += list(off_by(grid.downbeats_s, great) <= FRAME_S)

    assert np.mean(cut_met) > 0.85
    assert np.mean(great_met) > 0.9


def test_points_that_must_be_hit_are_hit_by_downbeats():
    cuts, strengths, duration_s = film(7)
    hits = [12.4, 31.0, 44.44]

    grid = fit(anchors(cuts, strengths, hits, duration_s), duration_s, FRAME_S)

    assert (off_by(grid.downbeats_s, hits) <= FRAME_S).all()


def test_hits_too_close_for_the_tempo_are_hit_all_the_same():
    grid = fit(anchors(np.zeros(0), np.zeros(0), [10.0, 10.9, 11.1], 30.0), 30.0, FRAME_S)

    assert (off_by(grid.beats_s, [10.0, 10.9, 11.1]) <= FRAME_S).all()


def test_a_given_tempo_is_obeyed_within_the_drift():
    cuts, strengths, duration_s = film(3)

    grid = fit(anchors(cuts, strengths, [], duration_s), duration_s, FRAME_S, tempo_bpm=90.0)

    inside = np.diff(grid.beats_s)[:-16] * 90 / 60  # the ending may broaden
    assert grid.tempo_bpm == 90.0
    assert np.abs(inside - 1).max() <= DRIFT + 0.01


@pytest.mark.parametrize("duration_s", [0.5, 3.0, 61.7])
def test_the_grid_ends_with_the_film(duration_s):
    grid = fit([], duration_s, FRAME_S)

    assert grid.beats_s[-1] == pytest.approx(duration_s)
    assert grid.bars[-1] == len(grid.beats_s) - 1
    assert (np.diff(grid.bars) >= 1).all()


@pytest.mark.parametrize("seed", range(4))
def test_points_that_must_be_hit_are_hit_among_any_number_of_cuts(seed):
    rng = np.random.default_rng(seed)
    cuts = np.sort(rng.uniform(1, 79, 200))
    hits = np.sort(rng.uniform(4, 76, 3))

    points = anchors(cuts, rng.random(200), hits.tolist(), 80.0)
    grid = fit(points, 80.0, 1 / 24, tempo_bpm=float(rng.integers(60, 141)))

    assert np.abs(grid.downbeats_s[:, None] - hits).min(axis=0).max() < 1 / 24
