"""Frames: an expression evaluated one frame after the other, exactly as the original does.

This way knows strings, what went before, and the first frame that fails. It is built
once as nested functions of the frame's index; parts that depend on nothing before
are evaluated as whole columns first, so that only the rest is slow.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from clavilux.schedule.parseq.evaluation import columns, endings, readings, variables
from clavilux.schedule.parseq.evaluation.calls import Plan, plan
from clavilux.schedule.parseq.evaluation.functions_info import SINGLE
from clavilux.schedule.parseq.evaluation.functions_time import REMEMBERING
from clavilux.schedule.parseq.evaluation.library import MISSING, Argument
from clavilux.schedule.parseq.evaluation.operators import is_positive, operation, plain
from clavilux.schedule.parseq.evaluation.scene import Fault, Slow, View
from clavilux.schedule.parseq.javascript import values as js
from clavilux.schedule.parseq.javascript.values import UNDEFINED, Undefined, Value
from clavilux.schedule.parseq.language import tree

At = Callable[[int], Value]
"""Gives a value at the frame with an index within the scene."""

_SEQUENTIAL = frozenset(("computed_at", "dangerous", "recompute_if", "posneg", "posneg_lora"))


def evaluate(node: tree.Node, view: View) -> At:
    """Make a function that gives the expression's value at each frame, called in order.

    What it computes is to be appended to the scene's ``computed`` by the caller.
    """
    builder = _Builder(view)
    calls = [below for below in tree.walk(node) if isinstance(below, tree.Call)]
    builder.tracks = any(call.name == "recompute_if" for call in calls)
    return builder.build(node, certain=True)


class _Builder:
    """Builds functions for one expression over one scene."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.scene = view.scene
        self.frames = view.frame.tolist()
        self.active = view.active.tolist()
        self.tracks = False
        """Whether it matters which node was evaluated last."""
        self.stored: dict[int, float] = {}
        self.stored_at = -1
        """In prompts, the frame to which `stored` belongs: there it does not last."""
        self.last: list[int] = [0]
        """Which node was evaluated last: there the original keeps what recompute_if stores."""

    def build(self, node: tree.Node, *, certain: bool) -> At:
        """Make the function of a node; `certain` if it is evaluated at every frame."""
        mark = self._marker(node)
        match node:
            case tree.Number():
                return self._constant(readings.units(node, self.scene.clock), mark)
            case tree.Text():
                return self._constant(node.value, mark)
            case tree.Truth():
                return self._constant(float(node.value), mark)
        if self._may_be_column(node, certain):
            try:
                value = columns.evaluate(node, self.view)
            except (Slow, Fault):
                pass
            else:
                return self._column(node, value)
        match node:
            case tree.Variable():
                return self._variable(node, mark)
            case tree.Negative():
                return self._negative(self.build(node.operand, certain=certain))
            case tree.Chain():
                return self._chain(node, certain)
            case tree.Choice():
                return self._choice(node, certain)
        assert isinstance(node, tree.Call)
        return self._call(node, certain, mark)

    # Leaves ---------------------------------------------------------------------------------------

    def _marker(self, node: tree.Node) -> Callable[[], None]:
        last, key = self.last, id(node)

        def mark() -> None:
            last[0] = key

        return mark

    def _constant(self, value: Value, mark: Callable[[], None]) -> At:
        def at(i: int) -> Value:
            mark()
            return value

        return at

    def _may_be_column(self, node: tree.Node, certain: bool) -> bool:
        if self.tracks and endings.ends_in_choice(node):
            return False
        for below in tree.walk(node):
            if isinstance(below, tree.Variable) and below.name == variables.PREVIOUS:
                return self.scene.is_prompt
            if isinstance(below, tree.Call):
                if below.name in _SEQUENTIAL:
                    return False
                if below.name in REMEMBERING and not certain and not self.scene.is_prompt:
                    return False
        return True

    def _column(self, node: tree.Node, value: Argument) -> At:
        if isinstance(value, str):
            return self._constant(value, self._marker(endings.last_part(node)))
        values = readings.as_column(value, self.view).tolist()
        last, key = self.last, id(endings.last_part(node))

        def at(i: int) -> Value:
            last[0] = key
            return values[i]  # type: ignore[no-any-return]

        return at

    def _variable(self, node: tree.Variable, mark: Callable[[], None]) -> At:
        if node.name == variables.PREVIOUS and not self.scene.is_prompt:
            return self._previous(mark)
        fixed = variables.fixed(node.name, self.view)
        if fixed is not None:
            return self._constant(fixed, mark)

        def at(i: int) -> Value:
            mark()
            return float(variables.column(node, self._single(i))[0])

        return at

    def _previous(self, mark: Callable[[], None]) -> At:
        computed, frames = self.scene.computed, self.frames

        def at(i: int) -> Value:
            mark()
            frame = frames[i]
            if not frame > 0:
                return 0.0
            value = computed[int(frame) - 1]
            return 0.0 if isinstance(value, Undefined) else value

        return at

    def _single(self, i: int) -> View:
        return self.scene.view(np.array([i]))

    # Operators ------------------------------------------------------------------------------------

    def _negative(self, operand: At) -> At:
        def at(i: int) -> Value:
            value = operand(i)
            return "-" + value if isinstance(value, str) else -js.to_number(value)

        return at

    def _chain(self, node: tree.Chain, certain: bool) -> At:
        operands = [self.build(operand, certain=certain) for operand in node.operands]
        steps = [
            (operation(operator, operand.place), place)
            for place, (operator, operand) in enumerate(
                zip(node.operators, node.operands[:-1], strict=True)
            )
        ][::-1]
        if len(operands) == 2:
            first, second, apply = operands[0], operands[1], steps[0][0]

            def pair(i: int) -> Value:
                left = first(i)
                return apply(left, second(i))

            return pair

        def at(i: int) -> Value:
            values = [operand(i) for operand in operands]
            result = values[-1]
            for apply, place in steps:
                result = apply(values[place], result)
            return result

        return at

    def _choice(self, node: tree.Choice, certain: bool) -> At:
        branches: list[tuple[At, At]] = []
        branch: tree.Node | None = node
        while isinstance(branch, tree.Choice):
            condition = self.build(branch.condition, certain=certain)
            branches.append((condition, self.build(branch.then, certain=False)))
            branch, certain = branch.otherwise, False
        otherwise = None if branch is None else self.build(branch, certain=False)

        def at(i: int) -> Value:
            for condition, then in branches:
                if is_positive(condition(i)):
                    return then(i)
            return 0.0 if otherwise is None else otherwise(i)

        return at

    # Calls ----------------------------------------------------------------------------------------

    def _call(self, node: tree.Call, certain: bool, mark: Callable[[], None]) -> At:
        try:
            ready = plan(node)
        except Fault as fault:
            return _failing(fault)
        collect = self._arguments(ready, certain, mark)
        if node.name == "computed_at":
            return self._computed_at(collect)
        if node.name == "recompute_if":
            return self._recompute_if(collect)
        if node.name == "dangerous":
            return self._dangerous(collect)
        if node.name in _SINGLE_NUMBERS:
            return _quick(_SINGLE_NUMBERS[node.name], collect)
        return self._function(node, ready, collect)

    def _arguments(
        self, ready: Plan, certain: bool, mark: Callable[[], None]
    ) -> Callable[[int], list[Any]]:
        """Make a function that evaluates all arguments in order of their definition."""
        parts: list[tuple[Any, At | None]] = []
        for parameter, argument in zip(ready.function.parameters, ready.arguments, strict=True):
            built = None if argument is None else self.build(argument, certain=certain)
            parts.append((parameter, built))

        def collect(i: int) -> list[Any]:
            mark()
            values: list[Any] = []
            for parameter, built in parts:
                if built is not None:
                    value: Any = built(i)
                    if js.type_name(value) != parameter.type:
                        raise ready.wrong_type(parameter, js.type_name(value))
                elif parameter.default is None:
                    raise Fault(
                        f"Error: Missing required argument '{'/'.join(parameter.names)}' "
                        f"for function {ready.called}"
                    )
                elif callable(parameter.default):
                    value = _scalar(parameter.default(self._single(i)))
                else:
                    value = parameter.default
                values.append(value)
            return values

        return collect

    def _function(self, node: tree.Call, ready: Plan, collect: Callable[[int], list[Any]]) -> At:
        memory: dict[str, Any] = {}
        apply: Callable[..., Any] = ready.function.apply
        if node.name in SINGLE:
            return lambda i: apply(self.view, *collect(i))

        def at(i: int) -> Value:
            args = [np.float64(a) if isinstance(a, float) else a for a in collect(i)]
            view = self._single(i)
            value: Value
            if ready.function is MISSING:
                if node.name not in self.scene.series:
                    raise Fault(f"Error: Unknown function: '{node.name}'")
                value = _scalar(readings.series(node, view, args[0], args[1]))
            elif node.name in REMEMBERING:
                value = _scalar(apply(view, memory, *args))
            else:
                value = _scalar(apply(view, *args))
            return value

        return at

    def _computed_at(self, collect: Callable[[int], list[Any]]) -> At:
        computed, frames = self.scene.computed, self.frames

        def at(i: int) -> Value:
            prior, default = collect(i)
            if prior > frames[i]:
                raise Fault(
                    "Error: computed_at(prior_frame) - prior_frame must be below the current "
                    "frame number."
                )
            if prior < 0:
                return float(default)
            is_index = prior < len(computed) and prior == int(prior)
            return computed[int(prior)] if is_index else UNDEFINED

        return at

    def _recompute_if(self, collect: Callable[[int], list[Any]]) -> At:
        # One memory for the whole expression, keyed by the node evaluated last.
        stored, is_prompt = self.stored, self.scene.is_prompt

        def at(i: int) -> Value:
            condition, value, default = collect(i)
            if is_prompt and self.stored_at != i:
                self.stored_at = i
                stored.clear()
            key = self.last[0]
            if condition > 0:
                stored[key] = value
                return value  # type: ignore[no-any-return]
            return stored.get(key, default)  # type: ignore[no-any-return]

        return at

    def _dangerous(self, collect: Callable[[int], list[Any]]) -> At:
        computed, scene = self.scene.computed, self.scene

        def at(i: int) -> Value:
            name, frame = collect(i)
            if name != scene.field_name or scene.rendered is None:
                return float(readings.dangerous(self._single(i), name, np.array([frame]))[0])
            known = 0 <= frame < len(computed) and frame == int(frame)
            value = js.to_number(plain(computed[int(frame)])) if known else 0.0
            return value if js.is_truthy(value) else -1.0

        return at


def _failing(fault: Fault) -> At:
    def at(i: int) -> Value:
        raise fault

    return at


def _scalar(value: Argument) -> Any:
    return value if isinstance(value, str) else float(np.ravel(value)[0])


def _quick(function: Callable[..., float], collect: Callable[[int], list[Any]]) -> At:
    def at(i: int) -> Value:
        return function(*collect(i))

    return at


def _least(a: float, b: float) -> float:
    return a if a < b or a != a else b


def _most(a: float, b: float) -> float:
    return a if a > b or a != a else b


_SINGLE_NUMBERS: dict[str, Callable[..., float]] = {"min": _least, "max": _most, "abs": abs}
"""Functions worth a fast way for one frame: they limit and fold what went before."""
