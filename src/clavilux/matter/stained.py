"""Stained glass: panes of one colour each, held by lead, with the light behind."""

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from clavilux.core.values import Size, Yuv
from clavilux.matter import noise
from clavilux.matter.field import Waves
from clavilux.matter.light import Light, gain_times
from clavilux.matter.look import Fields, Shown
from clavilux.matter.noise import TILE, Tile
from clavilux.matter.palettes import Palette
from clavilux.matter.plane import PlaneLook, PlaneMatter
from clavilux.matter.tables import HEIGHTS, Transfer, levels, looked_up, table_of

_PANES = 90
_BOX = np.array([TILE, TILE], dtype=np.float64)
_LEAD = 0.22
"""Height of a pane's profile below which there is lead."""


class Stained(PlaneLook):
    """Panes between lead cames; the first field is their profile, the second their colour."""

    name = "stained"
    palette = "cathedral"
    waves = Waves(bend=0.05, swell=0.05)
    light = Light(relief=5, darkest=0.55, brightest=1.5, shine=70, vignette=0.45, halo_from=90)
    fine = 0.25
    hued = True
    patchy = True

    def tiles(self, rng: np.random.Generator) -> tuple[Tile, ...]:
        edge, pane = _panes(rng)
        profile = np.tanh(edge / 9.0)
        ripple = noise.spectral(rng, low=6, high=40, slope=0.9)
        tone = rng.permutation(_PANES) / (_PANES - 1)
        colour = tone[pane] + 0.035 * noise.spectral(rng, low=2, high=16, slope=1.0)
        return (
            profile.astype(np.float32),
            (0.5 + 0.2 * ripple * profile).astype(np.float32),
            colour.astype(np.float32),
        )

    def transfer(self, heights: NDArray[np.float64], detail: float) -> Transfer:
        return Transfer(0.02 + 0.96 * heights, np.full_like(heights, 0.95), heights)

    def open(self, size: Size, seed: int, palette: Palette | None = None) -> "StainedMatter":
        return StainedMatter(self, size, seed, palette)


class StainedMatter(PlaneMatter):
    """Panes of one size and seed."""

    def paint(self, fields: Fields, shown: Shown) -> Yuv:
        profile, colour = (levels(field) for field in fields)
        tables = self.colourist.tables(shown.tint)
        bump = looked_up(tables.bump, profile)
        gain = self.lamp.relief(bump, 0.4 + 1.2 * shown.tone.detail)
        gain_times(gain, looked_up(_LEADED, profile))
        return self.lamp.show(colour, tables, shown.tone, colour)


def _panes(rng: np.random.Generator) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Return each pixel's distance from the nearest edge between panes, and its pane."""
    seeds = rng.random((_PANES, 2)) * TILE
    for _ in range(3):  # spread them a little
        near = np.asarray(cKDTree(seeds, boxsize=_BOX).query(seeds, k=4)[1])
        away = seeds[:, None] - seeds[near[:, 1:]]
        away -= TILE * np.rint(away / TILE)
        force = (away / (np.linalg.norm(away, axis=-1, keepdims=True) ** 2 + 40)).mean(axis=1)
        seeds = (seeds + 260 * force) % TILE
    x, y = np.meshgrid(np.arange(TILE) + 0.5, np.arange(TILE) + 0.5)
    wobble = [noise.spectral(rng, low=1, high=5, slope=1.5) * 9 for _ in range(2)]
    places = np.stack([(x + wobble[0]) % TILE, (y + wobble[1]) % TILE], axis=-1)
    found = cKDTree(seeds, boxsize=_BOX).query(places.reshape(-1, 2), k=2)
    distance, pane = np.asarray(found[0]), np.asarray(found[1])
    edge = (distance[:, 1] - distance[:, 0]) / 2
    return edge.reshape(TILE, TILE), pane[:, 0].reshape(TILE, TILE)


_LEADED = table_of(
    np.rint(128 * (0.10 + 0.90 * np.clip((HEIGHTS - _LEAD) / 0.16, 0, 1))).astype(np.uint8)
)
