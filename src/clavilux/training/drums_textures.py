"""Textures to make training films from: luma pictures made up by a seed.

Natural pictures have edges and occlusion at every size, looks have smooth
structure: dead leaves stand for the one, filtered noise and our training looks
for the other, and flat shapes, cells and stripes for what neither has. No
photograph is used, so that photographs can tell how well what is learnt carries over.

Conventions
-----------
- A texture is uint8 luma of shape ``(SIDE, SIDE)``.
"""

from fractions import Fraction
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from clavilux import render
from clavilux.core.values import Curves, Size

Luma = NDArray[np.uint8]
SIDE = 320
TRAINING_LOOKS = ("aurora", "coral", "ink", "nebula", "stained")
"""The other looks are kept for tests."""


def texture(rng: np.random.Generator) -> Luma:
    """Make up a texture of any kind."""
    kinds = (_noise, _dead_leaves, _dead_leaves, _look, _cells, _stripes, _ridges)
    made = kinds[int(rng.integers(len(kinds)))](rng).astype(np.float64)
    if rng.random() < 0.25:
        other = kinds[int(rng.integers(len(kinds)))](rng)
        made = made + rng.uniform(0.2, 0.8) * other
    made = made - made.min()
    made = (made / max(made.max(), 1e-9)) ** rng.uniform(0.6, 1.6)
    low = rng.uniform(0, 60)
    return np.asarray(low + made * rng.uniform(70, 255 - low), dtype=np.uint8)


def _noise(rng: np.random.Generator) -> NDArray[np.float64]:
    """Noise with a spectrum that falls by a random power."""
    fy, fx = np.fft.fftfreq(SIDE)[:, None], np.fft.rfftfreq(SIDE)[None]
    stretch = rng.uniform(0.5, 2)
    frequency = np.sqrt((fx * stretch) ** 2 + (fy / stretch) ** 2) + 1 / SIDE
    spectrum = frequency ** -rng.uniform(0.9, 2.2)
    spectrum[frequency < rng.uniform(0, 3) / SIDE] = 0
    wave = np.fft.irfft2(np.fft.rfft2(rng.normal(size=(SIDE, SIDE))) * spectrum, (SIDE, SIDE))
    wave /= max(wave.std(), 1e-9)
    if rng.random() < 0.3:
        wave = np.round(wave * 1.5)
    return np.asarray(np.clip(wave, -2.5, 2.5), dtype=np.float64)


def _ridges(rng: np.random.Generator) -> NDArray[np.float64]:
    return np.asarray(-np.abs(_noise(rng)), dtype=np.float64)


def _dead_leaves(rng: np.random.Generator) -> NDArray[np.float64]:
    """Discs and boxes of all sizes on top of each other, as things in photographs are."""
    picture = np.full((SIDE, SIDE), 128, dtype=np.uint8)
    smallest = rng.uniform(2, 6)
    for _ in range(int(rng.integers(150, 700))):
        size = smallest / rng.uniform(0.02, 1) ** 0.9
        x, y = rng.integers(0, SIDE, 2).tolist()
        grey = int(rng.integers(0, 256))
        if rng.random() < 0.5:
            cv2.circle(picture, (x, y), max(1, round(size)), grey, -1, cv2.LINE_AA)
        else:
            turn = float(rng.uniform(0, 180))
            box = cv2.boxPoints(((x, y), (2 * size, size * float(rng.uniform(0.4, 2))), turn))
            cv2.fillPoly(picture, [box.astype(np.int32)], grey, cv2.LINE_AA)
    shade = _noise(rng) * rng.uniform(0, 18)
    blurred = cv2.GaussianBlur(picture, (0, 0), float(rng.uniform(0.3, 1.5)))
    return np.asarray(blurred + shade, dtype=np.float64)


def _cells(rng: np.random.Generator) -> NDArray[np.float64]:
    """Distance to the nearest of some points."""
    ground = np.full((SIDE, SIDE), 255, dtype=np.uint8)
    n = int(rng.integers(20, 200))
    points = rng.integers(0, SIDE, (n, 2))
    ground[points[:, 1], points[:, 0]] = 0
    distance = cv2.distanceTransform(ground, cv2.DIST_L2, 5)
    if rng.random() < 0.5:
        return np.asarray(np.sin(distance * rng.uniform(0.1, 0.6)), dtype=np.float64)
    return np.asarray(distance, dtype=np.float64)


def _stripes(rng: np.random.Generator) -> NDArray[np.float64]:
    """A few crossing gratings: checks, bars, moiré."""
    y, x = np.mgrid[:SIDE, :SIDE] / SIDE
    total = np.zeros((SIDE, SIDE))
    for _ in range(int(rng.integers(2, 6))):
        angle, number = rng.uniform(0, np.pi), rng.uniform(3, 25)
        wave = np.sin(
            2 * np.pi * number * (x * np.cos(angle) + y * np.sin(angle)) + rng.uniform(0, 6)
        )
        total += np.sign(wave) if rng.random() < 0.3 else wave
    return total + 0.3 * _noise(rng)


def _look(rng: np.random.Generator) -> NDArray[np.float64]:
    name = str(rng.choice(TRAINING_LOOKS))
    return _still(name, int(rng.integers(12))).astype(np.float64)


@lru_cache(maxsize=64)
def _still(name: str, seed: int) -> Luma:
    still = Curves(Fraction(24), {"scene": np.array([float(seed)])})
    (picture,) = render.pictures(render.Request(still, Size(SIDE, SIDE), seed, look=name))
    return np.array(picture.luma)
