"""Look: a named kind of matter, with its colours, its light and its own movement.

A look opens into `Matter` at one size and seed: an endless plane of heights from
which a renderer takes windows, and which it paints. Looks differ in the tiles
they are built from, in what they make of heights and in how they are lit.

Conventions
-----------
- Matter is computed at a coarse size (see `coarse_size`) and painted at full size.
- A look's fields are pictures of heights at the coarse size; the first is the height.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import cv2
import numpy as np
from numpy.typing import NDArray

from clavilux.core.values import Size, Yuv
from clavilux.matter import noise, palettes
from clavilux.matter.field import MIDDLE, UNIT, Ground, Heights, Swell, View, Waves, look
from clavilux.matter.light import Lamp, Light, Tone
from clavilux.matter.noise import Tile
from clavilux.matter.palettes import Palette
from clavilux.matter.tables import Colourist, Tint, Transfer, looked_up

Fields = tuple[Heights, ...]

GRAIN_MEAN = 4 * UNIT
LARGE = 2_400_000
"""Pixels from which matter is computed at a quarter of the picture's size, not a half."""


def coarse_size(size: Size) -> Size:
    """Give the size at which matter for pictures of `size` is computed: that of its chroma,
    or half of it for pictures larger than a megapixel or two."""
    share = 2 if size.width * size.height <= LARGE else 4
    return Size(max(2, size.width // share), max(2, size.height // share))


class Look(ABC):
    """What all looks share; a subclass says what makes it itself."""

    name: ClassVar[str]
    palette: ClassVar[str]
    """The palette it is shown in where none is asked for."""
    waves: ClassVar[Waves] = Waves()
    light: ClassVar[Light] = Light()
    upright: ClassVar[bool] = False
    """Whether it has an up and a down, to which a turned camera slowly returns."""
    fine: ClassVar[float] = 0.0
    """Amplitude of the second tile, which `detail` mixes into the first."""

    @abstractmethod
    def tiles(self, rng: np.random.Generator) -> tuple[Tile, ...]:
        """Make the tiles of heights this look's matter is cut from."""

    @abstractmethod
    def transfer(self, heights: NDArray[np.float64], detail: float) -> Transfer:
        """Say what is made of heights."""

    def open(self, size: Size, seed: int, palette: Palette | None = None) -> "Matter":
        """Prepare matter of this look for pictures of `size`."""
        return Matter(self, size, seed, palette)


@dataclass(frozen=True, slots=True)
class Shown:
    """How matter is to be shown in one picture."""

    tint: Tint
    tone: Tone


class Matter:
    """One look at one size, seed and palette."""

    def __init__(self, look: Look, size: Size, seed: int, palette: Palette | None) -> None:
        if size.width % 2 or size.height % 2 or min(size) < 16:
            raise ValueError(f"size is {size}; expected even numbers from 16 up")
        self.look = look
        self.size, self.coarse = size, coarse_size(size)
        self.seed = seed
        chosen = palette or palettes.find(look.palette)
        self.colourist = Colourist((chosen, palettes.companion(chosen)), look.transfer)
        self.lamp = Lamp(look.light, self.coarse, size)
        self.ground = Ground(look.tiles(np.random.default_rng([seed, 1])), self.coarse)
        self._swells: dict[int, Swell] = {}
        self._grain: Heights | None = None
        self._mixed: tuple[float, Heights] | None = None

    def fields(self, view: View, scene: int, detail: float) -> Fields:
        """Give fresh matter as seen from `view`; new arrays at the coarse size."""
        places, swell = self.ground.places(view, self.swell(scene))
        height = look(self.base(detail), places)
        cv2.add(height, swell, dst=height)
        return (height,)

    def paint(self, fields: Fields, shown: Shown) -> Yuv:
        """Give the picture of `fields`."""
        tables = self.colourist.tables(shown.tint)
        bump = looked_up(tables.bump, fields[0])
        relief = self.lamp.relief(bump, 0.6 + 0.8 * shown.tone.detail)
        return self.lamp.show(fields[0], tables, relief, shown.tone)

    def roughen(self, fields: Fields, amount: float, moment: int) -> None:
        """Add grain of `amount` to the heights, in place, other grain at every moment."""
        if self._grain is None:
            rng = np.random.default_rng([self.seed, 4])
            shape = (2 * self.coarse.height, 2 * self.coarse.width)
            self._grain = np.asarray(noise.grain(rng, shape) * UNIT + GRAIN_MEAN, dtype=np.uint16)
        x = moment * 7919 % self.coarse.width
        y = moment * 104729 % self.coarse.height
        patch = self._grain[y : y + self.coarse.height, x : x + self.coarse.width]
        cv2.addWeighted(fields[0], 1, patch, amount, -amount * GRAIN_MEAN, dst=fields[0])

    def swell(self, scene: int) -> Swell:
        """Give the slow waves of a scene."""
        if scene not in self._swells:
            if len(self._swells) > 8:
                self._swells.clear()
            rng = np.random.default_rng([self.seed, 2, scene])
            self._swells[scene] = Swell(rng, self.look.waves)
        return self._swells[scene]

    def base(self, detail: float) -> Heights:
        """Give the first layer, with the fine one mixed in as far as `detail` says."""
        layers = self.ground.layers
        if not self.look.fine:
            return layers[0]
        amount = round(detail * 32) / 32 * self.look.fine
        if self._mixed is None or self._mixed[0] != amount:
            mixed = cv2.addWeighted(layers[0], 1, layers[1], amount, -amount * MIDDLE)
            self._mixed = (amount, np.asarray(mixed))
        return self._mixed[1]
