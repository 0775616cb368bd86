"""A sheet: pictures in rows and columns, each row and column named.

Pictures in, a PNG out, on a dark ground that lets colours stand for themselves.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from os import PathLike

from PIL import Image, ImageDraw, ImageFont

from clavilux.core.files import atomic_output
from clavilux.core.values import Rgb

_GROUND, _INK, _FAINT = "#101114", "#eceef1", "#8d939b"
_MARGIN, _GAP, _NAMES, _HEAD, _TITLE = 28, 10, 120, 30, 46


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the sheet."""

    name: str
    note: str
    """A second, fainter line; may be empty."""
    pictures: Sequence[Rgb]


def draw_sheet(
    rows: Sequence[Row],
    path: str | PathLike[str],
    *,
    columns: Sequence[str] = (),
    title: str = "",
    names_width: int = _NAMES,
    quality: int = 88,
) -> None:
    """Lay pictures out and write them to `path`, as PNG, JPEG or WebP by its suffix.

    Args:
        rows: Each with as many pictures, all of one size.
        path: The picture to write.
        columns: Names above the columns; none if empty.
        title: A line above all.
        names_width: Room for the rows' names, pixels.
        quality: Of a JPEG or WebP.

    Raises:
        OutputError: The picture cannot be written.
    """
    height, width = rows[0].pictures[0].shape[:2]
    n = len(rows[0].pictures)
    top = _MARGIN + (_TITLE if title else 0) + (_HEAD if columns else 0)
    size = (
        2 * _MARGIN + names_width + n * width + (n - 1) * _GAP,
        top + len(rows) * (height + _GAP) - _GAP + _MARGIN,
    )
    sheet = Image.new("RGB", size, _GROUND)
    draw = ImageDraw.Draw(sheet)
    left = _MARGIN + names_width
    if title:
        draw.text((left, _MARGIN - 6), title, fill=_INK, font=ImageFont.load_default(24))
    for i, name in enumerate(columns):
        at = (left + i * (width + _GAP), top - _HEAD + 4)
        draw.text(at, name, fill=_FAINT, font=ImageFont.load_default(15))
    for k, row in enumerate(rows):
        y = top + k * (height + _GAP)
        middle = y + height / 2
        font = ImageFont.load_default(20)
        lift = 11 if row.note else 0
        draw.text((_MARGIN, middle - lift), row.name, fill=_INK, font=font, anchor="lm")
        if row.note:
            small = ImageFont.load_default(13)
            draw.text((_MARGIN, middle + 12), row.note, fill=_FAINT, font=small, anchor="lm")
        for i, picture in enumerate(row.pictures):
            sheet.paste(Image.fromarray(picture), (left + i * (width + _GAP), y))
    with atomic_output(path) as partial:
        if partial.suffix.lower() in (".jpg", ".jpeg", ".webp"):
            sheet.save(partial, quality=quality)
        else:
            sheet.save(partial, optimize=True)
