"""No film flashes more than three times a second, unless it is allowed to."""

import numpy as np
import pytest

from clavilux.core.values import Yuv
from clavilux.render.flash import FlashLimiter, luminance_grid

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


@pytest.mark.parametrize("period", [2, 3, 4, 6])
def test_a_strobe_is_slowed_to_three_flashes_a_second(period):
    strobe = [picture(235 if i // (period // 2 or 1) % 2 else 16) for i in range(96)]
    limiter = FlashLimiter(24)
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


def test_goes_on_from_its_state_as_if_never_stopped():
    strobe = [picture(235 if i % 4 < 2 else 16) for i in range(60)]
    whole, first, rest = FlashLimiter(24), FlashLimiter(24), FlashLimiter(24)
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
