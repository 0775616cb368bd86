"""Noise: seamless tiles of random structure, the raw stuff of matter.

Every tile is square, wraps around at its edges and depends only on the
generator it is given, so that a seed always makes the same matter.

Conventions
-----------
- A tile is float32, shape (n, n); frequencies are in cycles per tile.
- Tiles of smooth noise have mean 0 and standard deviation 1; those brought to
  heights by `levelled` lie in [0, 1] and use that range evenly.
"""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Tile = NDArray[np.float32]

TILE = 512
"""Side of the tiles looks are built from."""


def spectral(
    rng: np.random.Generator,
    *,
    low: float,
    high: float,
    slope: float,
    stretch: float = 1.0,
    n: int = TILE,
) -> Tile:
    """Make noise whose amplitude falls as frequency to the power of minus `slope`.

    Args:
        low: Nothing below this frequency.
        high: Nothing above this frequency.
        slope: 1 is rough, 2 smooth, 0 a band of one coarseness.
        stretch: Above 1, structures are longer along y by this factor.
    """
    fy = np.fft.fftfreq(n, 1 / n)[:, None] * stretch
    fx = np.fft.rfftfreq(n, 1 / n)[None, :]
    f = np.hypot(fx, fy)
    amplitude = np.where((f >= low) & (f <= high), np.maximum(f, 1e-9) ** -slope, 0.0)
    spectrum = amplitude * np.exp(2j * np.pi * rng.random(f.shape)) * rng.rayleigh(size=f.shape)
    return standard(np.fft.irfft2(spectrum, s=(n, n)))


def standard(tile: NDArray[np.floating[Any]]) -> Tile:
    """Bring a tile to mean 0 and standard deviation 1."""
    flat = (tile - tile.mean()) / max(float(tile.std()), 1e-9)
    return np.asarray(flat, dtype=np.float32)


def levelled(tile: NDArray[np.floating[Any]], evenness: float = 1.0) -> Tile:
    """Bring a tile to heights in [0, 1], every height equally frequent at evenness 1."""
    sample = np.sort(tile.ravel()[:: max(1, tile.size // 65536)])
    ranks = np.interp(tile, sample, np.linspace(0, 1, len(sample)))
    low, high = sample[len(sample) // 500], sample[-1 - len(sample) // 500]
    linear = np.clip((tile - low) / max(float(high - low), 1e-9), 0, 1)
    return np.asarray(evenness * ranks + (1 - evenness) * linear, dtype=np.float32)


def warped(tile: Tile, dx: Tile, dy: Tile, amount: float) -> Tile:
    """Look a tile up at places shifted by `amount` (shares of its side) times dx and dy."""
    n = len(tile)
    x, y = np.meshgrid(np.arange(n, dtype=np.float32), np.arange(n, dtype=np.float32))
    scale = np.float32(amount * n)
    # OpenCV's own wrapping is exact only near the tile: bring the places home first.
    return cv2.remap(  # type: ignore[return-value]
        np.pad(tile, ((0, 1), (0, 1)), mode="wrap"),
        np.mod(x + scale * dx, n),
        np.mod(y + scale * dy, n),
        cv2.INTER_LINEAR,
    )


def blurred(tile: Tile, sigma: float) -> Tile:
    """Smooth a tile by a Gaussian of `sigma` pixels, around its edges too."""
    n = len(tile)
    f = np.fft.fftfreq(n)[:, None] ** 2 + np.fft.rfftfreq(n)[None, :] ** 2
    spectrum = np.fft.rfft2(tile) * np.exp(-2 * (np.pi * sigma) ** 2 * f)
    return np.fft.irfft2(spectrum, s=(n, n)).astype(np.float32)


def grain(rng: np.random.Generator, shape: tuple[int, int]) -> NDArray[np.float32]:
    """Make fine grain a little coarser than pixels, standard deviation about 1."""
    fine = cv2.GaussianBlur(rng.standard_normal(shape, dtype=np.float32), (0, 0), 0.8)
    return standard(np.asarray(fine))


def curled(
    rng: np.random.Generator, base: Tile, *, amounts: tuple[float, ...], high: float
) -> Tile:
    """Fold a tile by smooth displacement, once for each of `amounts`: marble, ink, smoke."""
    for amount in amounts:
        dx = spectral(rng, low=1, high=high, slope=1.6)
        dy = spectral(rng, low=1, high=high, slope=1.6)
        base = warped(base, dx, dy, amount)
    return base
