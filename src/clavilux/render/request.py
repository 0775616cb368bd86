"""Request: everything that decides the pictures of a film, as one value.

A renderer names the fields it honours; `check` refuses a request that sets any other,
so that nothing asked for is dropped in silence.
"""

import hashlib
from collections.abc import Set
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from clavilux.core.errors import ArgumentError
from clavilux.core.notes import PlayedNotes
from clavilux.core.values import Curves, Rgb, Size
from clavilux.matter.palettes import Palette
from clavilux.narrate.lexicon import Lexicon


@dataclass(frozen=True, slots=True)
class ShotStart:
    """Where a shot begins, and what it is made of."""

    first_frame: int
    look: str | None = None
    """A look by name; that of the request if None."""
    seed: int | None = None
    """Its matter; drawn from the request's seed and its number if None. Shots of one seed and
    look begin alike."""
    variation: int = 0
    """Which variation of the palette: 0 as it is."""
    blend: int = 0
    """Frames before its first over which it comes in; it cuts if 0."""


@dataclass(frozen=True, slots=True, eq=False)
class Request:
    """A film to be drawn. The frame rate and the words are those of `curves`."""

    curves: Curves
    """The value of every parameter at every video frame."""
    size: Size
    """Width and height of the pictures, even numbers."""
    seed: int = 0
    """Decides everything that is left to chance."""
    look: str | None = None
    """A look by name, see `clavilux.matter.LOOKS`; the renderer's default if None."""
    palette: Palette | None = None
    """Colours to be kept; those of the words, the image or the look if None."""
    hue_range: float | None = None
    """Degrees by which the curves may turn hues; 180 lets them turn as they say. If None, few
    where a palette is given, more in the look's own (see `render.hues`)."""
    image: Rgb | None = None
    """A picture to start from."""
    lexicon: Lexicon | None = None
    """What the words mean; ours if None."""
    notes: PlayedNotes | None = None
    """The notes played, for looks that show them."""
    plan: tuple[ShotStart, ...] = ()
    """Shots, in order from frame 0 on, each with matter of its own; one shot if empty. In the
    curves, strength is 0 where one begins."""
    loop: bool = False
    """Whether the film's end joins its beginning."""
    transparent: bool = False
    """Whether pictures have `Yuv.alpha`, for films to be laid over others."""
    flashing: bool = False
    """Allow more than three flashes a second."""

    @property
    def options(self) -> frozenset[str]:
        """The fields that are set to something else than their default, beside the first three."""
        first = {"curves", "size", "seed"}
        return frozenset(
            field.name
            for field in fields(self)
            if field.name not in first and _is_set(getattr(self, field.name), field.default)
        )

    @property
    def digest(self) -> str:
        """A hash that differs whenever the pictures could."""
        digest = hashlib.sha256()
        _feed(digest, self)
        return digest.hexdigest()


def check(request: Request, honoured: Set[str], renderer: str) -> None:
    """Raise an error if a request sets a field that a renderer doesn't honour.

    Raises:
        ArgumentError: It does; the message names the fields.
    """
    refused = sorted(request.options - honoured)
    if refused:
        asked = ", ".join(f"`{name}`" for name in refused)
        known = ", ".join(f"`{name}`" for name in sorted(honoured)) or "none"
        raise ArgumentError(
            f"the renderer {renderer!r} does nothing with {asked}; it honours: {known}"
        )


def _is_set(value: Any, default: Any) -> bool:
    return value is not None if default is None else bool(value != default)


def _feed(digest: Any, value: Any) -> None:
    """Add a value and all that it holds to a hash."""
    if isinstance(value, np.ndarray):
        digest.update(f"{value.dtype.str}{value.shape}".encode())
        digest.update(np.ascontiguousarray(value).tobytes())
    elif isinstance(value, Lexicon):
        digest.update(value.digest.encode())
    elif isinstance(value, dict):
        for key in sorted(value):
            digest.update(repr(key).encode())
            _feed(digest, value[key])
    elif hasattr(value, "__dataclass_fields__"):
        for field in fields(value):
            digest.update(field.name.encode())
            _feed(digest, getattr(value, field.name))
    else:
        digest.update(repr(value).encode())
