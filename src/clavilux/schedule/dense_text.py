"""Dense text: a keyframe a frame as JSON, laid onto sheets.

Positions of fields in, documents in pieces out. All frames of a document take as many
bytes: what is the same in each (names, the prompt, the frame's number) is laid onto a sheet
once for all documents of that shape, and only numbers are laid anew. Of what stays the same
for some frames the text is made once.

Conventions
-----------
- A *table* has a row a field and a column a video frame, shape ``(n_rows, n_frames)``;
  *tables* are those of several documents, shape ``(n_documents, n_rows, n_frames)``.
- A *sheet* has a row a video frame and a column a byte.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import orjson
from numpy.typing import NDArray

from clavilux.schedule import numerals

Table = NDArray[np.float64]
Pieces = list[bytes | memoryview]
"""A text, for ``writelines`` or ``join``."""
_DOCUMENTS_AT_ONCE = 8
"""Their tables stay in the processor's cache."""
Frame = tuple[bytes, bytes]
"""A document up to its keyframes; and after them, with the last bracket."""


def dense_text(
    fields: list[str], values: Table, prompt: str, around: Sequence[Frame]
) -> Iterator[tuple[Pieces, Pieces]]:
    """Write documents whose fields are worth `values`, finite ones, and what renders from them.

    Args:
        fields: Their names.
        values: A table for each document.
        prompt: What every rendered frame says.
        around: What stands around each document's keyframes.

    Yields:
        The document, and the document with ``rendered_frames`` and
        ``rendered_frames_meta``. Both hold until the next are asked for.
    """
    sheets = None
    for start in range(0, len(values), _DOCUMENTS_AT_ONCE):
        some = slice(start, start + _DOCUMENTS_AT_ONCE)
        highest = np.abs(values[some]).max(axis=2)
        metas = _metas(fields, highest, values[some].min(axis=2))
        texts = _texts(_with_derived(fields, values[some], highest))
        if sheets is None or sheets.width != texts.dtype.itemsize:
            sheets = _Sheets(fields, values.shape[2], prompt, texts.dtype.itemsize)
        for laid, meta, (head, tail) in zip(texts, metas, around[some], strict=True):
            sheets.lay(laid)
            keyframes: Pieces = [head, b'"keyframes":[', sheets.keyframes, b"}]"]
            rendered: Pieces = [b',"rendered_frames":[', sheets.rendered, b"}]"]
            yield [*keyframes, tail], [*keyframes, tail[:-1], *rendered, meta]


def deltas(fields: list[str], values: Table) -> Table:
    """Give by how much (of zoom: by what factor) every field of tables changes into each frame."""
    change = np.empty_like(values)
    change[..., 0] = values[..., 0]
    np.subtract(values[..., 1:], values[..., :-1], out=change[..., 1:])
    if "zoom" in fields:
        change[..., fields.index("zoom"), 1:] += 1
    return change


def _metas(
    fields: list[str], highest: NDArray[np.float64], lowest: NDArray[np.float64]
) -> list[bytes]:
    """Write the end of rendered documents: how far every field reaches."""
    metas = []
    for extents in zip(highest.tolist(), lowest.tolist(), strict=True):
        reached = {
            name: {"max": high, "min": low, "isFlat": low == high}
            for name, high, low in zip(fields, *extents, strict=True)
        }
        metas.append(b',"rendered_frames_meta":%b}' % orjson.dumps(reached))
    return metas


def _with_derived(fields: list[str], values: Table, highest: NDArray[np.float64]) -> Table:
    """Put every field's delta and percentage below the fields, in turn."""
    n_documents, m, n = values.shape
    tables = np.empty((n_documents, 3 * m, n))
    tables[:, :m] = values
    tables[:, m::2] = deltas(fields, values)
    size = np.where(highest == 0, 1.0, highest)[..., None]
    np.multiply(values / size, 100, out=tables[:, m + 1 :: 2])
    return tables


def _texts(tables: Table) -> numerals.Texts:
    """Print tables; same shape back. What stays the same from frame to frame is printed once."""
    flat = tables.ravel()
    begins = np.empty(len(flat), dtype=np.bool_)
    np.not_equal(flat[1:], flat[:-1], out=begins[1:])
    begins[:: tables.shape[-1]] = True
    starts = begins.nonzero()[0]
    lengths = np.empty_like(starts)
    np.subtract(starts[1:], starts[:-1], out=lengths[:-1])
    lengths[-1] = len(flat) - starts[-1]
    return numerals.texts(flat[starts]).repeat(lengths).reshape(tables.shape)


class _Sheets:
    """The frames of documents of one shape: as keyframes, and as rendered."""

    def __init__(self, fields: list[str], n: int, prompt: str, width: int) -> None:
        self.width = width
        digits = len(str(n - 1))
        row = bytearray(b'},{"frame":')  # the end of the frame before comes first
        number = slice(len(row), len(row) + digits)
        row += b" " * digits
        places = []
        for name in fields:
            places.append(_space(row, name, width))
        end_of_keyframe = len(row)
        row += b',"deforum_prompt":' + orjson.dumps(prompt)
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
