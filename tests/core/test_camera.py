"""The camera bends pictures as a pinhole camera before a plane would."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clavilux.core.camera import (
    Movement,
    homography,
    plane_homography,
    project,
    similarity_at,
)
from clavilux.core.values import Size

SIZE = Size(320, 180)
CENTRE = np.array([159.5, 89.5])


@st.composite
def movements(draw):
    degrees, units = st.floats(-30, 30), st.floats(-100, 100)
    return Movement(
        rotation_3d_x=draw(degrees),
        rotation_3d_y=draw(degrees),
        rotation_3d_z=draw(degrees),
        translation_x=draw(units),
        translation_y=draw(units),
        translation_z=draw(units),
        angle=draw(degrees),
        zoom=draw(st.floats(0.5, 2)),
        fov=draw(st.floats(20, 120)),
    )


def test_standing_still_changes_nothing():
    np.testing.assert_allclose(homography(Movement(), SIZE), np.eye(3), atol=1e-12)


@given(movements())
def test_every_movement_can_be_undone(movement):
    matrix = homography(movement, SIZE)
    there_and_back = project(np.linalg.inv(matrix), project(matrix, CENTRE))

    np.testing.assert_allclose(there_and_back, CENTRE, atol=1e-6)


@pytest.mark.parametrize(
    ("movement", "direction"),
    [
        (Movement(rotation_3d_x=2), (0, 1)),
        (Movement(rotation_3d_y=2), (-1, 0)),
        (Movement(translation_x=10), (-1, 0)),
        (Movement(translation_y=10), (0, -1)),
    ],
)
def test_moves_the_centre_in_the_direction_the_conventions_name(movement, direction):
    moved = project(homography(movement, SIZE), CENTRE) - CENTRE

    assert moved @ np.array(direction) > 1
    assert abs(moved @ np.array(direction[::-1])) < 1e-9


def test_forward_by_ten_units_grows_the_picture_by_a_twentieth():
    matrix = homography(Movement(translation_z=10), SIZE)
    right = project(matrix, CENTRE + np.array([100, 0])) - CENTRE

    np.testing.assert_allclose(right, [100 / 0.95, 0], atol=1e-9)


def test_roll_turns_clockwise_and_angle_anticlockwise():
    matrix = homography(Movement(rotation_3d_z=3, angle=3), SIZE)

    np.testing.assert_allclose(matrix, np.eye(3), atol=1e-9)
    below = (
        project(homography(Movement(rotation_3d_z=90), SIZE), CENTRE + np.array([10, 0])) - CENTRE
    )
    np.testing.assert_allclose(below, [0, 10], atol=1e-9)


def test_zoom_keeps_the_transform_centre_in_place():
    movement = Movement(zoom=1.5, angle=20, transform_center_x=0.25, transform_center_y=0.75)
    place = np.array([0.25 * SIZE.width - 0.5, 0.75 * SIZE.height - 0.5])

    np.testing.assert_allclose(project(homography(movement, SIZE), place), place, atol=1e-9)


def test_narrowing_the_field_of_view_magnifies():
    matrix = homography(Movement(fov=35, fov_before=40), SIZE)

    assert np.linalg.norm(project(matrix, CENTRE + np.array([50, 0])) - CENTRE) > 50


def test_a_movement_looks_the_same_at_any_size():
    movement = Movement(rotation_3d_x=5, rotation_3d_z=-4, translation_z=12, zoom=1.1)
    small, large = Size(160, 90), Size(640, 360)
    corner_small = project(homography(movement, small), np.array([-0.5, -0.5]))
    corner_large = project(homography(movement, large), np.array([-0.5, -0.5]))

    np.testing.assert_allclose((corner_small + 0.5) * 4, corner_large + 0.5, atol=1e-9)


def test_rotation_by_a_small_angle_shifts_by_the_focal_length_times_the_angle():
    matrix = plane_homography(Movement(rotation_3d_y=0.1, fov=40), SIZE)
    expected = -90 / np.tan(np.radians(20)) * np.tan(np.radians(0.1))

    np.testing.assert_allclose(project(matrix, CENTRE)[0] - CENTRE[0], expected, rtol=1e-9)


@given(movements())
def test_the_nearest_similarity_agrees_at_its_point(movement):
    matrix = homography(movement, SIZE)
    near = similarity_at(matrix, CENTRE)

    np.testing.assert_allclose(near.linear @ CENTRE + near.shift, project(matrix, CENTRE))


def test_a_similarity_is_its_own_nearest():
    matrix = homography(Movement(angle=10, zoom=1.2), SIZE)
    near = similarity_at(matrix, CENTRE)

    np.testing.assert_allclose(near.linear, matrix[:2, :2], atol=1e-12)
    np.testing.assert_allclose(near.shift, matrix[:2, 2], atol=1e-9)


def test_refuses_an_impossible_field_of_view():
    with pytest.raises(ValueError, match="field of view is 180 degrees"):
        homography(Movement(fov=180), SIZE)


def test_movements_of_many_frames_give_a_homography_each():
    turns, depths = np.array([0.0, 3.0, -8.0]), np.array([10.0, 0.0, 40.0])
    many = homography(Movement(rotation_3d_x=turns, translation_z=depths), SIZE)

    for turn, depth, matrix in zip(turns, depths, many, strict=True):
        one = homography(Movement(rotation_3d_x=turn, translation_z=depth), SIZE)
        np.testing.assert_allclose(matrix, one)
    near = similarity_at(many, CENTRE)
    np.testing.assert_allclose(near.linear[1], similarity_at(many[1], CENTRE).linear)
