"""How notes, drums, lengths of time and amounts are written in a mapping.

Each function reads one such value as YAML gives it and raises a `ValueError`
that says what it should look like.
"""

import math
import re
from difflib import get_close_matches
from typing import Any

from clavilux.core.drums import DRUMS
from clavilux.schedule.mapping.rules import Duration

_REAL = r"(?:\d{1,30}\.?\d{0,30}|\.\d{1,30})(?:[eE][+-]?\d{1,3})?"
_DURATION = re.compile(rf"\s*({_REAL})(?:\s*/\s*({_REAL}))?\s*(s|ms|beats?|notes?)?\s*", re.ASCII)
_NOTE_OF = {"c": 0, "d": 2, "e": 4, "f": 5, "g": 7, "a": 9, "b": 11}


def _parse_note(text: str) -> int:
    """Read ``60`` or ``C4`` (which is 60), with ``#`` and ``b``."""
    if text.isascii() and text.isdigit() and len(text) < 10:
        number = int(text)
    elif match := re.fullmatch(r"([A-Ga-g])([#b]?)(-?\d)", text):
        step = {"#": 1, "b": -1, "": 0}[match[2]]
        number = _NOTE_OF[match[1].lower()] + step + 12 * (int(match[3]) + 1)
    else:
        raise ValueError(f"{text!r} is not a note; write 60, C4 or a range such as C3..B4")
    if not 0 <= number <= 127:
        raise ValueError(f"note {text} is outside 0 to 127")
    return number


def parse_notes(value: Any) -> tuple[tuple[int, int], ...]:
    """Read a note, a range or a list of both; ``any`` is the empty tuple."""
    if value is True or value == "any":
        return ()
    ranges = []
    for item in value if isinstance(value, list) else [value]:
        low, _, high = str(item).replace(" ", "").partition("..")
        ranges.append((_parse_note(low), _parse_note(high or low)))
    if bad := [pair for pair in ranges if pair[0] > pair[1]]:
        raise ValueError(f"the range {bad[0][0]}..{bad[0][1]} is empty; write the lower note first")
    return tuple(ranges)


def parse_drums(value: Any) -> tuple[frozenset[str], tuple[tuple[int, int], ...]]:
    """Read drums by name or note number, one or a list; ``any`` is neither."""
    names: set[str] = set()
    numbers: list[tuple[int, int]] = []
    for item in value if isinstance(value, list) else [value]:
        if item == "any":
            return frozenset(), ()
        if isinstance(item, int) and not isinstance(item, bool):
            numbers += parse_notes(item)
        elif isinstance(item, str) and item in DRUMS:
            names.add(str(item))
        else:
            raise ValueError(f"no drum is called {item!r}{meant(str(item), DRUMS)}")
    return frozenset(names), tuple(numbers)


def parse_duration(value: Any) -> Duration:
    """Read ``0.2``, ``5/24 s``, ``120 ms``, ``1/2 beat`` or ``note``."""
    if isinstance(value, Duration):
        return value
    text = "1 note" if value == "note" else str(value)
    match = _DURATION.fullmatch(text)
    number = float(match[1]) / (float(match[2] or 1) or math.inf) if match else -1.0
    if not match or not 0 <= number <= 3600 or (match[2] and not float(match[2])):
        raise ValueError(
            f"{value!r} is not a length of time; write seconds (0.2), 120 ms, 1/2 beat or note"
        )
    unit = match[3] or "s"
    if unit == "ms":
        return Duration(number / 1000)
    return Duration(number, "s" if unit == "s" else "beats" if unit[0] == "b" else "notes")


def parse_amount(value: Any) -> tuple[float, float] | None:
    if value is None:
        return None
    pair = value if isinstance(value, list | tuple) else (0.0, value)
    numbers = all(isinstance(v, int | float) and not isinstance(v, bool) for v in pair)
    if len(pair) != 2 or not numbers or not all(abs(v) < 1e9 for v in pair):
        raise ValueError(f"{value!r} is not an amount; write a number, or [low, high]")
    return float(pair[0]), float(pair[1])


def meant(word: str, known: Any) -> str:
    """Offer the nearest name, or else all there are."""
    near = get_close_matches(word.lower(), list(known), n=1, cutoff=0.5)
    return f"; did you mean {near[0]!r}?" if near else f"; there are: {', '.join(known)}"
