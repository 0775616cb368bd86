"""Rulers: what a hit of a known mapping does to the camera, frame by frame, written down.

A mapping says how far each drum moves the camera, and how that is spread over time. Where
a film keeps to one that is known, every push can be laid beside what was measured: how hard
a drum was struck, and when between two frames, can then be read off.

Conventions
-----------
- Rows are movements: push (snare), roll (closed hat), yaw (pedal hat), pitch (open hat),
  in the units of `watch.motion`.
- A shape is what each frame gets of a hit of size 1, from the frame that the hit lies in.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
REACH = 16
"""Frames for which a hit is followed."""
_FOCUS = 1 / np.tan(np.radians(20.0))
"""Focal length of our camera, in half the shorter side."""
_FALL = 6.0
"""An exponential decay is cut after twice its time, at exp(-6)."""


@dataclass(frozen=True)
class Ruler:
    """How one mapping lets four drums move the camera."""

    least: Array
    most: Array
    """How far velocities 0 and 127 go, shape (4,)."""
    decay_s: Array
    """How long what does not come at once takes to die away, shape (4,)."""
    strike: float
    """How much comes at once, in the frame that the hit lies in."""

    @cached_property
    def usual(self) -> Array:
        """How far a hit goes that is neither soft nor hard, shape (4,)."""
        return np.asarray((self.least + self.most) / 2, dtype=np.float64)

    def force(self, row: int, size: Array | float) -> Array:
        """Return velocity / 127 of hits that go so far."""
        span = self.most[row] - self.least[row]
        return np.asarray((np.abs(size) - self.least[row]) / span, dtype=np.float64)

    def shapes(self, row: int, frame_rate: float, late: float = 1.0) -> Array:
        """Return a hit's shapes, one for each of `PHASES`, shape (n_phases, REACH).

        Args:
            row: Which movement.
            frame_rate: Video frames per second.
            late: How much is seen of what comes in later frames.
        """
        rest = 1 - self.strike
        edge = np.arange(REACH + 1) - 0.5 - PHASES[:, None]
        gone = np.clip(edge / (2 * self.decay_s[row] * frame_rate), 0.0, 1.0)
        left = float(np.exp(-_FALL))
        come = (1 - np.exp(-_FALL * gone)) / _FALL - left * gone
        come /= (1 - left) / _FALL - left
        shapes: Array = rest * np.diff(come, axis=1)
        shapes[:, 0] += self.strike
        shapes[:, 1:] *= late
        return shapes


PHASES = np.linspace(-0.45, 0.45, 7)
"""Where within its frame a hit may lie, from the frame's middle."""
CLAVILUX = Ruler(
    least=np.array([0.1022, np.radians(4.0), np.radians(1.5) * _FOCUS, np.radians(1.5) * _FOCUS]),
    most=np.array([0.1691, np.radians(5.6), np.radians(2.4) * _FOCUS, np.radians(2.4) * _FOCUS]),
    decay_s=np.array([0.12, 0.1, 0.12, 0.16]),
    strike=0.86,
)
"""The mapping ``clavilux``, as `schedule/presets/clavilux.yaml` has it; of a push .97 is seen, for
so much of the picture is kept."""
