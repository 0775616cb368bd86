"""Plane: matter that lies on an endless plane of tiles, moved by slow waves."""

from collections.abc import Sequence
from typing import ClassVar

import cv2
import numpy as np

from clavilux.core.values import Size
from clavilux.matter.field import MIDDLE, Ground, Heights, Outlook, Swell, View, look
from clavilux.matter.look import Fields, Look, Matter, tiles_of
from clavilux.matter.palettes import Palette


class PlaneLook(Look):
    """A look whose matter is a tile of heights.

    Where `fine` is set, the second tile is mixed into it; where `hued`, the last
    tile is a second field, the height that chooses the hue.
    """

    hued: ClassVar[bool] = False

    def open(self, size: Size, seed: int, palette: Palette | None = None) -> "PlaneMatter":
        return PlaneMatter(self, size, seed, palette)


class PlaneMatter(Matter):
    """A plane of one size and seed."""

    def __init__(self, look: PlaneLook, size: Size, seed: int, palette: Palette | None) -> None:
        super().__init__(look, size, seed, palette)
        self.ground = Ground(tiles_of(look, seed), self.coarse)
        self._hued = look.hued
        self._swells: dict[int, Swell] = {}
        self._mixed: tuple[float, Heights] | None = None
        self._foreseen: dict[View, Outlook] = {}
        self._scene = -1

    def foresee(self, views: Sequence[View], scene: int) -> None:
        self._foreseen = dict(
            zip(views, self.ground.outlooks(views, self.swell(scene)), strict=True)
        )
        self._scene = scene

    def fields(self, view: View, scene: int, detail: float) -> Fields:
        if view not in self._foreseen or scene != self._scene:
            self.foresee([view], scene)
        places, swell = self.ground.places(self._foreseen[view])
        found = [look(layer, places) for layer in self._layers(detail)]
        for field in found:
            cv2.add(field, swell, dst=field)
        return tuple(found)

    def _layers(self, detail: float) -> list[Heights]:
        """Return the layers that make the fields: of heights, and of hues if there are any."""
        return [self.base(detail), *self.ground.layers[-1:]] if self._hued else [self.base(detail)]

    def swell(self, scene: int) -> Swell:
        """Return the slow waves of a scene."""
        if scene not in self._swells:
            if len(self._swells) > 8:
                self._swells.clear()
            rng = np.random.default_rng([self.seed, 2, scene])
            self._swells[scene] = Swell(rng, self.look.waves)
        return self._swells[scene]

    def base(self, detail: float) -> Heights:
        """Return the first layer, with the fine one mixed in as far as `detail` says."""
        layers = self.ground.layers
        if not self.look.fine:
            return layers[0]
        amount = round(detail * 32) / 32 * self.look.fine
        if self._mixed is None or self._mixed[0] != amount:
            mixed = cv2.addWeighted(layers[0], 1, layers[1], amount, -amount * MIDDLE)
            self._mixed = (amount, np.asarray(mixed))
        return self._mixed[1]
