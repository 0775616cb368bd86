"""A look is matter of its own: endless, seamless, and the same for the same seed."""

import numpy as np
import pytest

from clavilux.core.values import Size
from clavilux.matter import LOOKS
from clavilux.matter.field import TILE_SPAN, View
from clavilux.matter.light import Tone, tone_curve
from clavilux.matter.look import Shown, coarse_size
from clavilux.matter.tables import Tint

SIZE = Size(160, 96)
RESTING = Shown(Tint(), Tone())


@pytest.fixture(params=LOOKS.names())
def look(request):
    return LOOKS.make(request.param)


def drawn(matter, view, shown=RESTING, scene=0):
    return matter.paint(matter.fields(view, scene, shown.tint.detail), shown)


def test_there_are_eight_looks_or_more_each_known_by_its_name():
    assert len(LOOKS.names()) >= 8
    assert all(LOOKS.make(name).name == name for name in LOOKS.names())


def test_is_drawn_at_the_size_asked_for(look):
    picture = drawn(look.open(SIZE, 0), View())

    assert picture.size == SIZE
    assert 16 <= picture.luma.min() < picture.luma.max() <= 235


def test_uses_a_wide_range_of_light_without_burning_out(look):
    lumas = [drawn(look.open(SIZE, seed), View(x=0.3, y=0.2)).luma for seed in range(3)]

    assert np.percentile(lumas, 98) - np.percentile(lumas, 2) > 50
    assert np.mean(np.array(lumas) >= 233) < 0.02


def test_has_no_seam_where_its_tile_repeats(look):
    if look.centred:
        pytest.skip("a rosette has a middle, not a plane")
    matter = look.open(SIZE, 0)
    here = drawn(matter, View(x=0.4, y=0.7, phase=0.3))
    there = drawn(matter, View(x=0.4 + TILE_SPAN, y=0.7 - TILE_SPAN, phase=0.3))

    assert np.mean(np.abs(here.luma.astype(float) - there.luma)) < 0.5


def test_small_steps_of_the_camera_and_of_time_make_small_changes(look):
    matter = look.open(SIZE, 0)
    seam = TILE_SPAN - 0.01
    before = drawn(matter, View(x=seam, y=seam, phase=5)).luma.astype(float)
    after = drawn(matter, View(x=seam + 0.002, y=seam, phase=5.002)).luma

    assert np.mean(np.abs(before - after)) < 0.3 * before.std()


def test_an_hour_on_it_is_other_matter_as_rich_as_before(look):
    matter = look.open(SIZE, 0)
    now = drawn(matter, View(phase=1)).luma.astype(float)
    later = drawn(matter, View(phase=1 + 3600 * 0.05)).luma.astype(float)

    assert np.mean(np.abs(now - later)) > 5
    assert 0.4 < later.std() / now.std() < 2.5


def test_another_scene_is_other_matter(look):
    matter = look.open(SIZE, 0)
    one, other = (drawn(matter, View(), scene=n).luma.astype(float) for n in (0, 1))

    assert np.mean(np.abs(one - other)) > 3


def test_the_same_place_shows_the_same_forms_at_any_size(look):
    small = drawn(look.open(Size(256, 144), 0), View(x=0.5, y=0.5)).luma.astype(float)
    large = drawn(look.open(Size(512, 288), 0), View(x=0.5, y=0.5)).luma.astype(float)
    shrunk = large.reshape(144, 2, 256, 2).mean(axis=(1, 3))

    assert np.corrcoef(small.ravel(), shrunk.ravel())[0, 1] > 0.7


def test_grey_takes_all_colour_away(look):
    picture = drawn(look.open(SIZE, 0), View(), Shown(Tint(chroma=0), Tone()))

    assert all(np.all(np.abs(plane.astype(int) - 128) <= 1) for plane in picture.chroma)


def test_matter_is_computed_at_half_size_and_beyond_full_hd_at_a_quarter():
    assert coarse_size(Size(1280, 720)) == Size(640, 360)
    assert coarse_size(Size(3840, 2160)) == Size(960, 540)


def test_light_and_contrast_keep_black_below_white():
    for light in (-1, -0.3, 0, 0.3, 1):
        for contrast in (0.2, 1, 3):
            curve = tone_curve(light, contrast).astype(int)
            assert np.all(np.diff(curve) >= 0)
            assert curve.min() >= 16
            assert curve.max() <= 235


def test_light_brightens():
    means = [tone_curve(light, 1.0).mean() for light in (-0.5, 0.0, 0.5)]

    assert means == sorted(means)
