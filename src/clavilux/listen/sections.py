"""Sections of a recording, by its timbre and harmony; see `clavilux.core.sections`."""

import numpy as np
from numpy.typing import NDArray

from clavilux.core.sections import CELL_S, sections_of, unit
from clavilux.core.values import Section
from clavilux.listen.spectrum import FRAME_RATE


def find_sections(
    log_mel: NDArray[np.float16],
    chroma: NDArray[np.float32],
    beats_s: NDArray[np.float64],
    *,
    duration_s: float,
) -> tuple[Section, ...]:
    """Cut a recording into labelled sections.

    Args:
        log_mel: 100 frames a second, shape (n, n_bands).
        chroma: 10 frames a second, shape (m, 12).
        beats_s: Downbeats (or beats) at which sections may begin, seconds.
        duration_s: Where the last section ends.
    """
    return sections_of(_cells(log_mel, chroma), beats_s, duration_s=duration_s)


def _cells(log_mel: NDArray[np.float16], chroma: NDArray[np.float32]) -> NDArray[np.float64]:
    """Average timbre, level and harmony over each cell, in comparable units."""
    timbre = _averaged(log_mel, round(CELL_S * FRAME_RATE))
    harmony = _averaged(chroma, round(CELL_S * FRAME_RATE / 10))
    n = min(len(timbre), len(harmony))
    # What hardly varies must not be blown up into differences.
    return np.hstack([unit(timbre[:n], 0.1), 0.7 * unit(harmony[:n], 0.4)])


def _averaged(values: NDArray[np.float16] | NDArray[np.float32], count: int) -> NDArray[np.float64]:
    n = len(values) // count
    parts = values[: n * count].reshape(n, count, values.shape[1])
    return np.asarray(parts.mean(axis=1, dtype=np.float32), dtype=np.float64)
