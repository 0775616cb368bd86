"""Arguments: what users give to a verb, checked and brought into one form.

The shell gives text, Python whatever is at hand: ``"720p"``, ``512``, ``(512, 256)`` and a
`Size` are all sizes. Each function here takes any of these and returns the one form the
pipelines use, or raises an `ArgumentError` that names the argument. The aliases (`SizeField`,
`TimeField` …) are the same as types of a field of `Options`, one class of which a verb has.
"""

import math
import os
import re
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from numbers import Integral, Real
from pathlib import Path
from typing import Annotated, Any, Self, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError, ValidationInfo

from clavilux.core.errors import ArgumentError, InputError
from clavilux.core.files import check_writable
from clavilux.core.timeline import parse_frame_rate
from clavilux.core.values import Size

PathLike: TypeAlias = str | os.PathLike[str]
SizeLike: TypeAlias = str | int | Sequence[int]
"""``512``, ``"1280x720"``, ``"720p"``, ``(1280, 720)``."""
TimeLike: TypeAlias = str | float
"""Seconds, or text such as ``"1:12.5"``."""
FrameRateLike: TypeAlias = str | float | Fraction
NamesLike: TypeAlias = str | Sequence[str]
"""``"piano,cello"`` or ``["piano", "cello"]``."""

_NAMED_SIZES = {
    "480p": (854, 480),
    "720p": (1280, 720),
    "1080p": (1920, 1080),
    "4k": (3840, 2160),
    "square": (1080, 1080),
    "story": (1080, 1920),
}
_LEAST_SIDE, _MOST_SIDE = 16, 8192
_MOST_S = 1e7
"""Longer than any film: what is above was not meant as seconds."""
MOST_SEED = 2**63 - 1


def size(value: Any, name: str = "size") -> Size:
    """Return a picture size.

    Raises:
        ArgumentError: It is no size, or outside 16 to 8192 pixels a side.
    """
    sides: Any = value
    if isinstance(value, str):
        text = value.strip().lower()
        match = re.fullmatch(r"(\d{1,5})(?:[x×](\d{1,5}))?", text, re.ASCII)
        sides = _NAMED_SIZES.get(text) or (match and (int(match[1]), int(match[2] or match[1])))
    elif _is_whole(value):
        sides = (value, value)
    try:
        width, height = sides
    except (TypeError, ValueError):
        width = height = None
    if not _is_whole(width) or not _is_whole(height):
        raise ArgumentError(
            f"`{name}` {value!r} is not a size; write 512, 1280x720, 720p, 4k, square or story"
        )
    if not all(_LEAST_SIDE <= side <= _MOST_SIDE for side in (width, height)):
        raise ArgumentError(
            f"`{name}` {value} is outside {_LEAST_SIDE} to {_MOST_SIDE} pixels a side"
        )
    return Size(int(width), int(height))


def seconds(value: Any, name: str = "time") -> float:
    """Return a time in seconds: a number, or text such as ``12.5``, ``1:12.5``, ``1:02:03``.

    Raises:
        ArgumentError: It is neither, or negative.
    """
    parts: list[float] = []
    if isinstance(value, str):
        words = value.strip().split(":")
        if all(re.fullmatch(r"\d+(\.\d*)?|\.\d+", word, re.ASCII) for word in words):
            parts = [float(word) for word in words]
    elif _is_number(value):
        parts = [float(value)]
    if not 1 <= len(parts) <= 3 or any(not 0 <= part < _MOST_S for part in parts):
        raise ArgumentError(
            f"`{name}` {value!r} is not a time; write seconds or minutes:seconds, from 0 up"
        )
    total = 0.0
    for part in parts:
        total = total * 60 + part
    return total


def offset(value: Any, name: str = "offset") -> float:
    """Return a time in seconds that may be negative: ``-0.35``, ``"-1:02"``."""
    if isinstance(value, str) and value.strip().startswith("-"):
        return -seconds(value.strip()[1:], name)
    return -seconds(-value, name) if _is_number(value) and value < 0 else seconds(value, name)


