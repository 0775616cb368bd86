"""Places that were slowed wait while the picture is calm, and come on with the next movement."""

import numpy as np

from clavilux.render.catch_up import WAIT_S, CatchUp

SHAPE = (4, 6)
BEHIND = np.zeros(SHAPE, dtype=np.bool_)
BEHIND[1, 2] = True
FREE = np.zeros(SHAPE, dtype=np.bool_)


def grid(light):
    return np.full((2, *SHAPE), light, dtype=np.int16)


def struck():
    """Return one that has seen a strong movement in which a place was slowed."""
    found = CatchUp(SHAPE, 24)
    for light in (0, 100):
        found.waiting(grid(light))
        found.advance(BEHIND if light else FREE)
    return found


def test_places_behind_wait_in_calm_frames_and_come_on_with_movement():
    catch_up = struck()

    np.testing.assert_array_equal(catch_up.waiting(grid(101)), BEHIND)
    assert not catch_up.waiting(grid(180)).any()


def test_none_waits_that_is_not_behind():
    catch_up = struck()
    catch_up.advance(FREE)

    assert not catch_up.waiting(grid(101)).any()


def test_none_waits_for_ever():
    catch_up = struck()
    frames = 0
    while (waiting := catch_up.waiting(grid(101))).any():
        catch_up.advance(waiting)
        frames += 1

    assert frames == round(WAIT_S * 24)


def test_it_goes_on_from_its_state():
    one, other = struck(), CatchUp(SHAPE, 24)
    other.resume(one.state())

    np.testing.assert_array_equal(one.waiting(grid(102)), other.waiting(grid(102)))
