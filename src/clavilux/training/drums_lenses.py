"""Lenses: how the training film makers' cameras turn movement into pictures.

Six numbers of movement in, a homography out; and what a small turn would be
measured as, for clips that are simulated without a picture.

Conventions
-----------
- Places are in half the picture's shorter side from its centre, x right, y down.
- Movement: pitch, yaw, roll (radians), zoom (logarithm of growth), x, y.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Lens:
    """How one film maker's turns show: as shifts, as slants, or as both."""

    kind: str
    """``camera``, ``plane`` (turned before it), ``flat`` (only shifted) or ``mixed``."""
    focal: float
    gain: tuple[float, float]
    """Of pitch and of yaw; their signs too."""
    lean: float
    """Of what is mixed, how much is slant."""
    pivot: tuple[float, float]
    """About which the picture rolls and grows."""

    @classmethod
    def draw(cls, rng: np.random.Generator) -> "Lens":
        """Draw one."""
        kind = str(rng.choice(["camera", "plane", "flat", "mixed"], p=[0.4, 0.17, 0.28, 0.15]))
        focal = float(1 / np.tan(np.radians(rng.uniform(28, 95)) / 2))
        both = float(rng.uniform(0.7, 2.5)) if kind != "camera" else 1.0
        each = both * np.exp(rng.normal(0, 0.15, 2)) * rng.choice([-1.0, 1.0], 2)
        pivot = rng.normal(0, 0.2, 2) if rng.random() < 0.25 else np.zeros(2)
        return cls(
            kind, focal, (float(each[0]), float(each[1])), float(rng.normal(0, 0.7)),
            (float(pivot[0]), float(pivot[1])),
        )  # fmt: skip

    def matrix(self, step: Array) -> Array:
        """Turn six numbers of movement into a homography."""
        pitch, yaw, roll, zoom, x, y = step.tolist()
        pitch, yaw = self.gain[0] * pitch, self.gain[1] * yaw
        c, s = np.exp(zoom) * np.cos(roll), np.exp(zoom) * np.sin(roll)
        px, py = self.pivot
        flat = np.array(
            [[c, -s, x + px - c * px + s * py], [s, c, y + py - s * px - c * py], [0, 0, 1]]
        )
        if self.kind == "flat":
            flat[:2, 2] += yaw, pitch
            return flat
        if self.kind == "mixed":
            flat[:2, 2] += yaw, pitch
            slant = np.eye(3)
            slant[2, :2] = np.clip([self.lean * yaw, self.lean * pitch], -0.4, 0.4)
            return np.asarray(flat @ slant, dtype=np.float64)
        k = np.diag([self.focal, self.focal, 1.0])
        if self.kind == "camera":
            turned = _turned(np.clip(pitch, -0.7, 0.7), np.clip(yaw, -0.7, 0.7))
            return np.asarray(flat @ k @ turned @ np.linalg.inv(k), dtype=np.float64)
        turned = _turned(np.clip(1.5 * pitch, -0.7, 0.7), np.clip(1.5 * yaw, -0.7, 0.7))
        plane = np.column_stack([turned[:, 0], turned[:, 1], [0, 0, self.focal]])
        return np.asarray(flat @ k @ plane / self.focal, dtype=np.float64)

    def shows(self) -> tuple[float, float]:
        """Return how much of a small turn is measured as shift, and how much as slant."""
        return {
            "camera": (self.focal, 1 / self.focal),
            "plane": (0.0, 1.5 / self.focal),
            "flat": (1.0, 0.0),
            "mixed": (1.0, -self.lean),
        }[self.kind]


def _turned(pitch: float, yaw: float) -> Array:
    cp, sp, cy, sy = np.cos(pitch), np.sin(pitch), np.cos(yaw), np.sin(yaw)
    about_x = np.array([[1, 0, 0], [0, cp, -sp], [0, sp, cp]])
    about_y = np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
    return np.asarray(about_x @ about_y, dtype=np.float64)
