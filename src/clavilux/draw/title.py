"""Titles: a few lines of type for a film, as a layer to be laid over pictures.

The first line is large, the others small; lines that are too long are broken, then made smaller,
so that all lies in the safe area.
"""

from clavilux.core.errors import InputError
from clavilux.core.values import Size
from clavilux.draw.overlay import Canvas, Layer, with_shade
from clavilux.draw.text import Typeface, mask_of, typeface, wrapped

SAFE = 0.9
"""Share of width and height in which titles lie: the safe title area of SMPTE ST 2046-1."""
_LARGE, _SMALL = 0.1, 0.05
"""Heights of the two sizes of type, in the picture's shorter sides."""
_LEADING = 1.28
_MOST_LINES = 8
_SPREAD, _DARK = 0.045, 0.75
"""Of the shade behind it: its reach in the picture's shorter sides, and how dark it is. By eye on
all looks."""
_LEAST = 2.5
"""Height of the smallest type that is tried, pixels; what is smaller than 4 is drawn at 4."""


def title_layer(text: str, size: Size, font: str | None = None) -> Layer:
    """Set a title, centred in the safe area.

    Args:
        text: One line or several; `\\n` written out begins one too.
        size: Of the picture.
        font: A font file; Pillow's own if None, or where that lacks a character, the best of this
            machine's that has them.

    Raises:
        InputError: There is no such font, it lacks a character, or the text does not fit.
    """
    lines = [line.strip() for line in text.replace("\\n", "\n").splitlines() if line.strip()]
    if not lines:
        raise InputError("the title is empty")
    built_in = Typeface(None)  # the same everywhere, and good
    face = built_in if font is None else typeface(path=font)
    if font is None and built_in.missing("".join(lines)):
        face = typeface("".join(lines))
    if lacking := face.missing("".join(lines)):
        which = "no font here" if font is None else f"the font {font}"
        has = "has" if font is None else "doesn't have"
        raise InputError(f"{which} {has} {lacking[:5]!r} of the title; name one with `font`")
    shorter, scale = min(size), 1.0
    while shorter * scale * (_SMALL if len(lines) > 1 else _LARGE) >= _LEAST:
        found = []
        for i, line in enumerate(lines):
            of = shorter * scale * (_SMALL if i else _LARGE)
            if any(face.at(of).getlength(word) > SAFE * size.width for word in line.split()):
                break  # smaller type rather than a word cut in two
            found += [(part, of) for part in wrapped(line, face.at(of), SAFE * size.width)]
        else:
            height = _LEADING * sum(of for _, of in found)
            if height <= SAFE * size.height and len(found) <= _MOST_LINES:
                break
        scale *= 0.88
    else:
        raise InputError(f"the title has no room in pictures of {size}: write less")
    canvas, y = Canvas(size), (size.height - height) / 2
    for part, of in found:
        mask, _, top = mask_of(part, face.at(of))
        type_, shade, room = with_shade(mask, _SPREAD * shorter * scale, _DARK)
        x = round((size.width - mask.shape[1]) / 2)
        canvas.put(type_, shade, x - room, round(y + (_LEADING - 1) / 2 * of + top) - room)
        y += _LEADING * of
    layer = canvas.layer()
    assert layer is not None, "it has a line"
    return layer
