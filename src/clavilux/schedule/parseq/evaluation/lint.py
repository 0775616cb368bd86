"""Lint of expressions: readings that surprise, and names that are nearly right.

Text in, what was noticed out, each with the text that would say it plainly.
"""

import difflib
import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from clavilux.schedule.parseq.evaluation.calls import FUNCTIONS
from clavilux.schedule.parseq.evaluation.variables import NAMES
from clavilux.schedule.parseq.language.tree import (
    LEVEL_OF,
    Call,
    Chain,
    Choice,
    Negative,
    Node,
    Variable,
    children,
    unparse,
    walk,
)

_NEAR = 0.6
_SURE = 0.75
"""How alike two names must be to be suggested, and to be put right unasked."""
_BRACKETED_SIGN = re.compile(r"\(\s*-[^()]*\)\s*\^")
_ORDER_MATTERS = frozenset("-/%")
_STRENGTH = {"^": 2, "and": 1}
"""Operators that bind tighter elsewhere than others of their level here."""


_LONGEST_CHAIN = 40
"""Operators in a chain whose brackets are written out."""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something noticed in an expression."""

    reason: str
    remedy: str
    fixed: str | None
    """The whole expression, put right, where that is safe."""
    is_error: bool = False


def surprises(tree: Node, text: str) -> Iterator[Notice]:
    """Notice chains that are read otherwise than their writer will have meant."""
    for node in walk(tree):
        if isinstance(node, Chain) and _negates_first(node) and not _BRACKETED_SIGN.search(text):
            yield Notice(
                f"a sign binds tighter than ^: {unparse(node)} raises a negative number",
                "write 0 - (…) for minus the power, or (-…)^ to show that you mean it",
                None,
            )
        elif isinstance(node, Chain) and _surprises(node):
            if max(len(n.operators) for n in walk(tree) if isinstance(n, Chain)) > _LONGEST_CHAIN:
                yield Notice(
                    "operators are applied from the right, in a chain too long to write out",
                    "put brackets where you mean them, or shorten it",
                    None,
                )
                return
            yield Notice(
                f"operators are applied from the right: {unparse(node)} is read as "
                f"{unparse(bracketed(node))}",
                f"put brackets where you mean them, such as {_from_left(node)}; "
                "the fix writes out today's reading",
                unparse(bracketed(tree)),
            )


def _negates_first(chain: Chain) -> bool:
    return chain.operators[0] == "^" and isinstance(chain.operands[0], Negative)


def _surprises(chain: Chain) -> bool:
    operators = chain.operators
    for left, right in itertools.pairwise(operators):
        if left in _ORDER_MATTERS or LEVEL_OF.get(left) == 1:
            return True
        if _STRENGTH.get(left, 0) > _STRENGTH.get(right, 0):
            return True
    return False


def bracketed(node: Node) -> Node:
    """Return the same tree with every chain as pairs, so that it prints with all its brackets."""
    match node:
        case Chain():
            parts = [bracketed(operand) for operand in node.operands]
            result = parts[-1]
            for operator, part in zip(reversed(node.operators), reversed(parts[:-1]), strict=True):
                result = Chain((part, result), (operator,), node.place)
            return result
        case Negative():
            return Negative(bracketed(node.operand))
        case Choice():
            otherwise = None if node.otherwise is None else bracketed(node.otherwise)
            return Choice(bracketed(node.condition), bracketed(node.then), otherwise, node.place)
        case Call():
            arguments = tuple(bracketed(argument) for argument in node.arguments)
            return Call(node.name, arguments, node.names, node.place)
    return node


def _from_left(chain: Chain) -> str:
    result: Node = chain.operands[0]
    for operator, operand in zip(chain.operators, chain.operands[1:], strict=True):
        result = Chain((result, operand), (operator,))
    return unparse(result)


def unknown_names(tree: Node, text: str, also: Iterable[str]) -> Iterator[Notice]:
    """Notice variables, functions and arguments that do not exist.

    Args:
        tree: The expression.
        text: Its text, which a fix changes as little as it can.
        also: Names that exist here besides the language's own: time series, fields.
    """
    known = set(also)
    for node in walk(tree):
        if isinstance(node, Variable) and node.name not in NAMES | known:
            yield _unknown("variable", node.name, NAMES | known, text)
        elif isinstance(node, Call):
            if node.name not in FUNCTIONS.keys() | known:
                yield _unknown("function", node.name, FUNCTIONS.keys() | known, text)
            elif node.names and node.name in FUNCTIONS:
                parameters = FUNCTIONS[node.name].parameters
                allowed = {name for parameter in parameters for name in parameter.names}
                for name in node.names:
                    if name not in allowed:
                        yield _unknown(f"argument of {node.name}", name, allowed, text)


def _unknown(what: str, name: str, known: Iterable[str], text: str) -> Notice:
    near = nearest(name, known)
    reason = f"there is no {what} {name!r}"
    if near is None:
        names = ", ".join(sorted(known)[:12])
        return Notice(reason, f"use one there is, such as {names}", None, is_error=True)
    sure = difflib.SequenceMatcher(None, near, name).ratio() >= _SURE
    fixed = re.sub(rf"\b{re.escape(name)}\b", near, text) if sure else None
    return Notice(reason, f"did you mean {near}?", fixed, is_error=True)


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that is nearly `name`, or None."""
    matches = difflib.get_close_matches(name, sorted(known), n=1, cutoff=_NEAR)
    return matches[0] if matches else None


def names_in(tree: Node) -> set[str]:
    """Return every name that an expression mentions."""
    found: set[str] = set()
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, (Variable, Call)):
            found.add(node.name)
        waiting.extend(children(node))
    return found
