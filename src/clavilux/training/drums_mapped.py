"""Mapped films: what our mappings ask for, shown in textures instead of looks.

There are few looks, and a net knows by heart those that it learns from. Here the camera
moves and content is replaced exactly as a mapping has it, feedback and all, but the matter
is any texture of the film maker's.

Conventions
-----------
- Pictures are uint8 luma, ``(height, width)``, as the film maker's.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from clavilux.core.camera import Movement, homography, similarity_at
from clavilux.core.values import Curves, Size
from clavilux.training.drums_textures import SIDE, Luma, texture

Array = NDArray[np.float64]
_MOVEMENTS = ("rotation_3d_x", "rotation_3d_y", "rotation_3d_z", "translation_z")
_KICKED = 0.65
"""Strength below which there is other matter."""
_N_POOL = 4
_HOME_S = 1.5
"""Seconds in which some makers' matter comes back to where it was."""


@dataclass(frozen=True, slots=True)
class _View:
    """From texture to picture: a similarity, in pixels."""

    linear: Array
    shift: Array

    def after(self, linear: Array, shift: Array) -> "_View":
        """Follow the camera."""
        return _View(linear @ self.linear, linear @ self.shift + shift)

    def seen(self, matter: Luma, size: Size) -> NDArray[np.float32]:
        """Show matter, which goes on and on."""
        matrix = np.column_stack([self.linear, self.shift])
        shown = cv2.warpAffine(
            matter, matrix, tuple(size), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP
        )
        return np.asarray(shown, dtype=np.float32)


def mapped_film(rng: np.random.Generator, curves: Curves, size: Size) -> Iterator[Luma]:
    """Show what curves ask for.

    Args:
        rng: Draws matter, light and faults.
        curves: As `schedule.mapping` makes them.
        size: Of the pictures.
    """
    n, rate = curves.n_frames, curves.frame_rate
    held = {name: curves.values.get(name, np.zeros(n)) for name in _MOVEMENTS}
    moves = homography(Movement(**held), size)
    strength = curves.values["strength"]
    centre = np.array([(size.width - 1) / 2, (size.height - 1) / 2])
    pool = [texture(rng) for _ in range(_N_POOL)]
    homing = 1 - 1 / (_HOME_S * float(rate)) if rng.random() < 0.4 else 1.0
    lasting, glows = float(rng.uniform(0.97, 1.0)), float(rng.choice([0.0, 30.0]))
    noise = float(rng.uniform(0, 3)) if rng.random() < 0.2 else 0.0
    view, matter = _entered(rng, size), pool[0]
    picture = view.seen(matter, size)
    for i in range(n):
        step = similarity_at(moves[i], centre)
        view = view.after(step.linear, step.shift)
        scale = float(np.hypot(*view.linear[:, 0]))
        if strength[i] < _KICKED:
            matter = _other(rng, pool, matter)
        if not 0.45 < scale < 2.2 or (strength[i] < _KICKED and rng.random() < 0.5):
            view = _entered(rng, size).after(step.linear, step.shift)
        view = _View(view.linear, centre + (view.shift - centre) * homing)
        moved = cv2.warpPerspective(
            picture, moves[i], tuple(size), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT
        )
        kept = float(strength[i]) * (lasting if strength[i] > _KICKED else 1.0)
        mixed = cv2.addWeighted(moved, kept, view.seen(matter, size), 1 - kept, 0)
        picture = np.asarray(mixed, dtype=np.float32)
        shown = picture + glows * _glow(curves, i)
        if noise:
            shown = shown + noise * rng.standard_normal(shown.shape, dtype=np.float32)
        yield np.clip(shown, 0, 255).astype(np.uint8)


def _glow(curves: Curves, i: int) -> float:
    return float(curves.values["glow"][i]) if "glow" in curves.values else 0.0


def _entered(rng: np.random.Generator, size: Size) -> _View:
    """Begin somewhere over the matter."""
    turn, scale = rng.uniform(0, 2 * np.pi), min(size) / SIDE * rng.uniform(1.0, 2.2)
    c, s = scale * np.cos(turn), scale * np.sin(turn)
    return _View(np.array([[c, -s], [s, c]]), rng.uniform(0, SIDE, 2))


def _other(rng: np.random.Generator, pool: list[Luma], matter: Luma) -> Luma:
    """Return other matter: the same elsewhere, or another."""
    source = matter if rng.random() < 0.5 else pool[int(rng.integers(len(pool)))]
    rolled = np.roll(source, rng.integers(0, SIDE, 2).tolist(), axis=(0, 1))
    return np.ascontiguousarray(np.rot90(rolled, int(rng.integers(4))))
