"""Chord writers: the family of back ends that give each bar its chords.

One request goes in: the form with its keys, what the film does bar by bar, and what the
user asks for. One or two chords a bar come out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from clavilux.compose.harmony import Chord
from clavilux.compose.parts import Part
from clavilux.core.backends import Family

CHORD_WRITERS = Family(
    kind="chord writer",
    group="clavilux.compose.chords",
    built_in={
        "amt": "clavilux.compose.learnt_chords:amt",
        "form": "clavilux.compose.learnt_chords:form",
        "theory": "clavilux.compose.theory:TheoryChords",
    },
)

Progression = list[tuple[Chord, ...]]
"""Chords of each bar: one or two."""


@dataclass(frozen=True, slots=True, eq=False)
class ChordRequest:
    """What a chord writer is asked for. Arrays have one value a bar, shape (n_bars,)."""

    parts: Sequence[Part]
    """The parts to write, in order, each with its label, key and seed. What bears one label
    gets the same chords each time it returns."""
    tension: NDArray[np.float64]
    """0 calm to 1 excited."""
    valence: NDArray[np.float64]
    """-1 dark to 1 bright."""
    density: NDArray[np.float64]
    """How much moves: 0 nothing to 1 the most of the film."""
    cuts: NDArray[np.float64]
    """Strength of the strongest cut, dissolve or fade in the bar; 0 if there is none."""
    style: str = "orchestral"
    """A name in `clavilux.compose.styles.STYLES`."""
    primer: tuple[Chord, ...] = ()
    """Chords with which every part of the first label opens."""
    opens: bool = True
    """Whether the first part opens the piece; False if only later parts are written."""
    closes: bool = True
    """Whether the piece ends with the last part."""

    def __post_init__(self) -> None:
        lengths = {len(a) for a in (self.tension, self.valence, self.density, self.cuts)}
        if lengths != {self.n_bars}:
            raise ValueError(f"measures of {sorted(lengths)} bars; the form has {self.n_bars}")

    @property
    def n_bars(self) -> int:
        """Number of bars of all parts together."""
        return sum(part.n_bars for part in self.parts)


class ChordWriter(Protocol):
    """A writer of chords for each bar of a form."""

    def write(self, request: ChordRequest) -> Progression:
        """Write the chords of every bar, one or two a bar; the same request writes the same."""
        ...
