"""Waves: the sines of a document's oscillators, computed together.

In a short document a call of numpy costs the same for one column as for several, and a
sine to the browser's last bit takes a hundred calls. So where oscillators have plain
numbers for period and phase, the sines of all are worked out at once.

Expressions in, a column a wave out, by period and phase in frames.
"""

from collections.abc import Iterable
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from clavilux.core.errors import DocumentError
from clavilux.schedule.parseq.evaluation import readings
from clavilux.schedule.parseq.evaluation.calls import plan
from clavilux.schedule.parseq.evaluation.functions_time import angle
from clavilux.schedule.parseq.evaluation.scene import Clock, Fault, Waves
from clavilux.schedule.parseq.javascript import fdlibm
from clavilux.schedule.parseq.language.parser import parse_expression
from clavilux.schedule.parseq.language.tree import Call, Number, walk

Column = NDArray[np.float64]
_MADE_OF_SINES = frozenset(("sin", "sq", "tri"))
_NO_PHASE = Number(0.0)
_MOST_VALUES = 50_000
"""With longer columns nothing is gained."""


def together(texts: Iterable[str], frames: Column, clock: Clock) -> Waves:
    """Compute the sines that expressions need at all frames; none if that is too much."""
    found = {wave for text in texts for wave in _written_in(text)}
    keys = [
        (readings.units(period, clock), readings.units(phase, clock)) for period, phase in found
    ]
    if not keys or len(keys) * len(frames) > _MOST_VALUES:
        return {}
    periods, phases = np.array(keys).T[..., None]  # (n_waves, 1) each
    sines = fdlibm.sin(angle(frames + phases, periods))
    return dict(zip(keys, sines, strict=True))


@lru_cache(maxsize=4096)
def _written_in(text: str) -> tuple[tuple[Number, Number], ...]:
    """Return period and phase of an expression's oscillators that are written as numbers."""
    try:
        nodes = walk(parse_expression(text))
    except DocumentError:
        return ()
    found = (_wave(node) for node in nodes if isinstance(node, Call))
    return tuple(wave for wave in found if wave is not None)


def _wave(call: Call) -> tuple[Number, Number] | None:
    if call.name not in _MADE_OF_SINES:
        return None
    try:
        period, phase, *_ = plan(call).arguments
    except Fault:
        return None
    phase = phase or _NO_PHASE
    if isinstance(period, Number) and isinstance(phase, Number):
        return period, phase
    return None
