"""Lettering: the words of a song drawn in time, in one of several styles.

Lyrics in, a layer for any instant out. What is seen hangs on the time alone, so that a film
can go on from any frame.

Conventions
-----------
- All type lies in the safe area: `SAFE` of the picture's width and height.
- Sizes are shares of the picture's shorter side.
- Scripts written from right to left have their words laid out so.
"""

import hashlib
import unicodedata
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from clavilux.core.lyrics import Line, Lyrics, Word
from clavilux.core.values import Size, Yuv
from clavilux.draw.overlay import Canvas, Layer, Mask, over, with_shade
from clavilux.draw.text import Font, Typeface, mask_of, wrapped

SAFE = 0.9
"""The safe title area of SMPTE ST 2046-1."""
_CAPTION, _KARAOKE, _TYPED, _WORD = 0.062, 0.072, 0.066, 0.17
"""Heights of type. Broadcasters' captions have about a fifteenth of the picture's height."""
_POSTER = (0.07, 0.26)
"""Least and greatest height of a row of kinetic type."""
_LEADING = 1.22
_DARKNESS, _SPREAD = 0.78, 0.012
_UNSUNG = 0.55
"""How bright words are before they are sung, in karaoke."""
_COMES_S, _GOES_S = 0.16, 0.28
_LEAST_S, _PER_LETTER_S = 1.0, 0.055
"""A line stays at least so long, for it to be read, unless the next one comes."""
_GIVES_WAY_S = 0.5
_MIDDLE = frozenset({"word", "kinetic"})
"""Styles that stand in the middle of the picture."""
_LINES_KEPT = 6
"""Of lines set already, so many are kept: two films of one song may be drawn in turn."""


@dataclass(frozen=True, slots=True, eq=False)
class _Piece:
    """A word, or a part of one, set in type."""

    type: Mask
    shade: Mask
    left: int
    top: int
    start_s: float
    end_s: float
    index: int
    """Its place in the line."""


@dataclass(frozen=True, slots=True, eq=False)
class _Set:
    """A line set in type."""

    pieces: tuple[_Piece, ...]
    start_s: float
    end_s: float


class Lettering:
    """The words of a song for pictures of one size."""

    def __init__(
        self,
        lyrics: Lyrics,
        size: Size,
        *,
        style: str,
        face: Typeface,
        frame_rate: float,
        start_s: float = 0.0,
    ) -> None:
        """Prepare lyrics to be drawn.

        Args:
            lyrics: What is sung, and when.
            size: Of the pictures.
            style: One of `STYLES`.
            face: The font.
            frame_rate: Video frames per second.
            start_s: The time of the first frame.
        """
        self._lines = _shown(lyrics.lines)
        self._size, self._style, self._face = size, style, face
        self._frame_rate, self._start_s = frame_rate, start_s
        self._starts = np.array([line.start_s for line in self._lines])
        self._made: OrderedDict[int, _Set] = OrderedDict()

    @property
    def digest(self) -> str:
        """A hash that differs whenever the pictures could."""
        about = (self._lines, self._size, self._style, self._face.path, self._start_s)
        return hashlib.sha256(repr((*about, self._frame_rate)).encode()).hexdigest()

    def applied(self, picture: Yuv, frame: int) -> Yuv:
        """Return a picture with the words that are sung at a frame."""
        layer = self.at(self._start_s + frame / self._frame_rate)
        return picture if layer is None else over(picture, layer)

    def fills(self, frame: int) -> float:
        """Return how far the words take the middle of the picture at a frame, 0 to 1: a title
        that is there gives way to them."""
        if self._style not in _MIDDLE:
            return 0.0
        time_s = self._start_s + frame / self._frame_rate
        near = (
            min((time_s - line.start_s) / _GIVES_WAY_S + 1, (line.end_s - time_s) / _GIVES_WAY_S)
            for line in self._lines
            if line.start_s - _GIVES_WAY_S < time_s < line.end_s
        )
        return min(1.0, max(near, default=0.0))

    def at(self, time_s: float) -> Layer | None:
        """Return the words at an instant; None if there are none."""
        index = int(np.searchsorted(self._starts, time_s, side="right")) - 1
        if index < 0 or time_s >= self._lines[index].end_s:
            return None
        canvas = Canvas(self._size)
        _DRAW[self._style](canvas, self._set(index), time_s, min(self._size))
        return canvas.layer()

    def _set(self, index: int) -> _Set:
        if index not in self._made:
            while len(self._made) >= _LINES_KEPT:
                self._made.popitem(last=False)
            line = self._lines[index]
            pieces = _SET[self._style](line, self._face, self._size)
            self._made[index] = _Set(pieces, line.start_s, line.end_s)
        return self._made[index]


