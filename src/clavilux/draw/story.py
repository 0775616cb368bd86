"""A picture of a song: its colours and its loudness over its instruments and its words.

A poster on a dark ground. Above, a band of one column a second, as tall as it is loud and in
the colour of what sounds; below it, under the letters of the sections, a row for each instrument,
as bright as it is sure; at the foot, what is said of each section.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from os import PathLike

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from clavilux.core.colour import oklch_from_srgb, srgb_from_oklch
from clavilux.core.files import atomic_output
from clavilux.core.values import Section
from clavilux.draw.text import Font, Typeface, typeface, wrapped

_GROUND, _INK, _FAINT, _LINE = (13, 14, 19), (232, 233, 238), (128, 132, 144), (42, 44, 54)
_MARGIN = 96
_TALLEST = 250
"""Pixels of the band above and below its middle."""
_LANE = 30
_COLUMNS = 3


@dataclass(frozen=True, slots=True)
class Quote:
    """What is said of a section."""

    start_s: float
    label: str
    text: str
    colour: str
    """``#rrggbb``."""


@dataclass(frozen=True, slots=True, eq=False)
class StoryPicture:
    """All that the picture shows."""

    title: str
    subtitle: str
    duration_s: float
    loudness: NDArray[np.float64]
    """Of each second, 0 to 1, shape (n,)."""
    colours: Sequence[str]
    """Of each second, ``#rrggbb``."""
    instruments: Sequence[tuple[str, NDArray[np.float64]]]
    """Names, and how sure each is in each second, shape (n,)."""
    sections: Sequence[Section]
    words: Sequence[tuple[float, str]]
    """What is sung, and when."""
    quotes: Sequence[Quote]


