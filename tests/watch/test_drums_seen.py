"""Drums seen in films made here, frame by frame, with OpenCV alone."""

from collections.abc import Iterator
from fractions import Fraction

import cv2
import numpy as np
import pytest

from clavilux import models
from clavilux.core.values import Film, FilmFrame, Size
from clavilux.watch import drums
from clavilux.watch.drum_hits import N_MOTION
from clavilux.watch.motion import NAMES

SIDE = 128
RATE = 24


def _texture(seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    fine = cv2.GaussianBlur(rng.random((SIDE, SIDE)), (0, 0), 2)
    broad = cv2.GaussianBlur(rng.random((SIDE, SIDE)), (0, 0), 9)
    both = fine / fine.std() + broad / broad.std()
    return np.clip(128 + 40 * (both - both.mean()), 0, 255).astype(np.uint8)


def _film(rolls: dict[int, float], cuts: set[int], n_frames: int, rate: Fraction) -> Film:
    """A picture that turns by so many degrees at some frames and is another from others on."""

    def frames() -> Iterator[FilmFrame]:
        angle, number = 0.0, 0
        for i in range(n_frames):
            angle += rolls.get(i, 0.0)
            number += i in cuts
            turn = cv2.getRotationMatrix2D((SIDE / 2, SIDE / 2), angle, 1.0)
            shown = cv2.warpAffine(
                _texture(number), turn, (SIDE, SIDE), borderMode=cv2.BORDER_REFLECT
            )
            yield FilmFrame(i / rate, shown)

    return Film(Size(SIDE, SIDE), rate, n_frames, frames)


def test_rolls_are_closed_hats_and_cuts_are_kicks():
    rolls = {20: 5.0, 41: -5.0, 60: 5.0, 83: -5.0, 101: 5.0, 130: -5.0}
    seen = drums.watch_drums(_film(rolls, {30, 70, 110}, 150, Fraction(RATE)))
    hats = seen.events.of("closed_hat").time_s * RATE
    kicks = seen.events.of("kick").time_s * RATE
    assert all(np.abs(hats - frame).min() <= 1 for frame in rolls)
    assert all(np.abs(kicks - frame).min() <= 1 for frame in (30, 70, 110))
    assert len(hats) <= 8


def test_a_still_film_is_silent():
    seen = drums.watch_drums(_film({}, set(), 100, Fraction(RATE)))
    assert len(seen.events.of("closed_hat", "open_hat", "pedal_hat", "snare").kind) == 0
    assert seen.duration_s == pytest.approx(100 / RATE)


def test_a_fast_film_is_heard_at_its_own_times():
    rolls = {40: 3.0, 41: 2.0, 120: -3.0, 121: -2.0, 200: 5.0}
    seen = drums.watch_drums(_film(rolls, {80, 160}, 260, Fraction(60)))
    kicks = seen.events.of("kick").time_s
    assert all(np.abs(kicks - frame / 60).min() < 0.05 for frame in (80, 160))


def test_less_sensitive_hears_no_more():
    rows = np.random.default_rng(1).normal(0, 0.02, (300, len(NAMES))).astype(np.float32)
    counts = [len(drums.drums_in(rows, 24.0, sensitivity=s).kind) for s in (0.1, 0.5, 0.9)]
    assert counts == sorted(counts)


@pytest.mark.parametrize("n_pieces", [1, 5, 40])
def test_a_hit_that_two_frames_share_is_one_hit_between_them(n_pieces):
    answers = np.zeros((40, 15 + N_MOTION), dtype=np.float32)
    answers[[0, 20, 21, 39], 1] = 0.9, 0.4, 0.4, 0.9  # snares; column 11 is how hard
    answers[:, 11] = 0.5
    pieces = iter(np.array_split(answers, n_pieces))
    heard, sure = drums._picked(pieces, sensitivity=0.5, rate=10.0)
    np.testing.assert_allclose(heard.time_s, [0.0, 2.05, 3.9], atol=1e-6)
    np.testing.assert_allclose(heard.strength, 0.5, atol=1e-6)
    np.testing.assert_allclose(sure, [0.9, 0.6, 0.9], atol=1e-6)


@pytest.mark.parametrize("n_frames", [0, 1, 5, 511, 512, 513, 1100])
def test_rows_are_answered_once_each_however_they_come(n_frames):
    rng = np.random.default_rng(2)
    rows = rng.normal(0, 0.02, (n_frames, len(NAMES))).astype(np.float32)
    model = models.load("drums")
    whole = list(drums._answers(iter([rows]), 24.0, model))
    pieces = list(drums._answers(iter(np.array_split(rows, 7)), 24.0, model))
    assert sum(map(len, whole)) == sum(map(len, pieces)) == n_frames
    if n_frames:
        np.testing.assert_allclose(np.concatenate(whole), np.concatenate(pieces), atol=1e-4)


def test_lead_in_and_end_are_told_to_the_network():
    rows = np.zeros((20, len(NAMES)), dtype=np.float32)
    inside = drums.inputs(rows, 24.0, begins=False, ends=False)
    whole = drums.inputs(rows, 24.0, begins=True, ends=True)
    assert inside.shape == (drums.N_CHANNELS, 20)
    assert whole.shape == (drums.N_CHANNELS, 20 + 2 * drums.LEAD)
    np.testing.assert_array_equal(whole[:, drums.LEAD : -drums.LEAD], inside)
    assert whole[-1, 0] == 1
    assert whole[-1, -1] == -1


def _rolling(turns: dict[int, float], n_frames: int = 120) -> np.ndarray:
    """Features of a film that only rolls, by so many radians at some frames."""
    rows = np.zeros((n_frames, len(NAMES)), dtype=np.float32)
    rows[:, [NAMES.index("kept"), NAMES.index("fine_agreement")]] = 1.0
    for frame, turn in turns.items():
        rows[frame : frame + 4, NAMES.index("roll")] = turn * np.array([0.86, 0.06, 0.04, 0.04])
    return rows


def test_how_far_a_push_goes_is_told_in_its_first_frame_whichever_way_it_goes():
    for turn in (0.08, -0.08):
        size, late = drums._pushes(_rolling({50: turn})[:, drums._PUSHES])
        assert size[50, 2] == pytest.approx(0.8, rel=1e-3)
        assert 0 < late[50, 2] < 1.2
        assert size[:45].max() == late[:45].max() == 0


def test_films_that_always_push_one_way_are_told_from_those_that_alternate():
    always = drums._one_sided(_rolling({20: 0.1, 50: 0.1, 80: 0.1})[:, :6].astype(float))
    back = drums._one_sided(_rolling({20: -0.1, 50: -0.1, 80: -0.1})[:, :6].astype(float))
    by_turns = drums._one_sided(_rolling({20: 0.1, 50: -0.1})[:, :6].astype(float))
    assert always[2] == pytest.approx(1)
    assert back[2] == pytest.approx(-1)
    assert by_turns[2] == pytest.approx(0)
    assert always[0] == 0


def test_an_empty_film_has_no_drums():
    seen = drums.watch_drums(_film({}, set(), 0, Fraction(RATE)))
    assert seen.events.kind == ()
