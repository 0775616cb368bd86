"""Marks: meta events and SysEx, as values.

Conventions
-----------
- Tempi, meters and keys belong to the whole score, whichever track says them.
- A mark that is malformed, or of a kind we don't know, is kept raw.
- Text is of the encoding that `texts` finds for the whole file.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from clavilux.core.values import KeySignature, Meter, Raw, Text
from clavilux.score.messages import META, SYSEX_KIND, Mark

TEXT_KINDS = {
    0x01: "text",
    0x02: "copyright",
    0x04: "instrument",
    0x05: "lyric",
    0x06: "marker",
    0x07: "cue",
}
TRACK_NAME, TEMPO, METER, KEY, SEQUENCER = 0x03, 0x51, 0x58, 0x59, 0x7F
FILLER = (SEQUENCER, b"")
"""A sequencer-specific event that says nothing: it stands between very long delta times."""
_MAX_DENOMINATOR_POWER = 10


@dataclass(slots=True)
class ScoreMarks:
    """What marks say about the whole score."""

    tempi: list[tuple[int, int]] = field(default_factory=list)
    """Tick and microseconds per beat."""
    meters: list[Meter] = field(default_factory=list)
    keys: list[KeySignature] = field(default_factory=list)

    @property
    def last_tick(self) -> int:
        """Where the last of them stands."""
        ticks = (mark[0] for marks in (self.tempi, self.meters, self.keys) for mark in marks)
        return max(ticks, default=0)


@dataclass(slots=True)
class TrackMarks:
    """What marks say about one track."""

    name: str = ""
    texts: list[Text] = field(default_factory=list)
    raw: list[Raw] = field(default_factory=list)


def is_text(kind: int) -> bool:
    """Return whether marks of a kind hold text."""
    return kind in TEXT_KINDS or kind == TRACK_NAME


def read_marks(
    marks: list[Mark],
    start: int,
    timed_by_tempi: bool,
    score: ScoreMarks,
    decode: Callable[[bytes], str],
) -> TrackMarks:
    """Sort one track's marks into what they say about it and about the `score`.

    Args:
        start: Tick at which the track starts, added to that of each mark.
        timed_by_tempi: Whether tempo events count; if not they are kept raw.
        decode: Turns the bytes of a text into words.
    """
    track = TrackMarks()
    for from_start, kind, data in marks:
        tick = start + from_start
        if kind == TEMPO and timed_by_tempi and len(data) == 3 and any(data):
            score.tempi.append((tick, int.from_bytes(data)))
        elif kind in TEXT_KINDS:
            track.texts.append(Text(tick, TEXT_KINDS[kind], decode(data)))
        elif kind == TRACK_NAME and not track.name:
            track.name = decode(data)
        elif kind == METER and len(data) == 4 and data[0] and data[1] <= _MAX_DENOMINATOR_POWER:
            score.meters.append(Meter(tick, data[0], 1 << data[1]))
        elif kind == KEY and len(data) == 2 and _is_key(data):
            score.keys.append(KeySignature(tick, _signed(data[0]), bool(data[1])))
        elif (kind, data) != FILLER:
            head = [kind - SYSEX_KIND] if kind >= SYSEX_KIND else [META, kind]
            track.raw.append(Raw(tick, bytes(head) + data))
    return track


def _is_key(data: bytes) -> bool:
    return -7 <= _signed(data[0]) <= 7 and data[1] <= 1


def _signed(byte: int) -> int:
    return byte - 0x100 if byte >= 0x80 else byte
