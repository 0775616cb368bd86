"""Parts: how a soundtrack is divided, and what returns in it.

A part begins at each great cut (on a downbeat); parts that look alike share a
label, and what bears one label has the same theme and the same harmony. The
first label comes back at the end, so that the piece closes where it began.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clavilux.compose.grid import Grid
from clavilux.compose.harmony import Key

LEAST_BARS = 4
"""A part shorter than this joins its neighbour."""
PHRASE_BARS = 4
C_MAJOR = Key(0, "major")


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of bars that hangs together."""

    first_bar: int
    n_bars: int
    label: str
    """``A``, ``B`` …; the same letter means the same theme."""
    tension: float
    """0 calm to 1 excited."""
    valence: float
    """-1 dark to 1 bright."""
    key: Key = C_MAJOR
    """The key in which it is written."""
    seed: int = 0
    """What is left to chance in it hangs on this alone."""

    @property
    def bars(self) -> range:
        """Its bars, counted from the beginning of the piece."""
        return range(self.first_bar, self.first_bar + self.n_bars)

    def phrases(self) -> list[range]:
        """Divide it into phrases of four bars; what is left lengthens the last or stands alone."""
        starts = list(range(self.first_bar, self.first_bar + self.n_bars, PHRASE_BARS))
        if self.n_bars % PHRASE_BARS == 1 and len(starts) > 1:
            starts.pop()
        ends = [*starts[1:], self.first_bar + self.n_bars]
        return [range(a, b) for a, b in zip(starts, ends, strict=True)]


def divide(
    grid: Grid,
    great_s: Sequence[float],
    tension: NDArray[np.float64],
    valence: NDArray[np.float64],
    *,
    at_least: int = LEAST_BARS,
) -> tuple[Part, ...]:
    """Divide a grid into parts at its great cuts and name them.

    Args:
        grid: The bars.
        great_s: Great cuts and changes of mood, seconds.
        tension: Of each bar, 0 to 1. Shape (n_bars,).
        valence: Of each bar, -1 to 1. Shape (n_bars,).
        at_least: A part of fewer bars joins its neighbour.
    """
    n_bars = len(grid.bars) - 1
    starts = [0]
    for time in sorted(great_s):
        bar = int(np.argmin(np.abs(grid.downbeats_s - time)))
        if bar - starts[-1] >= at_least and n_bars - bar >= at_least:
            starts.append(bar)
    starts = _not_too_long(starts, n_bars)
    ends = [*starts[1:], n_bars]
    feel = [
        (float(tension[a:b].mean()), float(valence[a:b].mean()))
        for a, b in zip(starts, ends, strict=True)
    ]
    labels = _labels(feel)
    return tuple(
        Part(a, b - a, label, *mood)
        for a, b, label, mood in zip(starts, ends, labels, feel, strict=True)
    )


def _not_too_long(starts: list[int], n_bars: int) -> list[int]:
    """Break parts of more than sixteen bars into eights: a theme must be able to return."""
    broken: list[int] = []
    for start, end in zip(starts, [*starts[1:], n_bars], strict=True):
        broken.append(start)
        while end - broken[-1] > 16:
            broken.append(broken[-1] + 8)
    return broken


def _labels(feel: Sequence[tuple[float, float]]) -> list[str]:
    """Return like parts like letters; never three of one in a row; end as it began."""
    labels: list[str] = []
    first_of: dict[str, tuple[float, float]] = {}
    for i, mood in enumerate(feel):
        near = sorted(first_of, key=lambda k: _distance(first_of[k], mood))
        banned = labels[-1] if len(labels) > 1 and labels[-1] == labels[-2] else None
        choice = next((k for k in near if k != banned), None)
        is_last = i == len(feel) - 1 and i > 0
        if is_last and banned != "A":
            label = "A"
        elif choice is not None and (
            _distance(first_of[choice], mood) < 0.35 or len(first_of) == 4
        ):
            label = choice
        else:
            label = "ABCD"[len(first_of)] if len(first_of) < 4 else near[0]
            first_of[label] = mood
        labels.append(label)
    return labels


def _distance(a: tuple[float, float], b: tuple[float, float]) -> float:
    return abs(a[0] - b[0]) + 0.5 * abs(a[1] - b[1])
