"""Films that follow a plan: each shot matter and look of its own, cut on its frame."""

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest

from clavilux import render
from clavilux.core.values import Curves, Size, Yuv
from clavilux.matter.palettes import find
from clavilux.render import Request, ShotStart, shots

RATE = Fraction(24)
CURVES = Curves(RATE, {"strength": np.full(40, 0.95)}, ((0, "red"), (13, ""), (30, "blue fog")))
REQUEST = Request(
    CURVES, Size(96, 64), seed=3, plan=(ShotStart(0, "ink"), ShotStart(13), ShotStart(30, "paper"))
)


def drawn(request):
    return [picture.planes.astype(np.int16) for picture in render.pictures(request)]


def test_pictures_change_at_once_where_a_shot_begins_and_only_there():
    shown = drawn(REQUEST)
    change = [np.abs(b - a).mean() for a, b in pairwise(shown)]
    biggest = sorted(np.argsort(change)[-2:].tolist())
    assert biggest == [12, 29]
    assert min(change[12], change[29]) > 3 * np.delete(change, [12, 29]).max()


def test_a_shot_shows_nothing_of_the_one_before():
    other = replace(REQUEST, plan=(ShotStart(0, "glass"), *REQUEST.plan[1:]), flashing=True)
    plain = replace(REQUEST, flashing=True)
    np.testing.assert_array_equal(drawn(other)[13:], drawn(plain)[13:])


def test_shots_of_one_look_are_of_other_matter():
    alike = Curves(RATE, {"strength": np.full(20, 0.95)})
    request = Request(alike, Size(96, 64), plan=(ShotStart(0), ShotStart(10)))
    shown = drawn(request)
    assert np.abs(shown[10] - shown[0]).mean() > 5


@pytest.mark.parametrize("at", [5, 13, 29, 30, 35])
def test_a_planned_film_goes_on_from_any_frame(at):
    whole = drawn(REQUEST)
    renderer = render.RENDERERS.make("procedural")
    run = render.start(renderer, REQUEST)
    for _ in range(at):
        next(run)
    rest = render.start(renderer, REQUEST, first_frame=at, state=run.state())
    np.testing.assert_array_equal(whole[at:], [picture.planes for picture in rest])


BLENDED = replace(
    REQUEST,
    curves=Curves(RATE, {"strength": np.full(40, 0.95), "hue": np.linspace(0, 30, 40)}),
    plan=(
        ShotStart(0, "ink", 5),
        ShotStart(13, "paper", 6, blend=6),
        ShotStart(30, "ink", 5, blend=4),
    ),
    flashing=True,
)


@pytest.mark.parametrize("flashing", [True, False])
def test_a_blended_film_goes_on_from_any_frame(flashing):
    request = replace(BLENDED, flashing=flashing)
    renderer = render.RENDERERS.make("procedural")
    run = render.start(renderer, request)
    shown, states = [], {}
    for frame in range(33):
        states[frame] = run.state() if frame else None
        shown.append(next(run).planes.copy())
    for at in (6, 7, 8, 12, 13, 26, 29, 30):
        rest = render.start(renderer, request, first_frame=at, state=states[at])
        for frame in range(at, at + 2):
            np.testing.assert_array_equal(shown[frame], next(rest).planes)


def test_a_shot_comes_in_over_the_last_frames_of_the_one_before_and_is_alone_from_its_first():
    shown = drawn(BLENDED)
    first = drawn(replace(BLENDED, plan=BLENDED.plan[:1]))
    second = drawn(replace(BLENDED, plan=(BLENDED.plan[0], ShotStart(7, "paper", 6))))
    np.testing.assert_array_equal(shown[:7], first[:7])
    apart = [np.abs(a - b).mean() for a, b in zip(shown, second, strict=True)]
    assert all(np.diff(apart[7:13]) < 0)
    assert apart[12] < 0.3 * apart[7]
    np.testing.assert_array_equal(shown[13:26], second[13:26])


def test_shots_of_one_seed_begin_alike():
    cut = tuple(replace(shot, blend=0) for shot in BLENDED.plan)
    steady = Curves(RATE, {"strength": np.full(40, 0.95)})
    shown = drawn(replace(BLENDED, curves=steady, plan=cut))
    np.testing.assert_array_equal(shown[30], shown[0])
    assert np.abs(shown[13] - shown[0]).mean() > 5


def test_a_variation_has_the_same_matter_in_other_colours():
    shown = drawn(
        replace(BLENDED, plan=(ShotStart(0, "ink", 5), ShotStart(20, "ink", 5, variation=1)))
    )
    luma = [picture[:64].ravel() for picture in (shown[0], shown[20])]
    assert np.corrcoef(luma)[0, 1] > 0.9
    assert np.abs(shown[20][64:] - shown[0][64:]).mean() > 3


def test_variations_of_a_palette_that_is_given_have_its_hues_alone():
    given = find("ember")
    hues = {stop[2] for stop in given.stops}
    assert shots.varied(given, 0) == given
    for n in (1, 2, 3):
        other = shots.varied(given, n)
        assert {stop[2] for stop in other.stops} <= hues
        assert other.stops != given.stops


def test_a_blend_begins_with_one_picture_and_ends_with_the_other():
    rng = np.random.default_rng(0)
    one, other = (Yuv(rng.integers(16, 235, (48, 32), dtype=np.uint8)) for _ in range(2))
    np.testing.assert_array_equal(shots.blended([one, other], 0).planes, one.planes)
    np.testing.assert_array_equal(shots.blended([one, other], 1).planes, other.planes)
