"""Bars: counts of things, a group a panel, drawn as a picture."""

from collections.abc import Sequence
from os import PathLike
from typing import NamedTuple

from PIL import Image, ImageDraw, ImageFont

from clavilux.core.files import atomic_output

_PAPER, _INK, _FAINT = "#ffffff", "#22262b", "#8a929b"
_COLOURS = ("#2f6db5", "#b5542f", "#3d8b4f", "#8a4fa8", "#a8862a", "#2f8f9d", "#b53a68")
_ROW, _LABEL, _WIDTH, _GAP, _TOP = 20, 130, 560, 26, 44


class Bars(NamedTuple):
    """One group of counts."""

    title: str
    rows: list[tuple[str, float]]
    """Name and count, from top to bottom."""


def plot_bars(groups: Sequence[Bars], path: str | PathLike[str], *, title: str = "") -> None:
    """Draw groups of bars in two columns and write them to `path`.

    Raises:
        OutputError: The picture cannot be written.
    """
    font = ImageFont.load_default(13)
    bold = ImageFont.load_default(15)
    columns: list[list[Bars]] = [[], []]
    heights = [_TOP, _TOP]
    for group in groups:
        column = heights.index(min(heights))
        columns[column].append(group)
        heights[column] += _GAP * 2 + _ROW * len(group.rows)
    picture = Image.new("RGB", (2 * _WIDTH, max(heights) + _GAP), _PAPER)
    pen = ImageDraw.Draw(picture)
    pen.text((_GAP, 12), title, _INK, bold)
    for number, column_groups in enumerate(columns):
        y: float = _TOP
        for k, group in enumerate(column_groups):
            colour = _COLOURS[(2 * k + number) % len(_COLOURS)]
            y = _draw(pen, group, number * _WIDTH + _GAP, y, colour, font)
    with atomic_output(path) as partial:
        picture.save(partial, "PNG")


def _draw(
    pen: ImageDraw.ImageDraw,
    group: Bars,
    left: float,
    top: float,
    colour: str,
    font: ImageFont.ImageFont | ImageFont.FreeTypeFont,
) -> float:
    """Draw one group; give where the next begins."""
    pen.text((left, top), group.title, _INK, font)
    most = max(count for _, count in group.rows)
    y = top + _GAP
    for name, count in group.rows:
        pen.text((left, y), name[:18], _FAINT, font)
        length = (_WIDTH - _LABEL - 3 * _GAP) * count / most if most else 0
        pen.rectangle((left + _LABEL, y + 2, left + _LABEL + length, y + _ROW - 5), colour)
        pen.text((left + _LABEL + length + 6, y), f"{count:g}", _INK, font)
        y += _ROW
    return y + _GAP