def length(value: Any, name: str = "duration") -> float:
    """Return a duration in seconds, written as a time and above 0."""
    found = seconds(value, name)
    if found <= 0:
        raise ArgumentError(f"`{name}` is {value!r}; expected more than 0 s")
    return found


def frame_rate(value: Any, name: str = "fps") -> Fraction:
    """Return a frame rate: ``24``, ``29.97``, ``"24000/1001"``, ``Fraction(24000, 1001)``."""
    if not isinstance(value, str) and not _is_number(value):
        raise ArgumentError(f"`{name}` is {value!r}; expected a number such as 24 or 29.97")
    try:
        return parse_frame_rate(value)
    except InputError as error:
        raise ArgumentError(f"`{name}`: {error}") from error


def seed(value: Any, name: str = "seed") -> int:
    """Return a seed: a whole number from 0 up."""
    return whole(0, MOST_SEED)(value, name)


def text(value: Any, name: str) -> str:
    """Return a text."""
    if not isinstance(value, str):
        raise ArgumentError(f"`{name}` is {value!r}; expected text")
    return value


def flag(value: Any, name: str) -> bool:
    """Return True or False, and nothing that merely behaves like either."""
    if not isinstance(value, bool):
        raise ArgumentError(f"`{name}` is {value!r}; expected True or False")
    return value


def path(value: Any, name: str) -> str:
    """Return the path of a file or a folder."""
    if not isinstance(value, (str, os.PathLike)) or not isinstance(os.fspath(value), str):
        raise ArgumentError(f"`{name}` is {value!r}; expected a path")
    if not os.fspath(value).strip() or "\0" in os.fspath(value):
        raise ArgumentError(f"`{name}` is {os.fspath(value)!r}, which names no file")
    return str(os.fspath(value))


def words(value: Any, name: str) -> tuple[str, ...]:
    """Return names, written with commas between them or given one by one."""
    listed = texts(value.split(",") if isinstance(value, str) else value, name)
    return tuple(word.strip().lower() for word in listed if word.strip())


def texts(value: Any, name: str) -> tuple[str, ...]:
    """Return one text or several as a tuple."""
    listed = (value,) if isinstance(value, str) else value
    if not isinstance(listed, Sequence) or not all(isinstance(item, str) for item in listed):
        raise ArgumentError(f"`{name}` is {value!r}; expected text, or a list of texts")
    return tuple(listed)


def colours(value: Any, name: str) -> str:
    """Return a palette as text: a name, a picture's path, or colours with commas between."""
    if isinstance(value, (str, os.PathLike)):
        return path(value, name)
    if isinstance(value, Sequence) and all(isinstance(colour, str) for colour in value):
        return ", ".join(value)
    raise ArgumentError(
        f"`{name}` is {value!r}; expected a name, a picture, or colours such as "
        "['#102030', '#e0c080']"
    )


def times(value: Any, name: str) -> str | tuple[float, ...]:
    """Return the path of a file of times, or the times themselves, in seconds."""
    if isinstance(value, (str, os.PathLike)):
        return path(value, name)
    try:
        return tuple(float(item) for item in value)
    except (TypeError, ValueError):
        raise ArgumentError(
            f"`{name}` is {value!r}; expected a file, or a list of seconds"
        ) from None


def whole(least: int, most: int) -> Callable[[Any, str], int]:
    """Return a function that checks a whole number from `least` to `most`."""

    def check(value: Any, name: str) -> int:
        if not _is_whole(value) or not least <= value <= most:
            bounds = f"from {least} up" if most >= MOST_SEED else f"from {least} to {most}"
            raise ArgumentError(f"`{name}` is {value!r}; expected a whole number {bounds}")
        return int(value)

    return check


def number(least: float, most: float) -> Callable[[Any, str], float]:
    """Return a function that checks a number from `least` to `most`."""

    def check(value: Any, name: str) -> float:
        if not _is_number(value) or not least <= value <= most:
            raise ArgumentError(f"`{name}` is {value!r}; expected a number from {least} to {most}")
        return float(value)

    return check


