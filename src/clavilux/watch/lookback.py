"""Looking back: how a video frame compares with those up to a second before it.

Two neighbours can't tell a cut from a flash nor a dissolve from a pan. A flash
goes back to what was; the middle of a dissolve is the mean of its two ends.
"""

import numpy as np
from numpy.typing import NDArray

BACK = (1, 2, 3, 4, 5)
"""Distances, in video frames, at which plain differences are taken."""
SPANS = (8, 16, 32)
"""Lengths, in video frames, over which dissolves are sought."""
NAMES = (
    *(f"back_{lag}" for lag in BACK),
    *(f"span_{length}" for length in SPANS),
    *(f"bend_{length}" for length in SPANS),
    *(f"likeness_{length}" for length in SPANS),
    "tint",
)
"""The columns: mean absolute difference, on the 8-bit scale, from the frame so many before; the
same over a whole span; the mean absolute difference of its middle from the mean of its ends;
the correlation of its two ends; and how far the colours, light aside, are from the last frame's."""


class LookBack:
    """Compares batch after batch of tiny pictures with what went before."""

    def __init__(self) -> None:
        self._past: NDArray[np.float32] | None = None

    def measure(self, tiny: NDArray[np.float32]) -> NDArray[np.float32]:
        """Compare the next pictures; before the film's start, its first frame stood still.

        Args:
            tiny: Shape (n, height, width, 3).

        Returns:
            Shape (n, len(NAMES)).
        """
        now = tiny.reshape(len(tiny), -1)
        past = np.repeat(now[:1], max(SPANS), axis=0) if self._past is None else self._past
        line = np.concatenate([past, now])
        self._past = line[-max(SPANS) :]

        def ago(lag: int) -> NDArray[np.float32]:
            return line[max(SPANS) - lag : len(line) - lag]

        columns = [_distance(now, ago(lag)) for lag in BACK]
        columns += [_distance(now, ago(length)) for length in SPANS]
        columns += [_distance(ago(s // 2), (now + ago(s)) * np.float32(0.5)) for s in SPANS]
        columns += [_correlation(now, ago(length)) for length in SPANS]
        columns.append(_distance(_colours(now), _colours(ago(1))))
        return np.stack(columns, axis=-1).astype(np.float32)


def _colours(pictures: NDArray[np.float32]) -> NDArray[np.float32]:
    """Take the light out of pictures: what red and blue are beside green."""
    rgb = pictures.reshape(len(pictures), -1, 3)
    return np.asarray(rgb[..., ::2] - rgb[..., 1:2]).reshape(len(pictures), -1)


def _distance(a: NDArray[np.float32], b: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(np.abs(a - b).mean(axis=1), dtype=np.float32)


def _correlation(a: NDArray[np.float32], b: NDArray[np.float32]) -> NDArray[np.float32]:
    a, b = a - a.mean(axis=1, keepdims=True), b - b.mean(axis=1, keepdims=True)
    quiet = np.float32(a.shape[1])  # one step of 255 in every pixel
    power = np.sqrt(((a * a).sum(axis=1) + quiet) * ((b * b).sum(axis=1) + quiet))
    return np.asarray(((a * b).sum(axis=1) + quiet) / power, dtype=np.float32)
