"""Text as pictures: a font of this machine that has the letters, lines that fit, and masks.

Conventions
-----------
- A mask is uint8, 0 where nothing is drawn to 255, shape (height, width).
- No font ships: the machine's are searched; where it has none, Pillow's own draws Latin.
"""

import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from clavilux.core.errors import InputError

Mask = NDArray[np.uint8]
Font = ImageFont.FreeTypeFont | ImageFont.ImageFont

_PREFERRED = (
    "inter", "notosans", "sourcesans", "helveticaneue", "segoeui", "ubuntu", "roboto", "opensans",
    "arial", "helvetica", "liberationsans", "dejavusans", "freesans",
)  # fmt: skip
"""Families in order of choice, as their files are called, without spaces and dashes."""
_SUFFIXES = (".ttf", ".otf", ".ttc")
_MOST_FONTS = 600
_UNKNOWN = "\U0010ffff"
"""A character that no font has: how it looks is how missing ones do."""


@dataclass(frozen=True, slots=True)
class Typeface:
    """A font file, or Pillow's own."""

    path: str | None = None

    def at(self, size: float) -> Font:
        """Return it at a size in pixels."""
        return _font(self.path, max(4, round(size)))

    def missing(self, text: str) -> str:
        """Return the characters of a text that it does not have."""
        return "".join(dict.fromkeys(c for c in text if not _has(self.path, c)))


def typeface(
    text: str = "", *, path: str | os.PathLike[str] | None = None, bold: bool = False
) -> Typeface:
    """Return a font for a text: the one named, or the best of this machine's that has its letters.

    Args:
        text: What it must be able to write; of fonts that lack some, the one that lacks fewest.
        path: A font file to use instead.
        bold: Whether bold fonts come first.

    Raises:
        InputError: `path` is no font.
    """
    if path is not None:
        try:
            ImageFont.truetype(os.fspath(path), 16)
        except (OSError, ValueError) as error:
            raise InputError(
                f"{os.fspath(path)} is no font that can be read; expected a .ttf or .otf"
            ) from error
        return Typeface(os.fspath(path))
    letters = "".join(sorted({c for c in text if c.isprintable() and not c.isspace()}))
    return _best(letters, bold)


def wrapped(text: str, font: Font, width: float, *, most: int = 99) -> list[str]:
    """Return a text as lines no wider than `width` pixels, as even in length as they can be.

    Words too wide are cut; lines that are more than `most` are dropped, and the last ends in "…".
    """
    words = _units(text, font, width)
    if not words:
        return []
    greedy = _filled(words, font, width)
    if 1 < len(greedy) <= most:
        low, high = max(font.getlength(w) for w in words), width
        for _ in range(12):  # the narrowest width that needs no more lines
            middle = (low + high) / 2
            if len(_filled(words, font, middle)) <= len(greedy):
                high = middle
            else:
                low = middle
        greedy = _filled(words, font, high)
    if len(greedy) > most:
        last = greedy[most - 1]
        while last and font.getlength(last + "…") > width:
            last = last[:-1].rstrip()
        greedy = [*greedy[: most - 1], last + "…"]
    return greedy


def mask_of(text: str, font: Font, *, stroke: int = 0) -> tuple[Mask, int, int]:
    """Return a line of text as a mask, and where its left top lies from the line's origin.

    The origin is the left end of the line at its ascender, as Pillow's "la".
    """
    left, top, right, bottom = font.getbbox(text, stroke_width=stroke)
    width, height = max(1, int(right - left) + 2), max(1, int(bottom - top) + 2)
    picture = Image.new("L", (width, height), 0)
    ImageDraw.Draw(picture).text(
        (1 - left, 1 - top), text, fill=255, font=font, stroke_width=stroke, stroke_fill=255
    )
    return np.asarray(picture, dtype=np.uint8), int(left) - 1, int(top) - 1


def _units(text: str, font: Font, width: float) -> list[str]:
    """Return the words of a text, those wider than a line cut into parts."""
    found: list[str] = []
    for word in text.split():
        while font.getlength(word) > width and len(word) > 1:
            n = next(
                (n for n in range(len(word) - 1, 0, -1) if font.getlength(word[:n]) <= width), 1
            )
            found.append(word[:n])
            word = word[n:]
        found.append(word)
    return found


def _filled(words: Sequence[str], font: Font, width: float) -> list[str]:
    lines: list[str] = []
    for word in words:
        if lines and font.getlength(f"{lines[-1]} {word}") <= width:
            lines[-1] = f"{lines[-1]} {word}"
        else:
            lines.append(word)
    return lines


@lru_cache(maxsize=256)
def _font(path: str | None, size: int) -> Font:
    return ImageFont.load_default(size) if path is None else ImageFont.truetype(path, size)


@lru_cache(maxsize=4096)
def _has(path: str | None, character: str) -> bool:
    """Return True if a font has a character: it is drawn otherwise than one that none has."""
    if character.isspace() or not character.isprintable():
        return True
    font = _font(path, 24)
    try:
        shown, lacking = font.getmask(character), font.getmask(_UNKNOWN)
    except (OSError, UnicodeError, ValueError):
        return False
    return shown.size != lacking.size or bytes(shown) != bytes(lacking)


@lru_cache(maxsize=64)
def _best(letters: str, bold: bool) -> Typeface:
    found = Typeface(None)
    fewest = len(found.missing(letters)) + (0 if not letters else 0.5)
    for path in _fonts(bold):
        try:
            lacking = len(Typeface(path).missing(letters))
        except OSError:
            continue  # a broken file among the machine's fonts
        if lacking < fewest:
            found, fewest = Typeface(path), lacking
        if fewest == 0:
            break
    return found


@lru_cache(maxsize=2)
def _fonts(bold: bool) -> tuple[str, ...]:
    """Return the machine's fonts, best first."""
    paths: list[str] = []
    for folder in _folders():
        if folder.is_dir():
            for path in sorted(folder.rglob("*")):
                if path.suffix.lower() in _SUFFIXES and len(paths) < _MOST_FONTS:
                    paths.append(str(path))

    def rank(path: str) -> tuple[int, int, int, str]:
        name = Path(path).stem.lower().replace("-", "").replace("_", "").replace(" ", "")
        family = next((i for i, known in enumerate(_PREFERRED) if name.startswith(known)), 99)
        odd = any(w in name for w in ("italic", "oblique", "mono", "condensed", "light", "thin",
                                      "narrow", "emoji", "symbol", "serif"))  # fmt: skip
        is_bold = "bold" in name or name.endswith("bd")
        return int(odd), family, int(is_bold != bold), name

    return tuple(sorted(paths, key=rank))


def _folders() -> Iterator[Path]:
    home = Path.home()
    if sys.platform == "darwin":
        yield from (Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library/Fonts")
    elif sys.platform == "win32":
        yield Path(os.environ.get("WINDIR", r"C:\Windows")) / "Fonts"
        if local := os.environ.get("LOCALAPPDATA"):
            yield Path(local) / "Microsoft/Windows/Fonts"
    else:
        data = os.environ.get("XDG_DATA_HOME")
        yield from (
            home / ".fonts",
            Path(data) / "fonts" if data else home / ".local/share/fonts",
            Path("/usr/local/share/fonts"),
            Path("/usr/share/fonts"),
        )
