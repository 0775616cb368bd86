"""A glance: one video frame made small, in the colours that the measures need.

Conventions
-----------
- The longer side becomes `LONGEST` pixels, by the rule PySceneDetect uses, and
  each small pixel is sampled between its nearest neighbours, as there: of a large
  picture only a few pixels are ever touched.
- Colours are 8-bit: RGB, and HSV as OpenCV has it (hue 0 to 179).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from clavilux.core.values import Picture, Rgb, Size, Yuv
from clavilux.watch.motion import small_luma

LONGEST = 256
"""The longer side of a glance, in pixels."""
TINY = Size(32, 18)
"""What remains of a picture for comparing it with those a second away."""


@dataclass(frozen=True, slots=True, eq=False)
class Glance:
    """One video frame, small."""

    rgb: Rgb
    """Shape (height, width, 3)."""
    hsv: Rgb
    """The same in HSV."""
    luma: NDArray[np.float32]
    """As `clavilux.watch.motion` wants it."""
    tiny: NDArray[np.float32]
    """RGB averaged down to `TINY`, shape (18, 32, 3)."""


def glance(picture: Picture) -> Glance:
    """Look at a picture: planar YUV or RGB.

    Raises:
        ValueError: It is luma alone, which has no colours.
    """
    if not isinstance(picture, Yuv) and picture.ndim != 3:
        raise ValueError(f"a picture has shape {picture.shape}; expected YUV or (height, width, 3)")
    rgb = small_rgb(picture)
    hsv = np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2HSV), dtype=np.uint8)
    tiny = cv2.resize(rgb, TINY, interpolation=cv2.INTER_AREA).astype(np.float32)
    return Glance(rgb, hsv, small_luma(picture), tiny)


def small_rgb(picture: Picture) -> Rgb:
    """Sample a picture down to `LONGEST` pixels of longer side; smaller ones stay."""
    if isinstance(picture, Yuv):
        return rgb_from_planes(picture, small_size(picture.size))
    height, width = picture.shape[:2]
    return _sampled(picture, small_size(Size(width, height)))


def small_size(size: Size) -> Size:
    """Return the size of a glance at a picture of that size."""
    factor = max(max(size) / LONGEST, 1.0)
    return Size(max(1, round(size.width / factor)), max(1, round(size.height / factor)))


def rgb_difference(old: Picture, new: Picture) -> float:
    """Return the mean absolute difference of all pixels and colours at full size, 0 to 255."""
    if isinstance(old, Yuv) and isinstance(new, Yuv):
        bands = zip(_bands(old), _bands(new), strict=True)
        return float(np.mean([_mean_difference(a, b) for a, b in bands]))
    return _mean_difference(full_rgb(old), full_rgb(new))


def full_rgb(picture: Picture) -> Rgb:
    """Return a picture's colours at its full size."""
    return rgb_from_planes(picture, picture.size) if isinstance(picture, Yuv) else picture


def rgb_from_planes(picture: Yuv, size: Size) -> Rgb:
    """Turn planar YUV into RGB of a given size."""
    return _rgb([_sampled(plane, size) for plane in (picture.luma, *picture.chroma)])


def _rgb(planes: list[NDArray[np.uint8]]) -> Rgb:
    # In 8 bits OpenCV would round the coefficients too, and turn the hue of what is dark.
    rgb = cv2.transform(cv2.merge(planes).astype(np.float32), _RGB_OF_YUV)
    return np.asarray(cv2.convertScaleAbs(np.maximum(rgb, 0)), dtype=np.uint8)


def _bands(picture: Yuv) -> Iterator[Rgb]:
    """Return a picture's colours in bands of equal height, small enough for the cache."""
    size = picture.size
    planes = [_sampled(plane, size) for plane in (picture.luma, *picture.chroma)]
    height = next(rows for rows in range(min(32, size.height), 0, -1) if size.height % rows == 0)
    for top in range(0, size.height, height):
        yield _rgb([plane[top : top + height] for plane in planes])


def _mean_difference(a: Rgb, b: Rgb) -> float:
    return float(sum(cv2.mean(cv2.absdiff(a, b))[:3])) / 3


def _sampled(plane: NDArray[np.uint8], size: Size) -> NDArray[np.uint8]:
    if (plane.shape[1], plane.shape[0]) == size:
        return plane
    return np.asarray(cv2.resize(plane, size, interpolation=cv2.INTER_LINEAR), dtype=np.uint8)


def _rgb_of_yuv() -> NDArray[np.float64]:
    """BT.709, limited range, as one affine map of 8-bit values, shape (3, 4)."""
    y, u, v = 255 / 219, 255 / 224 * 1.8556, 255 / 224 * 1.5748
    linear = np.array([[y, 0, v], [y, -u * 0.0722 / 0.7152, -v * 0.2126 / 0.7152], [y, u, 0]])
    return np.column_stack([linear, -linear @ [16, 128, 128]])


_RGB_OF_YUV = _rgb_of_yuv()
