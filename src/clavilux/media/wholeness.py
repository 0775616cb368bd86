"""Wholeness: whether a media file is as long as it says it is.

Containers say how many bytes they hold (of MP3, a header may: there a warning is enough).
A download or a recording that broke
off is told apart here, in the first bytes, before anything is decoded: a short
film made of half a file would be a silent lie. So are tables that lie.
"""

import mmap
import os
import warnings
from pathlib import Path
from typing import BinaryIO

from clavilux.core.errors import MediaError
from clavilux.media import boxes, riff

_SLACK = 16
"""Bytes that sloppy writers miscount."""
_MP4_STARTS = (b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"moof", b"styp", b"pnot")


class _BreaksOff(Exception):  # noqa: N818 - it is what it is
    """A file that names no size ends in the middle of something."""


def check_whole(path: Path) -> None:
    """Refuse a file that is missing, empty or shorter than its container claims.

    Raises:
        MediaError: It is one of these; the message says which.
    """
    if path.is_dir():
        raise MediaError(f"cannot read {path}: it is a folder; expected a film or sound")
    if not path.is_file():
        raise MediaError(f"cannot read {path}: there is no such file")
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            claimed = _claimed_size(file, size)
            expected = _mp3_size(file) if claimed is None else None
    except boxes.Lie as lie:
        raise MediaError(f"cannot read {path}: {lie}; the file is damaged or lies") from lie
    except OSError as error:
        raise MediaError(f"cannot read {path}: {(error.strerror or str(error)).lower()}") from error
    except _BreaksOff as error:
        raise MediaError(
            f"cannot read {path}: it is cut short or damaged: {error}; copy or download it again"
        ) from error
    if size == 0:
        raise MediaError(f"cannot read {path}: the file is empty")
    if claimed is not None and claimed > size + _SLACK:
        raise MediaError(
            f"cannot read {path}: it is cut short: it holds {size} of {claimed} bytes; "
            "copy or download it again"
        )
    if expected is not None and expected > size + _SLACK:
        warnings.warn(
            f"{path} is shorter than its header says ({size} of {expected} bytes): it was cut "
            "or its download broke off; what is there is read",
            stacklevel=2,
        )


def _claimed_size(file: BinaryIO, size: int) -> int | None:
    head = file.read(64)
    if head[4:8] in _MP4_STARTS:
        return boxes.claimed_size(file, size)
    if head[:4] in (b"RIFF", b"RF64"):
        return riff.claimed_size(file, size)
    if head[:4] == b"\x1a\x45\xdf\xa3":
        return _matroska_size(head)
    if head[:4] == b"OggS":
        return _ogg_size(file, size)
    if head[:3] == b"GIF":
        _check_gif(file)
    return None


def _matroska_size(head: bytes) -> int | None:
    """Read how long the one segment says it is; writers of live streams don't say."""
    header_length, used = _vint(head[4:])
    position = 4 + used + header_length
    if head[position : position + 4] != b"\x18\x53\x80\x67":
        return None
    length, used = _vint(head[position + 4 :])
    unknown = length == (1 << 7 * used) - 1
    return None if unknown or not used else position + 4 + used + length


def _vint(data: bytes) -> tuple[int, int]:
    """Read an EBML number: its value and the bytes it takes (0 where there is none)."""
    if not data or not data[0]:
        return 0, 0
    used = 9 - data[0].bit_length()
    return int.from_bytes(data[:used], "big") & ((1 << 7 * used) - 1), used


def _ogg_size(file: BinaryIO, size: int) -> int | None:
    """Find the last page; its end may not lie outside."""
    start = max(0, size - (1 << 17))
    file.seek(start)
    tail = file.read()
    last = tail.rfind(b"OggS")
    if last < 0:
        return None
    if last + 27 > len(tail):
        return start + last + 27
    table = tail[last + 27 : last + 27 + tail[last + 26]]
    return start + last + 27 + tail[last + 26] + sum(table)


def _check_gif(file: BinaryIO) -> None:
    """Walk the blocks of a GIF; a missing trailer or bytes after it do no harm.

    Raises:
        _BreaksOff: It ends inside a block.
    """
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        n_pictures, at = 0, 13 + _gif_colours(data[10] if len(data) > 10 else 0)
        while at < len(data) and data[at] in b"!,":
            is_picture = data[at] == ord(",")
            if is_picture:
                n_pictures += 1
                at += 11 + _gif_colours(data[at + 9] if at + 9 < len(data) else 0)
            else:
                at += 2
            while at < len(data) and data[at]:
                at += 1 + data[at]
            at += 1
        if at > len(data):
            raise _BreaksOff(f"it ends within picture {max(1, n_pictures)}")


def _gif_colours(flags: int) -> int:
    """Return the size of a colour table, in bytes, from the byte that describes it."""
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _mp3_size(file: BinaryIO) -> int | None:
    """Read the byte count of an MP3's Xing header, which may follow an ID3 tag.

    Programs that cut MP3 files leave the old header in: it is a hint, not a claim.
    """
    file.seek(0)
    head, start = file.read(10), 0
    if head[:3] == b"ID3":
        start = 10 + sum((byte & 0x7F) << 7 * (3 - i) for i, byte in enumerate(head[6:10]))
    file.seek(start)
    frame = file.read(256)
    at = max(frame.find(b"Xing"), frame.find(b"Info"))
    if frame[:1] != b"\xff" or at < 0:
        return None
    flags = int.from_bytes(frame[at + 4 : at + 8], "big")
    if not flags & 2:
        return None
    where = at + 8 + (4 if flags & 1 else 0)
    return start + int.from_bytes(frame[where : where + 4], "big")
