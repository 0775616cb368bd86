"""Schedule strings: ``0:(expr), 30:(expr)`` becomes one number a frame.

Numbers are joined by straight lines; an expression is evaluated at every frame until
the next key. A key may be an expression of ``max_f``. A number alone holds throughout.

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
MAX_PROMPT_TEXT = 40_000_000
_LONELY_T = re.compile(r"(?<![\w.])t(?![\w.])")
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
    if ":" not in text and _plain_number(text) is not None:
        return Schedule(name, {0: text.strip()})
    for part in text.split(","):
        pieces = part.split(":")  # Deforum takes the first two and ignores what follows
        if len(pieces) < 2 or not pieces[1].strip():
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
        if not 0 <= frame < n_frames:
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
    """Return every frame's prompt: the last key's, with expressions in backticks filled in.

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
    stops = [frame for frame, _ in keys[1:]] + [n_frames]
    for (_, text), stop in zip(keys, stops, strict=True):
        frames = range(len(out), max(len(out), min(stop, n_frames)))
        out += _filled(text, frames, n_frames - 1, seed) if "`" in text else [text] * len(frames)
    return out


def split_negative(prompt: str) -> tuple[str, str]:
    """Split a prompt at ``--neg`` into its positive and its negative part."""
    positive, *negative = prompt.strip().split("--neg")
    return positive.strip(), "".join(negative).strip()


def _filled(text: str, frames: range, max_f: int, seed: int) -> list[str]:
    """Return a prompt at each of `frames`, with what stands between backticks worked out."""
    if not frames:
        return []
    literals = _BACKTICKS.split(text)
    values = [
        _prompt_values(match.strip("`").replace("max_f", str(max_f)), frames, max_f, seed)
        for match in _BACKTICKS.findall(text)
    ]
    if len(frames) * len(text) > MAX_PROMPT_TEXT:
        raise DocumentError(
            f"prompt at frame {frames[0]}: its text over {len(frames)} frames is longer than "
            f"{MAX_PROMPT_TEXT} characters; shorten it"
        )
    rows = zip(*values, strict=True)
    return [
        literals[0] + "".join(v + literal for v, literal in zip(row, literals[1:], strict=True))
        for row in rows
    ]


def _prompt_values(expression: str, frames: range, max_f: int, seed: int) -> list[str]:
    """Return what an expression is worth at each frame, as text.

    Where every t stands alone, putting digits in its place is the same as the variable t,
    and all frames are worked out at once.
    """
    at = np.arange(frames.start, frames.stop)
    try:
        if _LONELY_T.sub("", expression).find("t") < 0:
            column = numexpr.evaluate(expression, at, seed=seed, max_f=max_f)
        else:
            column = np.array(
                [
                    numexpr.evaluate(expression.replace("t", str(frame)), at[i : i + 1],
                                     seed=seed, max_f=max_f)[0]
                    for i, frame in enumerate(frames)
                ]
            )  # fmt: skip
    except DocumentError as error:
        raise DocumentError(
            f"prompt at frame {frames[0]}: {error} (in prompts Deforum puts the frame in place of "
            "every letter t, also within names such as sqrt)"
        ) from None
    return [str(int(v)) if v.is_integer() else str(v) for v in column.tolist()]


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
