"""The graph of a regular expression, and the search for a path through it; see `regex`."""

from collections.abc import Callable
from dataclasses import dataclass, field

from clavilux.core.errors import DocumentError

MAX_VISITS = 400_000
"""Steps that one pattern may take over all labels of a document."""

Units = tuple[int, ...]
Test = Callable[[int], bool]


class PatternError(Exception):
    """A pattern is not a regular expression; the message is the browser's."""


@dataclass(slots=True, eq=False)
class Node:
    """A place in the graph: perhaps one unit to consume or one condition to hold, then where to."""

    consumes: Test | None = None
    holds: "Callable[[Search, int], bool] | None" = None
    to: "list[Node]" = field(default_factory=list)


class Search:
    """One text being searched."""

    def __init__(self, units: Units, visits: int = 0) -> None:
        self.units = units
        self.visits = visits
        """Steps taken so far, those before this text included."""

    def reaches(self, start: Node, end: Node, at: int, stop: int | None = None) -> bool:
        """Whether a path from `start` at place `at` leads to `end` (at place `stop`)."""
        seen: set[tuple[int, int]] = set()
        waiting = [(start, at)]
        while waiting:
            node, place = waiting.pop()
            if (id(node), place) in seen:
                continue
            seen.add((id(node), place))
            self.visits += 1
            if self.visits > MAX_VISITS:
                raise DocumentError(
                    "a pattern of info_match needs too long on a keyframe's info; simplify it"
                )
            if node is end and (stop is None or place == stop):
                return True
            if node.holds is not None and not node.holds(self, place):
                continue
            if node.consumes is not None:
                if place == len(self.units) or not node.consumes(self.units[place]):
                    continue
                place += 1
            waiting.extend((following, place) for following in node.to)
        return False


def units_of(text: str) -> Units:
    """Return the UTF-16 units of a text."""
    raw = text.encode("utf-16-le", "surrogatepass")
    return tuple(raw[i] | raw[i + 1] << 8 for i in range(0, len(raw), 2))
