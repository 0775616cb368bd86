"""No film flashes more than three times a second, unless it is allowed to."""

import cv2
import numpy as np
import pytest

from clavilux.core.values import Yuv
from clavilux.render.flash import FlashLimiter
from clavilux.render.turns import Turns, luminance_grid

SHAPE = (96, 160)


def picture(level):
    """Give a grey picture; `level` is luma, a number or an array (96, 160)."""
    planes = np.full((SHAPE[0] * 3 // 2, SHAPE[1]), 128, dtype=np.uint8)
    planes[: SHAPE[0]] = level
    return Yuv(planes)


def flashes_a_second(pictures, frame_rate=24):
    """Count pairs of opposing changes of mean luminance by a tenth, in the worst second."""
    light = [float(luminance_grid(p).mean()) / 255 for p in pictures]
    turns, way, extreme = [], 0, light[0]
    for i, value in enumerate(light):
        if way >= 0 and value <= extreme - 0.1:
            turns, way, extreme = [*turns, i], -1, value
        elif way <= 0 and value >= extreme + 0.1:
            turns, way, extreme = [*turns, i], 1, value
        else:
            extreme = max(extreme, value) if way > 0 else min(extreme, value) if way else extreme
    counts = [sum(start <= t < start + frame_rate for t in turns) for start in range(len(light))]
    return max(counts) / 2


ways = pytest.mark.parametrize(
    "way", [{}, {"striped": True}, {"keep": "motion"}], ids=["hits", "stripes", "motion"]
)


@ways
@pytest.mark.parametrize("period", [2, 3, 4, 6])
def test_a_strobe_is_slowed_to_three_flashes_a_second(period, way):
    strobe = [picture(235 if i // (period // 2 or 1) % 2 else 16) for i in range(96)]
    limiter = FlashLimiter(24, **way)
    shown = [limiter.limit(p) for p in strobe]

    assert flashes_a_second(strobe) > 3
    assert flashes_a_second(shown) <= 3


def test_what_does_not_flash_passes_untouched():
    ramp = [picture(16 + 2 * i) for i in range(96)]
    limiter = FlashLimiter(24)

    assert all(limiter.limit(p) is p for p in ramp)


def test_a_single_flash_passes_untouched():
    once = [picture(200 if i == 10 else 40) for i in range(30)]
    limiter = FlashLimiter(24)

    assert all(limiter.limit(p) is p for p in once)


def test_a_small_light_may_blink():
    small = np.full(SHAPE, 40)
    small[:20, :40] = 220
    blinking = [picture(small if i % 2 else 40) for i in range(48)]
    limiter = FlashLimiter(24)

    assert all(limiter.limit(p) is p for p in blinking)


@ways
def test_goes_on_from_its_state_as_if_never_stopped(way):
    strobe = [picture(235 if i % 4 < 2 else 16) for i in range(60)]
    whole, first, rest = (FlashLimiter(24, **way) for _ in range(3))
    expected = [whole.limit(p).planes for p in strobe]
    shown = [first.limit(p).planes for p in strobe[:31]]
    rest.resume(first.state())
    shown += [rest.limit(p).planes for p in strobe[31:]]

    np.testing.assert_array_equal(shown, expected)


def test_only_the_places_that_flash_are_slowed():
    def drawn(shares):
        asked.append(shares)
        return picture(40)

    flickering, asked = np.full(SHAPE, 40), []
    limiter = FlashLimiter(24)
    for i in range(48):
        flickering[:, :80] = 40 if i // 2 % 2 else 200
        limiter.limit(picture(flickering), drawn)

    assert asked
    assert asked[0][:, 0].max() < asked[0][:, -1].min() == 1


def jumping(n_frames=96):
    """Give pictures of one texture that jumps about; their mean hardly changes."""
    rng = np.random.default_rng(0)
    texture = cv2.GaussianBlur(rng.standard_normal(SHAPE), (0, 0), 5)
    texture = np.clip(125 + 60 * texture / texture.std(), 16, 235).astype(np.uint8)
    jumps = rng.integers(0, 90, (n_frames, 2))
    return [picture(np.roll(texture, jump, axis=(0, 1))) for jump in jumps]


def test_of_stripes_some_contrast_is_taken_before_anything_is_slowed():
    came, asked = jumping(), {False: 0, True: 0}
    for striped in asked:
        limiter = FlashLimiter(24, striped=striped)
        for p in came:

            def drawn(_shares, p=p, striped=striped):
                asked[striped] += 1
                return p

            limiter.limit(p, drawn)

    assert 0 < asked[True] < asked[False]


def areas_that_change(pictures):
    """Give the largest share of cells that brighten, or darken, by a tenth in each frame."""
    light = np.array([luminance_grid(p) for p in pictures]) / 255
    change = np.diff(light, axis=0)
    return np.maximum((change >= 0.1).mean(axis=(1, 2)), (change <= -0.1).mean(axis=(1, 2)))


def test_where_a_texture_jumps_about_contrast_falls_until_nothing_flashes():
    came = jumping()
    limiter = FlashLimiter(24, keep="motion")
    shown = [limiter.limit(p) for p in came]

    assert np.median(areas_that_change(came)) > 0.25
    assert np.mean(areas_that_change(shown)[24:] >= 0.25) == 0


def test_what_jumps_about_is_shown_where_it_is_all_the_same():
    came = jumping()
    limiter = FlashLimiter(24, keep="motion")
    alike = [
        np.corrcoef(limiter.limit(p).luma.ravel(), p.luma.ravel())[0, 1]  # nothing of the last
        for p in came
    ]

    assert np.quantile(alike, 0.05) > 0.95
    assert np.mean(alike) > 0.97


def test_contrast_comes_back_when_all_is_calm_again():
    came = jumping()
    came += came[-1:] * 120
    limiter = FlashLimiter(24, keep="motion")
    shown = [limiter.limit(p) for p in came]

    assert shown[95].luma.std() < 0.5 * came[95].luma.std()
    assert shown[-1] is came[-1]


def rows_lit(*ranges):
    """Give a dark grid in which some rows are light."""
    grid = np.full((36, 64), 20, dtype=np.uint8)
    for first, end in ranges:
        grid[first:end] = 120
    return grid


def test_places_that_turned_there_and_back_at_once_are_still_counted_afterwards():
    turns = Turns(24)
    turns.begin(rows_lit((10, 13)))
    turns.advance(rows_lit((0, 6), (10, 13)), 1)  # too few to count …
    turns.advance(rows_lit((6, 10)), 2)  # … until now, when they are dark again with others
    assert turns.most(3) == 2

    for frame in range(3, 9):
        lit = rows_lit((0, 10), (13, 20)) if frame % 2 else rows_lit((6, 10))
        turns.advance(lit, frame)
    assert turns.most(9) == 8


def test_places_that_come_a_frame_after_the_others_are_of_the_same_turn():
    turns = Turns(24)
    turns.begin(rows_lit())
    turns.advance(rows_lit((0, 10)), 1)
    turns.advance(rows_lit((0, 13)), 2)  # too few to count by themselves
    turns.advance(rows_lit((0, 13), (30, 32)), 9)  # too late to be of it

    counted = turns.recent.sum(axis=0)[:, 0]
    np.testing.assert_array_equal(np.flatnonzero(counted), np.arange(13))
    assert counted.max() == 1
