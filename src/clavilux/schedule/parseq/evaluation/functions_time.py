"""Functions of time: oscillators, transitions, noise and the beat."""

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from clavilux.schedule.parseq.evaluation.easing import PRESETS, ease
from clavilux.schedule.parseq.evaluation.library import Argument, Function, optional, required
from clavilux.schedule.parseq.evaluation.memory import Rand, Vibe
from clavilux.schedule.parseq.evaluation.scene import Column, Fault, Slow, View
from clavilux.schedule.parseq.javascript import fdlibm, maths
from clavilux.schedule.parseq.javascript.noise import Noise, noise
from clavilux.schedule.parseq.javascript.values import number_text

Memory = dict[str, Any]
"""What one place in an expression remembers from the frames before."""

# Oscillators --------------------------------------------------------------------------------------

_WAVE = (
    required("period", "p"),
    optional("phase", "ps", default=0.0),
    optional("amp", "a", default=1.0),
    optional("centre", "c", default=0.0),
    optional("limit", "li", default=0.0),
    optional("pulse", "pw", default=5.0),
)


Shape = Callable[[View, Argument, Argument, Argument, Argument], Argument]
"""Gives a wave of some period, phase, height and width."""


def angle(position: Column, period: Argument) -> Column:
    """Turn frames into angles, in the original's order of operations."""
    return np.asarray(position * np.pi * 2 / period)


def _sines(view: View, period: Argument, phase: Argument) -> Column:
    if not np.ndim(period) and not np.ndim(phase):
        known = view.scene.waves.get((float(period), float(phase)))
        if known is not None:
            return view.pick(known)
    return fdlibm.sin(angle(view.frame + phase, period))


def _sine(
    view: View, period: Argument, phase: Argument, amp: Argument, width: Argument
) -> Argument:
    return _sines(view, period, phase) * amp


def _triangle(
    view: View, period: Argument, phase: Argument, amp: Argument, width: Argument
) -> Argument:
    return fdlibm.asin(_sines(view, period, phase)) * (2 * amp) / np.pi


def _square(
    view: View, period: Argument, phase: Argument, amp: Argument, width: Argument
) -> Argument:
    return np.where(_sines(view, period, phase) >= 0, 1.0, -1.0) * amp


def _sawtooth(
    view: View, period: Argument, phase: Argument, amp: Argument, width: Argument
) -> Argument:
    return np.fmod(view.frame + phase, period) * amp / period


def _pulse(
    view: View, period: Argument, phase: Argument, amp: Argument, width: Argument
) -> Argument:
    return amp * np.where(np.fmod(view.frame + phase, period) < width, 1.0, 0.0)


def _oscillator(described: str, shape: Shape) -> Function:
    def apply(
        view: View,
        period: Argument,
        phase: Argument,
        amp: Argument,
        centre: Argument,
        limit: Argument,
        width: Argument,
    ) -> Argument:
        wave = centre + shape(view, period, phase, amp, width)
        if np.ndim(limit) == 0 and not limit > 0:
            return wave
        spent = (limit > 0) & (view.frame - view.active > limit * period)
        return np.where(spent, 0.0, wave)

    return Function(described, _WAVE, apply)


# Transitions --------------------------------------------------------------------------------------

_FROM = optional("from", "start", "s", default=lambda view: view.active_value)
_TO = optional("to", "end", "t", default=lambda view: view.next_value)
_SPAN = optional("span", "in", "s", default=lambda view: view.next_keyframe - view.active)
_OFFSET = optional("offset", "os", default=2.0)
_CURVE = optional("curve", "c", default="", type="string")
_CONTROL = (
    optional("x1", default=0.5),
    optional("y1", default=0.0),
    optional("x2", default=0.5),
    optional("y2", default=1.0),
)
_ABOUT_BEZIER = (
    "returns position on bezier curve for the current frame. x1, y1, x2 and y2 behave as with "
    "https://cubic-bezier.com/."
)


