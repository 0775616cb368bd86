"""Functions of numbers alone: rounding, extremes, raw maths and units of time."""

from collections.abc import Callable
from typing import Any

import numpy as np

from clavilux.schedule.parseq.evaluation.library import Argument, Function, optional, required
from clavilux.schedule.parseq.evaluation.scene import View
from clavilux.schedule.parseq.javascript import fdlibm, maths


def _rounded(to_whole: Callable[[Any], Any]) -> Callable[..., Argument]:
    def apply(view: View, value: Argument, places: Argument) -> Argument:
        if np.ndim(places):
            scale: Any = fdlibm.pow(np.float64(10), places)  # type: ignore[arg-type]
        else:
            scale = np.float64(maths.power_of_ten(float(places)))
        return to_whole(value * scale) / scale

    return apply


def _plain(function: Callable[[Any], Any]) -> Callable[..., Argument]:
    return lambda view, value: function(value)


def _raw(name: str, function: Callable[[Any], Any]) -> tuple[str, Function]:
    described = f"Equivalent to Math.{name}(v)"
    return f"_{name}", Function(described, (required("v"),), _plain(function))


_PAIR = (required("a"), required("b"))
_PLACES = (required("v"), optional("p", default=0.0))
_VALUE = (required("v"),)

FUNCTIONS: dict[str, Function] = {
    "min": Function(
        "returns the smaller of 2 arguments 'a' and 'b'", _PAIR, lambda view, a, b: np.minimum(a, b)
    ),
    "max": Function(
        "returns the greater of 2 arguments 'a' and 'b'", _PAIR, lambda view, a, b: np.maximum(a, b)
    ),
    "abs": Function("returns absolute value of 'v'", _VALUE, _plain(np.abs)),
    "round": Function(
        "returns 'v' rounded to precision 'p' decimal places (default 0)",
        _PLACES,
        _rounded(maths.round_half_up),
    ),
    "floor": Function(
        "returns 'v' rounded down to precision 'p' decimal places (default 0)",
        _PLACES,
        _rounded(np.floor),
    ),
    "ceil": Function(
        "returns 'v' rounded up to precision 'p' decimal places (default 0)",
        _PLACES,
        _rounded(np.ceil),
    ),
    "f2b": Function(
        "Converts a frame number to a beat position or number of beats.",
        _VALUE,
        lambda view, v: v / np.float64(view.scene.clock.frames_per_beat),
    ),
    "f2s": Function(
        "Converts a frame number to a second position or number of seconds.",
        _VALUE,
        lambda view, v: v / np.float64(view.scene.clock.fps),
    ),
    "b2f": Function(
        "Converts a number of beats to frames",
        _VALUE,
        lambda view, v: v * np.float64(view.scene.clock.frames_per_beat),
    ),
    "s2f": Function(
        "Converts a frame number to a second position or number of second.",
        _VALUE,
        lambda view, v: v * np.float64(view.scene.clock.fps),
    ),
    **dict(
        (
            _raw("sin", fdlibm.sin),
            _raw("cos", fdlibm.cos),
            _raw("tan", fdlibm.tan),
            _raw("asin", fdlibm.asin),
            _raw("acos", fdlibm.acos),
            _raw("atan", fdlibm.atan),
            _raw("log", fdlibm.log),
            _raw("exp", fdlibm.exp),
            _raw("sqrt", np.sqrt),
            _raw("cbrt", fdlibm.cbrt),
            _raw("clz32", maths.count_leading_zeros),
            _raw("expm1", fdlibm.expm1),
            _raw("log1p", fdlibm.log1p),
            _raw("log10", fdlibm.log10),
            _raw("log2", fdlibm.log2),
            _raw("sign", np.sign),
            _raw("sinh", fdlibm.sinh),
            _raw("cosh", fdlibm.cosh),
            _raw("tanh", fdlibm.tanh),
            _raw("asinh", fdlibm.asinh),
            _raw("acosh", fdlibm.acosh),
            _raw("atanh", fdlibm.atanh),
        )
    ),
}
