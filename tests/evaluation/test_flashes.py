"""Flashes are found where a film has more than three a second, and only there."""

from fractions import Fraction

import numpy as np
import pytest

from clavilux.core.values import FilmFrame
from clavilux.evaluation.flashes import find_flashes

WHITE, BLACK, RED, GREY = (255, 255, 255), (0, 0, 0), (255, 0, 0), (90, 90, 90)
HEIGHT, WIDTH = 96, 170


def film(one, other, hz, *, area=1.0, seconds=3, frame_rate=24, from_s=0.0):
    """Yield pictures that pass from `one` to `other` and back `hz` times a second."""
    for i in range(seconds * frame_rate):
        picture = np.empty((HEIGHT, WIDTH, 3), dtype=np.uint8)
        picture[:] = one
        time = Fraction(i, frame_rate)
        if time >= from_s and (time * hz * 2) // 1 % 2:
            picture[: round(HEIGHT * area)] = other
        yield FilmFrame(time, picture)


@pytest.mark.parametrize(("hz", "is_safe"), [(1, True), (3, True), (4, False), (12, False)])
def test_more_than_three_flashes_a_second_are_too_many(hz, is_safe):
    assert find_flashes(film(BLACK, WHITE, hz)).is_safe is is_safe


@pytest.mark.parametrize("frame_rate", [24, 25, 30, 50, 60])
def test_whatever_the_frame_rate(frame_rate):
    assert find_flashes(film(BLACK, WHITE, 3, frame_rate=frame_rate)).is_safe
    assert not find_flashes(film(BLACK, WHITE, 5, frame_rate=frame_rate)).is_safe


@pytest.mark.parametrize(
    ("one", "other", "is_safe"),
    [
        (BLACK, (88, 88, 88), True),  # luminance .098
        (BLACK, GREY, False),  # .102
        ((232, 232, 232), WHITE, True),  # .81 and 1: the darker is bright
        ((150, 150, 150), WHITE, False),
    ],
)
def test_a_tenth_of_full_luminance_counts_if_the_darker_is_below_080(one, other, is_safe):
    assert find_flashes(film(one, other, 6)).is_safe is is_safe


def test_red_counts_where_luminance_does_not():
    # Equally bright: red of luminance .085 and a grey of it.
    report = find_flashes(film((168, 0, 0), (82, 82, 82), 6))

    assert {hazard.kind for hazard in report.hazards} == {"red"}
    assert find_flashes(film((168, 90, 90), (110, 110, 110), 6)).is_safe


def test_a_quarter_of_a_field_of_ten_degrees_is_enough():
    assert find_flashes(film(BLACK, WHITE, 6, area=1 / 12 - 1 / 48)).is_safe
    report = find_flashes(film(BLACK, WHITE, 6, area=1 / 12 + 1 / 24))

    assert not report.is_safe
    assert report.hazards[0].picture_area < 0.25


def test_hazards_say_when_and_where():
    (hazard,) = find_flashes(film(BLACK, WHITE, 6, area=0.4, from_s=1.0)).hazards

    assert hazard.start_s == pytest.approx(1.0, abs=0.3)
    assert hazard.end_s == pytest.approx(3.0, abs=0.1)
    assert hazard.y < 0.3
    assert hazard.flashes == pytest.approx(6, abs=0.5)


def test_refuses_pictures_that_are_not_rgb():
    with pytest.raises(TypeError, match="expected RGB"):
        find_flashes([FilmFrame(Fraction(0), None)])
