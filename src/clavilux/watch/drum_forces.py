"""How hard drums are struck, read off as with a ruler where a film keeps to ours.

How far a push goes tells how hard it was struck, if it is known how far they go in
this film. Films of the mapping ``clavilux`` give themselves away: what their pushes
measure lies within narrow bounds, drum by drum. There, velocities are read off. In
patterns, whose accents the network knows better, its answers are left as they are.

Conventions
-----------
- Drums are in the order of `core.drums.FIVE`; force is velocity / 127.
- Kicks push nothing: they follow what the others say of the whole film.
"""

import numpy as np
from numpy.typing import NDArray

from clavilux.core.drums import FIVE
from clavilux.watch.motion import NAMES

Array = NDArray[np.float64]
_DRUMS = tuple(FIVE.index(d) for d in ("snare", "closed_hat", "pedal_hat", "open_hat"))
_COLUMNS = tuple(NAMES.index(name) for name in ("zoom", "roll", "pan_x", "pan_y"))
_SOFTEST = np.array([0.1, 0.0697, 0.0724, 0.0712])
_HARDEST = np.array([0.1789, 0.1037, 0.1224, 0.1223])
"""What pushes of velocities 0 and 127 measure, drum by drum; fitted to films made for training."""
_DIES_S = np.array([0.12, 0.1, 0.12, 0.16])
_AT_ONCE = 0.86
"""How much of a push comes in the frame its hit lies in, before the rest dies away."""
_BEFORE = 3
_KEPT = NAMES.index("kept")
_WHOLE = 0.9
"""Trust below which content is replaced and pushes can't be read."""
_LEAST_HITS, _LEAST_FITTING = 8, 0.6
_SLACK = 0.1
_SHARE = 0.4
"""How much the ruler says of a hit; the rest is said by the network, set right for the film."""
_PATTERNED, _FREE = 0.5, 0.35
"""Shares of hits struck together from which, and to which, drumming is patterned, or free."""


def trust(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Give how far movement means anything, frame by frame: 0 where all is replaced; (n, 1)."""
    kept = rows[:, _KEPT : _KEPT + 1]
    return np.asarray(np.clip((kept - 0.25) / 0.4, 0, 1), dtype=np.float32)


def pushes(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Give how far each drum's push in each frame goes; not a number where that can't be read.

    Args:
        rows: Motion features, shape (n_frames, len(NAMES)).

    Returns:
        Shape (n_frames, 5).
    """
    n, sure = len(rows), trust(rows)
    moves = rows[:, _COLUMNS] * sure
    far = np.full((n, len(FIVE)), np.nan, dtype=np.float32)
    if not n:
        return far
    padded = np.pad(moves, ((_BEFORE, 0), (0, 0)), mode="edge")
    drift = np.median(np.stack([padded[i : i + n] for i in range(_BEFORE)]), axis=0)
    whole = sure[:, 0] >= _WHOLE
    whole[1:] &= whole[:-1].copy()
    far[:, _DRUMS] = np.where(whole[:, None], np.abs(moves - drift), np.nan)
    return far


def settled(
    force: Array, far: Array, drum: NDArray[np.intp], position: Array, frame_rate: float
) -> Array:
    """Set forces right by the ruler, where the film keeps to it.

    Args:
        force: What the network says, shape (n_hits,), as all the others.
        far: What `pushes` gives for each hit's drum at the frame nearest to it.
        drum: Which drum is struck.
        position: When, in frames; in order.
        frame_rate: Video frames per second.
    """
    read = _read_off(far, drum, position, frame_rate)
    known = np.isfinite(read)
    fitting = (read[known] > -_SLACK) & (read[known] < 1 + _SLACK)
    if known.sum() < _LEAST_HITS or fitting.mean() < _LEAST_FITTING:
        return force
    read = np.clip(read, 1 / 127, 1)
    shifted = np.clip(force + np.median((read - force)[known]), 1 / 127, 1)
    right = np.where(known, _SHARE * read + (1 - _SHARE) * shifted, shifted)
    free = np.clip((_PATTERNED - _struck_together(position)) / (_PATTERNED - _FREE), 0, 1)
    return np.asarray(force + free * (right - force), dtype=np.float64)


def _read_off(far: Array, drum: NDArray[np.intp], position: Array, frame_rate: float) -> Array:
    bounds = np.full((3, len(FIVE)), np.nan)
    bounds[:, _DRUMS] = _SOFTEST, _HARDEST, _DIES_S
    softest, hardest, dies_s = bounds[:, drum]
    since = np.clip(np.round(position) + 0.5 - position, 0, 1) / frame_rate
    seen = _AT_ONCE + (1 - _AT_ONCE) * (1 - np.exp(-since / dies_s))
    return np.asarray((far / seen - softest) / (hardest - softest), dtype=np.float64)


def _struck_together(position: Array) -> float:
    """Give the share of hits that have another within about half a frame."""
    near = np.diff(position, prepend=-np.inf, append=np.inf) < 0.6
    return float((near[1:] | near[:-1]).mean())
