"""Ink: colour flowing in water, folded into itself, with bright rims."""

import numpy as np
from numpy.typing import NDArray

from clavilux.matter import noise
from clavilux.matter.field import Waves
from clavilux.matter.light import Light
from clavilux.matter.noise import Tile
from clavilux.matter.plane import PlaneLook
from clavilux.matter.tables import Transfer


class Ink(PlaneLook):
    """Domain-warped flow: smooth basins, silken threads, luminous rims where they meet."""

    name = "ink"
    palette = "abyss"
    waves = Waves(bend=0.05, swell=0.13)
    light = Light(relief=11, shine=60, vignette=0.42)
    fine = 0.22

    def tiles(self, rng: np.random.Generator) -> tuple[Tile, ...]:
        base = noise.spectral(rng, low=1, high=12, slope=1.5)
        threads = noise.spectral(rng, low=5, high=44, slope=0.9, stretch=3)
        for amount in (0.05, 0.04, 0.02):
            dx = noise.spectral(rng, low=1, high=5, slope=1.5)
            dy = noise.spectral(rng, low=1, high=5, slope=1.5)
            base = noise.warped(base, dx, dy, amount)
            threads = noise.warped(threads, dx, dy, amount)
        threads = noise.blurred(threads, 1.2) * noise.levelled(noise.blurred(base, 12))
        return (
            noise.levelled(noise.blurred(base, 1.2), 0.7),
            0.5 + 0.16 * noise.standard(threads),
        )

    def transfer(self, heights: NDArray[np.float64], detail: float) -> Transfer:
        band = np.abs((heights * 4) % 1 * 2 - 1)
        rim = np.exp(-(((band - 1) / 0.09) ** 2))
        groove = np.exp(-(((band - 0.66) / 0.2) ** 2))
        position = 0.10 + 0.66 * heights + 0.09 * np.sin(4 * np.pi * heights)
        return Transfer(
            position + 0.18 * detail * rim,
            1 + detail * (0.7 * rim - 0.5 * groove),
            heights + 0.05 * detail * rim,
        )
