"""Looks: every look on one sheet, to choose by eye."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from os import PathLike
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from clavilux.core import arguments
from clavilux.core.colour import srgb_from_yuv
from clavilux.core.progress import Progress, silent
from clavilux.core.values import Curves, Rgb, Size, Yuv
from clavilux.draw.sheet import Row, draw_sheet
from clavilux.matter import LOOKS
from clavilux.matter.given import palette as palette_of
from clavilux.render import Request, pictures

FRAMES = 36
"""A picture is taken after so many frames: feedback has set in, nothing has struck."""
DEFAULT_SIZE = Size(320, 180)
SUFFIXES = (".png", ".jpg", ".jpeg", ".webp")
_RATE = Fraction(24)


def look_sheet(
    output: str | PathLike[str],
    *,
    looks: Sequence[str] = (),
    palettes: Sequence[str] = (),
    size: Size = DEFAULT_SIZE,
    seed: int = 0,
    progress: Progress = silent,
) -> Path:
    """Draw every look in its own palette, with two seeds, and in some other palettes.

    Args:
        output: The picture to write: .png, .jpg or .webp.
        looks: Which; all if none are named.
        palettes: What else to show each in, as `matter.given` takes it; three of ours if none.
        size: Of each picture.
        seed: The first of the two seeds.
        progress: Hears how far it has come.

    Raises:
        InputError: A name is unknown, or the picture cannot be of that kind.
        OutputError: The picture cannot be written.
    """
    target = arguments.target(output, SUFFIXES)
    others = list(palettes) or ["ember", "moss", "porcelain"]
    columns = ["its own palette", "another seed", *others]
    for name in others:
        palette_of(name)
    chosen = list(looks) or LOOKS.names()
    rows = []
    for done, look in enumerate(chosen):
        made = LOOKS.make(look)
        shown = [picture_of(look, None, size, seed), picture_of(look, None, size, seed + 1)]
        shown += [picture_of(look, name, size, seed + 2 + i) for i, name in enumerate(others)]
        rows.append(Row(look, made.palette, shown))
        progress(done + 1, len(chosen), "looks")
    draw_sheet(rows, target, columns=columns)
    return target


def picture_of(look: str, palette: str | None, size: Size, seed: int, prompt: str = "") -> Rgb:
    """Return one picture of a look at rest."""
    prompts = ((0, prompt),) if prompt else ()
    curves = Curves(_RATE, {"strength": np.full(FRAMES, 0.96)}, prompts)
    *_, last = _pictures(look, palette, curves, size, seed)
    return rgb_of(last)


def rgb_of(picture: Yuv) -> Rgb:
    """Turn video's planes into sRGB."""
    width, height = picture.size
    chroma = [cv2.resize(plane, (width, height)) for plane in picture.chroma]
    planes: NDArray[np.float64] = np.stack([picture.luma, *chroma], axis=-1).astype(np.float64)
    return np.asarray(np.rint(255 * srgb_from_yuv(planes)), dtype=np.uint8)


def _pictures(
    look: str, palette: str | None, curves: Curves, size: Size, seed: int
) -> Iterator[Yuv]:
    chosen = None if palette is None else palette_of(palette)
    return pictures(Request(curves, size, seed, look=look, palette=chosen))
