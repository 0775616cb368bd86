"""Dense text: a keyframe a frame as JSON, put together from the texts of its numbers.

Columns of positions in, the documents' frames as bytes out. Of what stays the same for
some frames the text is made once; a frame's text is its cells' texts joined, and a cell's
text has its name before it.

Conventions
-----------
- A *table* has a row a field and a column a video frame, shape ``(n_rows, n_frames)``.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

Table = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class DenseText:
    """The frames of a dense document, as JSON."""

    keyframes: bytes
    """A list of objects: frame and fields."""
    rendered_frames: list[bytes]
    """A list of objects, in pieces: the same, the prompt, every field's delta and percentage."""
    extents: dict[str, Any]
    """Greatest and least of every field, as sd-parseq's ``rendered_frames_meta``."""


def dense_text(fields: list[str], values: Table, prompt: str) -> DenseText:
    """Write the frames of a document whose fields are worth `values`, finite ones."""
    highest, lowest = np.abs(values).max(axis=1), values.min(axis=1)
    extents = [_extent(*pair) for pair in zip(highest.tolist(), lowest.tolist(), strict=True)]
    highest[highest == 0] = 1.0
    n, m = values.shape[1], len(fields)
    table = np.empty((3 * m, n))
    table[:m] = values
    table[m::2] = deltas(fields, values)
    np.multiply(values / highest[:, None], 100, out=table[m + 1 :: 2])
    names = [f',"{name}":' for name in fields]
    derived = [f',"{name}_{kind}":' for name in fields for kind in ("delta", "pc")]
    derived[0] = f',"deforum_prompt":{orjson.dumps(prompt).decode()}{derived[0]}'
    cells = np.concatenate((_frames(n), _cells(names + derived, table))).reshape(-1, n)
    return DenseText(
        b"".join(_pieces(cells[: m + 1])), _pieces(cells), dict(zip(fields, extents, strict=True))
    )


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


def _cells(names: list[str], table: Table) -> NDArray[np.object_]:
    """Give the text of every cell of a table, its row's name before it; row after row."""
    flat = table.ravel()
    n = table.shape[1]
    begins = np.empty(len(flat), dtype=np.bool_)
    np.not_equal(flat[1:], flat[:-1], out=begins[1:])
    begins[::n] = True
    starts = begins.nonzero()[0]
    bounds = starts.searchsorted(np.arange(0, len(flat) + 1, n)).tolist()
    kept = flat[starts]
    texts: list[bytes] = []
    for k, name in enumerate(names):
        numbers = orjson.dumps(kept[bounds[k] : bounds[k + 1]], option=orjson.OPT_SERIALIZE_NUMPY)
        before = name.encode()
        named = numbers[1:-1].replace(b",", b"\0" + before)
        texts += (before + named).split(b"\0")
    lengths = np.empty(len(starts), dtype=np.int64)
    np.subtract(starts[1:], starts[:-1], out=lengths[:-1])
    lengths[-1] = len(flat) - starts[-1]
    return np.array(texts, dtype=object).repeat(lengths)


@lru_cache(maxsize=8)
def _frames(n: int) -> NDArray[np.object_]:
    """Give the beginnings of `n` objects, the end of the one before in front of each."""
    return np.array([b'},{"frame":%d' % i for i in range(n)], dtype=object)


def _pieces(cells: NDArray[np.object_]) -> list[bytes]:
    """Put cells, shape (n_cells, n_frames), in the order in which they make a list of objects."""
    pieces: list[bytes] = cells.T.ravel().tolist()
    pieces[0] = b"[" + pieces[0][2:]
    pieces.append(b"}]")
    return pieces
