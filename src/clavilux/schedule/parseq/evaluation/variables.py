"""Variables: the names an expression may use, as columns."""

import math
from collections.abc import Callable

import numpy as np

from clavilux.schedule.parseq.evaluation import splines
from clavilux.schedule.parseq.evaluation.scene import Column, Fault, View
from clavilux.schedule.parseq.javascript.values import Value
from clavilux.schedule.parseq.language.tree import Variable

CONSTANTS: dict[str, float] = {
    "PI": math.pi,
    "E": math.e,
    "SQRT2": math.sqrt(2),
    "SQRT1_2": math.sqrt(0.5),
    "LN2": math.log(2),
    "LN10": math.log(10),
    "LOG2E": 1 / math.log(2),
    "LOG10E": 0.4342944819032518,
}

_BLOCK = 4096
"""Frames for which a polynomial is evaluated at a time: its table has a row a keyframe."""

PREVIOUS = "prev_computed_value"
"""The one variable that depends on the frame before."""


def _defined_values(view: View) -> Column:
    values = view.scene.defined_values
    return np.full(len(view.scene.defined_frames), np.nan) if values is None else values


def _line(view: View) -> Column:
    return splines.line(view.frame, view.scene.defined_frames, _defined_values(view))


def _polynomial(view: View) -> Column:
    frames, values = view.scene.defined_frames, _defined_values(view)
    view.scene.effort.spend(len(frames) * (len(frames) * len(view) + 5000), "P")
    blocks = [
        splines.polynomial(view.frame[start : start + _BLOCK], frames, values)
        for start in range(0, len(view), _BLOCK)
    ]
    return np.concatenate(blocks)


def _spline(view: View) -> Column:
    scene, values = view.scene, _defined_values(view)
    if "slopes" not in scene.memo:
        scene.memo["slopes"] = splines.spline_slopes(scene.defined_frames, values)
    return splines.spline(view.frame, scene.defined_frames, values, scene.memo["slopes"])


def _beat(view: View) -> Column:
    return np.asarray(view.frame / np.float64(view.scene.clock.frames_per_beat))


_COLUMNS: dict[str, Callable[[View], Column]] = {
    "L": _line,
    "P": _polynomial,
    "C": _spline,
    "S": lambda view: view.active_value,
    "f": lambda view: view.frame,
    "b": _beat,
    "wb": lambda view: np.floor(_beat(view)),
    "s": lambda view: view.frame / np.float64(view.scene.clock.fps),
    "k": lambda view: view.frame - view.active,
    "prev_keyframe": lambda view: view.active,
    "active_keyframe": lambda view: view.active,
    "next_keyframe": lambda view: view.next_keyframe,
    "prev_keyframe_value": lambda view: view.active_value,
    "active_keyframe_value": lambda view: view.active_value,
    "next_keyframe_value": lambda view: view.next_value,
}
NAMES = frozenset(
    (*_COLUMNS, *CONSTANTS, PREVIOUS, "final_frame", "last_frame", "fps", "bpm", "cadence")
)
"""Every name that is always there."""


def fixed(name: str, view: View) -> Value | None:
    """Return a variable that is the same at every frame, or None."""
    if name in CONSTANTS:
        return CONSTANTS[name]
    scene = view.scene
    if name in ("final_frame", "last_frame"):
        return scene.labels.last_frame
    raw = {"fps": scene.clock.output_fps, "bpm": scene.clock.bpm, "cadence": scene.clock.cadence}
    if name in raw:
        value = raw[name]
        return value if isinstance(value, str) else float(value)  # type: ignore[arg-type]
    return None


def column(variable: Variable, view: View) -> Column:
    """Return a variable that may change from frame to frame.

    Raises:
        Fault: There is no such name.
    """
    name = variable.name
    if name in _COLUMNS:
        return _COLUMNS[name](view)
    if name in view.scene.variables:
        return view.pick(view.scene.variables[name])
    if name in view.scene.series:
        return view.scene.series[name].read(view.frame, view.scene.clock.fps, False)
    raise Fault(f"Error: Unrecognised variable {name} at {variable.place}")
