"""Columns: an expression evaluated over all its frames at once, with numpy.

This is the fast way and covers what is numeric and needs no frame before. Whatever
it cannot do, and whatever might fail at some frame, raises `Slow` or `Fault`: the
caller then evaluates frame by frame, which is exact in every case and finds the
first frame that fails.

Conventions
-----------
- A value is a float64 scalar, the same at all frames, a column of one value a frame,
  or a str, the same at all frames.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from clavilux.schedule.parseq import fdlibm, variables
from clavilux.schedule.parseq.calls import COLUMN, plan
from clavilux.schedule.parseq.functions_time import REMEMBERING
from clavilux.schedule.parseq.js import type_name
from clavilux.schedule.parseq.library import MISSING, Argument
from clavilux.schedule.parseq.scene import Column, Slow, View
from clavilux.schedule.parseq.tree import (
    Call,
    Chain,
    Choice,
    Negative,
    Node,
    Number,
    Text,
    Truth,
    Variable,
)


def evaluate(node: Node, view: View) -> Argument:
    """Evaluate over all frames of the view.

    Raises:
        Slow: It cannot be done over columns.
        Fault: It would fail, at some frame.
    """
    match node:
        case Number():
            return np.float64(units(node, view))
        case Variable():
            return _variable(node, view)
        case Chain():
            return _chain(node, view)
        case Call():
            return _call(node, view)
        case Negative():
            return -_number(evaluate(node.operand, view))
        case Choice():
            return _choice(node, view)
        case Truth():
            return np.float64(node.value)
        case Text():
            return node.value


def units(node: Number, view: View) -> float:
    """Give a number in frames."""
    clock = view.scene.clock
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


def as_number_column(value: Argument, view: View) -> Column:
    """Spread a number over the frames of a view.

    Raises:
        Slow: It is a string.
    """
    return as_column(_number(value), view)


def _number(value: Argument) -> Argument:
    if isinstance(value, str):
        raise Slow
    return value


def _variable(node: Variable, view: View) -> Argument:
    if node.name == variables.PREVIOUS and node.name not in view.scene.variables:
        raise Slow
    value = variables.fixed(node.name, view)
    if value is None:
        return variables.column(node, view)
    return value if isinstance(value, str) else np.float64(value)  # type: ignore[arg-type]


def _chain(node: Chain, view: View) -> Argument:
    values = [_number(evaluate(operand, view)) for operand in node.operands]
    result = values[-1]
    for operator, left in zip(reversed(node.operators), reversed(values[:-1]), strict=True):
        result = _apply(operator, left, result)
    return result


def _apply(operator: str, left: Argument, right: Argument) -> Argument:
    match operator:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case "/":
            if np.count_nonzero(right) < np.size(right):
                raise Slow
            return left / right
        case "%":
            return np.fmod(left, right)
        case "^":
            return _power(left, right)
    return _flag(operator, left, right) * 1.0


def _power(base: Argument, exponent: Argument) -> Argument:
    if np.ndim(exponent) == 0 and exponent == 2:
        return base * base
    return fdlibm.pow(base, exponent)


def _flag(operator: str, left: Argument, right: Argument) -> NDArray[np.bool_]:
    match operator:
        case "==":
            return np.asarray(left == right)
        case "!=":
            return np.asarray(left != right)
        case "<":
            return np.asarray(left < right)
        case "<=":
            return np.asarray(left <= right)
        case ">":
            return np.asarray(left > right)
        case ">=":
            return np.asarray(left >= right)
        case "and" | "&&":
            return np.asarray((left > 0) & (right > 0))
        case "or" | "||":
            return np.asarray((left > 0) | (right > 0))
    raise Slow


def _choice(node: Choice, view: View) -> Argument:
    """Evaluate each branch only at the frames that take it: it may remember, or fail elsewhere."""
    result = np.zeros(len(view))
    open_frames = np.arange(len(view))
    branch: Node | None = node
    while isinstance(branch, Choice) and len(open_frames):
        here = view if len(open_frames) == len(view) else View(view.scene, _at(view, open_frames))
        taken = np.asarray(_number(evaluate(branch.condition, here)) > 0)
        if taken.ndim == 0:
            taken = np.full(len(open_frames), bool(taken))
        if np.any(taken):
            then_view = here if np.all(taken) else here.part(taken)
            result[open_frames[taken]] = _number(evaluate(branch.then, then_view))
        open_frames = open_frames[~taken]
        branch = branch.otherwise
    if branch is not None and len(open_frames):
        here = view if len(open_frames) == len(view) else View(view.scene, _at(view, open_frames))
        result[open_frames] = _number(evaluate(branch, here))
    return result


def _at(view: View, here: NDArray[np.int64]) -> NDArray[np.int64]:
    return here if view.at is None else view.at[here]


def _call(node: Call, view: View) -> Argument:
    ready = plan(node)
    function = ready.function
    if node.name not in COLUMN and node.name not in REMEMBERING and function is not MISSING:
        return _special(node, view)
    args: list[Argument] = []
    for parameter, argument in zip(function.parameters, ready.arguments, strict=True):
        if argument is None:
            default = parameter.default
            if default is None:
                raise Slow
            value = default(view) if callable(default) else default
            args.append(np.float64(value) if isinstance(value, float) else value)
            continue
        value = evaluate(argument, view)
        if (type_name(value) if isinstance(value, str) else "number") != parameter.type:
            raise Slow
        args.append(value)
    if function is MISSING:
        return series(node, view, args[0], args[1])
    if node.name in REMEMBERING:
        return function.apply(view, {}, *args)
    return function.apply(view, *args)


def series(node: Call, view: View, frame: Argument, linear: Argument) -> Argument:
    """Read a time series at given frames, in steps or joined by lines."""
    found = view.scene.series.get(node.name)
    if found is None:
        raise Slow
    is_linear: NDArray[np.bool_] | bool = np.asarray((linear != 0) & ~np.isnan(linear))
    if not np.ndim(linear):
        is_linear = bool(is_linear)
    return found.read(as_column(frame, view), view.scene.clock.fps, is_linear)


def _special(node: Call, view: View) -> Argument:
    """Evaluate the functions with a meaning of their own, where they need no frame before."""
    ready = plan(node)
    if node.name == "dangerous":
        name, frame = ready.arguments
        if not isinstance(name, Text) or name.value == view.scene.field_name:
            raise Slow
        at = view.frame if frame is None else as_column(_number(evaluate(frame, view)), view)
        return dangerous(view, name.value, at)
    if node.name == "recompute_if" and not _nests(node):
        condition, compute, default = ready.arguments
        assert condition is not None
        assert compute is not None
        taken = as_column(_number(evaluate(condition, view)), view) > 0
        fresh = as_column(_number(evaluate(compute, view)), view)
        never = -1.0 if default is None else _number(evaluate(default, view))
        if view.scene.is_prompt:
            return np.where(taken, fresh, never)
        last = np.maximum.accumulate(np.where(taken, np.arange(len(view)), -1))
        return np.where(last >= 0, fresh[np.maximum(last, 0)], as_column(never, view))
    raise Slow


def _nests(node: Call) -> bool:
    """Whether a recompute_if may share its memory, or change it with a branch.

    The original stores the value at the node evaluated last, which is the innermost
    last part of the last argument: an ``if`` there has several such nodes, and a
    recompute_if there stores at the same.
    """
    given = [argument for argument in plan(node).arguments if argument is not None]
    return any(
        isinstance(last, Choice) or (isinstance(last, Call) and last.name == "recompute_if")
        for last in _last_parts(given[-1])
    )


def ends_in_choice(node: Node) -> bool:
    """Whether the node evaluated last differs from frame to frame."""
    return any(isinstance(last, Choice) for last in _last_parts(node))


def last_part(node: Node) -> Node:
    """Give the node that is evaluated last within this one."""
    *_, last = _last_parts(node)
    return last


def _last_parts(node: Node) -> Iterator[Node]:
    """Give the node, its part evaluated last, that part's last part and so on, up to an if."""
    while True:
        yield node
        match node:
            case Call():
                given = [argument for argument in plan(node).arguments if argument is not None]
                if not given:
                    return
                node = given[-1]
            case Chain():
                node = node.operands[-1]
            case Negative():
                node = node.operand
            case _:
                return


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
