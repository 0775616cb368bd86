"""The renderer ``blank``: pictures without anything, for words alone to be laid over."""

from collections.abc import Iterator
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from clavilux.core.values import Yuv
from clavilux.render.parts import State
from clavilux.render.request import Request


class BlankRenderer:
    """Draws black, or nothing at all where pictures are to be transparent."""

    name: ClassVar[str] = "blank"
    honours: ClassVar[frozenset[str]] = frozenset({"transparent"})

    def start(
        self, request: Request, *, first_frame: int = 0, state: State | None = None
    ) -> "BlankRun":
        """Begin a film at `first_frame`; see `clavilux.render.Renderer`."""
        return BlankRun(request, first_frame)


class BlankRun:
    """A film being drawn."""

    def __init__(self, request: Request, first_frame: int) -> None:
        self._request, self._frame = request, first_frame

    def __iter__(self) -> Iterator[Yuv]:
        return self

    def __next__(self) -> Yuv:
        if self._frame >= self._request.curves.n_frames:
            raise StopIteration
        self._frame += 1
        width, height = self._request.size
        planes = np.full((height * 3 // 2, width), 128, dtype=np.uint8)
        planes[:height] = 16
        clear = self._request.transparent
        return Yuv(planes, np.zeros((height, width), dtype=np.uint8) if clear else None)

    def state(self) -> dict[str, NDArray[Any]]:
        """Return what is needed to go on after the last picture, exactly."""
        return {"frame": np.array(self._frame)}
