"""Times and forces are read off where a film keeps to our ruler, and nowhere else."""

import numpy as np
import pytest

from clavilux.core.drums import FIVE
from clavilux.schedule import mapping as mappings
from clavilux.watch import drum_fit, drum_forces
from clavilux.watch.drum_hits import N_MOTION, Heard
from clavilux.watch.drum_rulers import CLAVILUX, PHASES
from clavilux.watch.motion import NAMES

RATE = 24.0
KICK, HAT = FIVE.index("kick"), FIVE.index("closed_hat")
FORCES = np.linspace(20, 110, 16) / 127
FRAMES = 8 + 9 * np.arange(16)


def _rows(size: float = 1.0, phases: tuple[int, ...] = (len(PHASES) // 2,)) -> np.ndarray:
    """Features of a film in which closed hats roll so far times what they roll in ours."""
    rows = np.zeros((160, len(NAMES)), dtype=np.float32)
    rows[:, NAMES.index("kept")] = 1
    far = CLAVILUX.least[1] + FORCES * (CLAVILUX.most - CLAVILUX.least)[1]
    for i, (frame, reach) in enumerate(zip(FRAMES, far, strict=True)):
        shape = CLAVILUX.shapes(1, RATE)[phases[i % len(phases)]]
        until = min(len(rows), frame + len(shape))
        push = size * reach * (-1) ** i * shape[: until - frame]
        rows[frame:until, NAMES.index("roll")] += push
    return rows


def _told(force: float = 0.9, drums: np.ndarray | None = None) -> Heard:
    n = len(FRAMES)
    kinds = np.full(n, HAT) if drums is None else drums
    return Heard(FRAMES.astype(float), kinds, np.full(n, force), np.ones(n))


def test_forces_of_a_film_that_keeps_to_the_ruler_are_read_off():
    right = drum_forces.settled(_told(), _rows()[:, :N_MOTION], RATE)
    assert right is not None
    assert np.abs(right.force - FORCES).max() < 0.03


def test_what_comes_late_tells_where_in_its_frame_a_hit_lies():
    phases = (0, 6, 3, 5, 1)
    right = drum_forces.settled(_told(), _rows(phases=phases)[:, :N_MOTION], RATE)
    assert right is not None
    true = PHASES[np.array(phases)[np.arange(len(FRAMES)) % len(phases)]]
    # Half of it is read, half is told: the middle.
    np.testing.assert_allclose(right.position - FRAMES, 0.45 * true, atol=0.08)


def test_a_hit_told_a_frame_off_is_put_where_the_push_is():
    told = _told()
    told.position[5] += 1.0
    right = drum_forces.settled(told, _rows()[:, :N_MOTION], RATE)
    assert right is not None
    assert abs(right.position[5] - FRAMES[5]) < 0.5


def test_what_cannot_be_read_is_as_hard_as_the_rest():
    rows = _rows()
    rows[FRAMES[3], NAMES.index("kept")] = 0.1  # replaced: its push can't be seen
    rows[FRAMES[3], NAMES.index("roll")] = 0.5
    drums = np.full(len(FRAMES), HAT)
    drums[10] = KICK
    right = drum_forces.settled(_told(drums=drums), rows[:, :N_MOTION], RATE)
    assert right is not None
    assert abs(right.force[3] - FORCES.mean()) < 0.1
    assert abs(right.force[10] - FORCES.mean()) < 0.1


@pytest.mark.parametrize("size", [0.4, 2.0])
def test_a_film_of_others_is_left_to_the_network(size):
    assert drum_forces.settled(_told(), _rows(size)[:, :N_MOTION], RATE) is None


def test_pushes_that_fit_but_not_where_hits_are_told_are_another_makers():
    told = _told()
    told.position[:] += 0.7
    assert drum_forces.settled(told, _rows()[:, :N_MOTION], RATE) is None


def test_a_film_without_hits_keeps_to_no_ruler():
    none = Heard(*(np.zeros(0, dtype=kind) for kind in (float, np.intp, float, float)))
    assert drum_forces.settled(none, _rows()[:0, :N_MOTION], RATE) is None


def test_what_the_same_frame_rolls_and_magnifies_is_undone():
    rows = np.zeros((1, len(NAMES)), dtype=np.float32)
    rows[0, NAMES.index("kept")] = 1
    rows[0, NAMES.index("roll")], rows[0, NAMES.index("zoom")] = 0.09, 0.12
    turned = np.exp(0.12) * 0.1 * np.exp(0.09j)  # a yaw of 0.1, and nothing of a pitch
    rows[0, NAMES.index("pan_x")], rows[0, NAMES.index("pan_y")] = turned.real, turned.imag
    np.testing.assert_allclose(drum_fit.measured(rows)[0, 2:4], [0.1, 0.0], atol=1e-6)


def test_hits_in_the_first_and_last_frames_are_told_too():
    told = _told()
    told.position[0], told.position[-1] = 0.0, 159.0
    right = drum_forces.settled(told, _rows()[:, :N_MOTION], RATE)
    assert right is not None
    assert np.isfinite(right.force).all()
    assert right.position.min() >= 0


def test_our_ruler_is_that_of_our_mapping():
    moved = ("translation_z", "rotation_3d_z", "rotation_3d_y", "rotation_3d_x")
    rules = {rule.target: rule for rule in reversed(mappings.load("clavilux").rules)}
    least, most = (
        np.array([getattr(rules[name], end) for name in moved]) for end in ("low", "high")
    )
    focus = 1 / np.tan(np.radians(20))
    for ruled, asked in ((CLAVILUX.least, least), (CLAVILUX.most, most)):
        grown = 0.97 * np.log(200 / (200 - asked[0]))  # the rest is new matter's
        np.testing.assert_allclose(ruled[0], grown, rtol=1e-3)
        np.testing.assert_allclose(ruled[1:], np.radians(asked[1:]) * [1, focus, focus])
    assert [rules[name].decay.value for name in moved] == CLAVILUX.decay_s.tolist()
    assert {rules[name].strike for name in moved} == {CLAVILUX.strike}
