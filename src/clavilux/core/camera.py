"""Camera: how one frame's movement bends the last picture into this one.

A pinhole camera looks straight at a flat plane at depth 1 which fills its view:
Deforum's 3D animation with a flat depth map. Movement numbers go in (see
`clavilux.core.parameters`), a homography comes out: the 3 × 3 matrix that takes
a point of the last picture to its place in this one. `render` warps by it and
`watch` estimates it back from films.

Conventions
-----------
- Homographies act on column vectors (x, y, 1) in pixels, x right, y down; the
  centre of pixel (0, 0) is the point (0, 0). They are float64, scaled so that
  the last entry is 1.
- A picture of height h is seen at focal length ``h / (2 tan(fov / 2))`` pixels:
  `fov` is vertical.
- Translations follow Deforum's scale: 200 units are one plane depth, so
  ``translation_z = 10`` grows the picture by 1 / (1 - 10 / 200), about 5 %. A
  camera moving right or down moves the picture left or up.
- Rotations turn the camera's view: positive `rotation_3d_x` moves the picture
  down (the camera looks up), `rotation_3d_y` moves it left (looks right) and
  `rotation_3d_z` turns it clockwise. They apply in the order x, y, z.
- `angle` (positive: anticlockwise, as in Deforum's 2D mode) and `zoom` act in the
  picture's plane about the transform centre, after the 3D movement.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clavilux.core.values import Size

Homography = NDArray[np.float64]
"""A 3 × 3 matrix from points of one picture to points of another."""

UNITS_PER_DEPTH = 200.0
"""Deforum's translation units from the camera to the plane."""
NEAREST = 0.05
"""A frame's movement never brings the plane nearer than this share of its depth."""


@dataclass(frozen=True, slots=True)
class Movement:
    """What the camera does in one frame, in the units of `clavilux.core.parameters`."""

    rotation_3d_x: float = 0.0
    rotation_3d_y: float = 0.0
    rotation_3d_z: float = 0.0
    translation_x: float = 0.0
    translation_y: float = 0.0
    translation_z: float = 0.0
    angle: float = 0.0
    zoom: float = 1.0
    fov: float = 40.0
    fov_before: float | None = None
    """Field of view at the last frame, if it differs: narrowing it magnifies."""
    transform_center_x: float = 0.5
    transform_center_y: float = 0.5


def focal_length(fov: float, height: int) -> float:
    """Give the focal length in pixels at which `height` pixels span `fov` degrees.

    Raises:
        ValueError: The field of view is not between 0 and 180 degrees.
    """
    if not 0 < fov < 180:
        raise ValueError(f"field of view is {fov} degrees; expected more than 0 and less than 180")
    return height / (2 * math.tan(math.radians(fov) / 2))


def intrinsics(fov: float, size: Size) -> Homography:
    """Give the matrix from camera rays (x/z, y/z, 1) to pixels."""
    f = focal_length(fov, size.height)
    return np.array([[f, 0, (size.width - 1) / 2], [0, f, (size.height - 1) / 2], [0, 0, 1.0]])


def rotation(x: float, y: float, z: float) -> Homography:
    """Give the rotation of the scene for camera rotations in degrees, applied x, y, z."""
    (cx, sx), (cy, sy), (cz, sz) = (
        (math.cos(math.radians(a)), math.sin(math.radians(a))) for a in (x, y, z)
    )
    about_x = np.array([[1, 0, 0], [0, cx, sx], [0, -sx, cx]])
    about_y = np.array([[cy, 0, -sy], [0, 1, 0], [sy, 0, cy]])
    about_z = np.array([[cz, -sz, 0], [sz, cz, 0], [0, 0, 1.0]])
    return np.asarray(about_z @ about_y @ about_x, dtype=np.float64)


def plane_homography(movement: Movement, size: Size) -> Homography:
    """Give the homography of the 3D movement alone, for the plane at depth 1."""
    moved = rotation(movement.rotation_3d_x, movement.rotation_3d_y, movement.rotation_3d_z)
    forward = min(movement.translation_z / UNITS_PER_DEPTH, 1 - NEAREST)
    # the plane's normal is (0, 0, 1) at depth 1, so translation touches only the last column
    moved[:, 2] -= [
        movement.translation_x / UNITS_PER_DEPTH,
        movement.translation_y / UNITS_PER_DEPTH,
        forward,
    ]
    before = movement.fov if movement.fov_before is None else movement.fov_before
    return normalised(intrinsics(movement.fov, size) @ moved @ inverse_intrinsics(before, size))


def inverse_intrinsics(fov: float, size: Size) -> Homography:
    """Give the matrix from pixels to camera rays (x/z, y/z, 1)."""
    f = focal_length(fov, size.height)
    cx, cy = (size.width - 1) / 2, (size.height - 1) / 2
    return np.array([[1 / f, 0, -cx / f], [0, 1 / f, -cy / f], [0, 0, 1.0]])


def flat_homography(movement: Movement, size: Size) -> Homography:
    """Give the homography of `angle` and `zoom` about the transform centre."""
    turn = math.radians(movement.angle)
    c, s = movement.zoom * math.cos(turn), movement.zoom * math.sin(turn)
    x = movement.transform_center_x * size.width - 0.5
    y = movement.transform_center_y * size.height - 0.5
    return np.array([[c, s, x - c * x - s * y], [-s, c, y + s * x - c * y], [0, 0, 1.0]])


def homography(movement: Movement, size: Size) -> Homography:
    """Give the homography from the last picture to this one.

    Args:
        movement: What the camera does in this frame.
        size: The picture's size; a movement looks the same at any size.

    Returns:
        The matrix, invertible for every movement within the parameters' ranges.

    Raises:
        ValueError: The field of view is not between 0 and 180 degrees, or zoom is not positive.

    Source:
        Deforum's `anim_frame_warp_3d` and `anim_frame_warp_2d` in behaviour, for a flat
        depth map. Ours differs in one way: both act in every frame, 3D first.
    """
    if movement.zoom <= 0:
        raise ValueError(f"zoom is {movement.zoom}; expected more than 0")
    return normalised(flat_homography(movement, size) @ plane_homography(movement, size))


def normalised(matrix: Homography) -> Homography:
    """Scale a homography so that its last entry is 1."""
    return np.asarray(matrix / matrix[2, 2], dtype=np.float64)


def project(matrix: Homography, points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Take points (…, 2) through a homography; same shape back."""
    flat = points @ matrix[:, :2].T + matrix[:, 2]
    return np.asarray(flat[..., :2] / flat[..., 2:], dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Similarity:
    """A turn, a scale and a shift: ``p → linear @ p + shift``."""

    linear: NDArray[np.float64]
    """Shape (2, 2): scale times rotation."""
    shift: NDArray[np.float64]
    """Shape (2,)."""


def similarity_at(matrix: Homography, point: NDArray[np.float64]) -> Similarity:
    """Give the similarity nearest to a homography around `point`, in pixels.

    It takes `point` exactly where the homography does; around it, perspective and
    shear are left out. Shift is such that ``linear @ point + shift`` is that place.
    """
    w = float(matrix[2, :2] @ point + matrix[2, 2])
    place = project(matrix, point)
    jacobian = (matrix[:2, :2] - np.outer(place, matrix[2, :2])) / w
    a = (jacobian[0, 0] + jacobian[1, 1]) / 2
    b = (jacobian[1, 0] - jacobian[0, 1]) / 2
    linear = np.array([[a, -b], [b, a]])
    return Similarity(linear, place - linear @ point)
