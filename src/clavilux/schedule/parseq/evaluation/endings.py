"""Endings: which node of an expression is evaluated last.

The original keeps what ``recompute_if`` stores at the node that it evaluated last, and so
do we: what that node is decides whether two of them share a memory.
"""

from collections.abc import Iterator

from clavilux.schedule.parseq.evaluation.calls import plan
from clavilux.schedule.parseq.evaluation.scene import Fault
from clavilux.schedule.parseq.language.tree import Call, Chain, Choice, Negative, Node


def shares_memory(node: Call) -> bool:
    """Whether a recompute_if may share its memory, or change it with a branch.

    The original stores the value at the node evaluated last, which is the innermost
    last part of the last argument: an ``if`` there has several such nodes, and a
    recompute_if there stores at the same.
    """
    return any(
        isinstance(last, Choice) or (isinstance(last, Call) and last.name == "recompute_if")
        for last in _last_parts(_given(node)[-1])
    )


def ends_in_choice(node: Node) -> bool:
    """Whether the node evaluated last differs from frame to frame."""
    return any(isinstance(last, Choice) for last in _last_parts(node))


def last_part(node: Node) -> Node:
    """Return the node that is evaluated last within this one."""
    *_, last = _last_parts(node)
    return last


def _last_parts(node: Node) -> Iterator[Node]:
    """Return the node, its part evaluated last, that part's last part and so on, up to an if."""
    while True:
        yield node
        match node:
            case Call():
                given = _given(node)
                if not given:
                    return
                node = given[-1]
            case Chain():
                node = node.operands[-1]
            case Negative():
                node = node.operand
            case _:
                return


def _given(call: Call) -> list[Node]:
    """Return a call's arguments in the order of their evaluation; none if it fails before that."""
    try:
        return [argument for argument in plan(call).arguments if argument is not None]
    except Fault:
        return []
