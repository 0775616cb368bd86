"""Operators: what each does with two values at one frame, as JavaScript does it."""

import operator as op
from collections.abc import Callable
from typing import Any

from clavilux.schedule.parseq.evaluation.scene import Fault
from clavilux.schedule.parseq.javascript import maths
from clavilux.schedule.parseq.javascript import values as js
from clavilux.schedule.parseq.javascript.values import Undefined, Value
from clavilux.schedule.parseq.language.tree import Place


def plain(value: Value) -> Any:
    return float("nan") if isinstance(value, Undefined) else value


def is_positive(value: Value) -> bool:
    if type(value) is float:
        return value > 0
    return js.to_number(plain(value)) > 0


def _arithmetic(apply: Callable[[float, float], float]) -> Callable[[Value, Value], Value]:
    def numeric(left: Value, right: Value) -> Value:
        if type(left) is float and type(right) is float:
            return apply(left, right)
        return apply(js.to_number(plain(left)), js.to_number(plain(right)))

    return numeric


def _add(left: Value, right: Value) -> Value:
    if type(left) is float and type(right) is float:
        return left + right
    return js.add(_undefined_as_nan(left, right), _undefined_as_nan(right, left))


def _undefined_as_nan(value: Value, other: Value) -> Value:
    return value if isinstance(other, str) else plain(value)


def _division(place: Place) -> Callable[[Value, Value], Value]:
    def divide(left: Value, right: Value) -> Value:
        if type(right) is float and right == 0:
            raise Fault(f"Error: Divide by zero at {place}.")
        return js.divide(js.to_number(plain(left)), js.to_number(plain(right)))

    return divide


def _compared(holds: Callable[[Value, Value], bool]) -> Callable[[Value, Value], Value]:
    return lambda left, right: 1.0 if holds(left, right) else 0.0


def _swapped(holds: Callable[[Value, Value], bool]) -> Callable[[Value, Value], bool]:
    return lambda left, right: holds(plain(right), plain(left))


def _straight(holds: Callable[[Value, Value], bool]) -> Callable[[Value, Value], bool]:
    return lambda left, right: holds(plain(left), plain(right))


def _ratio(left: Value, right: Value) -> Value:
    return f"({js.to_string(left)}:{js.to_string(right)})"


_OPERATIONS: dict[str, Callable[[Value, Value], Value]] = {
    "+": _add,
    "-": _arithmetic(op.sub),
    "*": _arithmetic(op.mul),
    "%": _arithmetic(js.remainder),
    "^": _arithmetic(maths.single_power),
    "==": _compared(js.loosely_equal),
    "!=": _compared(lambda left, right: not js.loosely_equal(left, right)),
    "<": _compared(_straight(js.less)),
    "<=": _compared(_straight(js.less_or_equal)),
    ">": _compared(_swapped(js.less)),
    ">=": _compared(_swapped(js.less_or_equal)),
    "and": _compared(lambda left, right: is_positive(left) and is_positive(right)),
    "or": _compared(lambda left, right: is_positive(left) or is_positive(right)),
    ":": _ratio,
}
_OPERATIONS["&&"], _OPERATIONS["||"] = _OPERATIONS["and"], _OPERATIONS["or"]


def operation(operator: str, place: Place) -> Callable[[Value, Value], Value]:
    if operator == "/":
        return _division(place)
    if operator in _OPERATIONS:
        return _OPERATIONS[operator]

    def unknown(left: Value, right: Value) -> Value:
        raise Fault(f"Error: Unknown binary operator '{js.quote(operator)}' at {place}.")

    return unknown
