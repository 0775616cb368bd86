"""Notes spread over windows of equal length."""

import numpy as np
from numpy.typing import NDArray


def add_notes(
    table: NDArray[np.float64],
    column: NDArray[np.integer],
    start_s: NDArray[np.float64],
    end_s: NDArray[np.float64],
    amount: NDArray[np.float64],
    window_s: float,
) -> None:
    """Add to each window of a table the share of it in which a note sounds, times its amount.

    Args:
        table: What is added to, in place; shape (n_windows, n_columns).
        column: The column of each note, shape (n_notes,).
        start_s: Where notes begin, seconds, shape (n_notes,).
        end_s: Where they end, seconds, shape (n_notes,).
        amount: What a note that fills a window adds to it, shape (n_notes,).
        window_s: The length of a window, seconds.
    """
    n, width = table.shape
    total = np.zeros((n + 1) * width)
    # The integral over time of what sounds, sampled at the windows' edges, by differences:
    # a note's edge at a time within a window gives that window the rest of it, later ones all.
    for time_s, sign in ((start_s, 1.0), (end_s, -1.0)):
        at = np.clip(time_s / window_s, 0, n)
        window = np.minimum(at.astype(np.int64), n - 1)
        rest = window + 1 - at
        where = window * width + column
        total += np.bincount(where, sign * amount * rest, minlength=len(total))
        total += np.bincount(where + width, sign * amount * (1 - rest), minlength=len(total))
    table += np.maximum(np.cumsum(total.reshape(n + 1, width), axis=0)[:n], 0)
