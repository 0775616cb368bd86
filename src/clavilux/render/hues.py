"""Hues: how far, and how fast, what is played may turn a palette's colours.

A look's palette, and one that a user gives even more, stays what it is: turns of hue are
bent to lie within a range, and they and the way to the companion glide.
"""

import numpy as np
from numpy.typing import NDArray

from clavilux.core.values import Curves

OWN_RANGE, KEPT_RANGE = 30.0, 10.0
"""Degrees either way, of a look's palette and of one that is given. From the latter everything
is to be seen within 30 degrees, blends between stops included."""
WHOLE = 180.0
"""A range from which hues turn, and jump, as the curves say."""
GLIDE_S = 0.4
"""Seconds over which a turn comes in: as quick as isn't seen to jump."""


def within(curves: Curves, hue_range: float) -> Curves:
    """Return `curves` with hues that turn by `hue_range` degrees at most, and glide."""
    if hue_range >= WHOLE:
        return curves
    values = dict(curves.values)
    n = max(1, round(GLIDE_S * curves.frame_rate))
    if "hue" in values:
        turned = hue_range * np.sin(np.radians(np.nan_to_num(values["hue"])))
        values["hue"] = _gliding(turned, n)
    if "palette" in values:
        values["palette"] = _gliding(np.clip(np.nan_to_num(values["palette"]), 0, 1), n)
    return Curves(curves.frame_rate, values, curves.prompts)


def turned(curves: Curves, degrees: float) -> Curves:
    """Return `curves` with every hue turned."""
    if not degrees:
        return curves
    hue = (curves.get("hue", 0.0) + degrees + 180) % 360 - 180
    return Curves(curves.frame_rate, {**curves.values, "hue": hue}, curves.prompts)


def _gliding(column: NDArray[np.float64], n: int) -> NDArray[np.float64]:
    """Return a column of which each value is the mean of the last `n`."""
    if not len(column):
        return column
    sums = np.cumsum(np.concatenate([np.full(n, column[0]), column]))
    return np.asarray((sums[n:] - sums[:-n]) / n, dtype=np.float64)
