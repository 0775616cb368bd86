"""Metre: what comes round again, bar after bar, is expected where it is due.

Hits are compared with those one and two rounds before and after. A faint one that is due is
believed sooner, one that is not due later. A round is whatever repeats itself best in this
stretch of film: a beat, a bar, a phrase. Where nothing comes round, nothing is changed.
"""

import numpy as np
from numpy.typing import NDArray

from clavilux.core.drums import FIVE
from clavilux.watch.drum_hits import Heard

Array = NDArray[np.float64]
FAINTEST = 0.04
"""Likelihood from which a hit that is due may be believed."""
_SHORTEST_S, _LONGEST_S = 0.8, 6.0
_FINE = 0.25
"""Frames in which rounds' lengths are told apart."""
_NEAR = 1.25
"""Frames within which a hit comes when it is due; a little more two rounds away."""
_ROUNDS = ((1, 1.0, 0.0), (2, 0.7, 0.3))
"""How many rounds away hits are looked for, what they count, and how much less exactly."""
_COMES_ROUND = 0.5
"""Share of hits that come again, from which there is a round: free drumming reaches 0.3."""
_WORTH = 1.2
"""What being due adds to the logarithm of a hit's odds, and not being due takes from it."""
_PASSES = 2
_PIECE = 1024
"""Frames of which one round is sought: tempi change."""


def expected(found: Heard, least: float, frame_rate: float) -> Heard:
    """Keep the likely hits of a film, counting which are due.

    Args:
        found: All that could be hits, from a likelihood of `FAINTEST` up, in order of time.
        least: Likelihood from which hits are kept if metre says neither.
        frame_rate: Video frames per second.

    Returns:
        Those of `found` that are believed, as they were told.
    """
    kept = found.sure >= least
    if not kept.any():
        return found.among(kept)
    odds, bar = _log_odds(found.sure), float(_log_odds(np.array(least)))
    end = float(found.position.max()) + 1
    rounds = [
        (first, _round(found.among(kept & _within(found, first)), frame_rate))
        for first in range(0, int(end), _PIECE)
    ]
    for _ in range(_PASSES):
        heard = found.among(kept)
        for first, length in rounds:
            here = _within(found, first)
            if length and here.any():
                due = _due(found.among(here), heard, length, end)
                kept[here] = odds[here] + _WORTH * (2 * due - 1) >= bar
    return found.among(kept)


def _within(found: Heard, first: int) -> NDArray[np.bool_]:
    return np.asarray((found.position >= first) & (found.position < first + _PIECE))


def _log_odds(likely: Array) -> Array:
    held = np.clip(likely, 1e-3, 0.999)
    return np.asarray(np.log(held) - np.log1p(-held), dtype=np.float64)


def _round(heard: Heard, frame_rate: float) -> float:
    """Return the frames after which most hits come again; 0 if few do."""
    if len(heard.position) < 2:
        return 0.0
    start, end = float(heard.position.min()), float(heard.position.max())
    longest = min(_LONGEST_S * frame_rate, (end - start) / 2)
    lengths = np.arange(_SHORTEST_S * frame_rate, longest, _FINE)
    again, close, could = np.zeros((3, len(lengths)))
    for drum in range(len(FIVE)):
        places = np.sort(heard.position[heard.drum == drum])
        if len(places):
            next_ones = places[None, :] + lengths[:, None]
            could += (next_ones <= end).sum(axis=1)
            off = np.where(next_ones <= end, _farness(next_ones, places) / _NEAR, 1)
            again += (off < 1).sum(axis=1)
            close += np.maximum(1 - off**2, 0).sum(axis=1)
    if not could.any():
        return 0.0
    best = int((close / np.maximum(could, 1)).argmax())
    return float(lengths[best]) if again[best] >= _COMES_ROUND * could[best] else 0.0


def _due(found: Heard, heard: Heard, length: float, end: float) -> Array:
    """Return how much each of `found` is due by what is `heard` some rounds away, 0 to 1."""
    due = np.full(len(found.position), 0.5)
    for drum in range(len(FIVE)):
        mine = found.drum == drum
        places = np.sort(heard.position[heard.drum == drum])
        there, counted = np.zeros(mine.sum()), np.zeros(mine.sum())
        for n, weight, less in _ROUNDS:
            for way in (-n, n):
                sought = found.position[mine] + way * length
                inside = (sought >= 0) & (sought <= end)
                counted += weight * inside
                if len(places):
                    there += weight * (inside & (_farness(sought, places) < _NEAR + less))
        due[mine] = np.where(counted > 0, there / np.maximum(counted, 1e-9), 0.5)
    return due


def _farness(sought: Array, places: Array) -> Array:
    """Return how far the nearest of `places`, which are sorted, is from each that is sought."""
    after = np.searchsorted(places, sought).clip(1, max(1, len(places) - 1))
    before = places[after - 1]
    later = places[np.minimum(after, len(places) - 1)]
    return np.asarray(np.minimum(np.abs(sought - before), np.abs(sought - later)))
