"""RIFF: the chunks of a WAV or AVI file, and the samples of a WAV of plain numbers.

libav takes the *valid* bits of a sample for its width, so that 24 valid bits in 32
come out as noise or silence; libsndfile reads the width that the samples have.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np
import soundfile
from numpy.typing import NDArray

from clavilux.core.values import Sound

_UNKNOWN = 0x7FFFF000
"""Sizes from here on are those of a writer that could not know."""
_BLOCK = 1 << 16


def claimed_size(file: BinaryIO, size: int) -> int | None:
    """Return the size a RIFF or RF64 file claims, judged by its media alone.

    What comes after the samples may be missing: the sum in the file's first bytes is
    often wrong, and nothing is lost with it.
    """
    file.seek(0)
    head = file.read(12)
    total = int.from_bytes(head[4:8], "little")
    long_data = 0
    position = 12
    while position + 8 <= size:
        file.seek(position)
        chunk = file.read(36)
        kind, length = chunk[:4], int.from_bytes(chunk[4:8], "little")
        if kind == b"ds64":
            long_data = int.from_bytes(chunk[16:24], "little")
        if kind == b"data" or (kind == b"LIST" and chunk[8:12] == b"movi"):
            if length == 0xFFFFFFFF and long_data:
                return position + 8 + long_data
            return position + 8 + length if 0 < length < _UNKNOWN else None
        position += 8 + length + length % 2
    return total + 8 if 0 < total < _UNKNOWN else None


def open_wav(path: Path) -> Sound | None:
    """Open a WAV file of plain numbers; None if libsndfile cannot read it.

    Raises:
        OSError: The file cannot be read at all.
    """
    try:
        info = soundfile.info(path)
    except soundfile.LibsndfileError:
        return None
    if not info.frames or not info.subtype.startswith(("PCM", "FLOAT", "DOUBLE")):
        return None

    def blocks() -> Iterator[NDArray[np.float32]]:
        yield from soundfile.blocks(path, blocksize=_BLOCK, dtype="float32", always_2d=True)

    return Sound(info.samplerate, info.channels, info.frames, blocks)
