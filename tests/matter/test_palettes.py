"""A palette runs from dark to light in colours that sit well together."""

import numpy as np
import pytest

from clavilux.core.colour import srgb_from_oklab
from clavilux.core.errors import InputError
from clavilux.matter import palettes
from clavilux.matter.palettes import PALETTES, Palette


@pytest.fixture(params=sorted(PALETTES))
def palette(request):
    return PALETTES[request.param]


def test_there_are_eight_or_more():
    assert len(PALETTES) >= 8


@pytest.mark.parametrize("name", sorted(palettes.PALETTES))
def test_a_companion_is_the_same_palette_in_neighbouring_hues(name):
    palette = palettes.PALETTES[name]
    other = palettes.companion(palette)

    turns = [b[2] - a[2] for a, b in zip(palette.stops, other.stops, strict=True)]
    assert set(turns) == {palettes.NEIGHBOUR}


def test_the_companion_of_a_palette_that_is_kept_has_its_hues():
    kept = palettes.Palette("a", ((0.2, 0.1, 20), (0.6, 0.1, 200), (0.9, 0.05, 90)), kept=True)

    assert {hue for _, _, hue in palettes.companion(kept).stops} <= {20, 200, 90}


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