def draw_story(picture: StoryPicture, path: str | PathLike[str], *, width: int = 2000) -> None:
    """Draw the picture of a song and write it to `path` as PNG.

    Raises:
        OutputError: It cannot be written.
    """
    said = " ".join(
        [picture.title, *(w for _, w in picture.words), *(q.text for q in picture.quotes)]
    )
    face, bold = typeface(said), typeface(picture.title, bold=True)
    blocks = _blocks(picture, face, bold, width)
    rows = [blocks[i : i + _COLUMNS] for i in range(0, len(blocks), _COLUMNS)]
    quotes_height = sum(max(block.height for block in row) + 44 for row in rows)
    lanes = len(picture.instruments) * _LANE
    band_top = 230
    words_top = band_top + 2 * _TALLEST + 30
    lanes_top = words_top + (64 if picture.words else 14) + 44
    quotes_top = lanes_top + lanes + 76
    height = quotes_top + quotes_height + 56
    image = Image.new("RGB", (width, height), _GROUND)
    image = _band(image, picture, band_top)
    draw = ImageDraw.Draw(image)
    draw.text((_MARGIN, 84), picture.title, fill=_INK, font=bold.at(58))
    draw.text((_MARGIN, 160), picture.subtitle, fill=_FAINT, font=face.at(24))
    axis = _Axis(width, picture.duration_s)
    _sections(draw, picture, axis, bold, band_top, lanes_top + lanes + 12)
    if picture.words:
        _words(draw, picture, axis, face, words_top + 20)
    _lanes(image, picture, axis, face, lanes_top)
    _clock(draw, picture, axis, face, lanes_top + lanes + 22)
    y = quotes_top
    for row in rows:
        for k, block in enumerate(row):
            image.paste(block, (_MARGIN + k * (width - 2 * _MARGIN) // _COLUMNS, y))
        y += max(block.height for block in row) + 44
    with atomic_output(path) as partial:
        image.save(partial, format="PNG")


@dataclass(frozen=True, slots=True)
class _Axis:
    width: int
    duration_s: float

    def x(self, time_s: float) -> float:
        """Return the place of a time."""
        return _MARGIN + time_s / self.duration_s * (self.width - 2 * _MARGIN)


def _band(image: Image.Image, picture: StoryPicture, top: int) -> Image.Image:
    """Draw the band of columns: blurred light under it, and itself."""
    width, n = image.width, len(picture.loudness)
    span = width - 2 * _MARGIN
    place = (np.arange(span) + 0.5) / span * picture.duration_s
    tall = _smoothed(picture.loudness, place)
    colour = _colours_at(picture.colours, place)
    # Columns of four pixels, two of them ground, read as strings rather than as a wall.
    column = np.arange(span) // 4 * 4
    tall, gap = tall[np.minimum(column, span - 1)], np.arange(span) % 4 >= 3
    y = np.arange(2 * _TALLEST)[:, None] - _TALLEST
    reach = np.maximum(2.0, tall * (_TALLEST - 8))[None, :]
    inside = np.clip(reach - np.abs(y) + 0.5, 0, 1) * ~gap[None, :]
    fade = 0.55 + 0.45 * np.abs(y) / np.maximum(reach, 1)
    shade = (inside * np.clip(fade, 0, 1))[..., None]
    band = np.zeros((2 * _TALLEST, span, 3)) + np.array(_GROUND) / 255
    lit = band * (1 - shade) + colour[None] * shade
    light = Image.new("RGB", image.size, (0, 0, 0))
    light.paste(_picture(np.clip(colour[None] * inside[..., None], 0, 1)), (_MARGIN, top))
    halo = np.asarray(light.filter(ImageFilter.GaussianBlur(42)), dtype=np.float64)
    ground = np.asarray(image, dtype=np.float64) + 0.42 * halo
    out = Image.fromarray(np.clip(ground, 0, 255).astype(np.uint8))
    whole = (
        np.asarray(out.crop((_MARGIN, top, _MARGIN + span, top + 2 * _TALLEST)), np.float64) / 255
    )
    out.paste(_picture(whole * (1 - shade) + np.maximum(lit, whole) * shade), (_MARGIN, top))
    return out if n else image


def _picture(values: NDArray[np.float64]) -> Image.Image:
    return Image.fromarray(np.rint(255 * np.clip(values, 0, 1)).astype(np.uint8))


def _smoothed(values: NDArray[np.float64], place: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return values of seconds at places between, each second's at its middle."""
    if not len(values):
        return np.zeros(len(place))
    return np.asarray(np.interp(place, np.arange(len(values)) + 0.5, values), dtype=np.float64)


def _colours_at(colours: Sequence[str], place: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the colours of seconds at places between, mixed where they meet, eased for the eye."""
    rgb = np.array([[int(c[i : i + 2], 16) / 255 for i in (1, 3, 5)] for c in colours])
    lch = oklch_from_srgb(rgb)
    silent = rgb.sum(axis=1) == 0
    # Of one lightness and less than full chroma, hues stand beside each other without shouting.
    lch[:, 0], lch[:, 1] = np.where(silent, 0.3, 0.74), np.where(silent, 0.0, 0.135)
    angle = np.radians(lch[:, 2])
    flat = np.stack([lch[:, 0], lch[:, 1] * np.cos(angle), lch[:, 1] * np.sin(angle)], axis=1)
    mixed = np.stack([_smoothed(flat[:, k], place) for k in range(3)], axis=1)
    return srgb_from_oklch(
        np.stack(
            [
                mixed[:, 0],
                np.hypot(mixed[:, 1], mixed[:, 2]),
                np.degrees(np.arctan2(mixed[:, 2], mixed[:, 1])) % 360,
            ],
            axis=1,
        )
    )


def _sections(
    draw: ImageDraw.ImageDraw,
    picture: StoryPicture,
    axis: _Axis,
    bold: Typeface,
    top: int,
    bottom: int,
) -> None:
    last = -1e9
    for section in picture.sections:
        x = axis.x(section.start_s)
        if section.start_s > 0.01:
            draw.line([(x, top - 12), (x, bottom)], fill=_LINE, width=2)
        if x - last > 40:
            label = section.label if len(section.label) <= 16 else section.label[:15] + "…"
            draw.text((x + 8, top - 30), label, fill=_INK, font=bold.at(24))
            last = x + 12 * len(label)


def _words(
    draw: ImageDraw.ImageDraw, picture: StoryPicture, axis: _Axis, face: Typeface, y: int
) -> None:
    font = face.at(19)
    ends = [-1e9, -1e9]
    for time, text in picture.words:
        x = axis.x(time)
        row = next((i for i, end in enumerate(ends) if x > end + 10), None)
        if row is None:
            continue  # no room: words stand in the other outputs in full
        short = text if len(text) <= 40 else text[:39] + "…"
        if x + font.getlength(short) > axis.width - _MARGIN / 2:
            continue
        draw.text((x, y + 26 * row), short, fill=_FAINT, font=font)
        ends[row] = x + font.getlength(short)


def _lanes(
    image: Image.Image, picture: StoryPicture, axis: _Axis, face: Typeface, top: int
) -> None:
    draw = ImageDraw.Draw(image)
    span = axis.width - 2 * _MARGIN
    place = (np.arange(span) + 0.5) / span * picture.duration_s
    second = np.minimum(place.astype(int), max(0, len(picture.loudness) - 1))
    colour = _colours_at(picture.colours, place)
    for i, (name, sure) in enumerate(picture.instruments):
        y = top + i * _LANE
        height = _LANE - 12
        alpha = np.clip((sure[second] - 0.35) / 0.65, 0, 1) if len(sure) else np.zeros(span)
        rows = np.ones((height, 1))
        rows[[0, -1]] = 0.5
        shade = (rows * alpha[None, :] * 0.95)[..., None]
        ground = np.asarray(image.crop((_MARGIN, y, _MARGIN + span, y + height)), np.float64) / 255
        image.paste(_picture(ground * (1 - shade) + colour[None] * shade), (_MARGIN, y))
        draw.text(
            (_MARGIN - 10, y + height / 2),
            name,
            fill=_FAINT,
            font=_fitting(face, name),
            anchor="rm",
        )


def _fitting(face: Typeface, name: str) -> Font:
    for size in (18, 16, 14, 12, 10):
        font = face.at(size)
        if font.getlength(name) <= _MARGIN - 18:
            return font
    return face.at(9)


def _clock(
    draw: ImageDraw.ImageDraw, picture: StoryPicture, axis: _Axis, face: Typeface, y: int
) -> None:
    steps = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600)
    step = next((s for s in steps if picture.duration_s / s <= 14), steps[-1])
    for time in np.arange(0, picture.duration_s + 1e-6, step).tolist():
        text = f"{int(time) // 60}:{int(time) % 60:02}"
        draw.text((axis.x(time), y), text, fill=_FAINT, font=face.at(17), anchor="ma")


def _blocks(picture: StoryPicture, face: Typeface, bold: Typeface, width: int) -> list[Image.Image]:
    """Return what is said of each section, each as a small picture with its own ground."""
    column = (width - 2 * _MARGIN) // _COLUMNS - 48
    font, head = face.at(23), bold.at(20)
    found = []
    for quote in picture.quotes:
        lines = wrapped(quote.text, font, column, most=8)
        block = Image.new("RGB", (column + 40, 42 + 33 * len(lines)), _GROUND)
        draw = ImageDraw.Draw(block)
        (rgb,) = np.rint(255 * _colours_at([quote.colour], np.array([0.5]))).astype(int)
        ink = (int(rgb[0]), int(rgb[1]), int(rgb[2]))
        draw.rectangle([0, 6, 5, block.height - 6], fill=ink)
        clock = f"{int(quote.start_s) // 60}:{int(quote.start_s) % 60:02}"
        draw.text((22, 0), f"{quote.label}   {clock}".strip(), fill=ink, font=head)
        for i, line in enumerate(lines):
            draw.text((22, 36 + 33 * i), line, fill=_INK, font=font)
        found.append(block)
    return found
