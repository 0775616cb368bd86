"""What the learnt dynamics look at: one row a second of a film, and where in it that is.

The rows are what is shown (emotions, motion, time since the cut, each zero where it is
unknown), and the second's place: from the beginning, to the end.
"""

import numpy as np
from numpy.typing import NDArray

from clavilux.compose.chord_features import N_FILM, film_rows

N_PLACE = 10
N_ROW = N_FILM + N_PLACE
_SCALES_S = (2.0, 8.0, 30.0, 120.0)
"""Time constants by which the beginning and the end fade, seconds: a fade-out to a verse."""


def rows_of(
    emotion: NDArray[np.float32], motion: NDArray[np.float32], scene_offset: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Compute the rows of a film; NaN stands for what is not known.

    Args:
        emotion: Probabilities of six emotions, (n_seconds, 6).
        motion: Difference of frames, 0 to 255, (n_seconds,).
        scene_offset: Seconds since the cut, (n_seconds,).

    Returns:
        (n_seconds, N_ROW).
    """
    n = len(motion)
    at = np.arange(n)[:, None] / np.array(_SCALES_S)
    left = (n - 1 - np.arange(n))[:, None] / np.array(_SCALES_S)
    place = [np.exp(-at), np.exp(-left), np.linspace(0, 1, n)[:, None], np.full((n, 1), n / 300)]
    return np.concatenate([film_rows(emotion, motion, scene_offset), *place], axis=1).astype(
        np.float32
    )
