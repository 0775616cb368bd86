"""A palette that is given is what is seen; a look's own stays itself, and no hue jumps."""

import warnings
from fractions import Fraction

import numpy as np
import pytest

from clavilux import render
from clavilux.core.colour import oklch_from_srgb
from clavilux.core.values import Curves, Size
from clavilux.matter import LOOKS, palettes
from clavilux.pipelines.looks import rgb_of
from clavilux.render.hues import within

SIZE = Size(128, 96)


def swinging(n=48):
    """Return curves whose hue and palette jump as far as they may."""
    half = (np.arange(n) // 6) % 2
    return Curves(Fraction(24), {"hue": half * 170.0 - 60, "palette": half * 1.0})


def hues_seen(look, palette, **more):
    """Return the hues of coloured pixels of some pictures, in degrees."""
    request = render.Request(swinging(), SIZE, look=look, palette=palette, **more)
    seen = [rgb_of(p) for i, p in enumerate(render.pictures(request)) if i % 12 == 11]
    lch = oklch_from_srgb(np.stack(seen) / 255)
    return lch[..., 2][lch[..., 1] > 0.04]


def share_near(hues, palette):
    stops = np.array([hue for _, chroma, hue in palette.stops if chroma > 0.03])
    apart = np.abs((hues[:, None] - stops + 180) % 360 - 180).min(axis=1)
    return float((apart <= 30).mean())


@pytest.mark.parametrize("look", LOOKS.names())
@pytest.mark.parametrize("text", ["#200000, #ff0000", "#101830, #c04020, #f0e8d0"])
def test_colours_asked_for_are_the_colours_seen(look, text):
    palette = palettes.find(text)

    assert share_near(hues_seen(look, palette), palette) >= 0.9


def test_a_hue_range_lets_them_turn_further():
    palette = palettes.find("#200000, #ff0000")

    assert share_near(hues_seen("ink", palette, hue_range=180), palette) < 0.9


def test_hues_of_a_look_s_own_palette_glide_within_a_range():
    hue = within(swinging(), 30).values["hue"]

    assert np.abs(hue).max() <= 30
    assert np.abs(np.diff(hue)).max() < 8
    assert np.ptp(within(swinging(), 180).values["hue"]) == 170


def test_disordered_palettes_are_put_in_order_and_it_is_said():
    with pytest.warns(UserWarning, match="put in order from dark to light"):
        disordered = palettes.find("#ff8080, #200000")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert palettes.find("#200000, #ff8080") == disordered
