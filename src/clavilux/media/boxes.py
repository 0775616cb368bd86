"""Boxes: the tables of an MP4 or MOV file, read before libav trusts them.

A table of samples can claim a thousand million of them in a few bytes; libav
would fill memory with them for minutes before it finds that there is nothing
behind. No honest sample is shorter than a byte, so a claim of more bytes than
the file has is a lie.
"""

from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

_PARENTS = {b"moov", b"trak", b"mdia", b"minf", b"stbl", b"moof", b"traf"}
_MEDIA = (b"mdat", b"moov", b"moof")
_MAX_BOXES = 1_000_000


class Box(NamedTuple):
    """One box: its kind, where its content lies, and where it says it ends."""

    kind: bytes
    start: int
    end: int


class Lie(Exception):  # noqa: N818 - it is what it is
    """A table claims what the file cannot hold."""


def claimed_size(file: BinaryIO, size: int) -> int | None:
    """Return the size a file claims to have: the end of its last box that holds media.

    Raises:
        Lie: A table claims more samples than the file has bytes.
    """
    claimed = None
    for box in _walk(file, size):
        if box.kind in _MEDIA and box.end > size:
            claimed = box.end
        if box.kind in (b"stsz", b"stz2", b"trun"):
            _check_table(file, box, size)
    return claimed


def _walk(file: BinaryIO, size: int) -> Iterator[Box]:
    """Yield the boxes that can hold media or tables, in the order of the file."""
    position, left = 0, _MAX_BOXES
    while position + 8 <= size:
        left -= 1
        if left == 0:
            raise Lie(f"it holds more than {_MAX_BOXES} boxes")
        file.seek(position)
        header = file.read(16)
        length, kind, head = int.from_bytes(header[:4], "big"), header[4:8], 8
        if length == 1:
            length, head = int.from_bytes(header[8:16], "big"), 16
        if length == 0:
            length = size - position
        if length < head:
            return  # junk: let libav judge
        yield Box(kind, position + head, position + length)
        # Step into a parent, and over anything else.
        position += head if kind in _PARENTS else length


def _check_table(file: BinaryIO, box: Box, size: int) -> None:
    file.seek(box.start + 4)
    numbers = file.read(8)
    first, second = int.from_bytes(numbers[:4], "big"), int.from_bytes(numbers[4:], "big")
    if box.kind == b"trun":
        n_samples, each = first, 1
    else:
        n_samples, each = second, max(1, first) if box.kind == b"stsz" else 1
    if n_samples * each > size:
        raise Lie(f"a table claims {n_samples} samples where there are {size} bytes")
