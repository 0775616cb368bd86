"""Lyrics are drawn when they are sung, within the safe area, in any style."""

import numpy as np
import pytest

from clavilux.core.lyrics import Line, Lyrics, Word
from clavilux.core.values import Size, Yuv
from clavilux.draw.lettering import SAFE, STYLES, Lettering
from clavilux.draw.text import typeface

SIZE = Size(320, 180)
LONG = "We are falling through the silver morning light and nobody will ever know our names"
LYRICS = Lyrics((Line(1.0, 3.0, "Hold my heart"), Line(3.0, 6.0, LONG), Line(8.0, 9.0, "קול הלב")))


def lettering(style, size=SIZE, lyrics=LYRICS):
    face = typeface("".join(line.text for line in lyrics.lines))
    return Lettering(lyrics, size, style=style, face=face, frame_rate=10.0)


def grey(size=SIZE, alpha=None):
    planes = np.full((size.height * 3 // 2, size.width), 126, np.uint8)
    return Yuv(planes, alpha)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("size", [SIZE, Size(90, 160)])
def test_words_are_seen_when_sung_within_the_safe_area(style, size):
    made = lettering(style, size)

    for time in (0.5, 7.95, 12.0):
        assert made.at(time) is None
    for time in (2.5, 5.5, 8.9):
        layer = made.at(time)
        rows, columns = np.nonzero(layer.type > 60)
        rows, columns = rows + layer.top, columns + layer.left
        assert len(rows) > 20
        for place, length in ((rows, size.height), (columns, size.width)):
            margin = (1 - SAFE) / 2 * length - 1
            assert margin <= place.min()
            assert place.max() <= length - margin


@pytest.mark.parametrize("style", STYLES)
def test_they_are_brighter_than_what_is_under_them_and_the_ground_is_darker(style):
    picture = lettering(style).applied(grey(), 25)

    assert picture.luma.max() > 215
    assert picture.luma.min() < 90
    assert grey().luma.max() == 126  # what was given is left alone


def test_the_same_instant_looks_the_same_whatever_came_before():
    one, other = lettering("kinetic"), lettering("kinetic")
    for frame in range(10, 40):
        one.applied(grey(), frame)

    np.testing.assert_array_equal(one.applied(grey(), 40).planes, other.applied(grey(), 40).planes)


@pytest.mark.parametrize("style", ["karaoke", "typewriter", "kinetic"])
def test_words_come_as_they_are_sung(style):
    words = (Word(1.0, 2.0, "now"), Word(4.0, 5.0, "then"))
    made = lettering(style, lyrics=Lyrics((Line(1.0, 5.0, "now then", words),)))

    ink = [int((made.at(time).type > 160).sum()) for time in (1.9, 3.9, 4.9)]

    assert 0 < ink[0] <= 1.2 * ink[1] < ink[2]


def test_transparent_pictures_are_opaque_where_there_is_type():
    alpha = np.zeros((SIZE.height, SIZE.width), np.uint8)

    shown = lettering("caption").applied(grey(alpha=alpha), 20)

    assert shown.alpha.max() > 240
    assert shown.luma[shown.alpha > 250].mean() > 180
    assert shown.alpha[:40].max() == 0


def test_another_style_or_word_is_another_film():
    digests = {lettering(style).digest for style in STYLES}
    digests.add(lettering("caption", lyrics=Lyrics((Line(1, 2, "x"),))).digest)

    assert len(digests) == len(STYLES) + 1


def test_a_title_gives_way_to_words_in_the_middle():
    kinetic, caption = lettering("kinetic"), lettering("caption")

    assert [round(kinetic.fills(frame), 1) for frame in (4, 8, 10, 20)] == [0.0, 0.6, 1.0, 1.0]
    assert caption.fills(20) == 0
