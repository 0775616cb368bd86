"""Regular expressions: whether a JavaScript pattern matches somewhere in a text, in bounded time.

`info_match` needs only a yes or no, so no captures are kept and greed is of no
matter: the pattern becomes a graph, and a match is a path through it. Each pair of a
node and a place in the text is visited once at most, so no pattern is catastrophic.

Conventions
-----------
- Patterns are JavaScript's without flags: texts are sequences of UTF-16 units, ``$``
  matches at the very end only, and letters may be escaped needlessly.
- Back-references cannot be decided this way and are refused.
"""

from collections.abc import Sequence
from functools import lru_cache

from clavilux.core.errors import DocumentError
from clavilux.schedule.parseq.javascript.regex_graph import Node, PatternError, Search, units_of
from clavilux.schedule.parseq.javascript.regex_reader import Reader

MAX_PATTERN = 500
_SPECIAL = frozenset("\\^$.|?*+()[]{}")


class Pattern:
    """A pattern ready to be looked for."""

    def __init__(self, text: str) -> None:
        if len(text) > MAX_PATTERN:
            raise DocumentError(
                f"a pattern of info_match has {len(text)} characters; at most {MAX_PATTERN}"
            )
        self._literal = text if not _SPECIAL & set(text) else None
        try:
            self._start, self._end = Reader(text).read()
        except PatternError as error:
            raise PatternError(f"Invalid regular expression: /{text}/: {error}") from None

    def matches(self, text: str) -> bool:
        """Whether it occurs anywhere in `text`."""
        return self.search([text])[0]

    def search(self, texts: Sequence[str]) -> list[bool]:
        """Return for each text whether it occurs in it.

        Raises:
            DocumentError: Finding out takes too long.
        """
        if self._literal is not None:
            return [self._literal in text for text in texts]
        entry = Node(to=[self._start])
        anywhere = Node(consumes=lambda _: True)
        anywhere.to = [self._start, anywhere]
        entry.to.append(anywhere)
        found, visits = [], 0
        for text in texts:
            search = Search(units_of(text), visits)
            found.append(search.reaches(entry, self._end, 0))
            visits = search.visits
        return found


@lru_cache(maxsize=256)
def pattern(text: str) -> Pattern:
    """Read a pattern, or give it again."""
    return Pattern(text)
