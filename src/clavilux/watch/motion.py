"""Motion features: some numbers a video frame that say how the camera moved and what changed.

In comes a film; out come, for every pair of neighbouring frames, the planar
motion of the camera and measures of changed content. The drum transcriber
reads nothing else. Only the features are kept: memory for pictures is constant.

Conventions
-----------
- Row ``i`` compares video frame ``i`` with frame ``i - 1``. Row 0 has no
  predecessor: it says that nothing moved.
- Lengths are in half the film's shorter side, angles in radians, brightness in
  shares of full scale. The field of view need not be known: a yaw of small
  angle ``a`` shows as ``pan_x = a * f`` and ``tilt_x = a / f``, the focal
  length ``f`` in the same unit, where a sideways step shows as ``pan_x`` only.
- Signs tell how the *picture* moves: right, down, clockwise, and growing are positive.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice

import cv2
import numpy as np
from numpy.typing import NDArray

from clavilux.core.timeline import FrameClock
from clavilux.core.values import Film, Picture, Yuv
from clavilux.watch.planar import FINEST, Match, Planar, Pyramid, Stack, build_pyramid, estimate

NAMES = (
    "pan_x",
    "pan_y",
    "roll",
    "zoom",
    "tilt_x",
    "tilt_y",
    "kept",
    "fine_agreement",
    "agreement",
    "coarse_agreement",
    "gain",
    "offset",
    "residual",
    "explained",
    "difference",
    "histogram",
    "luma",
    "contrast",
    "sharpness",
)
"""The columns.

========================  ==========================================================================
``pan_x`` ``pan_y``       shift of the picture's centre
``roll`` ``zoom``         turn about the centre; logarithm of the growth there
``tilt_x`` ``tilt_y``     how much more the left (upper) half grows than the right (lower) one
``kept``                  share of the old fine structure that lives on, moved, in the new picture
``…agreement``            correlation of moved old and new: fine structure, whole; coarse: not moved
``gain`` ``offset``       change of contrast (logarithm) and brightness beside the motion
``residual``              mean absolute difference that motion, gain and offset leave
``explained``             share of the picture that they explain well
``difference``            mean absolute difference with nothing accounted for
``histogram``             how much of the brightness histogram changed places
``luma`` ``contrast``     mean and standard deviation of brightness
``sharpness``             mean slope of the picture, in its own contrast
========================  ==========================================================================
"""

BATCH = 32
"""Pairs worked on together: enough to share numpy's cost, few enough for the cache."""


@dataclass(frozen=True, slots=True, eq=False)
class MotionFeatures:
    """What moved and what changed, frame by frame."""

    frame_rate: Fraction
    values: NDArray[np.float32]
    """Shape (n_frames, len(NAMES)); columns as in `NAMES`."""

    @property
    def names(self) -> tuple[str, ...]:
        """What the columns are."""
        return NAMES

    @property
    def times(self) -> NDArray[np.float64]:
        """When each frame appears, seconds. Shape (n_frames,)."""
        return FrameClock(self.frame_rate).times(len(self.values))

    def column(self, name: str) -> NDArray[np.float32]:
        """Return one measure at every frame. Shape (n_frames,)."""
        column: NDArray[np.float32] = self.values[:, NAMES.index(name)]
        return column

    @property
    def columns(self) -> Mapping[str, NDArray[np.float32]]:
        """Every measure by name."""
        return {name: self.column(name) for name in NAMES}


def features(film: Film, *, aspect: float | None = None) -> MotionFeatures:
    """Watch a film to its end and measure every frame.

    Args:
        film: Any film; 256 pixels of height are enough, luma is all that is looked at.
        aspect: Width over height as shown, if decoding has squeezed the film;
            otherwise that of `film.size`.
    """
    aspect = film.size.width / film.size.height if aspect is None else aspect
    rows = list(stream((frame.picture for frame in film), aspect=aspect))
    values = np.concatenate(rows) if rows else np.zeros((0, len(NAMES)), dtype=np.float32)
    return MotionFeatures(film.frame_rate, values)


def stream(
    pictures: Iterable[Picture | NDArray[np.uint8]], *, aspect: float = 1.0
) -> Iterator[NDArray[np.float32]]:
    """Measure pictures as they come, in constant memory.

    Args:
        pictures: Planar YUV, luma alone (height, width), or RGB.
        aspect: Width over height of the film as shown.

    Yields:
        Features of the next few frames, shape (n, len(NAMES)).
    """
    meter, pictures = MotionMeter(aspect), iter(pictures)
    while batch := [small_luma(picture) for picture in islice(pictures, BATCH)]:
        yield meter.measure(np.stack(batch))


