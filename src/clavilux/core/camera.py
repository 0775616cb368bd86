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
  the last entry is 1. Movements of many frames give as many, shape (n, 3, 3).
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

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from clavilux.core.values import Size

Homography = NDArray[np.float64]
"""A 3 × 3 matrix from points of one picture to points of another, or a stack of them."""

UNITS_PER_DEPTH = 200.0
"""Deforum's translation units from the camera to the plane."""
NEAREST = 0.05
"""A frame's movement never brings the plane nearer than this share of its depth."""


@dataclass(frozen=True, slots=True, eq=False)
class Movement:
    """What the camera does in one frame, in the units of `clavilux.core.parameters`.

    Fields may be arrays of one length: the movements of many frames at once.
    """

    rotation_3d_x: ArrayLike = 0.0
    rotation_3d_y: ArrayLike = 0.0
    rotation_3d_z: ArrayLike = 0.0
    translation_x: ArrayLike = 0.0
    translation_y: ArrayLike = 0.0
    translation_z: ArrayLike = 0.0
    angle: ArrayLike = 0.0
    zoom: ArrayLike = 1.0
    fov: ArrayLike = 40.0
    fov_before: ArrayLike | None = None
    """Field of view at the last frame, if it differs: narrowing it magnifies."""
    transform_center_x: ArrayLike = 0.5
    transform_center_y: ArrayLike = 0.5


def homography(movement: Movement, size: Size) -> Homography:
    """Return the homography from the last picture to this one.

    Args:
        movement: What the camera does in this frame, or in each of many.
        size: The picture's size; a movement looks the same at any size.

    Returns:
        The matrix, shape (3, 3), or (n, 3, 3) for the movements of n frames;
        invertible for every movement within the parameters' ranges.

    Raises:
        ValueError: A field of view is not between 0 and 180 degrees, or a zoom not positive.

    Source:
        Deforum's `anim_frame_warp_3d` and `anim_frame_warp_2d` in behaviour, for a flat
        depth map. Ours differs in one way: both act in every frame, 3D first.
    """
    return normalised(flat_homography(movement, size) @ plane_homography(movement, size))


def plane_homography(movement: Movement, size: Size) -> Homography:
    """Return the homography of the 3D movement alone, for the plane at depth 1."""
    moved = rotation(movement.rotation_3d_x, movement.rotation_3d_y, movement.rotation_3d_z)
    x, y, z = (
        np.asarray(t, dtype=np.float64) / UNITS_PER_DEPTH
        for t in (movement.translation_x, movement.translation_y, movement.translation_z)
    )
    # The plane's normal is (0, 0, 1) at depth 1: translation touches only the last column.
    shift = np.stack(np.broadcast_arrays(x, y, np.minimum(z, 1 - NEAREST)), axis=-1)
    moved, shift = np.broadcast_arrays(moved, shift[..., None])
    moved = np.concatenate([moved[..., :2], moved[..., 2:] - shift[..., :1]], axis=-1)
    before = movement.fov if movement.fov_before is None else movement.fov_before
    return normalised(
        intrinsics(movement.fov, size) @ moved @ np.linalg.inv(intrinsics(before, size))
    )


def flat_homography(movement: Movement, size: Size) -> Homography:
    """Return the homography of `angle` and `zoom` about the transform centre."""
    zoom = np.asarray(movement.zoom, dtype=np.float64)
    if np.any(zoom <= 0):
        raise ValueError(f"zoom is {zoom.min():g}; expected more than 0")
    turn = np.radians(np.asarray(movement.angle, dtype=np.float64))
    c, s = zoom * np.cos(turn), zoom * np.sin(turn)
    x = np.asarray(movement.transform_center_x, dtype=np.float64) * size.width - 0.5
    y = np.asarray(movement.transform_center_y, dtype=np.float64) * size.height - 0.5
    return _matrix([[c, s, x - c * x - s * y], [-s, c, y + s * x - c * y], [0, 0, 1]])


