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
from collections.abc import Sequence
from functools import lru_cache
from typing import ClassVar, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from clavilux.core.values import Size, Yuv
from clavilux.matter import noise, palettes
from clavilux.matter.field import UNIT, Heights, View, Waves
from clavilux.matter.light import Lamp, Light, Tone
from clavilux.matter.noise import Tile
from clavilux.matter.palettes import Palette
from clavilux.matter.tables import Colourist, Tint, Transfer, levels, looked_up

Fields = tuple[Heights, ...]

GRAIN_MEAN = 4 * UNIT
LARGE = 2_400_000
"""Pixels from which matter is computed at a quarter of the picture's size, not a half."""


def coarse_size(size: Size) -> Size:
    """Return the size at which matter for pictures of `size` is computed: that of its chroma,
    or half of it for pictures larger than a megapixel or two."""
    share = 2 if size.width * size.height <= LARGE else 4
    return Size(max(2, size.width // share), max(2, size.height // share))


class Look(ABC):
    """What all looks share; a subclass says what makes it itself.

    A look holds no state: two of one class are the same look.
    """

    name: ClassVar[str]
    palette: ClassVar[str]
    """The palette it is shown in where none is asked for."""
    waves: ClassVar[Waves] = Waves()
    light: ClassVar[Light] = Light()
    upright: ClassVar[bool] = False
    """Whether it has an up and a down, to which a turned camera slowly returns."""
    centred: ClassVar[bool] = False
    """Whether it has a middle, to which a camera slowly returns, and no end inwards."""
    patchy: ClassVar[bool] = False
    """Whether it has patches of colour, of which two laid over each other look doubled."""
    renewal: ClassVar[float] = 0.14
    """Share of fine structure that is renewed in a frame at 24 a second, beside what `strength`
    lets in, to keep sharpness near .75 of the first second's. No search for it is on record;
    ``benchmarks.answers --part surface`` measures what it does, and single songs fall below."""
    longest: ClassVar[float] = 1.0
    """Strength at most: less where fresh matter leaves the path that the camera takes old matter
    on, which would smear."""
    fine: ClassVar[float] = 0.0
    """Amplitude of the second tile, which `detail` mixes into the first."""
    stride: ClassVar[float] = 0.6
    """Picture heights the matter's window moves while kicks put its clock forward by 1."""

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other)

    def __hash__(self) -> int:
        return hash(type(self))

    @abstractmethod
    def tiles(self, rng: np.random.Generator) -> tuple[Tile, ...]:
        """Make the tiles of heights this look's matter is cut from."""

    @abstractmethod
    def transfer(self, heights: NDArray[np.float64], detail: float) -> Transfer:
        """Return what is made of heights."""

    @abstractmethod
    def open(self, size: Size, seed: int, palette: Palette | None = None) -> "Matter":
        """Prepare matter of this look for pictures of `size`; its own palette if None."""

    def anchor(self, rng: np.random.Generator) -> tuple[float, float, float]:
        """Choose where a camera looks first: a place, x and y, and a turn in radians."""
        x, y, turn = (float(value) for value in rng.random(3) * (2, 2, 2 * np.pi))
        return x, y, 0.0 if self.upright else turn


@lru_cache(maxsize=8)
def tiles_of(look: Look, seed: int) -> tuple[Tile, ...]:
    """Return the tiles of a look for a seed; those made last are kept."""
    return look.tiles(np.random.default_rng([seed, 1]))


class Shown(NamedTuple):
    """How matter is to be shown in one picture."""

    tint: Tint
    tone: Tone


class Matter(ABC):
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
        self._grain: Heights | None = None

    def foresee(self, views: Sequence[View], scene: int) -> None:  # noqa: B027  a hint, no duty
        """Hear from where `scene` will be seen next, to prepare for many views at once."""

    @abstractmethod
    def fields(self, view: View, scene: int, detail: float) -> Fields:
        """Return fresh matter as seen from `view`: new arrays at the coarse size."""

    def paint(self, fields: Fields, shown: Shown) -> Yuv:
        """Return the picture of `fields`: the height and, if there are two, the hue's height."""
        tables = self.colourist.tables(shown.tint)
        found = [levels(field) for field in fields]
        bump = looked_up(tables.bump, found[0])
        self.lamp.relief(bump, 0.6 + 0.8 * shown.tone.detail)
        return self.lamp.show(found[0], tables, shown.tone, found[-1])

    def roughen(self, fields: Fields, amount: float, moment: int) -> None:
        """Add grain of `amount` to the heights, in place, other grain at every moment."""
        width, height = self.coarse
        if self._grain is None:
            rng = np.random.default_rng([self.seed, 4])
            grain = noise.grain(rng, (2 * height, 2 * width)) * UNIT + GRAIN_MEAN
            self._grain = np.asarray(grain, dtype=np.uint16)
        x, y = moment * 7919 % width, moment * 104729 % height
        patch = self._grain[y : y + height, x : x + width]
        cv2.addWeighted(fields[0], 1, patch, amount, -amount * GRAIN_MEAN, dst=fields[0])
