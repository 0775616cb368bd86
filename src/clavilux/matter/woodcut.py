"""Woodcut: lines cut along the grain, printed in ink and a colour or two."""

import numpy as np
from numpy.typing import NDArray

from clavilux.matter import noise
from clavilux.matter.field import Waves
from clavilux.matter.light import Light
from clavilux.matter.noise import Tile
from clavilux.matter.plane import PlaneLook
from clavilux.matter.tables import Transfer

_LINES = 9
"""Lines from the lowest height to the highest."""
_EDGE = 0.16
"""Share of a line over which ink gives way to paper."""


class Woodcut(PlaneLook):
    """Grain lines, thick in the shadows and thin in the light, over flat colour."""

    name = "woodcut"
    palette = "rosewood"
    waves = Waves(bend=0.05, swell=0.07, pace=2.5)
    light = Light(relief=0.8, darkest=0.85, brightest=1.15, shine=0, vignette=0.2, halo_from=130)
    fine = 0.05

    def tiles(self, rng: np.random.Generator) -> tuple[Tile, ...]:
        grain = noise.spectral(rng, low=1, high=7, slope=1.3, stretch=2.2)
        grain = noise.curled(rng, grain, amounts=(0.04,), high=3)
        chips = noise.spectral(rng, low=20, high=70, slope=0.3, stretch=3)
        return noise.levelled(noise.blurred(grain, 2), 0.85), 0.5 + 0.2 * chips

    def transfer(self, heights: NDArray[np.float64], detail: float) -> Transfer:
        wave = np.abs((heights * _LINES) % 1 * 2 - 1)  # 0 in the middle of a cut
        ink = 0.80 - 0.62 * np.clip(heights, 0, 1) + 0.25 * (detail - 0.5)
        black = np.clip((wave - (1 - ink)) / _EDGE + 0.5, 0, 1)
        block = np.select([heights < 0.34, heights < 0.68], [0.36, 0.60], 0.86)
        position = block * (1 - black) + 0.02 * black
        return Transfer(position, np.ones_like(heights), heights)
