"""Ogg pages: the links of a chain, and a fixed number for a stream that is written.

A recording of web radio is a chain: each song an Ogg file of its own, one after
another, whose rates may differ. libsndfile numbers the streams that it writes at
random; the number stands in every page, and every page carries a checksum.

Source:
    RFC 3533, section 6: the page header. The checksum is CRC-32 without bit
    reversal; here it is computed by zlib's, which has it, on reversed bits.
"""

import zlib
from itertools import pairwise
from pathlib import Path

_HEADER = 27
_BEGINS = 2
"""The flag of a page with which a stream begins."""
_REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


def links(path: Path) -> list[tuple[int, int]]:
    """Return where each link of a chain begins and ends, in bytes; one for a plain file."""
    starts, was_first = [], False
    with path.open("rb") as file:
        size = file.seek(0, 2)
        position = 0
        while position + _HEADER <= size:
            file.seek(position)
            page = file.read(_HEADER + 255)
            if page[:4] != b"OggS":
                break  # what is between pages is for libav to judge
            is_first = bool(page[5] & _BEGINS)
            if is_first and not was_first:
                starts.append(position)
            was_first = is_first
            position += _HEADER + page[26] + sum(page[_HEADER : _HEADER + page[26]])
    if not starts:
        return [(0, size)]
    return list(pairwise([0, *starts[1:], size]))


def renumber(path: Path, serial: int = 1) -> None:
    """Return the one stream in an Ogg file the number `serial`, in place."""
    with path.open("r+b") as file:
        while len(header := file.read(_HEADER)) == _HEADER:
            table = file.read(header[26])
            body = file.read(sum(table))
            plain = header[:14] + serial.to_bytes(4, "little") + header[18:22] + bytes(4)
            page = plain + header[26:] + table + body
            checksum = page_checksum(page)
            file.seek(-len(page), 1)
            file.write(page[:22] + checksum.to_bytes(4, "little") + page[26:])


def page_checksum(page: bytes) -> int:
    """Compute the checksum of a page whose checksum field is zero."""
    reflected = zlib.crc32(page.translate(_REVERSED), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int(f"{reflected:032b}"[::-1], 2)
