"""Ink: colour flowing in water, folded into itself, with bright rims."""

import numpy as np
from numpy.typing import NDArray

from clavilux.matter import noise
from clavilux.matter.field import Waves
from clavilux.matter.light import Light
from clavilux.matter.look import Look
from clavilux.matter.noise import Tile
from clavilux.matter.tables import Transfer


class Ink(Look):
    """Domain-warped flow: smooth basins, thin luminous rims where they meet."""

    name = "ink"
    palette = "abyss"
    waves = Waves(bend=0.05, swell=0.14)
    light = Light(relief=9, shine=55, vignette=0.42)

    def tiles(self, rng: np.random.Generator) -> tuple[Tile, ...]:
        base = noise.spectral(rng, low=1, high=14, slope=1.4)
        base = noise.curled(rng, base, amounts=(0.055, 0.03), high=5)
        return (noise.levelled(noise.blurred(base, 1.2), 0.7),)

    def transfer(self, heights: NDArray[np.float64], detail: float) -> Transfer:
        band = np.abs((heights * 5) % 1 * 2 - 1)
        rim = np.exp(-(((band - 1) / 0.10) ** 2))
        groove = np.exp(-(((band - 0.62) / 0.22) ** 2))
        position = 0.12 + 0.62 * heights + 0.10 * np.sin(5 * np.pi * heights)
        return Transfer(
            position + 0.18 * detail * rim,
            1 + detail * (0.75 * rim - 0.55 * groove),
            heights + 0.05 * detail * rim,
        )
