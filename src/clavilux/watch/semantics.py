"""Semantics: what a picture means, read by a back end once a second.

Conventions
-----------
- A vector says what a picture shows, as a point in the back end's space; the
  simplest back end, ``none``, has a space of no dimensions and looks at nothing.
- Emotions are shares of `clavilux.watch.muvi.EMOTIONS`, summing to 1 in each row.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol, cast

import numpy as np
from numpy.typing import NDArray

from clavilux.core.backends import Family
from clavilux.core.values import Rgb

FAMILY = Family(
    kind="semantics",
    group="clavilux.watch.semantics",
    built_in={
        "none": "clavilux.watch.semantics:NoSemantics",
        "clip": "clavilux.watch.clip:ClipSemantics",
    },
    extra_of={"clip": "clip"},
)


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """What some pictures mean, one row a picture."""

    vectors: NDArray[np.float32]
    """Shape (n_pictures, n_dimensions)."""
    emotions: NDArray[np.float32]
    """Shape (n_pictures, 6); rows sum to 1. No rows if the back end does not feel."""

    @classmethod
    def joined(cls, readings: Sequence["Reading"], of: "Semantics") -> "Reading":
        """Put readings of one back end one after the other."""
        empty = cls(np.zeros((0, of.n_dimensions), np.float32), np.zeros((0, 6), np.float32))
        vectors = np.concatenate([empty.vectors, *(r.vectors for r in readings)])
        return cls(vectors, np.concatenate([empty.emotions, *(r.emotions for r in readings)]))


class Semantics(Protocol):
    """Reads meaning from pictures."""

    n_dimensions: int
    """Of the space its vectors live in."""
    needs_pictures: bool
    """False if there is no use in showing it any."""

    def read(self, picture: Rgb) -> Reading:
        """Read one picture; one row comes back."""
        ...


class NoSemantics:
    """Reads nothing, and costs nothing."""

    n_dimensions = 0
    needs_pictures = False

    def read(self, picture: Rgb) -> Reading:
        """Return a row with no dimensions and no emotions."""
        return Reading(np.zeros((1, 0), np.float32), np.zeros((0, 6), np.float32))


def make(name: str = "none", **options: Any) -> Semantics:
    """Build the back end called `name`; see `clavilux.core.backends.Family.make`."""
    return cast(Semantics, FAMILY.make(name, **options))