def focal_length(fov: ArrayLike, height: int) -> NDArray[np.float64]:
    """Return the focal length in pixels at which `height` pixels span `fov` degrees.

    Raises:
        ValueError: A field of view is not between 0 and 180 degrees.
    """
    degrees = np.asarray(fov, dtype=np.float64)
    if np.any((degrees <= 0) | (degrees >= 180)):
        wrong = degrees[(degrees <= 0) | (degrees >= 180)].flat[0]
        raise ValueError(
            f"field of view is {wrong:g} degrees; expected more than 0 and less than 180"
        )
    return np.asarray(height / (2 * np.tan(np.radians(degrees) / 2)), dtype=np.float64)


def intrinsics(fov: ArrayLike, size: Size) -> Homography:
    """Return the matrix from camera rays (x/z, y/z, 1) to pixels."""
    f = focal_length(fov, size.height)
    return _matrix([[f, 0, (size.width - 1) / 2], [0, f, (size.height - 1) / 2], [0, 0, 1]])


def rotation(x: ArrayLike, y: ArrayLike, z: ArrayLike) -> Homography:
    """Return the rotation of the scene for camera rotations in degrees, applied x, y, z."""
    (cx, sx), (cy, sy), (cz, sz) = (
        (np.cos(np.radians(a)), np.sin(np.radians(a)))
        for a in (np.asarray(angle, dtype=np.float64) for angle in (x, y, z))
    )
    about_x = _matrix([[1, 0, 0], [0, cx, sx], [0, -sx, cx]])
    about_y = _matrix([[cy, 0, -sy], [0, 1, 0], [sy, 0, cy]])
    about_z = _matrix([[cz, -sz, 0], [sz, cz, 0], [0, 0, 1]])
    return np.asarray(about_z @ about_y @ about_x, dtype=np.float64)


def normalised(matrix: Homography) -> Homography:
    """Scale homographies so that their last entry is 1."""
    return np.asarray(matrix / matrix[..., 2:, 2:], dtype=np.float64)


def project(matrix: Homography, points: ArrayLike) -> NDArray[np.float64]:
    """Take points (…, 2) through a homography; same shape back."""
    flat = np.asarray(points, dtype=np.float64) @ matrix[:, :2].T + matrix[:, 2]
    return np.asarray(flat[..., :2] / flat[..., 2:], dtype=np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class Similarity:
    """A turn, a scale and a shift: ``p → linear @ p + shift``; or a stack of them."""

    linear: NDArray[np.float64]
    """Scale times rotation. Shape (…, 2, 2)."""
    shift: NDArray[np.float64]
    """Shape (…, 2)."""


def similarity_at(matrix: Homography, point: ArrayLike) -> Similarity:
    """Return the similarity nearest to a homography around `point`, in pixels.

    It takes `point` exactly where the homography does; around it, perspective and
    shear are left out. A stack of homographies gives a stack of similarities.
    """
    p = np.asarray(point, dtype=np.float64)
    flat = matrix[..., :2] @ p + matrix[..., 2]
    w = flat[..., 2]
    place = flat[..., :2] / w[..., None]
    jacobian = matrix[..., :2, :2] - place[..., :, None] * matrix[..., 2:, :2]
    jacobian = jacobian / w[..., None, None]
    a = (jacobian[..., 0, 0] + jacobian[..., 1, 1]) / 2
    b = (jacobian[..., 1, 0] - jacobian[..., 0, 1]) / 2
    linear = _matrix([[a, -b], [b, a]])
    return Similarity(linear, place - linear @ p)


def _matrix(rows: list[list[ArrayLike]]) -> NDArray[np.float64]:
    """Put entries, each a number or an array (…), into matrices (…, rows, columns)."""
    entries = np.broadcast_arrays(*(np.asarray(e, dtype=np.float64) for row in rows for e in row))
    stacked = np.stack(entries, axis=-1)
    return stacked.reshape(*stacked.shape[:-1], len(rows), len(rows[0]))
