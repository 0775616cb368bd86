"""Titles: a few lines of type for a film, as a mask to be laid over pictures.

Text in, how opaque each pixel is out. The first line is large, the others small; lines that are
too long are broken, then made smaller, so that all lies in the safe area. Shaping and direction
of any script are Raqm's, inside Pillow.
"""

import unicodedata
import warnings
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont, features

from clavilux.core.errors import InputError
from clavilux.core.values import Size

SAFE = 0.9
"""Share of width and height in which titles lie: the safe title area of SMPTE ST 2046-1."""
_LARGE, _SMALL = 0.1, 0.05
"""Heights of the two sizes of type, in the picture's shorter sides."""
_LEADING = 1.28
_MOST_LINES = 8
_FAMILIAR = (
    "DejaVuSans.ttf", "NotoSans-Regular.ttf", "NotoSansCJK-Regular.ttc",
    "NotoSansArabic-Regular.ttf", "NotoSansHebrew-Regular.ttf",
    "NotoSansDevanagari-Regular.ttf", "NotoSansThai-Regular.ttf",
    "FreeSans.ttf", "LiberationSans-Regular.ttf", "unifont.ttf", "wqy-microhei.ttc", "segoeui.ttf",
    "arial.ttf", "arialuni.ttf", "msyh.ttc", "YuGothR.ttc", "malgun.ttf", "Nirmala.ttf",
    "HelveticaNeue.ttc", "Arial Unicode.ttf", "PingFang.ttc", "Hiragino Sans GB.ttc",
    "AppleSDGothicNeo.ttc", "GeezaPro.ttc",
)  # fmt: skip
"""Fonts that come with systems, tried in order where the built-in one lacks a character."""

Font = ImageFont.FreeTypeFont


def title_mask(text: str, size: Size, font: str | None = None) -> NDArray[np.uint8]:
    """Draw a title, centred in the safe area; shape (height, width), 255 where it is opaque.

    Args:
        text: One line or several; `\\n` written out begins one too.
        size: Of the picture.
        font: A font file, or the file name of an installed font; one that has the characters
            if None.

    Raises:
        InputError: There is no such font, it lacks a character, or the text does not fit.
    """
    lines = [line.strip() for line in text.replace("\\n", "\n").splitlines() if line.strip()]
    if not lines:
        raise InputError("the title is empty")
    name = font if font is not None else _font_for("".join(lines))
    lacking = [c for c in dict.fromkeys("".join(lines)) if not _has(_opened(name, 24), c)]
    if lacking:
        shown = "".join(lacking[:5])
        raise InputError(
            f"the font {name} has no {shown!r}; name another with `font`"
            if font is not None
            else f"no font that is known here has {shown!r}; name one with `font`"
        )
    shorter, scale = min(size), 1.0
    while True:
        set_ = []
        for i, line in enumerate(lines):
            of = _opened(name, shorter * scale * (_SMALL if i else _LARGE))
            set_ += [(part, of) for part in _broken(line, of, size)]
        heights = [of.size * _LEADING for _, of in set_]
        widest = max(of.getlength(part) for part, of in set_)
        fits = widest <= SAFE * size.width and sum(heights) <= SAFE * size.height
        if fits and len(set_) <= _MOST_LINES:
            return _drawn(set_, heights, size)
        scale *= 0.88
        if shorter * scale * _SMALL < 6:
            raise InputError(f"the title has no room in pictures of {size}: write less")


def _drawn(lines: list[tuple[str, Font]], heights: list[float], size: Size) -> NDArray[np.uint8]:
    mask = Image.new("L", (size.width, size.height))
    draw = ImageDraw.Draw(mask)
    y = (size.height - sum(heights)) / 2
    for (line, font), height in zip(lines, heights, strict=True):
        draw.text((size.width / 2, y + height / 2), line, fill=255, font=font, anchor="mm")
        y += height
    return np.array(mask)


def _broken(line: str, font: Font, size: Size) -> list[str]:
    """Break a line between words where it is wider than the safe area, its parts about as long."""
    width = SAFE * size.width
    parts = found = _wrapped(line, font, width)
    while len(found) == len(parts) > 1 and width > 0.3 * size.width:
        parts, width = found, 0.95 * width
        found = _wrapped(line, font, width)
    return parts


def _wrapped(line: str, font: Font, width: float) -> list[str]:
    parts: list[str] = []
    for word in line.split():
        longer = f"{parts[-1]} {word}" if parts else word
        if parts and font.getlength(longer) <= width:
            parts[-1] = longer
        else:
            parts.append(word)
    return parts


def _font_for(text: str) -> str | None:
    """Return the font that has most of the characters: the built-in one, or a system's."""
    characters = set(text)

    def lacking(name: str | None) -> int:
        return sum(not _has(_opened(name, 24), c) for c in characters)

    best, least = None, lacking(None)
    for name in _FAMILIAR:
        if least == 0:
            break
        try:
            found = lacking(name)
        except InputError:
            continue
        if found < least:
            best, least = name, found
    return best


@cache
def _opened(name: str | None, pixels: float) -> Font:
    """Open a font by its file, or by its name as Pillow finds installed ones."""
    pixels = max(4.0, pixels)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if name is None:
            font = ImageFont.load_default(pixels)
            assert isinstance(font, Font)
            return font
        engine = ImageFont.Layout.RAQM if features.check("raqm") else ImageFont.Layout.BASIC
        try:
            return ImageFont.truetype(name, pixels, layout_engine=engine)
        except (OSError, ValueError) as error:
            raise InputError(
                f"no font {name} can be opened; give a .ttf, .otf or .ttc file, or an installed "
                "one's file name"
            ) from error


@cache
def _has(font: Font, character: str) -> bool:
    """Return True if a font has a character: it draws something else than for none."""
    if unicodedata.category(character) in ("Cc", "Cf", "Zs"):
        return True
    missing = font.getmask("\U0010fffd")
    drawn = font.getmask(character)
    return (drawn.size, bytes(drawn)) != (missing.size, bytes(missing))
