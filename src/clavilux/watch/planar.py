"""Planar motion: how the camera moved between two pictures, lost less than by optical flow.

In come stacks of small luma pictures; out come, pair by pair, six numbers of a
camera before a plane, the change of contrast and brightness, and how well the
moved old picture explains the new one. Pairs are worked on together, so that
numpy's own cost is shared among them.

Conventions
-----------
- Pictures are float32 on the 8-bit scale, shape ``(n_pairs, n, n)``: squares,
  whatever the film's shape, sampled from the whole picture.
- Positions are in *half the film's shorter side*, from the centre, x right and
  y down, so that a turn is a turn in a wide film too and no field of view is needed.
- A motion is a matrix of shape (3, 3) that carries positions in the new picture
  to those in the old one.

Source:
    S. Baker, I. Matthews, "Lucas-Kanade 20 Years On", IJCV 56, 2004: the inverse
    compositional algorithm. Ours adds coarse-to-fine levels, a gain and an offset,
    Geman-McClure weights found anew at every step, and a Bayesian prior that keeps
    still what has no texture.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import cv2
import numpy as np
import scipy.fft
from numpy.typing import NDArray

Stack = NDArray[np.float32]
"""Pictures, shape (n_pairs, n, n)."""

FINEST = 64
"""Side of the largest level, in pixels."""
_OUTSIDE = -1.0e9
"""Stands for what lies beyond the old picture's edge."""
_PRIOR = np.array([0.3, 0.3, 0.2, 0.2, 0.15, 0.15, 0.3, 30.0])
"""Standard deviation expected of each unknown, in its own unit."""
_QUIET = 0.5
"""Differences of less than this, on the 8-bit scale, are taken for quantisation."""
_LARGEST = 2.0
"""A step that takes a motion further than this from rest, in any element, is not made."""


class Match(NamedTuple):
    """How well moved old pictures explain new ones, one row a pair."""

    gain: NDArray[np.float64]
    """How strongly the old picture lives on in the new one; 1 if unchanged. Shape (n_pairs,)."""
    offset: NDArray[np.float64]
    """What must be added after that, on the 8-bit scale."""
    residual: NDArray[np.float64]
    """Mean absolute difference that is left, on the 8-bit scale."""
    agreement: NDArray[np.float64]
    """Correlation of the two, -1 to 1."""
    explained: NDArray[np.float64]
    """Share of the new picture that is explained well."""


class Planar(NamedTuple):
    """What was found, one row a pair."""

    motion: NDArray[np.float64]
    """New positions to old ones, shape (n_pairs, 3, 3); the last element of each is 1."""
    fine: Match
    """In fine structure only: what a camera moves, and new matter replaces."""
    whole: Match
    """In the whole picture at half size, light and shade included."""
    coarse: Match
    """Between the still pictures, at a quarter of the size."""


@dataclass(frozen=True, slots=True, eq=False)
class Pyramid:
    """Pictures at every level, ready to be compared."""

    fine: Stack
    """`FINEST` pixels, only structure of a few pixels."""
    middle: Stack
    """The same at half size."""
    whole: Stack
    """Half size, all of the picture."""
    coarse: Stack
    """A quarter of the size, all of the picture."""
    spectra: NDArray[np.complex64]
    """Of `whole` under a window, for the search of large shifts."""

    def part(self, first: int | None, last: int | None) -> "Pyramid":
        """Keep pictures `first` to `last - 1`; negative numbers count from the end."""
        keep = slice(first, last)
        return Pyramid(
            self.fine[keep],
            self.middle[keep],
            self.whole[keep],
            self.coarse[keep],
            self.spectra[keep],
        )

    def followed_by(self, other: "Pyramid") -> "Pyramid":
        """Put the pictures of `other` behind these."""
        return Pyramid(
            np.concatenate([self.fine, other.fine]),
            np.concatenate([self.middle, other.middle]),
            np.concatenate([self.whole, other.whole]),
            np.concatenate([self.coarse, other.coarse]),
            np.concatenate([self.spectra, other.spectra]),
        )


def build_pyramid(finest: Stack) -> Pyramid:
    """Halve pictures of `FINEST` pixels twice, and take their structure and spectra."""
    whole = _halve(finest)
    window = np.hanning(34)[1:-1].astype(np.float32)
    centred = whole - whole.mean(axis=(1, 2), keepdims=True)
    spectra = scipy.fft.rfft2(centred * window[:, None] * window)
    return Pyramid(_structure(finest), _structure(whole), whole, _halve(whole), spectra)


