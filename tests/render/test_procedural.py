"""The procedural renderer draws what the curves ask for, the same every time."""

import itertools
import sys
from pathlib import Path

import numpy as np
import pytest

from clavilux import render
from clavilux.core.errors import UnknownBackEnd
from clavilux.core.parameters import PARAMETERS
from clavilux.core.values import Curves, Size

sys.path.insert(0, str(Path(__file__).parent))
from drives import FRAME_RATE, beat, each_look, still

SIZE = Size(160, 96)


def pictures(curves, *, size=SIZE, seed=0, **options):
    request = render.Request(curves, size, seed, **options)
    return [picture.planes for picture in render.pictures(request)]


def luma_change(one, other):
    return float(np.mean(np.abs(one[: SIZE.height].astype(float) - other[: SIZE.height])))


@pytest.fixture(params=each_look())
def look(request):
    return request.param


def test_same_seed_same_pictures_and_another_seed_others(look):
    first, again = pictures(beat(4), look=look), pictures(beat(4), look=look)

    np.testing.assert_array_equal(first, again)
    assert luma_change(first[0], pictures(beat(1), look=look, seed=1)[0]) > 5


def test_a_film_cut_in_two_equals_the_whole(look):
    curves = beat(14)
    whole = pictures(curves, look=look)
    renderer, request = render.RENDERERS.make("procedural"), render.Request(curves, SIZE, look=look)
    run = render.start(renderer, request)
    first = [next(run).planes for _ in range(6)]
    rest = render.start(renderer, request, first_frame=6, state=run.state())

    np.testing.assert_array_equal(whole, first + [picture.planes for picture in rest])


def test_gives_one_picture_a_frame_at_the_size_asked_for():
    for size in (Size(64, 64), Size(322, 98), Size(90, 160)):
        shown = list(render.pictures(render.Request(beat(3), size)))

        assert [picture.size for picture in shown] == [size] * 3


def test_pictures_stay_as_they_were_given():
    run = render.pictures(render.Request(beat(20), SIZE))
    first = next(run)
    copy = first.planes.copy()
    list(run)

    np.testing.assert_array_equal(first.planes, copy)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("rotation_3d_x", 2), ("rotation_3d_y", 2), ("rotation_3d_z", 3), ("translation_x", 8),
        ("translation_y", 8), ("translation_z", 8), ("angle", 3), ("zoom", 1.05), ("strength", 0.3),
        ("noise", 0.1), ("contrast", 1.4), ("hue", 60), ("chroma", 0.2), ("light", 0.4),
        ("glow", 1.0), ("palette", 1.0), ("scene", 3), ("flow", 8), ("detail", 1.0),
        ("height", 0.4),
    ],
)  # fmt: skip
def test_every_parameter_does_something_in_every_look(look, name, value):
    without = pictures(still(12), look=look)
    with_it = pictures(still(12, **{name: value}), look=look)
    difference = np.abs(with_it[-1].astype(float) - without[-1]).mean()

    assert difference > 0.5


def test_the_field_of_view_acts_when_it_changes_and_on_rotations(look):
    values = {"strength": np.full(12, 0.96), "fov": np.linspace(40, 60, 12)}
    opening = pictures(Curves(FRAME_RATE, values), look=look)

    assert luma_change(opening[-1], pictures(still(12), look=look)[-1]) > 0.5


def test_the_centre_of_zoom_can_be_moved(look):
    aside = still(12, zoom=1.05, transform_center_x=0.9, transform_center_y=0.1)

    middle = pictures(still(12, zoom=1.05), look=look)[-1]
    assert luma_change(pictures(aside, look=look)[-1], middle) > 0.5


def test_the_list_of_tested_parameters_is_whole():
    marks = test_every_parameter_does_something_in_every_look.pytestmark
    tested = {name for name, _ in marks[0].args[1]}

    assert set(PARAMETERS) - tested == {"fov", "transform_center_x", "transform_center_y"}


def test_silence_is_no_freeze_but_calm(look):
    shown = pictures(still(30), look=look)
    moved = [luma_change(a, b) for a, b in itertools.pairwise(shown)]

    assert 0.02 < np.median(moved) < 4


def test_values_outside_a_parameters_range_are_held_at_its_ends():
    wild = still(6, rotation_3d_x=1e6, translation_z=1e6, zoom=-3, strength=7, hue=np.nan, fov=179)

    assert len(pictures(wild)) == 6


def test_refuses_odd_sizes_and_says_what_is_wrong():
    with pytest.raises(ValueError, match="size is 101x50; expected even numbers"):
        pictures(beat(2), size=Size(101, 50))


def test_refuses_to_begin_later_without_a_state():
    with pytest.raises(ValueError, match="to begin at frame 5"):
        renderer = render.RENDERERS.make("procedural")
        render.start(renderer, render.Request(beat(9), SIZE), first_frame=5)


def test_names_the_looks_there_are():
    with pytest.raises(UnknownBackEnd, match=r"no look is called 'ikn'; there are: .*ink"):
        pictures(beat(2), look="ikn")
