"""Curves become pictures.

A `Request` says what film is wanted. A renderer, chosen by name, starts it; the run
that comes back gives one picture per video frame, can be stopped at any frame and
gone on with from its state, to the byte.
"""

from collections.abc import Iterator
from typing import Any, Protocol

from numpy.typing import NDArray

from clavilux.core.backends import Family
from clavilux.core.values import Yuv
from clavilux.render.notation import NOTE_LOOKS
from clavilux.render.parts import State
from clavilux.render.request import Request, ShotStart, check


class Run(Protocol):
    """A film being drawn: an iterator over its pictures."""

    def __iter__(self) -> Iterator[Yuv]: ...

    def __next__(self) -> Yuv: ...

    def state(self) -> dict[str, NDArray[Any]]:
        """Return what is needed to go on after the last picture, exactly."""
        ...


class Renderer(Protocol):
    """Turns requests into pictures; the same request gives the same pictures."""

    name: str
    honours: frozenset[str]
    """The fields of `Request` that it obeys, beside curves, size and seed."""

    def start(self, request: Request, *, first_frame: int = 0, state: State | None = None) -> Run:
        """Begin a film; call `clavilux.render.start` instead, which checks the request first."""
        ...


def start(
    renderer: Renderer, request: Request, *, first_frame: int = 0, state: State | None = None
) -> Run:
    """Begin a film at `first_frame`, from the state after the frame before it.

    Raises:
        InputError: The request sets what this renderer doesn't honour.
        ValueError: A later frame is asked for without its state.
    """
    check(request, renderer.honours, renderer.name)
    if first_frame and state is None:
        raise ValueError(f"to begin at frame {first_frame}, the state after the one before it")
    return renderer.start(request, first_frame=first_frame, state=state)


def pictures(request: Request, renderer: str = "procedural") -> Iterator[Yuv]:
    """Return one picture per video frame, drawn by the renderer of that name."""
    return iter(start(RENDERERS.make(renderer), request))


def renderer_of(look: str | None, otherwise: str) -> str:
    """Return the name of the renderer that draws `look`: that of notes, or `otherwise`."""
    return "notes" if look in NOTE_LOOKS.names() else otherwise


RENDERERS = Family(
    kind="renderer",
    group="clavilux.render",
    built_in={
        "procedural": "clavilux.render.procedural:ProceduralRenderer",
        "notes": "clavilux.render.notation.renderer:NoteRenderer",
        "blank": "clavilux.render.blank:BlankRenderer",
        "deforum-api": "clavilux.render.deforum.renderer:DeforumRenderer",
    },
)
"""Every renderer by name; reading it imports nothing."""

__all__ = [
    "RENDERERS",
    "Renderer",
    "Request",
    "Run",
    "ShotStart",
    "State",
    "check",
    "pictures",
    "renderer_of",
    "start",
]
