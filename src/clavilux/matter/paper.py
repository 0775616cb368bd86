"""Paper: sheets cut with scissors and laid over one another."""

import cv2
import numpy as np
from numpy.typing import NDArray

from clavilux.core.values import Size, Yuv
from clavilux.matter import noise
from clavilux.matter.field import Waves
from clavilux.matter.light import Light, gain_times
from clavilux.matter.look import Fields, Shown
from clavilux.matter.noise import Tile
from clavilux.matter.palettes import Palette
from clavilux.matter.plane import PlaneLook, PlaneMatter
from clavilux.matter.tables import Transfer, levels, looked_up

_SHEETS = 7
_CUT = 0.012
"""Height over which one sheet gives way to the next."""


class Paper(PlaneLook):
    """Flat colours with clean edges, each sheet casting a soft shadow on those below."""

    name = "paper"
    palette = "matisse"
    waves = Waves(bend=0.05, swell=0.16)
    light = Light(relief=1.1, darkest=0.75, brightest=1.25, shine=0, vignette=0.18, halo_from=130)
    fine = 0.08

    def tiles(self, rng: np.random.Generator) -> tuple[Tile, ...]:
        base = noise.spectral(rng, low=1, high=7, slope=1.1)
        base = noise.curled(rng, base, amounts=(0.05,), high=3)
        tooth = noise.spectral(rng, low=8, high=20, slope=0.5)
        return noise.levelled(noise.blurred(base, 2), 0.8), 0.5 + 0.25 * tooth

    def transfer(self, heights: NDArray[np.float64], detail: float) -> Transfer:
        at = heights * _SHEETS
        sheet = np.floor(at)
        over = np.clip((at - sheet - 1) / (_CUT * _SHEETS) + 1, 0, 1)
        level = (sheet + over * over * (3 - 2 * over)) / _SHEETS
        return Transfer(0.02 + 0.93 * level, np.full_like(level, 0.97), level)

    def open(self, size: Size, seed: int, palette: Palette | None = None) -> "PaperMatter":
        return PaperMatter(self, size, seed, palette)


class PaperMatter(PlaneMatter):
    """Sheets of one size and seed."""

    def paint(self, fields: Fields, shown: Shown) -> Yuv:
        tables = self.colourist.tables(shown.tint)
        found = levels(fields[0])
        level = looked_up(tables.bump, found)
        gain = self.lamp.relief(level, 0.8 + 2.4 * shown.tone.detail)
        gain_times(gain, self._shadow(level, 0.5 + shown.tone.detail))
        return self.lamp.show(found, tables, shown.tone, found)

    def _shadow(self, level: NDArray[np.float32], depth: float) -> NDArray[np.uint8]:
        """Return how much light reaches each place past the sheets above and left of it."""
        reach = max(1, self.coarse.height // 36)
        width, height = self.coarse
        soft = cv2.blur(level, (reach | 1, reach | 1))
        above = cv2.copyMakeBorder(soft, reach, 0, reach, 0, cv2.BORDER_REPLICATE)
        above = above[:height, :width]
        fall = -1.9 * depth * 128
        lit = cv2.addWeighted(above, fall, level, -fall, 128, dtype=cv2.CV_8U)
        return np.clip(np.asarray(lit, dtype=np.uint8), 52, 128)