def choice(names: Iterable[str]) -> Callable[[Any, str], str]:
    """Return a function that checks one of some names."""
    known = tuple(names)

    def check(value: Any, name: str) -> str:
        if not isinstance(value, str) or value not in known:
            raise ArgumentError(f"no `{name}` is called {value!r}; there are: {', '.join(known)}")
        return value

    return check


def field(check: Callable[[Any, str], Any]) -> BeforeValidator:
    """Return what makes `check` the rule of a field of `Options`; None passes where it may."""

    def validate(value: Any, info: ValidationInfo) -> Any:
        return None if value is None else check(value, info.field_name or "")

    return BeforeValidator(validate)


TextField = Annotated[str, field(text)]
FlagField = Annotated[bool, field(flag)]
PathField = Annotated[str, field(path)]
NamesField = Annotated[tuple[str, ...], field(words)]
TextsField = Annotated[tuple[str, ...], field(texts)]
ColoursField = Annotated[str, field(colours)]
BeatsField = Annotated[str | tuple[float, ...], field(times)]
SizeField = Annotated[Size, field(size)]
TimeField = Annotated[float, field(seconds)]
OffsetField = Annotated[float, field(offset)]
LengthField = Annotated[float, field(length)]
FrameRateField = Annotated[Fraction, field(frame_rate)]
SeedField = Annotated[int, field(seed)]


class Options(BaseModel):
    """The options of a verb: each checked once, when they are given; never changed after."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", arbitrary_types_allowed=True, validate_default=False
    )

    def __init__(self, **values: Any) -> None:
        """Check the values.

        Raises:
            ArgumentError: One of them cannot be used; the message names it.
        """
        try:
            super().__init__(**values)
        except ValidationError as error:
            found = error.errors()[0]
            name = str(found["loc"][0]) if found["loc"] else "options"
            if found["type"] == "extra_forbidden":
                known = ", ".join(type(self).model_fields)
                raise ArgumentError(f"there is no argument `{name}`; there are: {known}") from error
            raise ArgumentError(
                f"`{name}` is {found['input']!r}; {found['msg'].lower()}"
            ) from error

    def but(self, **changes: Any) -> Self:
        """Return the same options with some changed, checked like any others."""
        return type(self)(**{**dict(self), **changes})


def suffix_of(target: PathLike, suffixes: Iterable[str], name: str = "output") -> str:
    """Return the suffix of a file to write.

    Raises:
        ArgumentError: It is none of those that this verb can write.
    """
    found = Path(target).suffix.lower()
    known = tuple(suffixes)
    if found not in known:
        raise ArgumentError(
            f"cannot write `{name}` {os.fspath(target)}: expected a name that ends in "
            f"{', '.join(known[:-1])}{' or ' if len(known) > 1 else ''}{known[-1]}"
        )
    return found


def target(
    value: Any, suffixes: Iterable[str], *sources: PathLike | None, name: str = "output"
) -> Path:
    """Return the path of a file to write, before any work.

    Args:
        value: The path.
        suffixes: What this verb can write.
        sources: Files that are read, and so must not be written over.
        name: Of the argument.

    Raises:
        ArgumentError: Its suffix is none of those, or it is one of the sources.
        InputError: It is a folder.
        OutputError: Its folder cannot be made or written.
    """
    found = Path(path(value, name))
    suffix_of(found, suffixes, name)
    check_writable(found)
    for source in sources:
        if source is not None and _is_same_file(found, Path(source)):
            raise ArgumentError(f"`{name}` {found} is what is read; name another file")
    return found


def _is_same_file(one: Path, other: Path) -> bool:
    return one.exists() and other.exists() and one.samefile(other)


def _is_whole(value: Any) -> bool:
    return isinstance(value, Integral) and not isinstance(value, bool)


def _is_number(value: Any) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(value)
