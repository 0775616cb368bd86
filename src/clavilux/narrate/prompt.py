"""Prompt: words as people write them for pictures, taken apart.

Understood are ``(word:1.3)`` and ``((word))``, ``[word]`` for less, ``a : 0.5 AND
b : 0.5`` as Deforum and Parseq write them, ``--neg`` before what is not wanted,
and commas; ``#a0b0c0`` is a colour. What looks like a setting of another program
(``<lora:…>``, ``--w 512``) is passed over.

Conventions
-----------
- A weight of 1 is a word as it stands; negative weights push away.
"""

import re
from dataclasses import dataclass

_NEGATIVE = re.compile(r"\s--neg(?:ative)?\b", re.IGNORECASE)
_SETTING = re.compile(r"<[^<>]*>|\s--\w+(?:[ =][\w.:-]+)?")
_AND = re.compile(r"\sAND\s")
_PART_WEIGHT = re.compile(r":\s*(-?\d+(?:\.\d*)?|-?\.\d+)\s*$")
_TOKEN = re.compile(r"\\.|#[0-9a-fA-F]{6}\b|[()\[\]]|:\s*-?\d*\.?\d+(?=\s*\))|[^\W\d_][\w'’]*|\S")
_ROUND, _SQUARE = 1.1, 1 / 1.1
_HEAVIEST = 4.0
LONGEST = 4000
"""Characters that are read; what comes after is passed over."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a prompt."""

    text: str
    """Lower case."""
    weight: float


def words(prompt: str, negative: str = "") -> tuple[Word, ...]:
    """Take a prompt apart.

    Args:
        prompt: What is wanted; after ``--neg`` what is not.
        negative: What else is not wanted.

    Returns:
        Every word in order, with its weight; unwanted ones with a negative weight.
    """
    wanted, *unwanted = _NEGATIVE.split(" " + prompt[:LONGEST])
    found = [word for part, weight in _parts(wanted) for word in _weighed(part, weight)]
    for text in [*unwanted, negative[:LONGEST]]:
        found += [word for part, weight in _parts(text) for word in _weighed(part, -abs(weight))]
    return tuple(found)


def _parts(text: str) -> list[tuple[str, float]]:
    """Split at AND, and take each part's own weight off its end."""
    parts = []
    for part in _AND.split(_SETTING.sub(" ", " " + text)):
        match = _PART_WEIGHT.search(part)
        weight = float(match[1]) if match else 1.0
        parts.append((part[: match.start()] if match else part, _bounded(weight)))
    return parts


def _weighed(text: str, weight: float) -> list[Word]:
    """Return the words of one part, brackets weighed."""
    found: list[Word] = []
    open_at: list[tuple[str, int]] = []
    explicit: float | None = None
    for match in _TOKEN.finditer(text):
        token = match[0]
        if token in "([":
            open_at.append((token, len(found)))
        elif token in ")]" and open_at:
            kind, first = open_at.pop()
            factor = _ROUND if kind == "(" else _SQUARE
            if explicit is not None and kind == "(":
                factor = explicit
            found[first:] = [Word(w.text, _bounded(w.weight * factor)) for w in found[first:]]
            explicit = None
        elif token.startswith(":") and len(token) > 1:
            explicit = float(token[1:])
        elif token[0] == "#" and len(token) == 7:
            found.append(Word(token.lower(), weight))
        elif token[0].isalpha():
            text_of = token.lower().replace("’", "'").strip("'_")
            found.append(Word(text_of, weight))
    return found


def _bounded(weight: float) -> float:
    return max(-_HEAVIEST, min(_HEAVIEST, weight))
