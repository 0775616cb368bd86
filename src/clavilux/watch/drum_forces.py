"""When and how hard drums are struck, read off as with a ruler where a film keeps to ours.

How far a push goes tells how hard it was struck, if it is known how far they go in this
film. Films of a mapping that is known give themselves away: hits lie on its ruler. There,
times and velocities are read off; what cannot be read, kicks and what coincides with them,
follows what is read of the whole film.

Conventions
-----------
- Drums are in the order of `core.drums.FIVE`; force is velocity / 127.
"""

import numpy as np
from numpy.typing import NDArray

from clavilux.watch.drum_fit import Fit, Hit, measured
from clavilux.watch.drum_hits import ROWS, Heard, struck_together
from clavilux.watch.drum_rulers import CLAVILUX, PHASES

Array = NDArray[np.float64]
_LEAST_HITS, _LEAST_FITTING = 8, 0.75
_USUALLY_WITHIN = 0.35
"""Frames from where they are told by which hits that fit lie off at most, usually."""
_PATTERNED, _FREE = 0.5, 0.35
"""Shares of hits struck together from which, and to which, drumming is patterned, or free."""
_SHRUNK = 0.9
"""How far from the middle of a frame hits are put, of how far they seem to be …"""
_KICKS_SHRUNK = 0.5
"""… and kicks, which tell less."""


def settled(heard: Heard, motion: NDArray[np.float32], frame_rate: float) -> Heard | None:
    """Set times and forces right by the ruler, where the film keeps to it.

    Args:
        heard: What the network says, in order of time.
        motion: The first columns of motion features, shape (n_frames, N_MOTION).
        frame_rate: Video frames per second.

    Returns:
        The same hits, or None if this film keeps to no ruler that is known.
    """
    rows = ROWS[heard.drum]
    pushed = np.flatnonzero(rows >= 0)
    if len(pushed) < _LEAST_HITS:
        return None
    told = heard.position[pushed]
    frames = np.clip(np.round(told), 0, len(motion) - 1).astype(np.intp)
    placed = zip(rows[pushed].tolist(), told.tolist(), frames.tolist(), strict=True)
    fit = Fit(measured(motion), frame_rate, CLAVILUX, [Hit(*place) for place in placed])
    fit.run()
    readable = np.array([fit.readable(hit) for hit in fit.hits])
    seen = np.array([hit.seen for hit in fit.hits])
    if readable.sum() < _LEAST_HITS or seen[readable].mean() < _LEAST_FITTING:
        return None
    placed_at = np.array([hit.frame + PHASES[hit.phase] for hit in fit.hits])
    if np.median(np.abs(placed_at - told)[readable]) > _USUALLY_WITHIN:
        return None  # another's pushes can be made to fit, but not where they are
    position, read = _positions(heard, rows), np.full(len(rows), np.nan)
    for i, hit in zip(pushed.tolist(), fit.hits, strict=True):
        if hit.seen:
            within = float(np.clip(hit.told - hit.frame, -0.5, 0.5)) + float(PHASES[hit.phase])
            position[i] = max(0.0, hit.frame + _SHRUNK * within / 2)
            read[i] = CLAVILUX.force(hit.row, hit.size)
    together = struck_together(heard.position)
    free = float(np.clip((_PATTERNED - together) / (_PATTERNED - _FREE), 0, 1))
    forces = _forces(heard.force, read, rows, fit.roughness(), free)
    return Heard(position, heard.drum, forces, heard.sure).in_order()


def _positions(heard: Heard, rows: NDArray[np.intp]) -> Array:
    """Return positions as told, but kicks' nearer to the middles of their frames."""
    middle = np.round(heard.position)
    kicks = middle + _KICKS_SHRUNK * (heard.position - middle)
    return np.asarray(np.where(rows < 0, kicks, heard.position), dtype=np.float64)


def _forces(
    told: Array, read: Array, rows: NDArray[np.intp], roughness: float, free: float
) -> Array:
    """Bring what is read of some hits and told of all into agreement."""
    known = np.isfinite(read)
    right = np.clip(read, 1 / 127, 1)
    # The network knows how hard patterns are as a whole; of free drumming the ruler knows.
    level = float(np.median((right - told)[known]))
    shifted, right = told + free * level, right - (1 - free) * level
    # As hard as this film's hits are, and this drum's beside others'.
    usual = np.full(len(told), np.median(right[known]) - told[known].mean())
    for row in np.unique(rows):
        usual[rows == row] += told[rows == row].mean()
    span = CLAVILUX.usual / (CLAVILUX.most - CLAVILUX.least)
    noise = (roughness * span[np.maximum(rows, 0)]) ** 2
    doubt = [
        max(float(np.mean((guess - right)[known] ** 2) - noise[known].mean()), 2e-4)
        for guess in (shifted, usual)
    ]
    doubt[1] /= max(free, 1e-6)
    guess = (shifted * doubt[1] + usual * doubt[0]) / sum(doubt)
    guessed = doubt[0] * doubt[1] / sum(doubt)
    mixed = (right * guessed + guess * noise) / (guessed + noise)
    return np.asarray(np.clip(np.where(known, mixed, guess), 1 / 127, 1), dtype=np.float64)
