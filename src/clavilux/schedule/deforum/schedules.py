"""Schedule strings: ``0:(expr), 30:(expr)`` becomes one number a frame.

Numbers are joined by straight lines; an expression is evaluated at every frame until
the next key. A key may be an expression of ``max_f``.

Deforum splits the string at every comma and every colon before it looks at brackets,
so an expression can hold neither; the error says so.
"""

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clavilux.core.errors import DocumentError
from clavilux.schedule.deforum import numexpr

MAX_KEYS = 20_000
MAX_TEXT = 2_000_000
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_BACKTICKS = re.compile(r"`.*?`")


@dataclass(frozen=True, slots=True)
class Schedule:
    """One schedule string, read."""

    name: str
    keys: dict[int, str]
    """What each key frame says, by frame."""


def read_schedule(name: str, text: str, n_frames: int) -> Schedule:
    """Read a schedule string.

    Raises:
        DocumentError: It is none; the message names the part.
    """
    if len(text) > MAX_TEXT:
        raise DocumentError(f"schedule {name!r} has {len(text)} characters; at most {MAX_TEXT}")
    keys: dict[int, str] = {}
    for part in text.split(","):
        pieces = part.split(":")
        if len(pieces) != 2 or not pieces[1].strip():
            raise DocumentError(
                f"schedule {name!r}: {part.strip()!r} is not 'frame: value'. Deforum splits at "
                "every comma and colon, so where(a, b, c) cannot be used: write "
                "a * b + (1 - a) * c with a comparison for a"
            )
        keys[_key(name, pieces[0], n_frames - 1)] = pieces[1].strip()
        if len(keys) > MAX_KEYS:
            raise DocumentError(f"schedule {name!r} has more than {MAX_KEYS} keys")
    return Schedule(name, keys)


def evaluate_schedule(name: str, text: str, n_frames: int, *, seed: int = 0) -> NDArray[np.float64]:
    """Evaluate a schedule string at every frame.

    Args:
        name: What the schedule is called, for errors.
        text: The string.
        n_frames: How many frames there are.
        seed: What ``s`` stands for.

    Raises:
        DocumentError: It cannot be read or evaluated.
    """
    keys = sorted(read_schedule(name, text, n_frames).keys.items())
    values = np.full(n_frames, np.nan)
    stops = [frame for frame, _ in keys[1:]] + [n_frames]
    for (frame, said), stop in zip(keys, stops, strict=True):
        if frame >= n_frames:
            continue
        number = _plain_number(said)
        if number is not None:
            values[frame] = number
            continue
        frames = np.arange(frame, min(stop, n_frames))
        try:
            values[frames] = numexpr.evaluate(said, frames, seed=seed, max_f=n_frames - 1)
        except DocumentError as error:
            raise DocumentError(f"schedule {name!r}, frame {frame}: {error}") from None
    known = np.flatnonzero(~np.isnan(values))
    if len(known) == 0:
        raise DocumentError(f"schedule {name!r} has no key before frame {n_frames}")
    joined = np.interp(np.arange(n_frames), known, values[known])
    return np.asarray(joined, dtype=np.float64)


def evaluate_prompts(prompts: dict[str, str], n_frames: int, *, seed: int = 0) -> list[str]:
    """Give the prompt of every frame: the last key's, with expressions between backticks filled in.

    As in Deforum, every letter t between backticks becomes the frame, so that functions
    with a t in their name cannot be used there; keys may name max_f, here the number of
    frames.

    Raises:
        DocumentError: A key or an expression cannot be read.
    """
    keys = sorted((_key("prompts", key, n_frames), text) for key, text in prompts.items())
    if not keys:
        raise DocumentError('there are no prompts; expected an object such as {"0": "a cat"}')
    out: list[str] = []
    at = 0
    for frame in range(n_frames):
        while at + 1 < len(keys) and keys[at + 1][0] <= frame:
            at += 1
        text = keys[at][1]
        out.append(_filled(text, frame, n_frames - 1, seed) if "`" in text else text)
    return out


def split_negative(prompt: str) -> tuple[str, str]:
    """Split a prompt at ``--neg`` into its positive and its negative part."""
    positive, *negative = prompt.strip().split("--neg")
    return positive.strip(), "".join(negative).strip()


def _filled(text: str, frame: int, max_f: int, seed: int) -> str:
    def value(match: re.Match[str]) -> str:
        expression = match[0].strip("`").replace("max_f", str(max_f)).replace("t", str(frame))
        try:
            result = numexpr.evaluate(expression, np.array([frame]), seed=seed, max_f=max_f)
        except DocumentError as error:
            raise DocumentError(
                f"prompt at frame {frame}: {error} (in prompts Deforum puts the frame in place of "
                "every letter t, also within names such as sqrt)"
            ) from None
        number = float(result[0])
        return str(int(number)) if number.is_integer() else str(number)

    return _BACKTICKS.sub(value, text)


def _key(name: str, text: str, max_f: int) -> int:
    text = text.strip().strip("\"'").strip()
    if text.isascii() and text.isdigit() and len(text) < 10:
        return int(text)
    try:
        value = numexpr.evaluate(text, np.array([0]), seed=0, max_f=max_f)
    except DocumentError as error:
        raise DocumentError(f"schedule {name!r}: the key {text!r} is no frame: {error}") from None
    return int(value[0])


def _plain_number(text: str) -> float | None:
    bare = re.sub(r"['\"()]", "", text).strip()
    return float(bare) if _NUMBER.fullmatch(bare) else None
