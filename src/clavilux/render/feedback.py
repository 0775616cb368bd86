"""Feedback: the last picture's matter, warped by the camera, takes fresh matter in.

Three things keep a film as it begins, however long the feedback runs:

- *Borders join.* What the camera uncovers goes on from the last picture's edge, mirrored, and
  passes into fresh matter, which also flows in along every edge: no straight line shows.
- *Detail stays.* Each warp softens a little, and old matter may have drifted off the fresh.
  So fine structure is renewed at a faster rate than the broad shapes in which a hit is seen.
- *Contrast stays.* A mixture of two unlike fields varies less than either; it is
  stretched about its mean to vary as much as they do.

Source:
    The last is variance-preserving blending: E. Heitz and F. Neyret, "High-performance
    by-example noise using a histogram-preserving blending operator", 2018. Differs in one
    way: the variance lost is measured, on a sample, since fields may be alike or unlike.
"""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from clavilux.core.values import Size
from clavilux.matter.look import Fields

Field = NDArray[Any]

OUTSIDE, INSIDE = 0.2, 0.25
"""Depths in picture heights: over which what is uncovered passes from the last picture, mirrored
in its edge, to fresh matter, and over which fresh matter flows in."""
INFLUX, PER_HEIGHT, MOST_INFLUX = 0.01, 5.0, 0.5
"""Share of fresh matter let in at an edge in a frame at 24 a second, what each picture height that
is uncovered in a frame adds to it, and both at most. Less leaves streaks of what was mirrored;
more in frames of rest changes them so much that hits are hidden. Chosen with the depths by eye, the
seams of ``benchmarks.answers --part surface`` on seeds 0 to 3, and ``benchmarks.sync``."""
WOBBLE = 0.4
"""By how much of these depths the line of the join wanders."""
FINE = 1 / 36
"""Picture heights below which structure is fine."""
_MOST_STRETCH = 1.25
_SAMPLED = 6  # every so many pixels
_SMOOTH = 2  # times smaller is what says how much is kept
_WHOLE = 32767  # what stands for 1


