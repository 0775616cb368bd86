"""Forces are read off where a film keeps to our ruler, and nowhere else."""

import numpy as np
import pytest

from clavilux.core.drums import FIVE
from clavilux.watch import drum_forces
from clavilux.watch.motion import NAMES

HAT = FIVE.index("closed_hat")
RATE = 24.0


def _rolls(size: float) -> tuple[np.ndarray, ...]:
    """Closed hats every nine frames, that roll so far times what velocities 20 to 110 roll."""
    true = np.linspace(20, 110, 16) / 127
    span = drum_forces._HARDEST - drum_forces._SOFTEST
    far = size * (drum_forces._SOFTEST + true[:, None] * span)[:, 1] * (0.86 + 0.14 * 0.19)
    position = 5.0 + 9 * np.arange(16)
    return true, far, np.full(16, HAT), position


def test_a_film_that_keeps_to_the_ruler_is_read_off():
    true, far, drum, position = _rolls(1.0)
    told = np.full(16, 0.9)
    right = drum_forces.settled(told, far, drum, position, RATE)
    only_the_level_right = np.abs(np.median(true) - true).mean()
    assert np.abs(right - true).mean() < 0.7 * only_the_level_right


@pytest.mark.parametrize("size", [0.4, 2.0])
def test_a_film_of_others_is_left_to_the_network(size):
    _, far, drum, position = _rolls(size)
    told = np.full(16, 0.9)
    np.testing.assert_array_equal(drum_forces.settled(told, far, drum, position, RATE), told)


def test_patterns_are_left_to_the_network():
    _, far, drum, position = _rolls(1.0)
    told = np.full(32, 0.9)
    twice = [np.repeat(part, 2) for part in (far, drum, position)]
    np.testing.assert_array_equal(drum_forces.settled(told, *twice, RATE), told)


def test_no_hits_have_no_forces():
    none = np.zeros(0)
    assert drum_forces.settled(none, none, none.astype(int), none, RATE).shape == (0,)


def test_pushes_are_read_but_for_where_content_is_replaced():
    rows = np.zeros((30, len(NAMES)), dtype=np.float32)
    rows[:, NAMES.index("kept")] = 1
    rows[:, NAMES.index("roll")] = 0.01
    rows[[10, 20], NAMES.index("roll")] = -0.07
    rows[20, NAMES.index("kept")] = 0.1
    far = drum_forces.pushes(rows)
    assert far[10, HAT] == pytest.approx(0.08)
    assert np.isnan(far[20:22, HAT]).all()
    assert np.isnan(far[:, FIVE.index("kick")]).all()
    assert drum_forces.pushes(rows[:0]).shape == (0, 5)
