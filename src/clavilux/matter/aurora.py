"""Aurora: curtains of light over a night sky."""

import numpy as np
from numpy.typing import NDArray

from clavilux.matter import noise
from clavilux.matter.field import Waves
from clavilux.matter.light import Light
from clavilux.matter.noise import TILE, Tile
from clavilux.matter.plane import PlaneLook
from clavilux.matter.tables import Transfer

_CURTAINS = 3


class Aurora(PlaneLook):
    """Folded curtains with a bright hem, rays that fade upwards, and stars."""

    name = "aurora"
    palette = "polar"
    waves = Waves(bend=0.07, swell=0.03, slowest=1, fastest=2)
    light = Light(relief=1.2, darkest=0.8, brightest=1.2, shine=0, vignette=0.35, halo_from=55)
    upright = True
    fine = 1.0
    stride = 0.9

    def tiles(self, rng: np.random.Generator) -> tuple[Tile, ...]:
        glow, rays = np.zeros((TILE, TILE)), np.zeros((TILE, TILE))
        for i in range(_CURTAINS):
            hem = TILE * (i + 0.6 * rng.random()) / _CURTAINS + _wander(rng, 6, 1.2) * TILE * 0.06
            above = (hem[None, :] - np.arange(TILE)[:, None]) % TILE / TILE
            length = 0.12 * np.exp(0.35 * _wander(rng, 9, 0.6))[None, :]
            veil = np.exp(-above / length) + 0.12 * np.exp(-above / (3 * length))
            veil *= 1 - np.exp(-above / 0.012)
            strength = np.clip(0.75 + 0.35 * _wander(rng, 5, 0.8), 0.15, 1.4)[None, :]
            glow += veil * strength
            rays += veil * strength * _wander(rng, 70, 0.5)[None, :]
        dx = noise.spectral(rng, low=1, high=5, slope=1.6)
        dy = noise.spectral(rng, low=1, high=4, slope=1.6)
        folds = [noise.warped(part.astype(np.float32), dx, dy, 0.035) for part in (glow, rays)]
        return (
            0.05 + 0.9 * np.tanh(1.12 * folds[0]) + _stars(rng, 260),
            0.5 + 0.42 * folds[1],
        )

    def transfer(self, heights: NDArray[np.float64], detail: float) -> Transfer:
        shade = 0.85 + 0.25 * np.clip(heights, 0, 1)
        return Transfer(heights * (0.92 + 0.05 * detail), shade, heights)


def _wander(rng: np.random.Generator, high: int, slope: float) -> NDArray[np.float64]:
    """Make a line that wanders and meets itself, mean 0, standard deviation 1."""
    f = np.arange(1, high + 1)
    phases = rng.random(high) * 2 * np.pi
    at = np.arange(TILE)[:, None] / TILE * 2 * np.pi
    line = (f**-slope * rng.rayleigh(size=high) * np.sin(f * at + phases)).sum(axis=1)
    return np.asarray(line / line.std(), dtype=np.float64)


def _stars(rng: np.random.Generator, n: int) -> Tile:
    """Make points of light of many sizes."""
    sky = np.zeros((TILE, TILE), dtype=np.float32)
    sky[rng.integers(0, TILE, n), rng.integers(0, TILE, n)] = rng.pareto(2.5, n) + 0.4
    return np.minimum(noise.blurred(sky, 0.8) * 4, 1.2)
