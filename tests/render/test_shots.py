"""Films that follow a plan: each shot matter and look of its own, cut on its frame."""

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest

from clavilux import render
from clavilux.core.values import Curves, Size
from clavilux.render import Request, ShotStart

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
