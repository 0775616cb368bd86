"""Drama: where the music builds, drops and falls silent with the film."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from clavilux.compose.grid import Grid
from clavilux.compose.lines import Line, Played
from clavilux.compose.parts import Part
from clavilux.core.values import Facts

_BLACK = 0.04
"""Brightness, of full scale, below which a picture shows nothing."""
_STILL, _BEFORE = 0.12, 0.5
"""Of the film's fast movement: a standstill is below the one, after more than the other."""
_BREATH = (1.0, 8.0)
"""Shortest and longest silence, beats."""
_MOST_SILENT = 0.1
"""Of a film, at most this share is silent."""
_APART = 24.0
"""Beats from one silence to the next."""
_RISE = 0.1
"""A part so much livelier than the last is led up to."""
_BUILD_BARS = 2


def silences(facts: Facts, grid: Grid) -> list[tuple[float, float]]:
    """Find where the film holds its breath, in beats: dark between pictures, or at a standstill.

    Times without anything to see come from ``brightness``, standstills from ``motion``
    after much of it. The first and the last bar are never silent.
    """
    last = float(len(grid.beats_s) - 1)
    step = 0.125
    beats = np.arange(grid.bars[min(1, len(grid.bars) - 1)], grid.bars[-2], step)
    if not len(beats):
        return []
    times = grid.seconds(beats)
    quiet = np.zeros(len(beats), dtype=bool)
    if "brightness" in facts.series:
        bright = facts.series["brightness"].values
        dark = facts.series["brightness"].at(times) < _BLACK
        quiet |= dark & (np.median(bright) > 2 * _BLACK)  # a dark film isn't silent throughout
    if "motion" in facts.series:
        quiet |= _standstill(facts.series["motion"].at(times), facts.series["motion"].values, step)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], quiet, [False]]).astype(int)))
    found: list[tuple[float, float]] = []
    total = 0.0
    for first, end in edges.reshape(-1, 2).tolist():
        start = float(beats[first])
        length = min((end - first) * step, _BREATH[1])
        near = bool(found) and start - found[-1][1] < _APART
        if length >= _BREATH[0] and not near and total + length <= _MOST_SILENT * last:
            found.append((start, start + length))
            total += length
    return found


def _standstill(
    motion: NDArray[np.float64], whole: NDArray[np.float64], step: float
) -> NDArray[np.bool_]:
    fast, usual = np.percentile(whole, [90, 50]) if len(whole) else (0.0, 0.0)
    if fast < 0.1 or usual < _STILL * fast:  # where little ever moves, nothing comes to a stop
        return np.zeros(len(motion), dtype=bool)
    window = max(1, round(2 / step))
    before = np.array([motion[max(0, i - window) : i + 1].max() for i in range(len(motion))])
    still = motion < _STILL * fast
    began = still & (before > _BEFORE * fast)
    quiet = np.zeros(len(motion), dtype=bool)
    running = False
    for i in range(len(motion)):
        running = still[i] and (running or bool(began[i]))
        quiet[i] = running
    return quiet


def hushed(line: Line, quiet: Sequence[tuple[float, float]]) -> Line:
    """Return a line without the notes that begin in a silence; those before end with it."""
    kept: Line = []
    for note in line:
        if any(start - 0.02 <= note.beat < end - 0.02 for start, end in quiet):
            continue
        ends = [start for start, _ in quiet if note.beat < start < note.beat + note.length]
        length = min(ends) - note.beat if ends else note.length
        kept.append(Played(note.beat, length, note.pitch, note.velocity))
    return kept


def builds(
    parts: Sequence[Part], energy: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Find bars that lead up to a livelier part, and the bars they lead to.

    Args:
        parts: The form.
        energy: Of each bar, 0 to 1.

    Returns:
        How far a build has come in each bar, 0 none to 1 the bar before the drop; and
        whether a bar is the drop. Shape (n_bars,) each.
    """
    build, drop = np.zeros(len(energy)), np.zeros(len(energy), dtype=bool)
    for before, after in pairwise(parts):
        n = min(_BUILD_BARS, before.n_bars - 2)
        lift = energy[list(after.bars)[:4]].mean() - energy[list(before.bars)].mean()
        if lift < _RISE or n < 1:
            continue
        end = after.first_bar
        build[end - n : end] = np.arange(1, n + 1) / n
        drop[end] = True
    return build, drop
