"""Motion features tell how the camera moved, and when the picture was replaced instead."""

import numpy as np
import pytest
from pictures import FOCAL, film_of, moved, texture

from clavilux.watch import motion
from clavilux.watch.motion import NAMES

UNKNOWNS = ("pitch", "yaw", "roll", "growth")


def random_moves(rng, n, degrees, growth):
    """Random turns up to `degrees` and growths up to `growth`, with what the camera then saw."""
    angles = rng.uniform(-degrees, degrees, (n, 3))
    factors = np.exp(rng.uniform(-np.log(growth), np.log(growth), n))
    return np.column_stack([angles, factors])


def measured(rng, moves, *, noise=0.0, new_matter=0.0):
    """Features of pairs of pictures, one pair a move."""
    rows = []
    for pitch, yaw, roll, growth in moves:
        before = texture(rng)
        after = moved(before, pitch, yaw, roll, growth)
        after = (1 - new_matter) * after + new_matter * texture(rng)
        pair = [p + noise * rng.standard_normal(p.shape) for p in (before, after)]
        pictures = [np.clip(p, 0, 255).round().astype(np.uint8) for p in pair]
        rows.append(motion.features(film_of(pictures)).values[1])
    return np.array(rows)


def read(rows):
    """Degrees and growth out of features, the test camera's focal length known."""
    column = dict(zip(NAMES, rows.T.astype(np.float64), strict=True))
    pitch = np.degrees(np.arctan(column["pan_y"] / FOCAL))
    yaw = -np.degrees(np.arctan(column["pan_x"] / FOCAL))
    return np.column_stack([pitch, yaw, np.degrees(column["roll"]), np.exp(column["zoom"])])


def r_squared(truth, found):
    return 1 - ((truth - found) ** 2).sum(axis=0) / ((truth - truth.mean(axis=0)) ** 2).sum(axis=0)


def linear_fit(rows, truth):
    design = np.column_stack([rows[:, :6], np.ones(len(rows))])
    return design @ np.linalg.lstsq(design, truth, rcond=None)[0]


def test_finds_small_turns_to_a_tenth_of_a_degree():
    rng = np.random.default_rng(1)
    moves = random_moves(rng, 30, degrees=1.0, growth=1.01)

    found = read(measured(rng, moves))

    error = np.abs(found - moves)
    assert np.quantile(error[:, :3], 0.95) < 0.1
    assert np.quantile(error[:, 3], 0.95) < 0.002


@pytest.mark.parametrize(
    ("noise", "new_matter", "degrees", "floor"),
    [
        pytest.param(0, 0, 2, 0.99, marks=pytest.mark.slow),
        (0, 0, 10, 0.97),
        pytest.param(4, 0.1, 3, 0.95, marks=pytest.mark.slow),
        (8, 0.25, 5, 0.9),
    ],
)
def test_reads_every_way_to_move(noise, new_matter, degrees, floor):
    rng = np.random.default_rng(2)
    moves = random_moves(rng, 40, degrees=degrees, growth=1 + degrees / 42)

    rows = measured(rng, moves, noise=noise, new_matter=new_matter)

    share = r_squared(moves, linear_fit(rows, moves))
    assert np.all(share > floor), dict(zip(UNKNOWNS, share.round(3), strict=True))


def test_a_turn_is_told_from_a_sideways_step_by_its_tilt():
    rng = np.random.default_rng(3)
    before = texture(rng)
    turned = motion.features(film_of([before, moved(before, yaw=8)]))
    stepped = motion.features(film_of([before, np.roll(before, 20, axis=1)]))

    assert abs(turned.column("tilt_x")[1]) > 0.05
    assert abs(stepped.column("tilt_x")[1]) < 0.01
    assert stepped.column("pan_x")[1] == pytest.approx(20 / 128, abs=0.002)


def test_nothing_moves_in_a_still_film_nor_in_a_black_one():
    still = texture(np.random.default_rng(4))
    for picture in (still, np.zeros_like(still)):
        found = motion.features(film_of([picture] * 5))

        np.testing.assert_allclose(found.values[:, :6], 0, atol=1e-4)
        np.testing.assert_allclose(found.column("difference"), 0)
        np.testing.assert_allclose(found.column("agreement"), 1, atol=1e-5)


def test_says_so_when_the_picture_is_replaced():
    rng = np.random.default_rng(5)
    first, second = texture(rng), texture(rng)
    found = motion.features(film_of([first, moved(first, roll=3), second, moved(second, yaw=2)]))

    agreement = found.column("fine_agreement")
    assert agreement[2] < 0.5 < 0.9 < min(agreement[1], agreement[3])
    assert np.all(np.isfinite(found.values))


def test_hears_how_much_of_the_old_picture_is_kept():
    rng = np.random.default_rng(6)
    old, new = texture(rng), texture(rng)
    for share in (0.6, 0.75, 0.9):
        mixed = (share * moved(old, pitch=2) + (1 - share) * new).astype(np.uint8)
        found = motion.features(film_of([old, mixed]))

        assert found.column("kept")[1] == pytest.approx(share, abs=0.12)


def test_a_flash_is_brightness_and_not_motion():
    picture = texture(np.random.default_rng(7)) // 2
    found = motion.features(film_of([picture, picture + 60]))

    assert found.column("offset")[1] == pytest.approx(60 / 255, abs=0.01)
    np.testing.assert_allclose(found.values[1, :6], 0, atol=1e-3)


def test_a_roll_of_a_wide_film_is_a_roll():
    square = texture(np.random.default_rng(8), side=512)
    turned = moved(square, roll=4)
    wide = [p[112:400, :512] for p in (square, turned)]

    found = motion.features(film_of(wide))

    assert np.degrees(found.column("roll")[1]) == pytest.approx(4, abs=0.1)
    assert abs(found.column("zoom")[1]) < 0.005


def test_long_films_give_the_same_as_their_parts():
    rng = np.random.default_rng(9)
    picture = texture(rng, side=96)
    pictures = [moved(picture, roll=0.5 * i) for i in range(70)]

    whole = motion.features(film_of(pictures)).values
    tail = motion.features(film_of(pictures[40:])).values

    np.testing.assert_allclose(whole[41:], tail[1:], atol=1e-4)
    assert whole.shape == (70, len(NAMES))


def test_survives_pictures_that_make_no_sense():
    rng = np.random.default_rng(10)
    pictures = [rng.integers(0, 256, (48, 80), dtype=np.uint8) for _ in range(40)]
    pictures += [np.zeros((48, 80), dtype=np.uint8), np.full((48, 80), 255, dtype=np.uint8)]

    assert np.all(np.isfinite(motion.features(film_of(pictures)).values))
