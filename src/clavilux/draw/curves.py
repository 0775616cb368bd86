"""A plot of curves: one strip a parameter, under marks of what was heard.

Curves in, a PNG out. Strips share their time axis; each has its own scale,
named at its ends, and a thin line where the parameter's default lies.
"""

from collections.abc import Callable, Mapping
from os import PathLike
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from clavilux.core.files import atomic_output
from clavilux.core.parameters import PARAMETERS
from clavilux.core.values import Curves

PAPER, INK, FAINT, GRID = "#ffffff", "#22262b", "#8a929b", "#e8ebee"
LINES = ("#2f6db5", "#b5542f", "#3d8b4f", "#8a4fa8", "#a8862a", "#2f8f9d", "#b53a68")
LEFT, RIGHT, _STRIP, _GAP, _MARK, _AXIS = 190, 74, 64, 14, 18, 34

_Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


class TimeAxis(NamedTuple):
    """Where strips lie: their left edge, width and how long they last."""

    left: float
    width: float
    start_s: float
    duration_s: float

    @classmethod
    def of(cls, width: int, start_s: float, duration_s: float) -> "TimeAxis":
        """Lay out strips on a page of `width` pixels."""
        return cls(LEFT, width - LEFT - RIGHT, start_s, duration_s)

    def x(self, time_s: float) -> float:
        """Return the place of a time."""
        return self.left + (time_s - self.start_s) / self.duration_s * self.width


def plot_curves(
    curves: Curves,
    path: str | PathLike[str],
    *,
    marks: Mapping[str, NDArray[np.float64]] | None = None,
    start_s: float = 0.0,
    title: str = "",
    width: int = 1200,
) -> None:
    """Draw curves as small multiples and write them to `path` as a picture.

    Args:
        curves: What to draw; parameters that never change are left out if others do.
        path: The picture to write, such as ``plot.png``.
        marks: Rows of ticks above the strips: a name and the seconds at which it happens.
        start_s: The time of the first frame, seconds.
        title: A line above all.
        width: Width of the picture, pixels.

    Raises:
        OutputError: The picture cannot be written.
    """
    save(curves_image(curves, marks=marks, start_s=start_s, title=title, width=width), path)


def save(image: Image.Image, path: str | PathLike[str]) -> None:
    """Write a plot as PNG, in few colours, whole or not at all."""
    with atomic_output(path) as partial:
        image.quantize(64, dither=Image.Dither.NONE).save(partial, format="PNG", optimize=True)


def curves_image(
    curves: Curves,
    *,
    marks: Mapping[str, NDArray[np.float64]] | None = None,
    start_s: float = 0.0,
    title: str = "",
    width: int = 1200,
) -> Image.Image:
    """Draw curves as small multiples; see `plot_curves`."""
    shown = _worth_showing(curves)
    rows = {name: times for name, times in (marks or {}).items() if len(times)}
    top = 40 if title else 12
    height = top + len(rows) * _MARK + len(shown) * (_STRIP + _GAP) + _AXIS
    image = Image.new("RGB", (width, height), PAPER)
    draw = ImageDraw.Draw(image)
    duration_s = max(curves.n_frames, 1) / float(curves.frame_rate)
    frame = TimeAxis.of(width, start_s, duration_s)
    if title:
        draw.text((LEFT, 12), title, fill=INK, font=_font(17))
    bottom = height - _AXIS
    _draw_axis(draw, frame, top, bottom)
    for i, (name, times) in enumerate(rows.items()):
        _draw_marks(draw, frame, top + i * _MARK, name, times, LINES[i % len(LINES)])
    y = top + len(rows) * _MARK
    for i, name in enumerate(shown):
        _draw_strip(draw, frame, y + _GAP, name, curves.values[name], LINES[i % len(LINES)])
        y += _STRIP + _GAP
    return image


def _worth_showing(curves: Curves) -> list[str]:
    moving = [name for name, column in curves.values.items() if np.ptp(column) > 1e-9]
    return moving or list(curves.values)


def _draw_axis(draw: ImageDraw.ImageDraw, frame: TimeAxis, top: int, bottom: int) -> None:
    step = _round_step(frame.duration_s / 8)
    first = int(np.ceil(frame.start_s / step - 1e-9))
    last = int(np.floor((frame.start_s + frame.duration_s) / step + 1e-9))
    for i in range(first, last + 1):
        x = frame.x(i * step)
        draw.line([(x, top), (x, bottom)], fill=GRID)
        draw.text((x, bottom + 8), f"{i * step:g} s", fill=FAINT, font=_font(12), anchor="mt")


def _draw_marks(
    draw: ImageDraw.ImageDraw,
    frame: TimeAxis,
    y: int,
    name: str,
    times_s: NDArray[np.float64],
    colour: str,
) -> None:
    label = (LEFT - 12, y + _MARK / 2)
    draw.text(label, name.replace("_", " "), fill=colour, font=_font(12), anchor="rm")
    inside = (times_s >= frame.start_s) & (times_s <= frame.start_s + frame.duration_s)
    for time_s in times_s[inside].tolist():
        x = frame.x(time_s)
        draw.line([(x, y + 3), (x, y + _MARK - 3)], fill=colour, width=2)


def _draw_strip(
    draw: ImageDraw.ImageDraw,
    frame: TimeAxis,
    y: int,
    name: str,
    column: NDArray[np.float64],
    colour: str,
) -> None:
    low, high = float(column.min()), float(column.max())
    if high - low < 1e-9:
        low, high = low - 0.5, high + 0.5

    def level(value: float) -> float:
        return y + _STRIP - 2 - (value - low) / (high - low) * (_STRIP - 4)

    about = PARAMETERS.get(name)
    middle = y + _STRIP / 2
    draw.text((LEFT - 12, middle - 8), name, fill=INK, font=_font(14), anchor="rm")
    if about is not None:
        draw.text((LEFT - 12, middle + 9), about.unit, fill=FAINT, font=_font(11), anchor="rm")
        if low <= about.default <= high:
            line = level(about.default)
            draw.line([(frame.left, line), (frame.left + frame.width, line)], fill="#cfd4d9")
    for value, anchor in ((high, "lt"), (low, "lb")):
        at = (frame.left + frame.width + 8, level(value))
        draw.text(at, f"{value:.3g}", fill=FAINT, font=_font(11), anchor=anchor)
    draw.line(_polyline(frame, column, level), fill=colour, width=2, joint="curve")


def _polyline(
    frame: TimeAxis, column: NDArray[np.float64], level: Callable[[float], float]
) -> list[tuple[float, float]]:
    """Points of the curve; of many frames to a pixel the lowest and the highest."""
    n = len(column)
    x = frame.left + np.arange(n) / n * frame.width
    if n > 2 * frame.width:
        parts = np.array_split(np.arange(n), int(frame.width))
        index = np.concatenate(
            [sorted((p[column[p].argmin()], p[column[p].argmax()])) for p in parts]
        )
        x, column = x[index], column[index]
    return [(float(a), level(float(b))) for a, b in zip(x, column, strict=True)]


def _round_step(rough: float) -> float:
    """Return the next of 1, 2, 5 times a power of ten."""
    power = 10.0 ** np.floor(np.log10(rough))
    return float(next(s * power for s in (1, 2, 5, 10) if s * power >= rough * 0.999))


def _font(size: int) -> _Font:
    return ImageFont.load_default(size)
