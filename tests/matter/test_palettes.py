"""A palette runs from dark to light in colours that sit well together."""

import numpy as np
import pytest

from clavilux.core.colour import oklab_from_srgb, srgb_from_oklab, srgb_from_oklch
from clavilux.core.errors import InputError
from clavilux.matter import palettes
from clavilux.matter.palettes import PALETTES, Palette


@pytest.fixture(params=sorted(PALETTES))
def palette(request):
    return PALETTES[request.param]


def test_there_are_eight_or_more():
    assert len(PALETTES) >= 8


def test_every_companion_is_a_palette_other_than_itself(palette):
    assert palettes.companion(palette).name in PALETTES
    assert palettes.companion(palette) != palette


def test_its_ends_are_dark_and_light(palette):
    lightness = palette.oklab()[:, 0]

    assert lightness.max() - lightness.min() > 0.4


def test_its_steps_are_smooth(palette):
    steps = np.linalg.norm(np.diff(palette.oklab(), axis=0), axis=1)

    assert steps.max() < 0.02


def test_screens_can_nearly_show_its_stops(palette):
    shown = oklab_from_srgb(srgb_from_oklch(np.array(palette.stops)))
    lightness, chroma, hue = np.array(palette.stops).T
    asked = np.stack(
        [lightness, chroma * np.cos(np.radians(hue)), chroma * np.sin(np.radians(hue))], axis=1
    )

    assert np.abs(shown - asked).max() < 0.08


def test_a_palette_without_companion_gets_one_with_hues_turned():
    alone = Palette("alone", ((0.2, 0.1, 20), (0.9, 0.05, 60)))

    assert palettes.companion(alone).stops[0] == (0.2, 0.1, 170)


def test_a_picture_gives_its_own_colours_from_dark_to_light():
    picture = np.zeros((64, 64, 3), dtype=np.uint8)
    picture[:32] = (20, 30, 120)
    picture[32:] = (240, 200, 90)
    found = palettes.from_picture(picture)
    lightness = [stop[0] for stop in found.stops]

    assert lightness == sorted(lightness)
    ends = srgb_from_oklab(found.oklab()[[0, -1]])
    assert ends[0, 2] > ends[0, 0]
    assert ends[1, 0] > ends[1, 2]


def test_one_stop_is_no_palette():
    with pytest.raises(ValueError, match="'thin' has 1 stop; expected 2 or more"):
        Palette("thin", ((0.5, 0.1, 20),))


def test_an_unknown_name_lists_those_there_are():
    with pytest.raises(InputError, match="no palette is called 'mauve-ish'; there are: abyss"):
        palettes.find("mauve-ish")
