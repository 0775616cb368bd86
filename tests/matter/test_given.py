"""A palette is given by name, by hand or as a picture; what is none is said to be none."""

import numpy as np
import pytest
from PIL import Image

from clavilux.core.colour import oklch_from_srgb
from clavilux.core.errors import InputError
from clavilux.matter.given import palette
from clavilux.matter.palettes import PALETTES


def test_by_name_whatever_the_case():
    assert palette("ember") is palette(" Ember ") is PALETTES["ember"]


@pytest.mark.parametrize(
    "text",
    [
        "oklch(0.3 0.1 250), oklch(0.8 0.12 80)",
        "oklch(30% 0.1 250deg); oklch(0.8, 0.12, 80)",
        "OKLCH(0.3 0.1 -110),oklch(0.8 0.12 440)",
    ],
)
def test_by_hand_in_oklch(text):
    np.testing.assert_allclose(palette(text).stops, [(0.3, 0.1, 250), (0.8, 0.12, 80)])


def test_by_hand_in_hex():
    expected = oklch_from_srgb(np.array([[0x11, 0x22, 0x33], [0xAA, 0xBB, 0xCC]]) / 255)

    np.testing.assert_allclose(palette("#112233, #aabbcc").stops, expected)
    np.testing.assert_allclose(palette("#123,#ABC").stops, expected)


def test_from_a_picture_its_dominant_colours_from_dark_to_light(tmp_path):
    picture = np.zeros((90, 160, 3), dtype=np.uint8)
    picture[:30], picture[30:60], picture[60:] = (20, 60, 160), (200, 30, 40), (240, 220, 120)
    path = tmp_path / "flag.png"
    Image.fromarray(picture).save(path)
    found = np.array(palette(str(path)).stops)
    wanted = oklch_from_srgb(picture[[0, 30, 60], 0] / 255)

    assert np.all(np.diff(found[:, 0]) > 0)
    for _, _, hue in wanted:
        assert np.min(np.abs((found[:, 2] - hue + 180) % 360 - 180)) < 3


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("puce", "no palette is called 'puce'; there are: abyss"),
        ("#000000", "1 colour; expected 2"),
        ("#12, #345678", "the colour '#12' is none"),
        ("oklch(2 0.1 9), #000000", "lightness 0 to 1"),
        ("oklch(0.5 0.1, #000000", "is none"),
        ("", "empty"),
        ("nowhere.jpg", "nowhere.jpg is not there"),
        ("a/b", "no picture 'a/b'"),
        (", ".join(["#000000"] * 99), "99 colours"),
    ],
)
def test_says_what_is_wrong(text, message):
    with pytest.raises(InputError, match=message):
        palette(text)