def _shown(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Return lines as long as they are seen: none beyond the next one's start."""
    found = []
    for i, line in enumerate(lines):
        words = tuple(w for w in line.timed_words() if w.text.strip())
        if not words:
            continue
        least = max(_LEAST_S, _PER_LETTER_S * len(line.text))
        end = max(line.end_s, line.start_s + least) + _GOES_S
        later = next((o.start_s for o in lines[i + 1 :] if o.start_s > line.start_s), end)
        found.append(Line(line.start_s, min(end, later), line.text, words))
    return tuple(found)


# How lines are set ----------------------------------------------------------------------------


def _rows_set(
    line: Line, face: Typeface, size: Size, height: float, *, most: int, bottom: float, width: float
) -> tuple[_Piece, ...]:
    """Set a line in rows at the foot of the picture, centred, smaller if it needs more rows."""
    shorter, room = min(size), width * size.width
    words = line.timed_words()
    while True:
        font = face.at(height * shorter)
        rows = wrapped(" ".join(word.text for word in words), font, room)
        if len(rows) <= most or height < 0.03:
            break
        height *= 0.93
    step = height * shorter * _LEADING
    top = size.height * (0.5 + bottom / 2) - step * len(rows)
    pieces, at = [], 0
    for k, row in enumerate(rows):
        n = len(row.split())
        pieces += _row(words[at : at + n], row, font, size, top + k * step, at)
        at += n
    return tuple(pieces)


def _row(
    words: Sequence[Word], row: str, font: Font, size: Size, top: float, first: int
) -> list[_Piece]:
    """Set one row of words, centred."""
    parts = row.split()
    total = font.getlength(row)
    left = (size.width - total) / 2
    backwards = _is_backwards(row)
    found = []
    for i, part in enumerate(parts):
        before = font.getlength(" ".join([*parts[:i], ""])) if i else 0.0
        x = left + (total - before - font.getlength(part) if backwards else before)
        word = words[min(i, len(words) - 1)] if words else Word(0, 0, part)
        found.append(_piece(part, font, x, top, word, first + i, min(size)))
    return found


def _piece(
    text: str, font: Font, x: float, y: float, word: Word, index: int, shorter: int
) -> _Piece:
    mask, dx, dy = mask_of(text, font)
    wide, shade, room = with_shade(mask, _SPREAD * shorter, _DARKNESS)
    return _Piece(
        wide, shade, round(x) + dx - room, round(y) + dy - room, word.start_s, word.end_s, index
    )


def _set_caption(line: Line, face: Typeface, size: Size) -> tuple[_Piece, ...]:
    return _rows_set(line, face, size, _CAPTION, most=2, bottom=SAFE, width=0.82)


def _set_karaoke(line: Line, face: Typeface, size: Size) -> tuple[_Piece, ...]:
    return _rows_set(line, face, size, _KARAOKE, most=2, bottom=SAFE, width=0.84)


def _set_typed(line: Line, face: Typeface, size: Size) -> tuple[_Piece, ...]:
    return _rows_set(line, face, size, _TYPED, most=3, bottom=0.8, width=0.8)


def _set_words(line: Line, face: Typeface, size: Size) -> tuple[_Piece, ...]:
    """Set each word alone, in the middle."""
    found = []
    for i, word in enumerate(line.timed_words()):
        height = _WORD * min(size)
        width = face.at(height).getlength(word.text)
        height *= min(1.0, 0.82 * size.width / max(1.0, width))
        font = face.at(height)
        x = (size.width - font.getlength(word.text)) / 2
        y = (size.height - height * _LEADING) / 2
        found.append(_piece(word.text, font, x, y, word, i, min(size)))
    return tuple(found)


def _set_poster(line: Line, face: Typeface, size: Size) -> tuple[_Piece, ...]:
    """Set a line as a block of rows, each as wide as the block, its words as tall as that makes."""
    words = line.timed_words()
    shorter, block = min(size), 0.84 * min(size.width, 1.6 * size.height)
    letters = sum(len(word.text) for word in words)
    n_rows = max(1, min(len(words), round((letters / 9) ** 0.8), 5))
    rows = _parted(words, n_rows)
    heights = []
    for row in rows:
        text = " ".join(word.text for word in row)
        wide = face.at(100).getlength(text) / 100
        heights.append(min(_POSTER[1] * shorter, max(_POSTER[0] * shorter, block / max(wide, 0.1))))
    room = SAFE * size.height * 0.86
    scale = min(1.0, room / (sum(heights) * 1.08))
    heights = [height * scale for height in heights]
    top = (size.height - sum(heights) * 1.08) / 2
    pieces: list[_Piece] = []
    for row, height in zip(rows, heights, strict=True):
        text = " ".join(word.text for word in row)
        size_of = height
        while face.at(size_of).getlength(text) > SAFE * size.width and size_of > 8:
            size_of *= 0.94
        pieces += _row(row, text, face.at(size_of), size, top, len(pieces))
        top += size_of * 1.08
    return tuple(pieces)


def _parted(words: Sequence[Word], n: int) -> list[Sequence[Word]]:
    """Part words into `n` rows of about as many letters, each with a word at least."""
    total = sum(len(word.text) + 1 for word in words)
    rows: list[list[Word]] = [[]]
    reached = 0
    for i, word in enumerate(words):
        left = len(words) - i
        if (
            rows[-1]
            and len(rows) < n
            and (reached >= total * len(rows) / n or left <= n - len(rows))
        ):
            rows.append([])
        rows[-1].append(word)
        reached += len(word.text) + 1
    return list(rows)


# How they are drawn ---------------------------------------------------------------------------


def _whole(canvas: Canvas, line: _Set, time_s: float, _: int) -> None:
    """All words, which come and go together."""
    opacity = _coming(time_s, line.start_s) * _going(time_s, line.end_s)
    for piece in line.pieces:
        canvas.put(piece.type, piece.shade, piece.left, piece.top, opacity)


def _sung(canvas: Canvas, line: _Set, time_s: float, _: int) -> None:
    """All words, dim until they are sung, filled from their first letter on."""
    opacity = _coming(time_s, line.start_s) * _going(time_s, line.end_s)
    for piece in line.pieces:
        share = (time_s - piece.start_s) / max(piece.end_s - piece.start_s, 0.05)
        width = piece.type.shape[1]
        edge = np.clip(share * (width + 12) - np.arange(width), 0, 12) / 12
        lit = (_UNSUNG + (1 - _UNSUNG) * edge) * opacity
        type_ = (piece.type * lit[None, :]).astype(np.uint8)
        shade = (piece.shade * opacity).astype(np.uint8)
        canvas.put(type_, shade, piece.left, piece.top)


def _typed(canvas: Canvas, line: _Set, time_s: float, _: int) -> None:
    """Letter by letter, as the words are sung."""
    opacity = _going(time_s, line.end_s)
    for piece in line.pieces:
        share = (time_s - piece.start_s) / max(0.6 * (piece.end_s - piece.start_s), 0.08)
        if share <= 0:
            continue
        width = piece.type.shape[1]
        edge = np.clip((share * width - np.arange(width)) / 2, 0, 1) * opacity
        type_ = (piece.type * edge[None, :]).astype(np.uint8)
        shade = (piece.shade * edge[None, :]).astype(np.uint8)
        canvas.put(type_, shade, piece.left, piece.top)


def _one(canvas: Canvas, line: _Set, time_s: float, shorter: int) -> None:
    """One word at a time; it rises into its place and leaves with the next."""
    sung = [piece for piece in line.pieces if piece.start_s <= time_s] or line.pieces[:1]
    piece = sung[-1]
    age = time_s - piece.start_s
    opacity = _coming(time_s, min(piece.start_s, time_s), 0.1) * _going(time_s, line.end_s)
    rise = round((1 - _eased(age / 0.18)) * 0.03 * shorter)
    canvas.put(piece.type, piece.shade, piece.left, piece.top + rise, max(opacity, 0.35))
    if len(sung) > 1 and age < 0.12:
        before = sung[-2]
        canvas.put(before.type, before.shade, before.left, before.top - round(age * 0.2 * shorter),
                   0.5 * (1 - age / 0.12))  # fmt: skip


def _kinetic(canvas: Canvas, line: _Set, time_s: float, shorter: int) -> None:
    """Words that fly into their block from alternate sides as they are sung, and drift on."""
    opacity = _going(time_s, line.end_s)
    drift = 0.008 * shorter * (time_s - line.start_s)
    for piece in line.pieces:
        age = time_s - piece.start_s
        if age < -0.04:
            continue
        eased = _eased((age + 0.04) / 0.24)
        away = (1 - eased) * 0.16 * shorter
        dx, dy = ((-away, 0), (0, away), (away, 0), (0, -away))[piece.index % 4]
        canvas.put(piece.type, piece.shade, piece.left + round(dx), piece.top + round(dy - drift),
                   min(1.0, 0.2 + 0.8 * eased) * opacity)  # fmt: skip


def _coming(time_s: float, start_s: float, length_s: float = _COMES_S) -> float:
    return _eased((time_s - start_s) / length_s)


def _going(time_s: float, end_s: float) -> float:
    return _eased((end_s - time_s) / _GOES_S)


def _eased(share: float) -> float:
    share = min(1.0, max(0.0, share))
    return 1 - (1 - share) ** 3


def _is_backwards(text: str) -> bool:
    """Return True if a text is written from right to left, by its first letter."""
    strong = (unicodedata.bidirectional(c) for c in text)
    return next((kind in ("R", "AL") for kind in strong if kind in ("L", "R", "AL")), False)


_SET: Mapping[str, Callable[[Line, Typeface, Size], tuple[_Piece, ...]]] = {
    "caption": _set_caption,
    "karaoke": _set_karaoke,
    "typewriter": _set_typed,
    "word": _set_words,
    "kinetic": _set_poster,
}
_DRAW: Mapping[str, Callable[[Canvas, _Set, float, int], None]] = {
    "caption": _whole,
    "karaoke": _sung,
    "typewriter": _typed,
    "word": _one,
    "kinetic": _kinetic,
}
STYLES: tuple[str, ...] = tuple(_SET)
"""How words are drawn, from plainest to most lively."""
BOLD = frozenset({"caption", "karaoke", "word", "kinetic"})
"""Styles in bold type, which holds its own on a busy picture."""
