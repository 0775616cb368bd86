"""Given: colours as a user gives them: a palette's name, colours by hand, or a picture."""

from os import PathLike
from pathlib import Path

from clavilux import media
from clavilux.core.errors import InputError
from clavilux.matter.palettes import PALETTES, Palette, find, from_picture, is_written_out

_PICTURES = {
    ".png", ".jpg", ".jpeg", ".webp", ".bmp", ".tif", ".tiff", ".gif", ".avif", ".jp2", ".ppm",
    ".heic", ".tga",
}  # fmt: skip


def palette(text_or_path: str | PathLike[str]) -> Palette:
    """Return the palette that is named, written out or found in a picture.

    Args:
        text_or_path: A name; two or more colours with commas between, ``#rrggbb`` or
            ``oklch(0.6 0.12 250)``, dark to light; or the path of a picture, whose dominant
            colours it becomes.

    Raises:
        InputError: It is none of these.
        MediaError: The picture cannot be read.
    """
    text = str(text_or_path)
    if text.strip().lower() in PALETTES:
        return find(text)
    path = Path(text)
    if path.suffix.lower() in _PICTURES or _is_file(path):
        found = from_picture(media.open_picture(path))
        return Palette(path.stem, found.stops)
    if not text.strip():
        raise InputError(f"the palette is empty; there are: {', '.join(sorted(PALETTES))}")
    if not is_written_out(text) and "/" in text:
        raise InputError(f"there is no picture {text!r} to take a palette from")
    return find(text)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # colours written out may be too long for a name
        return False
