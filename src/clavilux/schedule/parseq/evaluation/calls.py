"""Calls: which function a name means, and which argument goes where.

Both evaluators ask here, so that they refuse the same calls with the same words.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from clavilux.schedule.parseq.evaluation.functions_info import FUNCTIONS as _INFO
from clavilux.schedule.parseq.evaluation.functions_info import SINGLE
from clavilux.schedule.parseq.evaluation.functions_maths import FUNCTIONS as _MATHS
from clavilux.schedule.parseq.evaluation.functions_time import FUNCTIONS as _TIME
from clavilux.schedule.parseq.evaluation.functions_time import REMEMBERING
from clavilux.schedule.parseq.evaluation.library import MISSING, Argument, Function, Parameter
from clavilux.schedule.parseq.evaluation.scene import Fault
from clavilux.schedule.parseq.language.tree import Call, Node

COLUMN: dict[str, Function] = {**_MATHS, **_TIME, **_INFO}
"""Functions that need no memory, over whole columns."""
FUNCTIONS: dict[str, Function] = {**COLUMN, **REMEMBERING, **SINGLE}
"""Every function by name."""
_OF_EVERY_OBJECT = frozenset(
    [
        "constructor",
        "hasOwnProperty",
        "isPrototypeOf",
        "propertyIsEnumerable",
        "toLocaleString",
        "toString",
        "valueOf",
        "__defineGetter__",
        "__defineSetter__",
        "__lookupGetter__",
        "__lookupSetter__",
        "__proto__",
    ]
)


@dataclass(frozen=True)
class Plan:
    """A call made ready: its function, and for each parameter the argument or None."""

    function: Function
    arguments: tuple[Node | None, ...]
    called: str
    """How error texts name it."""

    @cached_property
    def slots(self) -> list[tuple[Parameter, Node | None, Argument]]:
        """For each parameter the argument or None, and the default: a number of numpy's, say."""
        defaults = (p.default for p in self.function.parameters)
        ready = (np.float64(d) if isinstance(d, float) else d for d in defaults)
        return list(zip(self.function.parameters, self.arguments, ready, strict=True))

    def wrong_type(self, parameter: Parameter, found: str) -> Fault:
        """Make the error for an argument of a wrong type."""
        return Fault(
            f"Error: Invalid argument type for argument '{'/'.join(parameter.names)}' for function "
            f"{self.called}. Expected type '{parameter.type}', got '{found}'"
        )


_PLANS: dict[int, tuple[Call, Plan]] = {}
_MOST_PLANS = 10_000


def plan(call: Call) -> Plan:
    """Match a call's arguments with its function's parameters; what was matched is kept.

    Raises:
        Fault: Arguments are missing, too many, unknown or double.
    """
    known = _PLANS.get(id(call))  # comparing whole trees would cost more than matching
    if known is None:
        if len(_PLANS) >= _MOST_PLANS:
            _PLANS.clear()
        known = _PLANS[id(call)] = call, _match(call)
    return known[1]


def _match(call: Call) -> Plan:
    if call.name in _OF_EVERY_OBJECT:
        raise Fault(
            "TypeError: Cannot read properties of undefined (reading 'filter')",
            f"there is no function {call.name!r}",
        )
    function = FUNCTIONS.get(call.name, MISSING)
    parameters = function.parameters
    called = f"'{call.name} ({function.description})'"
    names = call.names if call.arguments else None
    needed = [p for p in parameters if p.default is None]
    if names is None:
        incomplete = len(call.arguments) < len(needed)
    else:
        incomplete = any(not set(p.names) & set(names) for p in needed)
    if incomplete:
        raise Fault(
            f"Error: 1 or more missing required arguments for function {called}. "
            f"Required arguments: {_listed(needed)}"
        )
    if names is None:
        return _by_position(call, function, called)
    unknown = [name for name in names if not any(name in p.names for p in parameters)]
    if unknown:
        raise Fault(
            f"Error: 1 or more unrecognised arguments for function {called}: {', '.join(unknown)}. "
            f"Supported arguments: {_listed(parameters)}"
        )
    double = [p for p in parameters if sum(name in p.names for name in names) > 1]
    if double:
        raise Fault(f"Error: Duplicate arguments for function {called}: {_listed(double)}")
    by_name = dict(zip(names, call.arguments, strict=True))
    arguments = (next((by_name[n] for n in names if n in p.names), None) for p in parameters)
    return Plan(function, tuple(arguments), called)


def _by_position(call: Call, function: Function, called: str) -> Plan:
    n_most = len(function.parameters)
    if len(call.arguments) > n_most:
        raise Fault(
            f"Error: Too many arguments for function {called}. "
            f"Expected {n_most} arguments, got {len(call.arguments)}"
        )
    # A required parameter after an optional one is reported when it is evaluated.
    padding: tuple[Node | None, ...] = (None,) * (n_most - len(call.arguments))
    return Plan(function, call.arguments + padding, called)


def _listed(parameters: "list[Parameter] | tuple[Parameter, ...]") -> str:
    return ", ".join("/".join(parameter.names) for parameter in parameters)
