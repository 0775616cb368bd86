"""Readings: what an expression reads at given frames, whichever way it is evaluated.

Numbers with units, time series, other fields; a view and what is asked for in, one value
a frame out.
"""

import numpy as np
from numpy.typing import NDArray

from clavilux.schedule.parseq.evaluation.library import Argument
from clavilux.schedule.parseq.evaluation.scene import Clock, Column, Slow, View
from clavilux.schedule.parseq.language.tree import Call, Number


def units(node: Number, clock: Clock) -> float:
    """Return a number in frames."""
    if node.unit == "s":
        return node.value * clock.fps
    if node.unit == "b":
        return clock.beats(node.value)
    return node.value


def as_column(value: Argument, view: View) -> Column:
    """Spread a value over the frames of a view."""
    if isinstance(value, np.ndarray) and value.shape == (len(view),) and value.dtype == np.float64:
        return value
    column = np.empty(len(view))
    column[:] = value
    return column


def series(node: Call, view: View, frame: Argument, linear: Argument) -> Argument:
    """Read a time series at given frames, in steps or joined by lines."""
    found = view.scene.series.get(node.name)
    if found is None:
        raise Slow
    is_linear: NDArray[np.bool_] | bool = np.asarray((linear != 0) & ~np.isnan(linear))
    if not np.ndim(linear):
        is_linear = bool(is_linear)
    return found.read(as_column(frame, view), view.scene.clock.fps, is_linear)


def dangerous(view: View, name: str, frame: Column) -> Column:
    """Read another field's column; -1 where it is not known yet, or is 0."""
    rendered = view.scene.rendered
    column = None if rendered is None else rendered.get(name)
    if column is None and (name != "frame" or rendered is None):
        return np.full(len(view), -1.0)
    if column is None:  # the first field: only the frames before are there, with their numbers
        known = (frame > 0) & (frame < view.frame) & (frame == np.floor(frame))
        return np.asarray(np.where(known, frame, -1.0))
    known = (frame >= 0) & (frame < len(column)) & (frame == np.floor(frame))
    values = column[np.where(known, frame, 0).astype(np.int64)]
    known &= (values != 0) & ~np.isnan(values)
    return np.asarray(np.where(known, values, -1.0))