class Feedback:
    """Mixes fields of one size."""

    def __init__(self, size: Size, frame_rate: float, seed: int, renewal: float) -> None:
        self._size = size
        pad = max(2, round(OUTSIDE * size.height))
        self._influx = 1 - (1 - INFLUX) ** (24 / frame_rate)
        kept, near = _kept_around(size, pad, seed)
        # Smooth as it is, it is warped at a part of the size.
        self._small = (-(-size.width // _SMOOTH), -(-size.height // _SMOOTH))
        small = (-(-kept.shape[1] // _SMOOTH), -(-kept.shape[0] // _SMOOTH))
        self._kept, self._near = (
            _WHOLE * cv2.resize(each, small, interpolation=cv2.INTER_AREA) for each in (kept, near)
        )
        self._corners = np.array([[0, 0, 1], [1, 0, 1], [1, 1, 1], [0, 1, 1.0]])
        self._corners[:, :2] *= (size.width - 1, size.height - 1)
        self._from_kept = _scaled(small, kept.shape[::-1], pad)
        self._to_small = np.linalg.inv(_scaled(self._small, tuple(size), 0))
        self._renewal = 1 - (1 - renewal) ** (24 / frame_rate)
        side = max(3, round(FINE * size.height)) | 1
        self._fine = (side, side)
        self._map: NDArray[np.int16] = np.empty((size.height, size.width), dtype=np.int16)

    def mix(
        self, last: Fields, fresh: Fields, homography: NDArray[np.float64], strength: float
    ) -> Fields:
        """Return `last` seen by the camera after its movement, with `fresh` let in.

        Args:
            homography: From pixels of the last picture to pixels of this one.
            strength: Share of the last picture that stays, away from the borders.
        """
        from_kept = self._to_small @ homography @ self._from_kept
        influx = min(self._influx + PER_HEIGHT * self._uncovered(homography), MOST_INFLUX)
        kept = cv2.addWeighted(self._kept, 1, self._near, -influx, 0)
        kept = cv2.warpPerspective(kept, from_kept, self._small).astype(np.int16)
        cv2.resize(kept, tuple(self._size), dst=self._map)
        return tuple(
            self._mixed(old, new, homography, strength)
            for old, new in zip(last, fresh, strict=True)
        )

    def _uncovered(self, homography: NDArray[np.float64]) -> float:
        """Return how much a movement uncovers, at most along the borders, in picture heights."""
        moved = self._corners @ homography.T
        inwards = moved[:, :2] / moved[:, 2:] - self._corners[:, :2]
        inwards[self._corners[:, :2] > 0] *= -1
        return max(0.0, float(inwards.max())) / self._size.height

    def _mixed(
        self,
        last: NDArray[np.uint16],
        new: NDArray[np.uint16],
        homography: NDArray[np.float64],
        strength: float,
    ) -> NDArray[np.uint16]:
        old = cv2.warpPerspective(
            last,
            homography,
            tuple(self._size),
            flags=cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REFLECT_101,
        )
        apart = cv2.subtract(old, new, dtype=cv2.CV_16S)
        # What stays of the difference: all of it by `kept`, less what is fine by the renewal.
        renewal = min(self._renewal, strength)
        broad = cv2.blur(apart, self._fine)
        cv2.addWeighted(apart, 1 - renewal, broad, renewal, 0, dst=apart)
        cv2.multiply(apart, self._map, dst=apart, scale=strength / _WHOLE)
        mixed = cv2.add(new, apart, dtype=cv2.CV_16U)
        stretch, mean = _stretch(old, new, mixed, strength)
        if stretch > 1:
            cv2.addWeighted(mixed, stretch, mixed, 0, mean * (1 - stretch), dst=mixed)
        return np.asarray(mixed, dtype=np.uint16)


def _scaled(small: tuple[int, int], full: tuple[int, ...], pad: int) -> NDArray[np.float64]:
    """Return the homography from pixels of a small picture to a full one's, `pad` within it."""
    x, y = full[0] / small[0], full[1] / small[1]
    return np.array([[x, 0, x / 2 - 0.5 - pad], [0, y, y / 2 - 0.5 - pad], [0, 0, 1.0]])


def _stretch(old: Field, new: Field, mixed: Field, strength: float) -> tuple[float, float]:
    """Return the factor by which a mixture varies too little, and its mean."""
    step = slice(_SAMPLED // 2, None, _SAMPLED)
    (_, before), (_, fresh), (mean, now) = (
        cv2.meanStdDev(np.ascontiguousarray(field[step, step])) for field in (old, new, mixed)
    )
    wanted = strength * before.item() + (1 - strength) * fresh.item()
    factor = wanted / max(now.item(), 1.0)
    return min(max(factor, 1.0), _MOST_STRETCH), mean.item()


def _kept_around(
    size: Size, pad: int, seed: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return how much is kept of a picture and of what lies `pad` pixels around it, and how much
    of that lies near an edge."""
    width, height = size
    x = np.abs(np.arange(-pad, width + pad) - (width - 1) / 2) - (width - 1) / 2
    y = np.abs(np.arange(-pad, height + pad) - (height - 1) / 2) - (height - 1) / 2
    outside = np.maximum(x[None, :], y[:, None])
    rng = np.random.default_rng([seed, 5])
    coarse = rng.random((9, max(2, round(9 * width / height)))).astype(np.float32)
    wander = np.asarray(cv2.resize(coarse, outside.shape[::-1], interpolation=cv2.INTER_CUBIC))
    wander = 1 + WOBBLE * (2 * np.clip(wander, 0, 1) - 1)
    gone = np.clip(outside / pad * wander / (1 - WOBBLE), 0, 1)
    near = np.clip(1 + outside / (INSIDE * height) * wander, 0, 1)
    kept = np.asarray(1 - gone * gone * (3 - 2 * gone), dtype=np.float32)
    return kept, np.asarray(kept * near * near, dtype=np.float32)
