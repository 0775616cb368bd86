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

import numpy as np
from numpy.typing import NDArray

from clavilux.schedule.parseq.evaluation import endings, readings, variables
from clavilux.schedule.parseq.evaluation.calls import COLUMN, plan
from clavilux.schedule.parseq.evaluation.functions_time import REMEMBERING
from clavilux.schedule.parseq.evaluation.library import MISSING, Argument
from clavilux.schedule.parseq.evaluation.scene import Column, Slow, View
from clavilux.schedule.parseq.javascript import fdlibm
from clavilux.schedule.parseq.javascript.values import type_name
from clavilux.schedule.parseq.language import tree

_SAME = (tree.Number, tree.Truth)
"""Worth the same at all frames, and nothing happens where they are evaluated."""


def evaluate(node: tree.Node, view: View) -> Argument:
    """Evaluate over all frames of the view.

    Raises:
        Slow: It cannot be done over columns.
        Fault: It would fail, at some frame.
    """
    match node:
        case tree.Number():
            return np.float64(readings.units(node, view.scene.clock))
        case tree.Variable():
            return _variable(node, view)
        case tree.Chain():
            return _chain(node, view)
        case tree.Call():
            return _call(node, view)
        case tree.Negative():
            return -_number(evaluate(node.operand, view))
        case tree.Choice():
            return _choice(node, view)
        case tree.Truth():
            return np.float64(node.value)
        case tree.Text():
            return node.value


def as_number_column(value: Argument, view: View) -> Column:
    """Spread a number over the frames of a view.

    Raises:
        Slow: It is a string.
    """
    return readings.as_column(_number(value), view)


def _number(value: Argument) -> Argument:
    if isinstance(value, str):
        raise Slow
    return value


def _variable(node: tree.Variable, view: View) -> Argument:
    if node.name == variables.PREVIOUS and node.name not in view.scene.variables:
        raise Slow
    value = variables.fixed(node.name, view)
    if value is None:
        return variables.column(node, view)
    return value if isinstance(value, str) else np.float64(value)  # type: ignore[arg-type]


def _chain(node: tree.Chain, view: View) -> Argument:
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


def _choice(node: tree.Choice, view: View) -> Argument:
    """Evaluate each branch only at the frames that take it: it may remember, or fail elsewhere."""
    if isinstance(node.then, _SAME) and isinstance(node.otherwise, _SAME):
        taken = _number(evaluate(node.condition, view)) > 0
        return np.where(taken, evaluate(node.then, view), evaluate(node.otherwise, view))
    result = np.zeros(len(view))
    open_frames = np.arange(len(view))
    branch: tree.Node | None = node
    while isinstance(branch, tree.Choice) and len(open_frames):
        here = view if len(open_frames) == len(view) else View(view.scene, _at(view, open_frames))
        taken = np.asarray(_number(evaluate(branch.condition, here)) > 0)
        if taken.ndim == 0:
            taken = np.full(len(open_frames), bool(taken))
        if np.any(taken):
            everywhere = isinstance(branch.then, _SAME) or np.all(taken)
            then_view = here if everywhere else here.part(taken)
            result[open_frames[taken]] = _number(evaluate(branch.then, then_view))
        open_frames = open_frames[~taken]
        branch = branch.otherwise
    if branch is not None and len(open_frames):
        here = view if len(open_frames) == len(view) else View(view.scene, _at(view, open_frames))
        result[open_frames] = _number(evaluate(branch, here))
    return result


def _at(view: View, here: NDArray[np.int64]) -> NDArray[np.int64]:
    return here if view.at is None else view.at[here]


def _call(node: tree.Call, view: View) -> Argument:
    ready = plan(node)
    function = ready.function
    if node.name not in COLUMN and node.name not in REMEMBERING and function is not MISSING:
        return _special(node, view)
    args: list[Argument] = []
    for parameter, argument, default in ready.slots:
        if argument is not None:
            value = evaluate(argument, view)
            if (type_name(value) if isinstance(value, str) else "number") != parameter.type:
                raise Slow
            args.append(value)
        elif default is None:
            raise Slow
        else:
            args.append(default(view) if callable(default) else default)
    if function is MISSING:
        return readings.series(node, view, args[0], args[1])
    if node.name in REMEMBERING:
        return function.apply(view, {}, *args)
    return function.apply(view, *args)


def _special(node: tree.Call, view: View) -> Argument:
    """Evaluate the functions with a meaning of their own, where they need no frame before."""
    ready = plan(node)
    if node.name == "dangerous":
        name, frame = ready.arguments
        if not isinstance(name, tree.Text) or name.value == view.scene.field_name:
            raise Slow
        at = view.frame if frame is None else as_number_column(evaluate(frame, view), view)
        return readings.dangerous(view, name.value, at)
    if node.name == "recompute_if" and not endings.shares_memory(node):
        condition, compute, default = ready.arguments
        assert condition is not None
        assert compute is not None
        taken = as_number_column(evaluate(condition, view), view) > 0
        fresh = as_number_column(evaluate(compute, view), view)
        never = -1.0 if default is None else _number(evaluate(default, view))
        if view.scene.is_prompt:
            return np.where(taken, fresh, never)
        last = np.maximum.accumulate(np.where(taken, np.arange(len(view)), -1))
        return np.where(last >= 0, fresh[np.maximum(last, 0)], readings.as_column(never, view))
    raise Slow
