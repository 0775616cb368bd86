"""No film flashes more than three times a second, in any place, unless it is allowed to.

What is shown is judged by `clavilux.evaluation.flashes`, which shares nothing with the limiter.
"""

import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from clavilux import render
from clavilux.core.colour import yuv_from_srgb
from clavilux.core.values import FilmFrame, Size, Yuv
from clavilux.evaluation.flashes import find_flashes
from clavilux.pipelines.looks import rgb_of
from clavilux.render.flash import FlashLimiter

sys.path.insert(0, str(Path(__file__).parent))
from drives import beat, each_look

SIZE = Size(160, 96)
BLACK, WHITE, RED = (0, 0, 0), (255, 255, 255), (255, 0, 0)


def picture(colour, where=slice(None)):
    """Return a black picture with `colour` in some columns of pairs of pixels."""
    planes = np.full((SIZE.height * 3 // 2, SIZE.width), 128, dtype=np.uint8)
    planes[: SIZE.height] = 16
    shown = Yuv(planes)
    y, u, v = np.rint(yuv_from_srgb(np.array(colour) / 255))
    shown.luma.reshape(SIZE.height, -1, 2)[:, where] = y
    for plane, value in zip(shown.chroma, (u, v), strict=True):
        plane[:, where] = value
    return shown


def strobe(colour, period, n=96, where=slice(None)):
    return [picture(colour if i // (period // 2) % 2 else BLACK, where) for i in range(n)]


def report(pictures, frame_rate=24):
    frames = (FilmFrame(Fraction(i, frame_rate), rgb_of(p)) for i, p in enumerate(pictures))
    return find_flashes(frames)


def limited(pictures, frame_rate=24):
    limiter = FlashLimiter(SIZE, frame_rate)
    return [limiter.limit(p) for p in pictures]


@pytest.mark.parametrize("colour", [WHITE, RED, (190, 190, 190)])
@pytest.mark.parametrize("period", [2, 4, 6])
def test_a_strobe_is_slowed_to_three_flashes_a_second(period, colour):
    assert not report(strobe(colour, period)).is_safe
    assert report(limited(strobe(colour, period))).is_safe


@pytest.mark.parametrize("frame_rate", [24, 30, 60])
def test_at_every_frame_rate(frame_rate):
    pictures = strobe(WHITE, 6, 2 * frame_rate)

    assert not report(pictures, frame_rate).is_safe
    assert report(limited(pictures, frame_rate), frame_rate).is_safe


def test_a_strobe_in_one_corner_is_slowed_too():
    corner = strobe(WHITE, 4, where=slice(0, 14))

    assert not report(corner).is_safe
    assert report(limited(corner)).is_safe


def test_places_that_flash_by_turns_are_slowed_once_they_are_many():
    columns = np.arange(SIZE.width // 2)
    some = (columns % 3 == 0) & (columns > 20) & (columns < 60)
    pictures = [
        picture(WHITE, some & ((i + columns // 3) % 15 < 7.5))
        for i in range(75)  # four a second, in a third of the places
    ]

    assert not report(pictures, 60).is_safe
    assert report(limited(pictures, 60), 60).is_safe


def test_what_does_not_flash_passes_untouched():
    ramp = [picture((2 * i, 2 * i, 2 * i)) for i in range(96)]
    slow = strobe(WHITE, 12)

    for pictures in (ramp, slow):
        limiter = FlashLimiter(SIZE, 24)
        assert all(limiter.limit(p) is p for p in pictures)


def test_places_that_do_not_flash_go_on():
    half = strobe(WHITE, 2, where=slice(0, 40))
    for i, p in enumerate(half):
        p.luma[:, 120:] = 16 + 2 * i
    shown = limited(half)

    np.testing.assert_array_equal(shown[-1].luma[:, 130:], half[-1].luma[:, 130:])


def test_a_place_slowed_goes_as_far_as_is_no_flash():
    asked = []

    def slower(shares):
        asked.append(shares)
        return picture(BLACK)

    limiter = FlashLimiter(SIZE, 24)
    for p in strobe(WHITE, 4, 24):
        limiter.limit(p, slower)

    assert 0 < asked[0].min() < 0.3  # from black to white, or back


def test_a_limiter_goes_on_from_its_state():
    pictures = strobe(WHITE, 4)
    whole = [p.planes for p in limited(pictures)]
    first, rest = FlashLimiter(SIZE, 24), FlashLimiter(SIZE, 24)
    shown = [first.limit(p).planes for p in pictures[:37]]
    rest.resume(first.state())

    np.testing.assert_array_equal(whole, shown + [rest.limit(p).planes for p in pictures[37:]])


@pytest.mark.parametrize("look", each_look())
def test_films_of_dense_beats_keep_to_the_limit(look):
    curves = beat(72, rotation_3d_y=3)
    request = render.Request(curves, SIZE, look=look)

    assert report(render.pictures(request)).is_safe