def _slide(
    view: View, start: Argument, end: Argument, span: Argument, offset: Argument
) -> Argument:
    x = view.frame - view.active
    position = np.where(np.abs(offset) < 1, offset * span, x)
    moving = start + (end - start) / span * position
    return np.where(span == 0, start, np.where(x >= span, end, moving))


def _bez(
    view: View,
    x1: Argument,
    y1: Argument,
    x2: Argument,
    y2: Argument,
    start: Argument,
    end: Argument,
    span: Argument,
    offset: Argument,
    curve: str,
    delta: Argument,
) -> Argument:
    by_delta = (delta != 0) & (delta == delta)
    end = np.where(by_delta, start + delta, end) if np.count_nonzero(by_delta) else end
    return _bezier(view, _points(curve, (x1, y1, x2, y2)), start, end, span, offset)


def _points(curve: str, given: tuple[Argument, ...]) -> tuple[Argument, ...]:
    if not curve:
        return given
    if curve not in PRESETS:
        raise Fault(f"Error: Unknown curve type: {curve}.")
    return tuple(np.float64(point) for point in PRESETS[curve])


def _bezier(
    view: View,
    points: tuple[Argument, ...],
    start: Argument,
    end: Argument,
    span: Argument,
    offset: Argument,
) -> Argument:
    position = (view.frame - view.active) / span
    if np.ndim(offset) or abs(offset) < 1:
        position = np.where(np.abs(offset) < 1, offset, position)
    past = position > 1
    resting = span == 0
    x1, y1, x2, y2 = points
    outside = (x1 < 0) | (x1 > 1) | (x2 < 0) | (x2 > 1) | (x1 != x1) | (x2 != x2)
    if np.count_nonzero(outside) and not np.all(~outside | resting | past):
        raise Fault("Error: bezier x values must be in [0, 1] range")
    if not np.count_nonzero(resting):
        return np.where(past, end, _between(start, end, ease(position, x1, y1, x2, y2)))
    position = np.where(resting, 0.0, position)
    moving = np.where(past, end, _between(start, end, ease(position, x1, y1, x2, y2)))
    return np.where(resting, start, moving)


def _between(start: Argument, end: Argument, share: Argument) -> Column:
    return np.asarray(start + share * (end - start))


# Noise: these remember ----------------------------------------------------------------------------

_SEED = optional("seed", "s", default=lambda view: view.scene.chance.next())
_LOW = optional("min", "n", default=0.0)
_HIGH = optional("max", "x", default=1.0)
_FIELD = (
    optional("smooth", "sm", default=10.0),
    _LOW,
    _HIGH,
    _SEED,
    optional("y", default=0.0),
)


def _rows(view: View, args: tuple[Argument, ...]) -> Iterator[tuple[float, ...]]:
    """Return the arguments frame by frame."""
    columns = [a.tolist() if np.ndim(a) else itertools.repeat(float(a)) for a in args]
    return zip(*columns, strict=False)


def _rand(view: View, memory: Memory, *args: Argument) -> Argument:
    state = memory.setdefault("rand", Rand())
    fresh = view.scene.is_prompt
    values = []
    steps = zip(view.frame.tolist(), view.active.tolist(), _rows(view, args), strict=False)
    for frame, active, row in steps:
        values.append((Rand() if fresh else state).step(frame, active, row))
    return np.array(values)


def _surface(view: View, memory: Memory, seed: Argument) -> Noise:
    if view.scene.is_prompt and np.ndim(seed) and len(view) > 1:
        raise Slow
    if "noise" not in memory or view.scene.is_prompt:
        memory["noise"] = noise(number_text(float(np.ravel(seed)[0])))
    return memory["noise"]  # type: ignore[no-any-return]


def _across(view: View, smooth: Argument) -> Column:
    return np.asarray(view.frame / np.where((smooth == 0) | np.isnan(smooth), 1.0, smooth))


