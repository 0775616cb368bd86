"""Hits are told anew by what each drum does in a film: ways back are none."""

import numpy as np
import pytest

from clavilux.core.drums import FIVE
from clavilux.watch.drum_habits import retold
from clavilux.watch.drum_hits import N_MOTION, Heard
from clavilux.watch.motion import NAMES

RATE = 24.0
N = 400
SNARE, KICK = FIVE.index("snare"), FIVE.index("kick")
FORTH = np.array([0.03, 0.025, 0.01])
BACK = np.full(6, -0.011)
LATER = 4
"""Frames from a push to the way back that is taken for a hit."""


def _struck() -> np.ndarray:
    gaps = np.random.default_rng(3).integers(11, 32, 30).cumsum()
    return gaps[gaps < N - 20]


def _motion(frames: np.ndarray, sides: np.ndarray | None = None) -> np.ndarray:
    rng = np.random.default_rng(4)
    motion = np.zeros((N, N_MOTION), dtype=np.float32)
    motion[:, :-1] = rng.normal(0, 4e-4, (N, N_MOTION - 1))
    motion[:, -1] = 1
    push = np.concatenate([FORTH, BACK])
    sides = np.ones(len(frames)) if sides is None else sides
    for frame, side in zip(frames, sides, strict=True):
        motion[frame : frame + len(push), NAMES.index("zoom")] += side * push
    return motion


def _heard(frames: np.ndarray, likely: np.ndarray) -> tuple[Heard, np.ndarray]:
    """Say that a snare is struck in some frames, so likely."""
    order = frames.argsort()
    frames, likely = frames[order], likely[order]
    sure = np.full((N, len(FIVE)), 1e-3, dtype=np.float32)
    sure[frames, SNARE] = likely
    n = len(frames)
    return Heard(frames.astype(float), np.full(n, SNARE), np.full(n, 0.7), likely), sure


def _frames(heard: Heard) -> np.ndarray:
    return np.round(heard.position[heard.drum == SNARE]).astype(int)


def test_ways_back_are_no_hits():
    frames = _struck()
    wrong = frames[::3] + LATER
    likely = np.concatenate([np.full(len(frames), 0.9), np.full(len(wrong), 0.6)])
    heard, sure = _heard(np.concatenate([frames, wrong]), likely)
    told = _frames(retold(heard, _motion(frames), sure, RATE))
    assert len(told) == len(frames)
    assert np.abs(told - frames).max() <= 1


def test_hits_that_were_not_heard_are_found():
    frames = _struck()
    heard, sure = _heard(frames[frames % 4 > 0], np.full((frames % 4 > 0).sum(), 0.9))
    sure[frames[frames % 4 == 0], SNARE] = 0.05
    told = retold(heard, _motion(frames), sure, RATE)
    assert len(_frames(told)) == len(frames)
    assert np.abs(_frames(told) - frames).max() <= 1
    assert (np.diff(told.position) > 0).all()


def test_kicks_and_drums_struck_seldom_stay_as_heard():
    frames = _struck()[:3]
    heard, sure = _heard(frames, np.full(3, 0.9))
    kick = Heard(np.array([200.0]), np.array([KICK]), np.array([0.5]), np.array([0.8]))
    told = retold(heard.followed_by(kick).in_order(), _motion(frames), sure, RATE)
    np.testing.assert_array_equal(_frames(told), frames)
    assert told.position[told.drum == KICK] == 200.0


def test_who_pushes_now_this_way_now_that_is_left_to_the_network():
    frames = _struck()
    sides = np.random.default_rng(5).choice([-1.0, 1.0], len(frames))
    heard, sure = _heard(frames, np.full(len(frames), 0.9))
    told = retold(heard, _motion(frames, sides), sure, RATE)
    np.testing.assert_array_equal(told.position, heard.position)


def test_patterns_are_left_to_the_network():
    frames = _struck()
    heard, sure = _heard(np.repeat(frames, 2), np.full(2 * len(frames), 0.9))
    assert retold(heard, _motion(frames), sure, RATE) is heard


def _asked_for_instants(places: np.ndarray) -> np.ndarray:
    """Motion of a film in which every hit takes three frames from where it lies."""
    motion = _motion(np.zeros(0, dtype=int))
    way = np.clip((np.arange(-1, N) - places[:, None]) / 3, 0, 1)
    motion[:, NAMES.index("zoom")] += 0.1 * np.diff(way, axis=1).sum(axis=0)
    return motion


@pytest.mark.parametrize(("within", "earlier"), [(0.0, 0.0), (1.0, 0.3)])
def test_who_asks_for_instants_shows_hits_late(within: float, earlier: float):
    frames = _struck()
    heard, sure = _heard(frames, np.full(len(frames), 0.9))
    places = frames - within * np.random.default_rng(6).random(len(frames))
    told = retold(heard, _asked_for_instants(places), sure, RATE)
    assert np.median(frames - told.position) == pytest.approx(earlier, abs=0.15)


def test_nothing_heard_stays_nothing():
    heard, sure = _heard(np.zeros(0, dtype=int), np.zeros(0))
    assert len(retold(heard, _motion(_struck()), sure, RATE).position) == 0
