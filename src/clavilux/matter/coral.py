"""Coral: the ridges and spots that reacting, diffusing substances grow."""

import numpy as np
from numpy.typing import NDArray

from clavilux.matter import noise
from clavilux.matter.field import Waves
from clavilux.matter.light import Light
from clavilux.matter.noise import TILE, Tile
from clavilux.matter.plane import PlaneLook
from clavilux.matter.tables import Transfer

_CYCLES = 21
"""Ridges across a tile."""
_STEPS = 9


class Coral(PlaneLook):
    """Labyrinths of rounded ridges which widen, narrow and part."""

    name = "coral"
    palette = "reef"
    waves = Waves(bend=0.035, swell=0.16)
    light = Light(relief=7, darkest=0.3, brightest=1.5, shine=80, vignette=0.4, halo_from=120)
    fine = 0.12
    hued = True

    def tiles(self, rng: np.random.Generator) -> tuple[Tile, ...]:
        pattern = _grown(rng)
        pores = noise.spectral(rng, low=44, high=84, slope=0)
        hue = noise.levelled(noise.spectral(rng, low=1, high=4, slope=1.0), 0.8)
        return (
            (0.5 + 0.42 * pattern).astype(np.float32),
            (0.5 + 0.2 * pores).astype(np.float32),
            (0.35 * (0.5 + 0.42 * pattern) + 0.75 * hue - 0.05).astype(np.float32),
        )

    def transfer(self, heights: NDArray[np.float64], detail: float) -> Transfer:
        ridge = 1 / (1 + np.exp(-(heights - 0.42) * 40))
        crest = np.exp(-(((heights - 0.93) / 0.10) ** 2))
        rim = np.exp(-(((heights - 0.42) / 0.035) ** 2))
        return Transfer(
            0.12 + 0.74 * heights + 0.12 * detail * crest,
            0.50 + 0.55 * ridge + 0.30 * detail * crest + 0.7 * detail * rim,
            heights,
        )


def _grown(rng: np.random.Generator) -> Tile:
    """Grow a pattern from noise.

    Source:
        J. Swift, P. Hohenberg, "Hydrodynamic fluctuations at the convective instability",
        1977: growth of one wavelength, limited by a nonlinearity. Differs in one way:
        the linear part is applied exactly, as a filter, and the limit is a tanh.
    """
    fy = np.fft.fftfreq(TILE, 1 / TILE)[:, None]
    fx = np.fft.rfftfreq(TILE, 1 / TILE)[None, :]
    f = np.hypot(fx, fy) / _CYCLES
    growth = np.exp(-((f**2 - 1) ** 2) * 2.2)
    pattern = rng.standard_normal((TILE, TILE))
    for _ in range(_STEPS):
        grown = np.fft.irfft2(np.fft.rfft2(pattern) * growth, s=(TILE, TILE))
        pattern = np.tanh(1.5 * grown / grown.std() + 0.18)
    rounded = np.fft.irfft2(np.fft.rfft2(pattern) * np.exp(-((f / 2) ** 4)), s=(TILE, TILE))
    return np.asarray(rounded / np.abs(rounded).max(), dtype=np.float32)
