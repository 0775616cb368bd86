"""Drummed: when drums are played, decided by time from several hits, not once for a piece.

The times of hits in, a share from 0 (nobody drums) to 1 (drums) at any time out.
A cymbal now and then is no drumming. Where drums rest, the share falls over a bar.
A lone hit that is certain, since a score has it, is given a moment of calm in which it is seen.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Span = tuple[float, float]

SEVERAL = 4
"""Hits within two bars from which they count as drumming. In ``../shared/songs``, both halves,
confident hits come faster than one a second in all 19 recordings said to have drums, and in 1 of
the 14 said to have none."""
CALM_S = 0.5
"""How long all else is calm before and after a lone hit, seconds."""
_BAR_S = 1.5, 4.0
"""A bar lasts no less and no more for this purpose, seconds."""


def drummed_spans(hits_s: Array, bar_s: float) -> list[Span]:
    """Return the stretches in which drums are played, seconds, in order.

    Args:
        hits_s: When drums are struck, in order.
        bar_s: How long a bar lasts.
    """
    bar_s = float(np.clip(bar_s, *_BAR_S))
    first, last = hits_s[: 1 - SEVERAL], hits_s[SEVERAL - 1 :]
    spans: list[Span] = []
    for start, end in zip(first.tolist(), last.tolist(), strict=True):
        if end - start > 2 * bar_s:
            continue
        if spans and start - spans[-1][1] <= 2 * bar_s:
            spans[-1] = spans[-1][0], end
        else:
            spans.append((start, end))
    return spans


def drummed(spans: Sequence[Span], bar_s: float, time_s: Array) -> Array:
    """Return how far drums are present at times: 1 in a span and the bar after it.

    The share rises during the bar before a span, and falls during the second bar after it.
    """
    bar_s = float(np.clip(bar_s, *_BAR_S))
    share = np.zeros(len(time_s))
    for start, end in spans:
        rise = (time_s - start) / bar_s + 1
        fall = (end - time_s) / bar_s + 2
        np.maximum(share, np.clip(np.minimum(rise, fall), 0.0, 1.0), out=share)
    return share


def near_hits(hits_s: Array, time_s: Array) -> Array:
    """Return how near times are to a hit: 1 within `CALM_S`, 0 from twice that on.

    Args:
        hits_s: When drums are struck, in order.
        time_s: The times.
    """
    if not len(hits_s):
        return np.zeros(len(time_s))
    after = np.searchsorted(hits_s, time_s)
    last, following = hits_s[np.maximum(after - 1, 0)], hits_s[np.minimum(after, len(hits_s) - 1)]
    distance = np.minimum(np.abs(time_s - last), np.abs(following - time_s))
    return np.clip(2 - distance / CALM_S, 0.0, 1.0)
