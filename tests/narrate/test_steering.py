"""Words choose look, colours, matter and movement; other words choose otherwise."""

import numpy as np
import pytest

from clavilux.matter.palettes import PALETTES
from clavilux.narrate.steering import Steering, beside, steering, tinted


def hue_of(palette):
    _, chroma, hue = np.array(palette.stops).T
    turn = np.radians(hue)
    return np.degrees(np.arctan2((chroma * np.sin(turn)).sum(), (chroma * np.cos(turn)).sum()))


@pytest.mark.parametrize(
    ("prompt", "look"),
    [
        ("northern lights above frozen mountains", "aurora"),
        ("a cathedral window", "stained"),
        ("galaxies and stardust", "nebula"),
        ("a woodcut of hills", "woodcut"),
        ("paper collage", "paper"),
        ("ink in water", "ink"),
        ("a kaleidoscope", "glass"),
        ("coral reef", "coral"),
    ],
)
def test_words_choose_the_look(prompt, look):
    assert steering(prompt).look == look


@pytest.mark.parametrize(("word", "hue"), [("red", 26), ("green", 150), ("blue", 255)])
def test_named_colours_enter_the_palette(word, hue):
    asked = steering(f"a {word} whale in fog").palette_for(PALETTES["abyss"])
    away = (hue_of(asked) - hue + 180) % 360 - 180

    assert abs(away) < 30


def test_fog_is_paler_and_calmer_than_fire():
    fog, fire = steering("fog"), steering("fire")

    assert fog.chroma < fire.chroma
    assert fog.contrast < fire.contrast
    assert fog.flow < fire.flow


def test_what_is_not_wanted_pushes_away():
    assert steering("sea --neg dark").light > steering("sea").light
    plain, less = (tinted(PALETTES["ember"], c) for c in ([], [((0.58, 0.21, 26), -1.0)]))
    red = np.array([26.0])

    def along(palette):
        _, chroma, hue = np.array(palette.stops).T
        return float((chroma * np.cos(np.radians(hue - red))).clip(0).sum())

    assert along(less) < 0.4 * along(plain)


def test_heavier_words_count_more():
    assert steering("(fog:1.5)").chroma < steering("fog").chroma < steering("(fog:0.5)").chroma


def test_unknown_words_steer_too_and_always_the_same():
    one, other = steering("flibber wug"), steering("blorp quam")

    assert one == steering("flibber wug")
    assert one.scene != other.scene
    assert one.look is not None
    assert abs(one.hue) <= 45


def test_words_that_mean_nothing_are_said_once_each_and_little_words_never():
    asked = steering("the florp in a red blint with florp --neg wuzzle")

    assert asked.unknown == ("florp", "blint", "wuzzle")
    assert asked == steering("the florp in a red blint with florp --neg wuzzle")


def test_a_colour_asked_for_by_name_is_turned_by_no_other_word():
    assert steering("red").hue == steering("red florp blint").hue == 0
    assert steering("florp blint").hue != 0


def test_a_things_colour_counts_less_beside_one_that_is_named():
    alone, beside_red = steering("a whale"), steering("a red whale")

    assert beside_red.colours[1][1] < alone.colours[0][1] < beside_red.colours[0][1]


def test_no_words_ask_for_nothing():
    assert steering("") == steering(" ,. ") == Steering()


def test_weights_alone_do_not_jump_to_other_matter():
    scenes = {steering(f"red sea : {w:.2f} AND fog : {1 - w:.2f}").scene for w in (0.7, 0.8, 0.9)}

    assert len(scenes) == 1


def test_colours_asked_for_stay_while_music_turns_hues():
    red = steering("red")
    palette = red.palette_for(PALETTES["abyss"])

    assert red.turning < 0.5
    assert steering("fast").turning == 1
    assert abs(hue_of(beside(palette, red.turning)) - hue_of(palette)) < 50


def test_every_entry_stays_within_bounds_however_it_is_repeated():
    from clavilux.narrate.lexicon import load

    for word in load().meanings:
        asked = steering(" ".join([word] * 8))
        assert 0.05 <= asked.chroma <= 1.8
        assert -0.3 <= asked.light <= 0.3
        assert abs(asked.forward) <= 90
        stops = np.array(asked.palette_for(PALETTES["abyss"]).stops)
        assert np.isfinite(stops).all()
        assert stops[:, 0].min() >= 0
        assert stops[:, 0].max() <= 1
