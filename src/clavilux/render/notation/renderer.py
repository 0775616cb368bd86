"""The renderer ``notes``: draws films of the notes of a piece, in one of the note looks."""

from collections.abc import Iterator
from typing import Any, ClassVar

import cv2
import numpy as np
from numpy.typing import NDArray

from clavilux.core.errors import InputError
from clavilux.core.values import Yuv
from clavilux.render.flash import FlashLimiter
from clavilux.render.notation import NOTE_LOOKS
from clavilux.render.notation.stage import Canvas, Stage
from clavilux.render.parts import State, part_of
from clavilux.render.request import Request

DEFAULT_LOOK = "roll"
_LUMA = np.array([[0.2126, 0.7152, 0.0722]]) * 219 / 255
_CHROMA = np.array([[-0.1146, -0.3854, 0.5], [0.5, -0.4542, -0.0458]]) * 224 / 255


class NoteRenderer:
    """Draws notes; the glow and light of the curves make them shine more or less."""

    name: ClassVar[str] = "notes"
    honours: ClassVar[frozenset[str]] = frozenset(
        {"look", "palette", "notes", "flashing", "transparent"}
    )

    def start(
        self, request: Request, *, first_frame: int = 0, state: State | None = None
    ) -> "NoteRun":
        """Begin a film at `first_frame`; see `clavilux.render.Renderer`.

        Raises:
            UnknownBackEnd: No note look has that name.
            InputError: There are no notes to show.
        """
        if request.notes is None:
            raise InputError("the renderer notes shows notes, and there are none: give music")
        return NoteRun(request, first_frame, state)


class NoteRun:
    """A film being drawn; a picture depends on its time alone, but for the limit of flashes."""

    def __init__(self, request: Request, first_frame: int, state: State | None) -> None:
        assert request.notes is not None
        self._look = NOTE_LOOKS.make(request.look or DEFAULT_LOOK)
        self._stage = Stage.of(request.notes, request.size, request.palette)
        self._curves, self._size = request.curves, request.size
        self._frame, self._transparent = first_frame, request.transparent
        frame_rate = float(self._curves.frame_rate)
        self._limiter = None if request.flashing else FlashLimiter(request.size, frame_rate)
        self._glow = self._curves.get("glow", 0.25)
        if state is not None and self._limiter is not None:
            self._limiter.resume(part_of(state, "limiter"))

    def __iter__(self) -> Iterator[Yuv]:
        return self

    def __next__(self) -> Yuv:
        if self._frame >= self._curves.n_frames:
            raise StopIteration
        canvas = Canvas(self._size)
        self._look.draw(self._stage, canvas, self._frame / float(self._curves.frame_rate))
        lit = canvas.lit(float(self._glow[self._frame]))
        self._frame += 1
        if self._transparent:
            return _without_ground(lit)
        picture = _yuv(np.asarray(cv2.add(lit, self._stage.ground), dtype=np.uint8))
        return picture if self._limiter is None else self._limiter.limit(picture)

    def state(self) -> dict[str, NDArray[Any]]:
        """Return what is needed to go on after the last picture, exactly."""
        kept = {} if self._limiter is None else self._limiter.state()
        return {"frame": np.array(self._frame)} | {f"limiter.{k}": a for k, a in kept.items()}


def _yuv(rgb: NDArray[np.uint8], alpha: NDArray[np.uint8] | None = None) -> Yuv:
    """Return an sRGB picture as BT.709 planes."""
    height, width = rgb.shape[:2]
    planes = np.empty((height * 3 // 2, width), dtype=np.uint8)
    planes[:height] = cv2.transform(rgb, np.hstack([_LUMA, [[16]]]))
    half = cv2.resize(rgb, (width // 2, height // 2), interpolation=cv2.INTER_AREA)
    chroma = cv2.transform(half, np.hstack([_CHROMA, [[128], [128]]]))
    planes[height:] = np.moveaxis(np.asarray(chroma), -1, 0).reshape(-1, width)
    return Yuv(planes, alpha)


def _without_ground(lit: NDArray[np.uint8]) -> Yuv:
    """Return light as colours that are opaque where it is bright, for other pictures to show."""
    alpha = lit.max(axis=-1)
    full = lit.astype(np.float32) * (255 / np.maximum(alpha, 1)[..., None].astype(np.float32))
    return _yuv(np.asarray(np.minimum(full, 255), dtype=np.uint8), alpha)
