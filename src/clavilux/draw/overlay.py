"""Overlay: bright type with a soft dark ground behind it, laid over a picture of video.

Conventions
-----------
- A layer's masks are uint8, 0 to 255, of one shape; where a layer lies is even, and so are its
  sides, since video's colour planes are half as wide and high.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from clavilux.core.values import Size, Yuv

Mask = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """Type that lies over a part of the picture."""

    left: int
    top: int
    type: Mask
    """How opaque the type is."""
    shade: Mask
    """How dark it is around it."""

    def faded(self, opacity: float) -> "Layer":
        """Return it with less of everything."""
        if opacity >= 1:
            return self
        type_, shade = (cv2.convertScaleAbs(m, alpha=opacity) for m in (self.type, self.shade))
        return Layer(self.left, self.top, type_.astype(np.uint8), shade.astype(np.uint8))


class Canvas:
    """An empty layer for a picture, on which masks are put; what stays empty is cut off."""

    def __init__(self, size: Size) -> None:
        self._type = np.zeros((size.height, size.width), dtype=np.uint8)
        self._shade = np.zeros_like(self._type)
        self._box: tuple[int, int, int, int] | None = None

    def put(self, type_: Mask, shade: Mask, left: int, top: int, opacity: float = 1.0) -> None:
        """Add masks of one shape at a place; where they meet others the stronger one counts."""
        if opacity <= 0.004:
            return
        height, width = self._type.shape
        x0, y0 = max(0, left), max(0, top)
        x1, y1 = min(width, left + type_.shape[1]), min(height, top + type_.shape[0])
        if x0 >= x1 or y0 >= y1:
            return
        source = (slice(y0 - top, y1 - top), slice(x0 - left, x1 - left))
        target = (slice(y0, y1), slice(x0, x1))
        for plane, mask in ((self._type, type_), (self._shade, shade)):
            part: NDArray[np.generic] = mask[source]
            if opacity < 0.996:
                part = cv2.convertScaleAbs(mask[source], alpha=opacity)
            np.maximum(plane[target], part, out=plane[target])
        box = self._box or (x0, y0, x1, y1)
        self._box = (min(x0, box[0]), min(y0, box[1]), max(x1, box[2]), max(y1, box[3]))

    def layer(self) -> Layer | None:
        """Return what was put; None if nothing was."""
        if self._box is None:
            return None
        height, width = self._type.shape
        left, top = self._box[0] // 2 * 2, self._box[1] // 2 * 2
        right, bottom = (
            min(width, -(-self._box[2] // 2) * 2),
            min(height, -(-self._box[3] // 2) * 2),
        )
        part = (slice(top, bottom), slice(left, right))
        return Layer(left, top, self._type[part], self._shade[part])


def over(picture: Yuv, layer: Layer) -> Yuv:
    """Return a picture with a layer over it."""
    made = Yuv(picture.planes.copy(), None if picture.alpha is None else picture.alpha.copy())
    height, width = layer.type.shape
    rows, columns = slice(layer.top, layer.top + height), slice(layer.left, layer.left + width)
    kind = layer.type.astype(np.float32) / 255
    under = (1 - layer.shade.astype(np.float32) / 255) * (1 - kind)
    if made.alpha is not None:  # straight colours: what is under counts by its own opacity
        before = made.alpha[rows, columns].astype(np.float32) / 255
        after = 1 - (1 - before) * under
        under = under * before / np.maximum(after, 1e-3)
        kind = kind / np.maximum(after, 1e-3)
        made.alpha[rows, columns] = np.rint(after * 255)
    luma = made.luma[rows, columns]
    luma[:] = np.clip(np.rint(16 + (luma - np.float32(16)) * under + 219 * kind), 16, 235)
    half = cv2.resize(under, (width // 2, height // 2), interpolation=cv2.INTER_AREA)
    part = (
        slice(layer.top // 2, layer.top // 2 + height // 2),
        slice(layer.left // 2, layer.left // 2 + width // 2),
    )
    for plane in made.chroma:
        plane[part] = np.rint(128 + (plane[part] - np.float32(128)) * half)
    return made


def with_shade(mask: Mask, spread: float, darkness: float) -> tuple[Mask, Mask, int]:
    """Return a mask with room around it, the shade behind it, and how much room there is.

    Args:
        mask: The type.
        spread: How far the shade reaches, pixels.
        darkness: How dark it is next to the type, 0 to 1.
    """
    room = int(2.5 * spread) // 2 * 2 + 2
    wide = cv2.copyMakeBorder(mask, room, room, room, room, cv2.BORDER_CONSTANT, value=0)
    rim = 2 * max(1, round(0.3 * spread)) + 1  # a rim first, for type on busy ground
    grown = cv2.dilate(wide, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (rim, rim)))
    near = cv2.GaussianBlur(grown, (0, 0), max(0.8, 0.25 * spread)).astype(np.float32) * 1.3
    far = cv2.GaussianBlur(wide, (0, 0), max(1.0, spread)).astype(np.float32) * 1.8
    shade = np.clip(np.maximum(near, far), 0, 255) * darkness
    return np.asarray(wide, dtype=np.uint8), shade.astype(np.uint8), room