def estimate(old: Pyramid, new: Pyramid, shape: tuple[float, float] = (1.0, 1.0)) -> Planar:
    """Find the camera's motion from each picture of `old` to its partner in `new`.

    Args:
        old: Earlier pictures.
        new: Later pictures, as many.
        shape: Half the width and half the height of the film in units of half its shorter side.

    Returns:
        Motions and how far to trust them. Of two pictures that have nothing to do with
        each other the motion means nothing, and the agreement says so.
    """
    still = _still(len(new.spectra))
    shifted = _shift_motion(_phase_shift(old.spectra, new.spectra), shape)
    coarse = _Level(old.coarse, new.coarse, shape)
    far = _better(coarse, [coarse.refine(start, 6) for start in (still, shifted)])
    middle = _Level(old.middle, new.middle, shape)
    motion = _better(middle, [middle.refine(start, 4) for start in (still, far)])
    finest = _Level(old.fine, new.fine, shape)
    motion = finest.refine(motion, 3)
    whole = _Level(old.whole, new.whole, shape).match(motion)
    return Planar(motion, finest.match(motion), whole, coarse.match(still))


class _Level:
    """One level's pictures with all that does not change from step to step."""

    def __init__(self, old: Stack, new: Stack, shape: tuple[float, float]) -> None:
        self.old, self.side = old, old.shape[-1]
        self.darkest = float(old.min()) - 0.5  # less is partly outside
        self.to_units = _pixels_to_units(self.side, shape)
        self.to_pixels = np.linalg.inv(self.to_units)
        flat = new.reshape(len(new), -1)
        self.mean = flat.mean(axis=1, keepdims=True)
        self.new = flat - self.mean
        self.shape = shape

    @cached_property
    def _rows(self) -> NDArray[np.float32]:
        """How the new picture would change with each unknown, shape (n_pairs, 8, n * n)."""
        n, shape = self.side, self.shape
        x, y = _grid(n, shape)
        new = self.new.reshape(-1, n, n)
        gx, gy = np.zeros_like(new), np.zeros_like(new)
        np.subtract(new[:, :, 2:], new[:, :, :-2], out=gx[:, :, 1:-1])
        np.subtract(new[:, 2:], new[:, :-2], out=gy[:, 1:-1])
        gx *= n / (4 * shape[0])
        gy *= n / (4 * shape[1])
        rows = np.empty((len(new), 8, n, n), dtype=np.float32)
        rows[:, 0], rows[:, 1] = gx, gy
        rows[:, 2] = x * gy - y * gx
        grow = x * gx + y * gy
        rows[:, 3] = grow
        rows[:, 4], rows[:, 5] = -x * grow, -y * grow
        rows[:, 6] = new
        rows[:, 7] = 1.0
        return rows.reshape(len(new), 8, n * n)

    def refine(self, motion: NDArray[np.float64], steps: int) -> NDArray[np.float64]:
        """Improve `motion` by that many Gauss-Newton steps."""
        rows = self._rows
        gain, offset = np.ones(len(motion)), self.mean[:, 0].astype(np.float64)
        for _ in range(steps):
            warped, valid = self._warp(motion)
            residual = warped - gain[:, None].astype(np.float32) * self.new
            residual -= offset[:, None].astype(np.float32)
            weight = _weights(residual, valid)
            step = _solve(rows, weight, residual)
            motion = _compose(motion, step[:, :6] / np.maximum(gain, 0.2)[:, None])
            gain, offset = gain + step[:, 6], offset + step[:, 7]
        return motion

    def _warp(self, motion: NDArray[np.float64]) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
        n = self.side
        matrices = self.to_pixels @ motion @ self.to_units
        warped = np.empty((len(motion), n, n), dtype=np.float32)
        for source, target, matrix in zip(self.old, warped, matrices, strict=True):
            cv2.warpPerspective(
                source,
                matrix,
                (n, n),
                dst=target,
                flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
                borderMode=cv2.BORDER_CONSTANT,
                borderValue=_OUTSIDE,
            )
        flat = warped.reshape(len(motion), n * n)
        return flat, flat > self.darkest

    def match(self, motion: NDArray[np.float64]) -> Match:
        """Compare the moved old picture with the new one."""
        warped, valid = self._warp(motion)
        share = valid.astype(np.float32)
        count = np.maximum(share.sum(axis=1), 1.0)
        old_mean = _dot(warped, share) / count
        new_mean = _dot(self.new, share) / count
        a = (warped - old_mean[:, None]) * share
        b = (self.new - new_mean[:, None]) * share
        aa, bb, ab = _dot(a, a), _dot(b, b), _dot(a, b)
        quiet = count * _QUIET**2
        agreement = (ab + quiet) / np.sqrt((aa + quiet) * (bb + quiet))
        gain = (ab + quiet) / (aa + quiet)
        left = np.abs(b - gain[:, None] * a)
        mean_left = left.sum(axis=1) / count
        limit = 0.25 * np.sqrt(bb / count) + 2 * _QUIET
        good = ((left < limit[:, None]) & valid).mean(axis=1)
        offset = new_mean + self.mean[:, 0] - gain * old_mean
        parts = (gain, offset, mean_left, agreement, good)
        return Match(*(np.asarray(part, dtype=np.float64) for part in parts))