def _smrand(
    view: View,
    memory: Memory,
    smooth: Argument,
    low: Argument,
    high: Argument,
    seed: Argument,
    y: Argument,
) -> Argument:
    height = _surface(view, memory, seed).simplex(_across(view, smooth), y)
    return height * (high - low) / 2 + (high + low) / 2


def _perlin(
    view: View,
    memory: Memory,
    smooth: Argument,
    low: Argument,
    high: Argument,
    seed: Argument,
    y: Argument,
) -> Argument:
    height = _surface(view, memory, seed).perlin(_across(view, smooth), y)
    return height * (high - low) + (high + low) / 2


def _vibe(view: View, memory: Memory, *args: Argument) -> Argument:
    state = memory.setdefault("vibe", Vibe())
    fresh = view.scene.is_prompt
    resting = view.active_value.tolist()
    steps = zip(view.frame.tolist(), resting, _rows(view, args[5:11]), strict=False)
    rows = [(Vibe() if fresh else state).step(frame, rest, row) for frame, rest, row in steps]
    start, end, period, started = np.array(rows).T
    offset = (view.frame - started) / period
    return _bezier(view, _points(args[11], args[:4]), start, end, period, offset)


# The beat -----------------------------------------------------------------------------------------

_ROUNDING: dict[str, Callable[[Any], Any]] = {"d": np.floor, "u": np.ceil, "r": maths.round_half_up}


def _start_of_beat(view: View, frame: Argument, rounding: str) -> Argument:
    if rounding not in _ROUNDING:
        raise Fault(f"Error: Unknow rounding mode: {rounding}")
    length = np.float64(view.scene.clock.frames_per_beat)
    return _ROUNDING[rounding](np.floor(frame / length) * length)


def _is_generation(view: View, frame: Argument) -> Argument:
    cadence = np.float64(view.scene.clock.cadence_number)
    return np.where(np.fmod(frame, cadence) == 0, 1.0, 0.0)


FUNCTIONS: dict[str, Function] = {
    "sin": _oscillator("returns position on a sine wave", _sine),
    "sq": _oscillator("returns position on a square wave", _square),
    "saw": _oscillator("returns position on a sawtooth wave", _sawtooth),
    "tri": _oscillator("returns position on a triangle wave", _triangle),
    "pulse": _oscillator("returns position on a pulse wave", _pulse),
    "bez": Function(
        _ABOUT_BEZIER,
        (*_CONTROL, _FROM, _TO, _SPAN, _OFFSET, _CURVE, optional("d", "delta", default=0.0)),
        _bez,
    ),
    "slide": Function(
        "returns position on a linear slide with configurable starting and ending points.",
        (_FROM, _TO, _SPAN, _OFFSET),
        _slide,
    ),
    "start_of_beat": Function(
        "Get the frame number of the start of the beat at the given frame.",
        (
            optional("f", default=lambda view: view.frame),
            optional("round", "r", default="r", type="string"),
        ),
        _start_of_beat,
    ),
    "is_generation": Function(
        "Returns 1 if the supplied frame is a generation frame, and 0 if it's a cadence frame",
        (optional("f", default=lambda view: view.frame),),
        _is_generation,
    ),
}

REMEMBERING: dict[str, Function] = {
    "rand": Function(
        "returns a random number between 'min' and 'max' (default 0 and 1), using seed 's' "
        "(default current time using high precison timer), holding that value for 'h' frames "
        "(default 1)",
        (_LOW, _HIGH, _SEED, optional("hold", "h", default=1.0)),
        _rand,
    ),
    "smrand": Function("Simplex noise function (smooth random)", _FIELD, _smrand),
    "perlin": Function("Simplex noise function (smooth random)", _FIELD, _perlin),
    "vibe": Function(
        _ABOUT_BEZIER,
        (
            *_CONTROL,
            _OFFSET,
            optional("pmin", default=1.0),
            optional("pmax", default=20.0),
            optional("p", default=float("nan")),
            optional("min", default=0.0),
            optional("max", default=1.0),
            _SEED,
            _CURVE,
        ),
        _vibe,
    ),
}
"""Functions that take a memory after the view."""
