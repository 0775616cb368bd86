"""Curves become pictures.

A renderer is made once, by name, and started for each film; a run of it gives
one picture per video frame and can be stopped at any frame and gone on with
from its state, to the byte.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from numpy.typing import NDArray

from clavilux.core.backends import Family
from clavilux.core.values import Curves, Size, Yuv

State = Mapping[str, NDArray[Any]]
"""Everything a run needs to go on, as arrays."""


class Run(Protocol):
    """A film being drawn: an iterator over its pictures."""

    def __iter__(self) -> Iterator[Yuv]: ...

    def __next__(self) -> Yuv: ...

    def state(self) -> dict[str, NDArray[Any]]:
        """Give what is needed to go on after the last picture, exactly."""
        ...


class Renderer(Protocol):
    """Turns curves into pictures; the same seed gives the same pictures."""

    def start(
        self,
        curves: Curves,
        size: Size,
        seed: int,
        *,
        first_frame: int = 0,
        state: State | None = None,
    ) -> Run:
        """Begin at `first_frame`, from the state after the frame before it.

        Args:
            curves: What every parameter is worth at every video frame.
            size: Width and height of the pictures, even numbers.
            seed: Decides everything that is left to chance.
            first_frame: Where to begin; other than 0 it needs `state`.
            state: What `Run.state` gave after the frame before `first_frame`.
        """
        ...

    def render(self, curves: Curves, size: Size, seed: int) -> Iterator[Yuv]:
        """Give one picture per video frame of `curves`, in order of time."""
        ...


RENDERERS = Family(
    kind="renderer",
    group="clavilux.render",
    built_in={
        "procedural": "clavilux.render.procedural:ProceduralRenderer",
        "deforum-api": "clavilux.render.deforum.renderer:DeforumRenderer",
    },
)
"""Every renderer by name; reading it imports nothing."""

__all__ = ["RENDERERS", "Renderer", "Run", "State"]