def _better(level: _Level, motions: list[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Choose for every pair, of two motions, the one by which the pictures agree more."""
    first, second = (level.match(motion).agreement for motion in motions)
    return np.where((second > first)[:, None, None], motions[1], motions[0])


def _solve(
    rows: NDArray[np.float32], weight: NDArray[np.float32], residual: NDArray[np.float32]
) -> NDArray[np.float64]:
    """Solve the weighted normal equations of every pair, shape (n_pairs, 8)."""
    weighted = rows * weight[:, None]
    normal = (weighted @ rows.transpose(0, 2, 1)).astype(np.float64)
    target = (weighted @ residual[:, :, None]).astype(np.float64)
    noise = _dot(weight, residual**2) / np.maximum(weight.sum(axis=1), 1.0) + _QUIET**2
    normal[:, range(8), range(8)] += noise[:, None] / _PRIOR**2
    return np.asarray(np.linalg.solve(normal, target)[:, :, 0], dtype=np.float64)


def _weights(residual: NDArray[np.float32], valid: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Geman-McClure weights; 0 beyond the edge. Leaves `residual` 0 there too."""
    residual *= valid
    count = np.maximum(valid.sum(axis=1), 1)
    scale = (2.0 * np.abs(residual).sum(axis=1) / count + _QUIET).astype(np.float32)
    weight: NDArray[np.float32] = residual / scale[:, None]
    np.square(weight, out=weight)
    weight += 1.0
    np.square(weight, out=weight)
    np.divide(valid, weight, out=weight)
    return weight


def _compose(motion: NDArray[np.float64], step: NDArray[np.float64]) -> NDArray[np.float64]:
    """Take a step of the six numbers back out of `motion`."""
    pan_x, pan_y, roll, zoom, tilt_x, tilt_y = np.clip(step, -0.5, 0.5).T
    one = np.ones_like(pan_x)
    generator = np.stack(
        [one + zoom, -roll, pan_x, roll, one + zoom, pan_y, tilt_x, tilt_y, one], axis=-1
    ).reshape(-1, 3, 3)
    moved = motion @ np.linalg.inv(generator)
    moved /= np.where(np.abs(moved[:, 2:, 2:]) > 1e-3, moved[:, 2:, 2:], 1e-3)
    sane = np.abs(moved - np.eye(3)).max(axis=(1, 2)) < _LARGEST
    return np.where(sane[:, None, None], moved, motion)


def _phase_shift(old: NDArray[np.complex64], new: NDArray[np.complex64]) -> NDArray[np.float64]:
    """Find the shift from new to old positions, in pixels of 32, shape (n_pairs, 2)."""
    cross = old * new.conj()
    cross /= np.sqrt(np.abs(cross)) + 1.0  # half-whitened: noise has no say
    peak = scipy.fft.irfft2(cross, (32, 32)).reshape(len(old), -1).argmax(axis=1)
    y, x = np.divmod(peak, 32)
    return (np.stack([x, y], axis=-1) + 16.0) % 32 - 16


def _shift_motion(pixels: NDArray[np.float64], shape: tuple[float, float]) -> NDArray[np.float64]:
    motion = _still(len(pixels))
    motion[:, :2, 2] = pixels * np.asarray(shape) / 16
    return motion


def _still(n_pairs: int) -> NDArray[np.float64]:
    return np.tile(np.eye(3), (n_pairs, 1, 1))


def _pixels_to_units(side: int, shape: tuple[float, float]) -> NDArray[np.float64]:
    (w, h), n = shape, side
    return np.array([[2 * w / n, 0, w * (1 / n - 1)], [0, 2 * h / n, h * (1 / n - 1)], [0, 0, 1]])


def _grid(side: int, shape: tuple[float, float]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    centres = ((np.arange(side) + 0.5) * 2 / side - 1).astype(np.float32)
    x, y = (np.multiply(centres, half, dtype=np.float32) for half in shape)
    return x[None, :], y[:, None]


def _halve(stack: Stack) -> Stack:
    pairs = stack[:, ::2] + stack[:, 1::2]
    halved: Stack = (pairs[:, :, ::2] + pairs[:, :, 1::2]) * np.float32(0.25)
    return halved


def _structure(stack: Stack) -> Stack:
    """Keep structure of a few pixels: new matter mixed in is mostly broad, and would mislead."""
    fine = np.empty_like(stack)
    for picture, target in zip(stack, fine, strict=True):
        soft = cv2.GaussianBlur(picture, (3, 3), 0.7)
        np.subtract(soft, cv2.GaussianBlur(picture, (9, 9), 1.5), out=target)
    return fine


def _dot(a: NDArray[np.float32], b: NDArray[np.float32]) -> NDArray[np.float32]:
    product: NDArray[np.float32] = np.einsum("ij,ij->i", a, b)
    return product
