"""Trees: what a Parseq expression is once it is read.

The tree holds meaning only: it is frozen, may be shared between fields, and two
expressions that mean the same compare equal wherever they stood in their text.

Conventions
-----------
- A chain of operators of one level is one node. All operators are
  right-associative: the last one is applied first.
- A place is the line (from 1) and column (from 0) in the text that an error names;
  literals and negations have none, as in the original.
"""

import json
import math
from dataclasses import dataclass, field
from decimal import Decimal

LEVELS = (
    ("and", "or"),
    (">", ">=", "<", "<=", "==", "!=", "&&", "||"),
    ("+", "-"),
    ("*", "/", "%", ":", "^"),
)
"""The four levels of binary operators, loosest first."""
LEVEL_OF = {operator: level for level, row in enumerate(LEVELS) for operator in row}


@dataclass(frozen=True, slots=True)
class Place:
    """Where in its text a node begins."""

    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        return "undefined:undefined" if self.line is None else f"{self.line}:{self.column}"


NOWHERE = Place()


@dataclass(frozen=True, slots=True)
class Number:
    """A number, perhaps with a unit: frames, seconds or beats."""

    value: float
    unit: str = ""
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Text:
    """A string."""

    value: str
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Truth:
    """``true`` or ``false``, worth 1 or 0."""

    value: bool
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Variable:
    """A name: of the frame, of the keyframes, of a constant or a time series."""

    name: str
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Negative:
    """Minus something."""

    operand: "Node"
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Chain:
    """Operands joined by operators of one level, applied from the right."""

    operands: tuple["Node", ...]
    operators: tuple[str, ...]
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Choice:
    """``if condition then else otherwise``; without the last, 0."""

    condition: "Node"
    then: "Node"
    otherwise: "Node | None"
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Call:
    """A function with arguments that are all named or all not."""

    name: str
    arguments: tuple["Node", ...]
    names: tuple[str, ...] | None
    """The arguments' names, or None when they go by position."""
    place: Place = field(default=NOWHERE, compare=False)


Node = Number | Text | Truth | Variable | Negative | Chain | Choice | Call


def children(node: Node) -> tuple[Node, ...]:
    """Return the nodes directly below, in the order in which they are written."""
    match node:
        case Negative():
            return (node.operand,)
        case Chain():
            return node.operands
        case Choice():
            both = (node.condition, node.then)
            return both if node.otherwise is None else (*both, node.otherwise)
        case Call():
            return node.arguments
        case _:
            return ()


def walk(node: Node) -> list[Node]:
    """Return the node and everything below it, parents first."""
    found, waiting = [], [node]
    while waiting:
        node = waiting.pop()
        found.append(node)
        waiting.extend(reversed(children(node)))
    return found


def unparse(node: Node) -> str:
    """Print a tree so that it parses to the same tree again."""
    match node:
        case Number():
            digits = (
                f"{Decimal(repr(node.value)):f}" if math.isfinite(node.value) else "1" + "0" * 309
            )
            return digits.removesuffix(".0") + node.unit
        case Text():
            return json.dumps(node.value, ensure_ascii=False)
        case Truth():
            return "true" if node.value else "false"
        case Variable():
            return node.name
        case Negative():
            return "-" + _operand(node.operand)
        case Chain():
            parts = [_operand(node.operands[0], node.operators[0])]
            for operator, operand in zip(node.operators, node.operands[1:], strict=True):
                parts += [operator, _operand(operand, operator)]
            return " ".join(parts)
        case Choice():
            text = f"if ({unparse(node.condition)}) ({unparse(node.then)})"
            if node.otherwise is None:
                return text
            return f"{text} else {_operand(node.otherwise)}"
        case Call():
            arguments = [unparse(argument) for argument in node.arguments]
            if node.names is not None:
                named = zip(node.names, arguments, strict=True)
                arguments = [f"{name}={argument}" for name, argument in named]
            return f"{node.name}({', '.join(arguments)})"


def _operand(node: Node, operator: str = "") -> str:
    """Print a part of a chain, in brackets where it would otherwise be read differently."""
    text = unparse(node)
    if isinstance(node, Chain):
        loose = not operator or LEVEL_OF[node.operators[0]] <= LEVEL_OF[operator]
        return f"({text})" if loose else text
    if isinstance(node, (Choice, Negative)) and not (isinstance(node, Negative) and operator):
        return f"({text})"
    return text
