"""Ogg pages: giving a stream a fixed number, so that equal sound gives equal bytes.

libsndfile numbers Ogg streams at random. The number stands in every page, and
every page carries a checksum.

Source:
    RFC 3533, section 6: the page header. The checksum is CRC-32 without bit
    reversal; here it is computed by zlib's, which has it, on reversed bits.
"""

import zlib
from pathlib import Path

_HEADER = 27
_REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


def renumber(path: Path, serial: int = 1) -> None:
    """Give the one stream in an Ogg file the number `serial`, in place."""
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
