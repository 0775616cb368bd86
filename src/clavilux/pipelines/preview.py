"""Preview: which few bars show what the whole will be like."""

import numpy as np

from clavilux.core.values import Facts

PREVIEW_HEIGHT = 192
"""The shorter side of a preview, pixels."""
BARS = 2
LEAST_S, MOST_S = 2.0, 6.0
"""An excerpt is two bars long, but never shorter or longer than this."""


def excerpts(facts: Facts, start_s: float, end_s: float) -> list[tuple[float, float]]:
    """Pick the first bars of each section between `start_s` and `end_s`.

    Returns:
        Spans of seconds in order, none overlapping; the whole where it is short.
    """
    if end_s - start_s <= 2 * MOST_S:
        return [(start_s, end_s)]
    beginnings = [s.start_s for s in facts.sections if start_s < s.start_s < end_s]
    beginnings = [start_s, *beginnings]
    if len(beginnings) == 1:  # no sections known: look in at four places
        beginnings = list(np.linspace(start_s, end_s, 5)[:-1])
    bars = np.diff(facts.downbeats_s)
    length = float(np.clip(BARS * np.median(bars), LEAST_S, MOST_S)) if len(bars) else MOST_S
    spans: list[tuple[float, float]] = []
    for beginning in beginnings:
        after = facts.downbeats_s[facts.downbeats_s >= beginning - 1e-6]
        first = float(after[0]) if len(after) and after[0] < beginning + length else beginning
        first = max(first, spans[-1][1] if spans else start_s)
        if first < end_s - LEAST_S / 2:
            spans.append((first, min(first + length, end_s)))
    return spans
