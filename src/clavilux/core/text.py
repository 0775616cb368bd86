"""Text files as people's programs save them: UTF-8, with a byte order mark, UTF-16, old Windows."""

import codecs
import os
from pathlib import Path

from clavilux.core.errors import DocumentError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16: it begins with the same two bytes
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def decode(data: bytes, *, fallback: str = "cp1252") -> str:
    """Return `data` as text, without its byte order mark.

    A mark settles the encoding; zero bytes at every second place mean UTF-16;
    else it is UTF-8, and where that fails `fallback`. Never fails.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, errors="replace")
    head = data[:64]
    if len(head) >= 4 and b"\0" in head:
        zeros_even, zeros_odd = head[::2].count(0), head[1::2].count(0)
        if max(zeros_even, zeros_odd) > len(head) // 4:
            encoding = "utf-16-be" if zeros_even > zeros_odd else "utf-16-le"
            return data.decode(encoding, errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode(fallback, errors="replace")


def read_bytes(path: str | os.PathLike[str], *, largest: int, what: str) -> bytes:
    """Return the bytes of a document.

    Args:
        path: The file.
        largest: Refuse files of more bytes than this.
        what: What it was expected to be, for the message: "a list of markers".

    Raises:
        DocumentError: It cannot be read, or is too large.
    """
    path = Path(path)
    try:
        size = path.stat().st_size
        if size > largest:
            raise DocumentError(f"{path} has {size >> 20} MB; {what} has at most {largest >> 20}")
        return path.read_bytes()
    except OSError as error:
        reason = (error.strerror or "unknown").lower()
        raise DocumentError(f"cannot read {path}: {reason}") from error
    except ValueError as error:  # a null character in the name
        raise DocumentError(f"cannot read {str(path)!r}: {error}") from error
