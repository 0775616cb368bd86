"""Activity: how much moves in a film, and the instants at which movement bursts out.

The measure is a speed and means the same in every film: in half the picture's
shorter side a second, what the camera does together with what moves by itself.
Flashes, noise and cuts don't count as movement.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter1d, median_filter

from clavilux.watch.planar import FINEST
from clavilux.watch.seeing import Seen
from clavilux.watch.transitions import Change

_RADIUS = 0.8
"""Where in the picture a turn's or growth's movement is measured, from its centre."""
_FLAT = 1.5
"""Slope, on the 8-bit scale a pixel, that noise has anyway."""
_UNRELATED = 0.6
"""Agreement below which two pictures don't show the same thing."""
_REACH = {"cut": 0, "flash": 0, "fade": 6, "dissolve": 12}
"""Video frames on each side of a transition that it spoils."""
_BURST = 0.25
"""A rise in speed of less than this is not noticed."""
_APART_S = 0.12


def speed(seen: Seen, found: Sequence[Change]) -> NDArray[np.float64]:
    """Measure how fast things move at every video frame. Shape (n_frames,).

    Args:
        seen: The film.
        found: Its cuts, dissolves and fades; what moves across them is not known.
    """
    turning = np.hypot(seen.column("roll"), seen.column("zoom"))
    panning = np.hypot(seen.column("pan_x"), seen.column("pan_y"))
    camera = np.hypot(panning, _RADIUS * turning)
    slope = seen.column("sharpness") * (255 * seen.column("contrast") + 1)
    left = np.maximum(255 * seen.column("residual") - 0.3, 0)  # what quantisation leaves
    alone = left / (slope + _FLAT) * 2 / FINEST
    moved = (camera + alone) * float(seen.frame_rate)
    known = seen.column("agreement") > _UNRELATED
    known[0] = False
    for change in found:
        reach = _REACH[change.kind]
        known[max(0, change.frame - reach) : change.frame + reach + 1] = False
    return _bridged(moved, known)


def bursts(moved: NDArray[np.float64], frame_rate: float) -> tuple[list[int], list[float]]:
    """Find the video frames at which movement bursts out, and how strongly (0 to 1).

    Args:
        moved: The speed at every video frame.
        frame_rate: Video frames a second.
    """
    before = max(3, round(0.35 * frame_rate))
    calm = median_filter(moved, 2 * before + 1, mode="nearest")
    rise = np.maximum(moved - np.maximum(calm, np.concatenate([moved[:1], moved[:-1]]) * 0.7), 0)
    reach = 2 * max(1, round(_APART_S * frame_rate)) + 1
    peak = (rise == maximum_filter1d(rise, reach)) & (rise > np.maximum(_BURST, 0.5 * calm))
    frames = np.flatnonzero(peak)
    return frames.tolist(), [float(r / (r + 1.0)) for r in rise[frames]]


def _bridged(values: NDArray[np.float64], known: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Fill what is not known with what lies around it."""
    if not known.any():
        return np.zeros_like(values)
    index = np.arange(len(values))
    return np.asarray(np.interp(index, index[known], values[known]), dtype=np.float64)