class MotionMeter:
    """Measures stack after stack of small pictures, remembering the last of each."""

    def __init__(self, aspect: float) -> None:
        self._shape = (max(aspect, 1.0), max(1 / aspect, 1.0))
        self._last: tuple[Pyramid, NDArray[np.float32]] | None = None

    def measure(self, stack: Stack) -> NDArray[np.float32]:
        """Measure the next pictures, as `small_luma` makes them, shape (n, side, side).

        Returns:
            Features, shape (n, len(NAMES)).
        """
        new, histogram = build_pyramid(stack), _histograms(stack)
        last, last_histogram = self._last or (new.part(0, 1), histogram[:1])
        old = last.followed_by(new.part(None, -1))
        before = np.concatenate([last_histogram, histogram[:-1]])
        moved = np.abs(histogram - before).sum(axis=1) / 2
        self._last = new.part(-1, None), histogram[-1:]
        return _rows(stack, old, new, estimate(old, new, self._shape), moved)


def luma_of(picture: Picture | NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return a picture's luma plane, shape (height, width)."""
    if isinstance(picture, Yuv):
        return picture.luma
    if picture.ndim == 2:
        return picture
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), dtype=np.uint8)


def small_luma(picture: Picture | NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return a picture's luma squeezed into `FINEST` × `FINEST` pixels, 8-bit scale."""
    luma = luma_of(picture)
    height, width = luma.shape
    # Averaging whole pixels is several times faster than averaging shares of them.
    step = min(height, width) // (2 * FINEST)
    if step > 1:
        half = (width // step, height // step)
        whole = luma[: half[1] * step, : half[0] * step]
        luma = np.asarray(cv2.resize(whole, half, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    way = cv2.INTER_AREA if min(luma.shape) >= FINEST else cv2.INTER_LINEAR
    return cv2.resize(luma, (FINEST, FINEST), interpolation=way).astype(np.float32)


def _rows(
    stack: Stack, old: Pyramid, new: Pyramid, found: Planar, histogram: NDArray[np.float32]
) -> NDArray[np.float32]:
    fine, whole = found.fine, found.whole
    difference = np.abs(new.whole - old.whole).mean(axis=(1, 2)) / 255
    contrast = stack.std(axis=(1, 2))
    slope = np.abs(np.diff(stack, axis=1)).mean(axis=(1, 2))
    slope += np.abs(np.diff(stack, axis=2)).mean(axis=(1, 2))
    columns = [
        *_camera(found.motion),
        np.clip(fine.gain, -1, 2),
        fine.agreement,
        whole.agreement,
        found.coarse.agreement,
        np.log(np.clip(whole.gain, 0.1, 10)),
        _brightening(whole, stack),
        whole.residual / 255,
        whole.explained,
        difference,
        histogram,
        stack.mean(axis=(1, 2)) / 255,
        contrast / 255,
        slope / (contrast + 1),
    ]
    return np.stack(columns, axis=-1).astype(np.float32)


def _brightening(match: Match, stack: Stack) -> NDArray[np.float64]:
    """How much brighter the mean grey has become, of full scale."""
    mean = stack.mean(axis=(1, 2))
    grey = (mean - match.offset) / np.clip(match.gain, 0.1, 10)
    return np.asarray(np.clip((mean - grey) / 255, -1, 1), dtype=np.float64)


def _camera(motion: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    """Read the six numbers out of motions, shapes (n_pairs,)."""
    forth = np.linalg.inv(motion)
    forth = forth / forth[:, 2:, 2:]
    shift, tilt = forth[:, :2, 2], forth[:, 2, :2]
    local = forth[:, :2, :2] - shift[:, :, None] * tilt[:, None, :]
    roll = np.arctan2(local[:, 1, 0] - local[:, 0, 1], local[:, 0, 0] + local[:, 1, 1])
    zoom = np.log(np.clip(np.linalg.det(local), 1e-2, 1e2)) / 2
    columns = [shift[:, 0], shift[:, 1], roll, zoom, tilt[:, 0], tilt[:, 1]]
    return [np.clip(column, -1.0, 1.0) for column in columns]


def _histograms(stack: Stack) -> NDArray[np.float32]:
    """Shares of 32 steps of brightness, softened by one step. Shape (n_pictures, 32)."""
    steps = (stack.reshape(len(stack), -1) / 8).astype(np.intp)
    steps += 32 * np.arange(len(stack))[:, None]
    counts = np.bincount(steps.ravel(), minlength=32 * len(stack)).reshape(-1, 32)
    padded = np.pad(counts, ((0, 0), (1, 1)), mode="edge")
    soft = (padded[:, :-2] + 2 * padded[:, 1:-1] + padded[:, 2:]) / 4
    return np.asarray(soft / stack[0].size, dtype=np.float32)
