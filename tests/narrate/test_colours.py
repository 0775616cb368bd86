"""A sound's colour depends on its pitch class, or its centroid, and the nearest of 949 names."""

import pytest

from clavilux.core.colour import oklch_from_srgb
from clavilux.narrate import colours


def test_there_are_949_names():
    assert len(colours.names()) == 949


@pytest.mark.parametrize("octave", [-3, -1, 1, 4])
def test_octaves_have_one_colour_and_other_pitch_classes_another(octave):
    assert colours.of_pitched(440 * 2.0**octave) == colours.of_pitched(440) == "#8000ff"
    assert len({colours.of_pitch_class(k) for k in range(12)}) == 12
    assert colours.of_pitch_class(0) == colours.of_pitched(261.63) == "#ff0000"


def test_the_centroid_runs_through_the_hues_over_ten_octaves():
    found = [colours.of_unpitched(20 * 2.0**octave) for octave in range(10)]

    assert found[0] == "#ff0000"
    assert len(set(found)) == 10
    assert colours.of_unpitched(0.0) == colours.of_unpitched(20.0)


@pytest.mark.parametrize(
    ("colour", "name"),
    [("#0343df", "blue"), ("#0344df", "blue"), ("#000000", "black"), ("#7E1E9C", "purple")],
)
def test_names_are_the_nearest(colour, name):
    assert colours.name_of(colour) == name


def test_cielab_is_that_of_the_standard():
    # Lindbloom's values for D65.
    assert colours.lab_from_srgb([1, 1, 1]) == pytest.approx([100, 0, 0], abs=0.01)
    assert colours.lab_from_srgb([1, 0, 0]) == pytest.approx([53.24, 80.09, 67.20], abs=0.05)


def test_refuses_what_is_no_colour():
    with pytest.raises(ValueError, match="expected #rrggbb"):
        colours.name_of("red")


@pytest.mark.parametrize("colour", ["#00ff00", "#0000ff", "#204060", "#000000"])
def test_eased_colours_keep_their_hue_and_lightness(colour):
    before, after = (oklch_from_srgb(colours.rgb_of(c)) for c in (colour, colours.eased(colour)))

    assert after[1] <= colours.MOST_CHROMA + 0.005
    assert after[0] == pytest.approx(before[0], abs=0.01)
    assert before[1] < 0.01 or abs(after[2] - before[2]) < 2
    assert colours.eased("#204060") == "#204060"
