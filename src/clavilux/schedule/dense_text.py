"""Dense text: a keyframe a frame as JSON, laid onto sheets.

Positions of fields in, documents as bytes out. All frames of a document take as many bytes:
what is the same in each (names, the prompt, the frame's number) is laid onto a sheet once
for all documents of that shape, and only numbers are laid anew. Of what stays the same for
some frames the text is made once.

Conventions
-----------
- A *table* has a row a field and a column a video frame, shape ``(n_rows, n_frames)``.
- A *sheet* has a row a video frame and a column a byte.
"""

from functools import lru_cache
from threading import Lock
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from clavilux.schedule import numerals

Table = NDArray[np.float64]

_LARGEST_KEPT = 4 << 20
"""Bytes of a sheet worth keeping for the next document."""


def dense_documents(
    fields: list[str], values: Table, prompt: str, head: bytes, tail: bytes
) -> tuple[bytes, bytes]:
    """Write a document whose fields are worth `values`, finite ones, and what renders from it.

    Args:
        fields: Their names.
        values: A row each.
        prompt: What every rendered frame says.
        head: The document up to its keyframes.
        tail: The document after them, with the last bracket.

    Returns:
        The document, and the document with ``rendered_frames`` and ``rendered_frames_meta``.
    """
    highest, lowest = np.abs(values).max(axis=1), values.min(axis=1)
    extents = [_extent(*pair) for pair in zip(highest.tolist(), lowest.tolist(), strict=True)]
    meta = orjson.dumps(dict(zip(fields, extents, strict=True)))
    texts = _texts(_table(fields, values, highest))
    n, width = values.shape[1], texts.dtype.itemsize
    sheets = _sheets if n * width * len(texts) <= _LARGEST_KEPT else _Sheets
    laid = sheets(tuple(fields), n, orjson.dumps(prompt), width)
    with laid.lock:
        laid.lay(texts)
        keyframes = (head, b'"keyframes":[', laid.keyframes, b"}]", tail)
        rendered = (b',"rendered_frames":[', laid.rendered, b'}],"rendered_frames_meta":')
        return b"".join(keyframes), b"".join((*keyframes[:-1], tail[:-1], *rendered, meta, b"}"))


def deltas(fields: list[str], values: Table) -> Table:
    """Give by how much (of zoom: by what factor) every field changes into each frame."""
    change = np.empty_like(values)
    change[:, 0] = values[:, 0]
    np.subtract(values[:, 1:], values[:, :-1], out=change[:, 1:])
    if "zoom" in fields:
        change[fields.index("zoom"), 1:] += 1
    return change


def _extent(highest: float, lowest: float) -> dict[str, Any]:
    return {"max": highest, "min": lowest, "isFlat": lowest == highest}


def _table(fields: list[str], values: Table, highest: NDArray[np.float64]) -> Table:
    """Put every field's delta and percentage below the fields, in turn."""
    m, n = values.shape
    table = np.empty((3 * m, n))
    table[:m] = values
    table[m::2] = deltas(fields, values)
    size = np.where(highest == 0, 1.0, highest)[:, None]
    np.multiply(values / size, 100, out=table[m + 1 :: 2])
    return table


def _texts(table: Table) -> numerals.Texts:
    """Print a table; same shape back. What stays the same from frame to frame is printed once."""
    flat = table.ravel()
    begins = np.empty(len(flat), dtype=np.bool_)
    np.not_equal(flat[1:], flat[:-1], out=begins[1:])
    begins[:: table.shape[1]] = True
    starts = begins.nonzero()[0]
    lengths = np.empty_like(starts)
    np.subtract(starts[1:], starts[:-1], out=lengths[:-1])
    lengths[-1] = len(flat) - starts[-1]
    return numerals.texts(flat[starts]).repeat(lengths).reshape(table.shape)


class _Sheets:
    """The frames of documents of one shape: as keyframes, and as rendered."""

    def __init__(self, fields: tuple[str, ...], n: int, prompt: bytes, width: int) -> None:
        self.lock = Lock()
        digits = len(str(n - 1))
        row = bytearray(b'},{"frame":')  # the end of the frame before comes first
        number = slice(len(row), len(row) + digits)
        row += b" " * digits
        places = []
        for name in fields:
            places.append(_space(row, name, width))
        end_of_keyframe = len(row)
        row += b',"deforum_prompt":' + prompt
        for name in fields:
            places += [_space(row, f"{name}_{kind}", width) for kind in ("delta", "pc")]
        self._rendered = np.tile(np.frombuffer(row, dtype=np.uint8), (n, 1))
        numbers = b"".join(b"%*d" % (digits, i) for i in range(n))
        self._rendered[:, number] = np.frombuffer(numbers, dtype=np.uint8).reshape(n, digits)
        self._keyframes = self._rendered[:, :end_of_keyframe].copy()
        self._cells = [_column(self._rendered, place, width) for place in places]
        self.keyframes = self._keyframes.reshape(-1).data[2:]
        """Every frame but for the brackets around all; so is `rendered`."""
        self.rendered = self._rendered.reshape(-1).data[2:]

    def lay(self, texts: numerals.Texts) -> None:
        """Lay a table's texts onto the sheets."""
        for cells, column in zip(self._cells, texts, strict=True):
            cells[:] = column
        self._keyframes[:] = self._rendered[:, : self._keyframes.shape[1]]


_sheets = lru_cache(maxsize=4)(_Sheets)


def _space(row: bytearray, name: str, width: int) -> int:
    """Add a name and room for its number to a row; say where the room begins."""
    row += b',"%s":' % name.encode()
    begins = len(row)
    row += b" " * width
    return begins


def _column(sheet: NDArray[np.uint8], place: int, width: int) -> numerals.Texts:
    """See one number a row of a sheet."""
    rows = np.dtype(
        {"names": ["text"], "formats": [f"V{width}"], "offsets": [place], "itemsize": len(sheet[0])}
    )
    return sheet.view(rows)["text"][:, 0]
