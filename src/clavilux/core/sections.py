"""Sections: stretches of music that hang together, and which of them are alike.

Cells in, labelled sections out. A section begins where what follows is unlike what came
before (novelty); two sections with like cells share a label. What a cell holds, timbre and
harmony of a recording or instruments and notes of a score, is the caller's.

Conventions
-----------
- A *cell* is one step of the comparison, `CELL_S` seconds long. Cells lie at a typical
  distance of 1 from the piece's centre: see `unit`.
- Nothing grows with the square of the duration: novelty looks only as far as
  its kernel reaches.

Source:
    J. Foote, "Automatic Audio Segmentation Using a Measure of Audio Novelty",
    ICME 2000: the checkerboard kernel.
"""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter1d, uniform_filter1d

from clavilux.core.values import Section

CELL_S = 0.5
_KERNEL_S = 12.0
_SHORTEST_S = 6.0
_CLEAR = 0.06
"""The least novelty that may begin a section."""
_ALIKE = 0.85
"""Sections whose likeness is at least this share a label; 1 is the same sound."""
_MAX_SAMPLE = 60
LONGEST_S = 4 * 3600
"""Longer music is one section: nobody would look at hundreds."""


def sections_of(
    cells: NDArray[np.float64], beats_s: NDArray[np.float64], *, duration_s: float
) -> tuple[Section, ...]:
    """Cut music into sections and label those that are alike; they cover it without gaps.

    Args:
        cells: What is heard in each cell, shape (n_cells, n_features).
        beats_s: Downbeats (or beats) at which sections may begin, seconds; each
            boundary moves to the nearest if that is within a second.
        duration_s: Where the last section ends.
    """
    if not 2 * _SHORTEST_S <= len(cells) * CELL_S <= LONGEST_S:
        return (Section(0.0, duration_s, "A"),) if duration_s > 0 else ()
    curve = novelty(cells, reach=round(_KERNEL_S / CELL_S))
    cuts = [_snap(i * CELL_S, beats_s) for i in _boundaries(curve).tolist()]
    edges = [
        0.0,
        *[t for t in cuts if _SHORTEST_S <= t <= duration_s - _SHORTEST_S],
        duration_s,
    ]
    edges = sorted(set(edges))
    bounds = list(pairwise(edges))
    labels = _labels([_sample(cells, start, end) for start, end in bounds])
    return _merged([Section(a, b, label) for (a, b), label in zip(bounds, labels, strict=True)])


def unit(values: NDArray[np.float64], least: float) -> NDArray[np.float64]:
    """Centre rows and scale them to a typical length of 1, or less if they hardly vary."""
    if not len(values):
        return values
    centred = values - np.median(values, axis=0)
    length = float(np.median(np.linalg.norm(centred, axis=1)))
    return np.asarray(centred / max(least, length), dtype=np.float64)


def novelty(cells: NDArray[np.float64], *, reach: int) -> NDArray[np.float64]:
    """Return how unlike the cells on either side of each boundary are; shape (n_cells,), 0 to 1.

    Value ``i`` compares the `reach` cells before cell ``i`` with those from it on:
    likeness within either side counts for, likeness across against.
    """
    n = len(cells)
    curve = np.zeros(n)
    taper = np.exp(-0.5 * ((np.arange(reach) + 0.5) / (0.5 * reach)) ** 2)
    for i in range(2, n - 1):
        before, after = cells[max(0, i - reach) : i], cells[i : i + reach]
        past, future = taper[: len(before)][::-1], taper[: len(after)]
        past, future = past / past.sum(), future / future.sum()
        both, weight = np.vstack([before, after]), np.concatenate([past, -future])
        # One side's cells are few near the ends: trust less what they say.
        trust = min(1.0, min(len(before), len(after)) / (reach / 2))
        curve[i] = trust * 0.5 * (weight @ _likeness(both, both) @ weight)
    return np.maximum(0, curve)


def _likeness(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    """Compare every cell of `a` with every one of `b`: 1 the same, 0 nothing in common.

    Cells lie at a typical distance of 1 from the piece's centre; the likeness falls
    off with the square of their distance, so that silence is unlike anything, not
    infinitely unlike.
    """
    squares = (a**2).sum(axis=1)[:, None] + (b**2).sum(axis=1) - 2 * a @ b.T
    return np.asarray(np.exp(-0.5 * np.maximum(0, squares)), dtype=np.float64)


def _boundaries(curve: NDArray[np.float64]) -> NDArray[np.int64]:
    """Find the cells with which sections begin: clear peaks of the novelty, in order."""
    reach = round(_SHORTEST_S / CELL_S)
    largest = maximum_filter1d(curve, 2 * reach + 1, mode="constant")
    around = uniform_filter1d(curve, 8 * reach + 1, mode="constant")
    threshold = max(_CLEAR, 1.5 * float(np.median(curve)))
    peaks = np.flatnonzero((curve == largest) & (curve >= threshold) & (curve >= around))
    return peaks[np.diff(peaks, prepend=-reach - 1) > reach]


def _snap(time_s: float, beats_s: NDArray[np.float64]) -> float:
    if not len(beats_s):
        return time_s
    nearest = float(beats_s[int(np.abs(beats_s - time_s).argmin())])
    return nearest if abs(nearest - time_s) <= 1.0 else time_s


def _sample(cells: NDArray[np.float64], start_s: float, end_s: float) -> NDArray[np.float64]:
    """Take up to `_MAX_SAMPLE` of a section's cells, evenly, leaving out those on its edges."""
    first, last = round(start_s / CELL_S), min(len(cells), round(end_s / CELL_S))
    inner = np.arange(first + 1, last - 1) if last - first > 6 else np.arange(first, last)
    if not len(inner):
        inner = np.array([min(first, len(cells) - 1)])
    step = -(-len(inner) // _MAX_SAMPLE)
    return cells[inner[::step]]


def _labels(samples: list[NDArray[np.float64]]) -> list[str]:
    """Return like sections like labels: A for the first, B for the first unlike it …"""
    known: list[NDArray[np.float64]] = []
    chosen = []
    for sample in samples:
        likeness = [_section_likeness(sample, other) for other in known]
        if likeness and max(likeness) >= _ALIKE:
            chosen.append(int(np.argmax(likeness)))
        else:
            chosen.append(len(known))
            known.append(sample)
    return [_letter(index) for index in chosen]


def _section_likeness(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    """Compare two sections: likeness across, as a share of that within each."""
    within = _likeness(a, a).mean() * _likeness(b, b).mean()
    return float(_likeness(a, b).mean() / np.sqrt(within))


def _letter(index: int) -> str:
    """Name the n-th label: A … Z, AA, AB …"""
    text = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        text = chr(ord("A") + rest) + text
    return text


def _merged(sections: list[Section]) -> tuple[Section, ...]:
    """Join neighbours that share a label."""
    kept: list[Section] = []
    for section in sections:
        if kept and kept[-1].label == section.label:
            kept[-1] = Section(kept[-1].start_s, section.end_s, section.label)
        else:
            kept.append(section)
    return tuple(kept)
