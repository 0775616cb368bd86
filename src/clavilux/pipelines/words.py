"""Words by section: prompts that hold for all of a piece, or where a section is played."""

import re
from collections.abc import Callable, Sequence
from fnmatch import fnmatchcase

from clavilux.core.errors import ArgumentError

_BY_SECTION = re.compile(r"([^:]{1,60}?)\s*:\s+(?![\d.])(\S.*)", re.DOTALL)
"""``B: a red storm``; not ``fire : 0.7 AND sea : 0.3``, which are weights."""


def is_by_section(text: str) -> bool:
    """Return True if words are written for some sections, as ``B: a red storm``."""
    return _BY_SECTION.fullmatch(text.strip()) is not None


def words_by_section(texts: Sequence[str], labels: Sequence[str]) -> Callable[[str], str]:
    """Return what gives the prompt of a section by its label; the later text wins.

    Raises:
        ArgumentError: A text names a section that isn't there.
    """
    rules: list[tuple[str, str]] = []
    known = list(dict.fromkeys(label for label in labels if label))
    for text in texts:
        match = _BY_SECTION.fullmatch(text.strip())
        pattern, words = (match[1].lower(), match[2]) if match else ("*", text.strip())
        if match and not any(fnmatchcase(label.lower(), pattern) for label in known):
            raise ArgumentError(
                f"`prompt`: no section is called {match[1]!r}; there are: "
                f"{', '.join(known) or 'none'}. Words that hold a colon go after '*: '"
            )
        rules.append((pattern, words))
    rules.sort(key=lambda rule: rule[0] != "*")  # what is for all gives way to what is for one

    def words_of(label: str) -> str:
        fitting = [words for pattern, words in rules if fnmatchcase(label.lower(), pattern)]
        return fitting[-1] if fitting else ""

    return words_of


def words_of_all(texts: Sequence[str]) -> str:
    """Return the prompt of a film without sections; the later text wins.

    Raises:
        ArgumentError: A text is for a section.
    """
    for text in texts:
        match = _BY_SECTION.fullmatch(text.strip())
        if match and match[1] != "*":
            raise ArgumentError(
                f"`prompt`: there are no sections here, so none is called {match[1]!r}; "
                "words that hold a colon go after '*: '"
            )
    return words_by_section(texts, [])("")
