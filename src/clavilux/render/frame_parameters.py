"""FrameParameters: what the curves ask for, frame by frame, ready for the renderer.

Parameters are held within the ranges they promise, missing ones take their
defaults, and movements become homographies. The matter's own slow drift is part
of the movement, so that silence is no freeze.

Conventions
-----------
- Homographies take pixels of the last picture to pixels of this one, at the size
  given. Drift depends on the frame's time only, so a film may be begun anywhere.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from clavilux.core.camera import Movement, homography, normalised, similarity_at
from clavilux.core.parameters import PARAMETERS
from clavilux.core.values import Curves, Size

DRIFT_ZOOM = 0.012
"""Growth per second while nothing is played."""
DRIFT_PAN = 0.010
"""Picture heights per second."""
FASTEST_PAN = 4.0
"""Flow up to which the pan quickens faster than all else: what flows fast is seen to travel."""
DRIFT_ROLL = 0.6
"""Degrees per second, at most."""
_PAN_PERIOD_S, _ROLL_PERIOD_S = 47.0, 31.0

_MOVEMENTS = (
    "rotation_3d_x", "rotation_3d_y", "rotation_3d_z", "translation_x", "translation_y",
    "translation_z", "angle", "zoom", "fov", "transform_center_x", "transform_center_y",
)  # fmt: skip
_SHOWN = (
    "strength", "noise", "contrast", "hue", "chroma", "light", "glow", "palette", "scene",
    "flow", "detail",
)  # fmt: skip


class FrameParameters(NamedTuple):
    """Parameters of one frame that are not movements."""

    strength: float
    noise: float
    contrast: float
    hue: float
    chroma: float
    light: float
    glow: float
    palette: float
    scene: float
    flow: float
    detail: float


class Step(NamedTuple):
    """What one frame asks for."""

    parameters: FrameParameters
    homography: NDArray[np.float64]
    """From the last picture to this one. Shape (3, 3)."""
    back: tuple[float, float, float, float]
    """The nearest similarity from this picture to the last: scale times cosine and sine,
    and the shift of the centre in picture heights."""


def steps(curves: Curves, size: Size, first: int, last: int) -> list[Step]:
    """Return frames `first` to `last - 1` of `curves` for pictures of `size`."""
    span = slice(first, last)
    shown = {name: _held(curves, name, span) for name in _SHOWN}
    rows_shown = zip(*(shown[name].tolist() for name in _SHOWN), strict=True)
    parameters = [FrameParameters(*row) for row in rows_shown]
    drift = _drift(curves, shown["flow"], size, first, last)
    matrices = normalised(drift @ _asked(curves, size, span))
    centre = np.array([(size.width - 1) / 2, (size.height - 1) / 2])
    back = similarity_at(np.asarray(np.linalg.inv(matrices), dtype=np.float64), centre)
    shift = (back.linear @ centre + back.shift - centre) / size.height
    rows = np.column_stack([back.linear[:, 0, 0], back.linear[:, 1, 0], shift]).tolist()
    return [
        Step(each, matrix, (row[0], row[1], row[2], row[3]))
        for each, matrix, row in zip(parameters, matrices, rows, strict=True)
    ]


def _held(curves: Curves, name: str, span: slice) -> NDArray[np.float64]:
    """Return a parameter in a span of frames, within the range it promises."""
    parameter = PARAMETERS[name]
    if name not in curves.values:
        return np.full(span.stop - span.start, parameter.default)
    column = curves.values[name][span]
    column = np.where(np.isnan(column), parameter.default, column)
    return np.minimum(np.maximum(column, parameter.low), parameter.high)


def _before(curves: Curves, name: str, first: int) -> NDArray[np.float64]:
    """Return what a parameter was worth in the frame before `first`."""
    return _held(curves, name, slice(first - 1, first))


def _asked(curves: Curves, size: Size, span: slice) -> NDArray[np.float64]:
    movements = {name: _held(curves, name, span) for name in _MOVEMENTS}
    fov = movements["fov"]
    first = _before(curves, "fov", span.start) if span.start else fov[:1]
    fov_before = np.concatenate([first, fov[:-1]])
    return homography(Movement(**movements, fov_before=fov_before), size)


def _drift(
    curves: Curves, flow: NDArray[np.float64], size: Size, first: int, last: int
) -> NDArray[np.float64]:
    """Return the slow movement of the matter and its focus, shape (n, 3, 3)."""
    seconds = 1 / float(curves.frame_rate)
    t = np.arange(first, last) * seconds
    pace = seconds * np.minimum(flow, 4)
    pan = DRIFT_PAN * pace * np.clip(flow, 1, FASTEST_PAN)
    before = _before(curves, "height", first) if first else np.zeros(1)
    focus = np.diff(_held(curves, "height", slice(first, last)), prepend=before)
    turn = np.radians(DRIFT_ROLL) * pace * np.sin(2 * np.pi * t / _ROLL_PERIOD_S)
    scale = 1 + DRIFT_ZOOM * pace
    c, s = scale * np.cos(turn), scale * np.sin(turn)
    way = 2 * np.pi * t / _PAN_PERIOD_S
    x, y = (size.width - 1) / 2, (size.height - 1) / 2
    matrices = np.zeros((last - first, 3, 3))
    matrices[:, 0, 0], matrices[:, 0, 1] = c, -s
    matrices[:, 1, 0], matrices[:, 1, 1] = s, c
    matrices[:, 0, 2] = x - c * x + s * y + pan * np.cos(way) * size.height
    matrices[:, 1, 2] = y - s * x - c * y + pan * np.sin(way) * size.height
    matrices[:, 1, 2] -= focus * size.height / 2
    matrices[:, 2, 2] = 1
    return matrices
