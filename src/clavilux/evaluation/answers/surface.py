"""Surface: whether a film's pictures stay what they promise: its colours, contrast, whole borders.

Decoded pictures in, shares and ratios out.

Conventions
-----------
- Pictures are sRGB, uint8, shape (n_frames, height, width, 3); luma is float, without the last.
- Homographies take pixels of the last picture to pixels of this one, shape (n_frames, 3, 3).
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from clavilux.core.camera import Homography, project
from clavilux.core.colour import oklch_from_srgb

NEAR_DEGREES = 30.0
COLOURED = 0.04
"""OKLCH chroma from which a pixel has a hue that is seen."""
_BESIDE = 2.0  # pixels to either side of a line that are compared
_PARALLEL = (-14.0, -11.0, -8.0, 8.0, 11.0, 14.0)  # pixels off the line: what a picture has anyway
_EDGE = 2.0
"""Times the difference across its parallels from which a line is an edge; chosen so that films with
the camera held still have none (`tests/evaluation/test_surface.py`)."""
_LEAST = 3.0
"""Grey levels across, below which no edge is seen."""
_AGES = 3  # frames during which an uncovered border is looked for

Luma = NDArray[np.float64]


def palette_share(pictures: NDArray[np.uint8], colours: NDArray[np.floating]) -> float:
    """Return the share of coloured pixels within 30 degrees of hue of one of the colours.

    Args:
        pictures: Shape (…, 3).
        colours: OKLCH, shape (n, 3); those without a hue are left aside.

    Returns:
        0 to 1; 1 where no pixel is coloured.
    """
    near = _near(pictures, colours)
    return float(near.any(axis=1).mean()) if near.size else 1.0


def shares_of_colours(
    pictures: NDArray[np.uint8], colours: NDArray[np.floating]
) -> NDArray[np.float64]:
    """Return the share of coloured pixels within 30 degrees of each colour: (n,), 0 where none is.

    Args:
        pictures: Shape (…, 3).
        colours: OKLCH, shape (n, 3); those without a hue are left aside.
    """
    near = _near(pictures, colours)
    return near.mean(axis=0) if len(near) else np.zeros(near.shape[1])


def _near(pictures: NDArray[np.uint8], colours: NDArray[np.floating]) -> NDArray[np.bool_]:
    """Return which coloured pixels are near which colours that have a hue."""
    lch = oklch_from_srgb(np.asarray(pictures, dtype=np.float64) / 255)
    hues = lch[..., 2][lch[..., 1] > COLOURED]
    wanted = colours[colours[:, 1] > COLOURED / 2, 2]
    apart = np.abs((hues[:, None] - wanted + 180) % 360 - 180)
    return np.asarray(apart <= NEAR_DEGREES, dtype=np.bool_)


def contrast(luma: Luma) -> float:
    """Return the standard deviation of a picture's luma."""
    return float(luma.std())


def sharpness(luma: Luma) -> float:
    """Return the mean slope of a picture's luma, in grey levels a pixel."""
    down, across = np.gradient(luma)
    return float(np.hypot(down, across).mean())


def kept(values: Sequence[float], frame_rate: float, at_s: float) -> float:
    """Return how much of a measure's mean in the first second is left around `at_s`."""
    column = np.asarray(values, dtype=np.float64)
    second = max(1, round(frame_rate))
    middle = round(at_s * frame_rate)
    later = column[max(0, middle - second // 2) : middle + second // 2 + 1]
    return float(later.mean() / max(column[:second].mean(), 1e-9))


def seam_share(lumas: NDArray[np.generic], homographies: NDArray[np.float64]) -> float:
    """Return the share of frames with a straight edge along a border that the camera uncovered.

    Measure it too of the same film with its camera held still, with the same homographies:
    matter of its own has lines as well.
    """
    found = 0
    for i in range(1, len(lumas)):
        moved: Homography = np.eye(3)
        for age in range(min(_AGES, i)):
            moved = moved @ homographies[i - age]
            if _has_seam(np.asarray(lumas[i], dtype=np.float64), moved):
                found += 1
                break
    return found / max(1, len(lumas) - 1)


def _has_seam(luma: Luma, moved: Homography) -> bool:
    """Return True if the border of an earlier picture, as it lies now, is an edge."""
    height, width = luma.shape
    right, low = width - 1.0, height - 1.0
    corners = project(moved, np.array([[0, 0], [right, 0], [right, low], [0, low]]))
    for begin, end in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        along = end - begin
        length = float(np.hypot(*along))
        if length < 1:
            continue
        normal = np.array([-along[1], along[0]]) / length
        points = begin + np.linspace(0, 1, int(length))[:, None] * along
        margin = max(map(abs, _PARALLEL)) + _BESIDE + 1
        inside = np.all((points > margin) & (points < [right - margin, low - margin]), axis=1)
        points = points[inside]
        if len(points) < 0.3 * min(height, width):
            continue
        across = _difference(luma, points, normal)
        usual = np.median([_difference(luma, points + off * normal, normal) for off in _PARALLEL])
        if across >= _LEAST and across > _EDGE * usual:
            return True
    return False


def _difference(luma: Luma, points: NDArray[np.float64], normal: NDArray[np.float64]) -> float:
    """Return the mean difference across a line, in grey levels."""
    sides = []
    for sign in (-1, 1):
        x, y = np.rint(points + sign * _BESIDE * normal).astype(int).T
        sides.append(luma[y, x])
    return float(np.abs(sides[1] - sides[0]).mean())
