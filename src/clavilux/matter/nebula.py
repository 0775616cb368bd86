"""Nebula: clouds of gas and dust, lit from within, with stars among them."""

import numpy as np
from numpy.typing import NDArray

from clavilux.matter import noise
from clavilux.matter.field import Waves
from clavilux.matter.light import Light
from clavilux.matter.noise import TILE, Tile
from clavilux.matter.plane import PlaneLook
from clavilux.matter.tables import Transfer


class Nebula(PlaneLook):
    """Soft clouds whose hue wanders apart from their brightness."""

    name = "nebula"
    palette = "nocturne"
    waves = Waves(bend=0.035, swell=0.08, fastest=2)
    light = Light(relief=1.6, darkest=0.8, brightest=1.2, shine=0, vignette=0.42, halo_from=70)
    fine = 0.8
    hued = True

    def tiles(self, rng: np.random.Generator) -> tuple[Tile, ...]:
        clouds = noise.spectral(rng, low=1, high=60, slope=1.75)
        clouds = noise.curled(rng, clouds, amounts=(0.03, 0.02), high=4)
        ridges = 1 - np.abs(noise.spectral(rng, low=3, high=72, slope=1.3))
        ridges = noise.curled(rng, noise.standard(ridges), amounts=(0.025,), high=5)
        gas = noise.levelled(clouds, 0.6) ** 1.5
        hue = noise.spectral(rng, low=1, high=6, slope=1.2)
        stars = _stars(rng, 420)
        return (
            (0.02 + 0.74 * gas + stars).astype(np.float32),
            (0.5 + 0.36 * ridges * (0.3 + gas)).astype(np.float32),
            (0.44 * noise.levelled(hue, 0.8) + 0.24 * gas + 0.14).astype(np.float32),
        )

    def transfer(self, heights: NDArray[np.float64], detail: float) -> Transfer:
        x = np.clip(heights, 0, 1.4)
        return Transfer(
            0.04 + 0.96 * x,
            0.62 + 0.42 * x,
            np.minimum(heights, 0.85) * (0.5 + detail),
        )


def _stars(rng: np.random.Generator, n: int) -> Tile:
    sky = np.zeros((TILE, TILE), dtype=np.float32)
    sky[rng.integers(0, TILE, n), rng.integers(0, TILE, n)] = rng.pareto(2.6, n) + 0.25
    return np.minimum(noise.blurred(sky, 0.75) * 3, 1.0)
