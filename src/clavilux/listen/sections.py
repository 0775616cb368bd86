"""Sections: stretches of music that hang together, and which of them are alike.

Timbre and harmony over time in, labelled sections out. A section begins where
what follows is unlike what came before (novelty); two sections with like sound
share a label.

Conventions
-----------
- A *cell* is one step of the comparison, `CELL_S` seconds long.
- Nothing grows with the square of the duration: novelty looks only as far as
  its kernel reaches.
"""

import numpy as np
from numpy.typing import NDArray

from clavilux.core.values import Section
from clavilux.listen.onsets import pick_peaks
from clavilux.listen.spectrum import FRAME_RATE

CELL_S = 0.5
_KERNEL_S = 12.0
_SHORTEST_S = 6.0
_ALIKE = 0.6
"""Sections whose likeness is at least this share a label; 1 is the same sound."""


def find_sections(
    log_mel: NDArray[np.float16],
    chroma: NDArray[np.float32],
    beats_s: NDArray[np.float64],
    *,
    duration_s: float,
) -> tuple[Section, ...]:
    """Cut the music into sections, label those that are alike; they cover it without gaps.

    Args:
        log_mel: 100 frames a second, shape (n, n_bands).
        chroma: 10 frames a second, shape (m, 12).
        beats_s: Downbeats (or beats) at which sections may begin, seconds; each
            boundary moves to the nearest if that is within a second.
        duration_s: Where the last section ends.

    Source:
        J. Foote, "Automatic Audio Segmentation Using a Measure of Audio Novelty",
        ICME 2000: the checkerboard kernel.
    """
    cells = _cells(log_mel, chroma)
    if len(cells) < 2 * _SHORTEST_S / CELL_S:
        return (Section(0.0, duration_s, "A"),) if duration_s > 0 else ()
    curve = novelty(cells, reach=round(_KERNEL_S / CELL_S))
    cuts = [_snap(i * CELL_S, beats_s) for i in _boundaries(curve).tolist()]
    edges = [
        0.0,
        *[t for t in cuts if _SHORTEST_S / 2 < t < duration_s - _SHORTEST_S / 2],
        duration_s,
    ]
    edges = sorted(set(edges))
    bounds = list(zip(edges, edges[1:], strict=False))
    labels = _labels([_summary(cells, start, end) for start, end in bounds])
    return _merged([Section(a, b, label) for (a, b), label in zip(bounds, labels, strict=True)])


def novelty(cells: NDArray[np.float64], *, reach: int) -> NDArray[np.float64]:
    """Say how unlike the cells on either side of each boundary are; shape (n_cells,).

    Value ``i`` compares the `reach` cells before cell ``i`` with those from it on:
    likeness within either side counts for, likeness across against.
    """
    n = len(cells)
    curve = np.zeros(n)
    taper = np.exp(-0.5 * ((np.arange(reach) + 0.5) / (0.5 * reach)) ** 2)
    for i in range(2, n - 1):
        before, after = cells[max(0, i - reach) : i], cells[i : i + reach]
        past, future = taper[: len(before)][::-1], taper[: len(after)]
        across = past @ (before @ after.T) @ future / (past.sum() * future.sum())
        within_past = past @ (before @ before.T) @ past / past.sum() ** 2
        within_future = future @ (after @ after.T) @ future / future.sum() ** 2
        # One side's cells are few near the ends: trust less what they say.
        trust = min(1.0, min(len(before), len(after)) / (reach / 2))
        curve[i] = trust * (0.5 * (within_past + within_future) - across)
    return np.maximum(0, curve)


def _cells(log_mel: NDArray[np.float16], chroma: NDArray[np.float32]) -> NDArray[np.float64]:
    """Average timbre, level and harmony over each cell, in comparable units."""
    timbre = _averaged(log_mel, round(CELL_S * FRAME_RATE))
    harmony = _averaged(chroma, round(CELL_S * FRAME_RATE / 10))
    n = min(len(timbre), len(harmony))
    if n == 0:
        return np.zeros((0, 1))
    timbre, harmony = timbre[:n] - timbre[:n].mean(axis=0), harmony[:n] - harmony[:n].mean(axis=0)
    # What hardly varies must not be blown up into differences: 0.1 is 7 dB.
    timbre /= max(0.1, float(np.sqrt((timbre**2).sum(axis=1).mean()))) if n else 1
    harmony /= max(0.3, float(np.sqrt((harmony**2).sum(axis=1).mean()))) if n else 1
    return np.hstack([timbre, 0.7 * harmony])


def _averaged(values: NDArray[np.float16] | NDArray[np.float32], count: int) -> NDArray[np.float64]:
    n = len(values) // count
    parts = values[: n * count].reshape(n, count, -1)
    return np.asarray(parts.mean(axis=1, dtype=np.float32), dtype=np.float64)


def _boundaries(curve: NDArray[np.float64]) -> NDArray[np.int64]:
    scale = FRAME_RATE * CELL_S  # `pick_peaks` counts in audio frames
    return pick_peaks(
        curve,
        threshold=max(0.15, 0.25 * float(curve.max(initial=0))),
        apart_s=_SHORTEST_S / scale,
        mean_s=2 * _KERNEL_S / scale,
    )


def _snap(time_s: float, beats_s: NDArray[np.float64]) -> float:
    if not len(beats_s):
        return time_s
    nearest = float(beats_s[int(np.abs(beats_s - time_s).argmin())])
    return nearest if abs(nearest - time_s) <= 1.0 else time_s


def _summary(cells: NDArray[np.float64], start_s: float, end_s: float) -> NDArray[np.float64]:
    """Average a section's cells, leaving out those on its edges."""
    first, last = round(start_s / CELL_S), round(end_s / CELL_S)
    inner = cells[first + 1 : last - 1] if last - first > 6 else cells[first : max(first + 1, last)]
    return np.asarray(inner.mean(axis=0) if len(inner) else np.zeros(cells.shape[1]))


def _labels(summaries: list[NDArray[np.float64]]) -> list[str]:
    """Give like sections like labels: A for the first, B for the first unlike it …"""
    known: list[NDArray[np.float64]] = []
    chosen = []
    for summary in summaries:
        likeness = [1 - float(np.linalg.norm(summary - other)) / 2**0.5 for other in known]
        if likeness and max(likeness) >= _ALIKE:
            chosen.append(int(np.argmax(likeness)))
        else:
            chosen.append(len(known))
            known.append(summary)
    return [_letter(index) for index in chosen]


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
