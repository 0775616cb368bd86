"""Curves are what hits come to in each frame, the same at any frame rate."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mapped_music import RATES, curve, drums, rules

from clavilux.schedule.mapping import curves
from clavilux.schedule.mapping.pulses import Pulses
from clavilux.schedule.mapping.rules import Base, Duration, Rule, Source


@given(
    time_s=st.floats(0.5, 1.5),
    rate=st.sampled_from(RATES),
    shape=st.sampled_from(["exponential", "linear", "cosine"]),
)
@settings(max_examples=60, deadline=None)
def test_a_push_moves_by_its_amount_at_any_rate_and_any_place_in_a_frame(time_s, rate, shape):
    mapping = rules(
        f"source: snare, target: translation_z, amount: 30, attack: 0.02, hold: 0.05, "
        f"decay: 0.2, shape: {shape}"
    )

    moved = curve(mapping, drums((time_s, 38, 127)), "translation_z", rate=rate)

    assert moved.sum() == pytest.approx(30)


@given(time_s=st.floats(0.5, 1.5), rate=st.sampled_from(RATES))
@settings(max_examples=40, deadline=None)
def test_a_pulse_of_a_movement_comes_back_to_where_it_was(time_s, rate):
    mapping = rules("source: snare, target: rotation_3d_z, mode: pulse, amount: 8, decay: 0.2")

    moved = curve(mapping, drums((time_s, 38, 127)), "rotation_3d_z", rate=rate)

    assert moved.max() > 1
    assert moved.sum() == pytest.approx(0, abs=1e-9)


@given(time_s=st.floats(0.5, 1.5))
@settings(max_examples=40, deadline=None)
def test_new_matter_let_in_by_a_kick_is_the_same_at_any_rate(time_s):
    mapping = rules("source: kick, target: strength, to: 0.3, decay: 0.15", base="{strength: 0.9}")
    kick = drums((time_s, 36, 127))

    kept = [np.prod(curve(mapping, kick, "strength", rate=r, seconds=3)) for r in RATES[::2]]

    assert kept[0] == pytest.approx(kept[1])


@given(offset=st.floats(0.0, 1.0, exclude_max=True))
@settings(max_examples=40, deadline=None)
def test_the_share_of_the_first_frame_tells_where_in_it_a_hit_lies(offset):
    mapping = rules("source: snare, target: translation_z, amount: 24, hold: 0.5")
    begins = 24 - 0.5 + offset  # in frames; frame 24 begins half a frame before its time

    moved = curve(mapping, drums((begins / 24, 38, 127)), "translation_z")

    assert np.flatnonzero(moved > 1e-9)[0] in (24, 25)
    assert moved[24] == pytest.approx((1 - offset) * 2, abs=3e-3)  # half a tick


def test_a_level_is_averaged_over_the_frame():
    mapping = rules("source: snare, target: light, amount: 0.5, hold: 1/24 s")

    light = curve(mapping, drums((1.0, 38, 127)), "light")

    np.testing.assert_allclose(light[23:27], [0, 0.25, 0.25, 0], atol=1e-4)


def test_what_is_pushed_stays_pushed_and_what_is_set_stays_set():
    hits = drums((1.0, 38, 127), (2.0, 38, 127))
    pushed = rules("source: snare, target: hue, mode: accumulate, amount: 10, decay: 0.1")
    put = rules("source: snare, target: hue, mode: set, to: 25, decay: 0.1")

    assert curve(pushed, hits, "hue")[[20, 40, 90]] == pytest.approx([0, 10, 20])
    assert curve(put, hits, "hue")[[20, 40, 90]] == pytest.approx([0, 25, 25])


def test_a_strike_comes_at_once_and_the_rest_along_the_envelope():
    mapping = rules("source: snare, target: translation_z, amount: 10, strike: 0.8, decay: 0.2")
    level = rules(
        "source: snare, target: hue, mode: accumulate, amount: 10, strike: 0.8, decay: 0.2"
    )
    hit = drums((1.0, 38, 127))

    moved, stood = curve(mapping, hit, "translation_z"), curve(level, hit, "hue")

    assert moved.sum() == pytest.approx(10)
    assert 8 < moved[24] < 9.5
    assert 0 < moved[25] < 1
    np.testing.assert_allclose(stood[[20, 90]], [0, 10], atol=1e-9)
    assert 8 < stood[25] < 10


def test_the_lowest_of_two_dips_holds_where_they_meet():
    mapping = rules(
        "source: kick, target: strength, to: 0.4, by: none, hold: 0.5",
        base="{strength: {value: 0.9, combine: min}}",
    )

    strength = curve(mapping, drums((1.0, 36, 90), (1.2, 36, 90)), "strength")

    assert strength.min() == pytest.approx(0.4)


def test_zoom_grows_by_its_amount_in_all():
    mapping = rules("source: snare, target: zoom, amount: 0.2, decay: 0.3", base="{zoom: 1}")

    growth = [np.prod(curve(mapping, drums((1.0, 38, 127)), "zoom", rate=r)) for r in RATES]

    assert growth == pytest.approx([1.2, 1.2, 1.2])


def test_a_base_of_a_movement_is_per_second_and_drifts_around_its_value():
    mapping = rules(base="{translation_z: {value: 6, drift: {amount: 2, period: 4}}}")

    moved = curve(mapping, drums((1.0, 38, 1)), "translation_z", rate=Fraction(60))

    assert moved.sum() == pytest.approx(24, rel=1e-3)
    assert np.ptp(moved * 60) == pytest.approx(4, rel=1e-2)


@pytest.mark.parametrize("combine", ["add", "min", "max"])
@pytest.mark.parametrize(
    ("target", "mode", "strike"),
    [
        ("rotation_3d_x", "accumulate", 0.0),
        ("rotation_3d_x", "accumulate", 0.4),
        ("rotation_3d_z", "pulse", 0.0),
        ("strength", "pulse", 0.0),
        ("hue", "pulse", 0.0),
    ],
)
def test_hits_that_fill_whole_frames_are_laid_at_once_like_one_by_one(
    target, mode, strike, combine
):
    times = np.array([-0.1, 0.0, 0.02, 1.0, 1.01, 2.5, 3.9, 5.0])
    rule = Rule(
        "any", Source("drum"), target, mode, 0.0, 0.5,
        hold=Duration(5 / 24), shape="linear", strike=strike, snap=True,
    )  # fmt: skip
    base = Base(0.8 if target == "strength" else 0.0, combine=combine)
    nothing = np.zeros(len(times))
    part = Pulses(rule, times, np.linspace(-0.3, 0.15, 8), nothing, nothing + 5 / 24, nothing)
    window = curves.Window(Fraction(24), 96, 0.0)

    kernel = curves.kernel_of(rule, window.frame_s)
    at_once = curves._struck(part, base, window, kernel)

    np.testing.assert_allclose(at_once, curves._placed(part, base, window), atol=1e-12)
