"""Messages: what a MIDI file's tracks say, before it becomes music.

`steps` fills this value, message by message.

Conventions
-----------
- Columns hold channel messages of all tracks, track after track, in file order.
- A message with one data byte has it in both `first` and `second`.
- A *mark* is anything else: its tick; for a meta event its type, for SysEx its
  status byte plus `SYSEX_KIND`; and its payload.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Mark = tuple[int, int, bytes]
"""Tick, kind and payload."""
SYSEX_KIND = 0x100

MAX_BYTES = 1 << 26
"""Largest file read, 64 MiB."""
MAX_MESSAGES = 4_000_000
"""Most channel messages read: a hundred times those of a long piece, read in some seconds."""
MAX_MARKS = 1_000_000
"""Most meta events and SysEx messages read."""
MAX_TRACKS = 65_535
"""Most tracks read: as many as a header can count."""
MAX_DURATION_S = 7 * 86_400
"""Longest score read: a week."""

META, SYSEX, SYSEX_ESCAPE = 0xFF, 0xF0, 0xF7
END_OF_TRACK = 0x2F


@dataclass(frozen=True, slots=True, eq=False)
class Messages:
    """Every message of a file, by track."""

    tick: NDArray[np.int64]
    """From the start of the message's own track. Shape (n_messages,)."""
    status: NDArray[np.uint8]
    """0x80 to 0xEF."""
    first: NDArray[np.uint8]
    second: NDArray[np.uint8]
    bounds: list[int]
    """Track ``i`` has the messages from ``bounds[i]`` to ``bounds[i + 1]``."""
    marks: list[list[Mark]]
    """One list a track, in order of time."""
    end_tick: list[int]
    """Where each track ends."""
    warnings: list[str]
