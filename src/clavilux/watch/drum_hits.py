"""Drum hits as they are handed on: from the network's answers to what is told of a film.

Conventions
-----------
- Drums are in the order of `core.drums.FIVE`; rows are the four that move the camera.
- Positions are in frames, force is velocity / 127.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from clavilux.core.drums import FIVE

Array = NDArray[np.float64]
PUSHING = ("snare", "closed_hat", "pedal_hat", "open_hat")
"""What each row is."""
ROWS = np.array([PUSHING.index(drum) if drum in PUSHING else -1 for drum in FIVE])
"""Drum to row; kicks have none."""
DRUMS = np.array([FIVE.index(drum) for drum in PUSHING])
"""Row to drum."""
N_MOTION = 7
"""How many columns of `motion.NAMES` tell movements, and how much is kept."""


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """Hits, all of shape (n_hits,)."""

    position: Array
    drum: NDArray[np.intp]
    force: Array
    sure: Array
    """How likely each is, 0 to 1."""

    def in_order(self) -> "Heard":
        """Sort them by time."""
        order = np.lexsort((self.drum, self.position))
        return Heard(self.position[order], self.drum[order], self.force[order], self.sure[order])

    def among(self, marked: NDArray[np.bool_]) -> "Heard":
        """Keep those that are marked."""
        return Heard(
            self.position[marked], self.drum[marked], self.force[marked], self.sure[marked]
        )

    def of(self, drum: int, marked: NDArray[np.bool_] | bool = True) -> "Heard":
        """Keep one drum's, of those that are marked."""
        return self.among((self.drum == drum) & marked)

    def earlier(self, frames: float) -> "Heard":
        """Put all so much earlier, none before the film."""
        return replace(self, position=np.maximum(self.position - frames, 0.0))

    def followed_by(self, *others: "Heard") -> "Heard":
        """Put others behind these."""
        every = (self, *others)
        return Heard(
            np.concatenate([part.position for part in every]),
            np.concatenate([part.drum for part in every]),
            np.concatenate([part.force for part in every]),
            np.concatenate([part.sure for part in every]),
        )


def struck_together(position: Array) -> float:
    """Return the share of hits that have another within about half a frame, as patterns do."""
    near = np.diff(np.sort(position), prepend=-np.inf, append=np.inf) < 0.6
    return float((near[1:] | near[:-1]).mean()) if len(position) else 1.0
