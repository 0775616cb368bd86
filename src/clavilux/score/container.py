"""Container: the header of a MIDI file and where its tracks lie.

Accepts a RIFF wrapping (``.rmi``) and junk before the header.
"""

from dataclasses import dataclass
from fractions import Fraction

from clavilux.core.errors import ScoreError
from clavilux.core.timeline import MICROSECONDS, TempoMap
from clavilux.score.steps import TRACK_CHUNK

HEADER_CHUNK = b"MThd"

SMPTE_RATES = {
    24: Fraction(24),
    25: Fraction(25),
    29: Fraction(30000, 1001),
    30: Fraction(30),
}
"""Frames per second by the number that stands for them in the header."""


@dataclass(frozen=True, slots=True)
class Header:
    """What the header of a MIDI file says."""

    format: int
    n_tracks: int
    division: int
    """Ticks per beat; or, from 0x8000 on, an SMPTE frame rate and ticks per frame."""
    end: int
    """Place of the first byte after the header."""

    @property
    def is_smpte(self) -> bool:
        """Whether ticks are fractions of a film's frames."""
        return self.division >= 0x8000

    def ticks_in(self, beats: int) -> int:
        """Return the ticks of some beats; under SMPTE division those of half a second each."""
        if not self.is_smpte:
            return beats * self.division
        return beats * (0x100 - (self.division >> 8)) * (self.division & 0xFF) // 2

    def tempo_map(self, tempi: list[tuple[int, int]]) -> TempoMap:
        """Build the tempo map of this division; under SMPTE division tempi mean nothing."""
        if not self.is_smpte:
            return TempoMap.from_tempi(tempi, self.division)
        return TempoMap.smpte(SMPTE_RATES[0x100 - (self.division >> 8)], self.division & 0xFF)


def is_smpte(tempo_map: TempoMap) -> bool:
    """Return whether a map is one of SMPTE division, which knows seconds but no beats."""
    if tempo_map.denominator == tempo_map.ticks_per_beat * MICROSECONDS:
        return False
    beat = tempo_map.ticks_per_beat * int(tempo_map.rate[0]) / tempo_map.denominator
    return len(tempo_map.rate) == 1 and 2 * beat == 1


def read_header(data: bytes, warnings: list[str]) -> tuple[Header, bytes]:
    """Find and read the header; return it and the bytes in which places are counted.

    Raises:
        ScoreError: There is no header, it is cut short, or its division means nothing.
    """
    data = _unwrap(data)
    start = data.find(HEADER_CHUNK)
    if start < 0:
        raise ScoreError("is not a MIDI file: it has no MThd header")
    if start:
        warnings.append(f"{start} bytes before the header were skipped")
    length = int.from_bytes(data[start + 4 : start + 8])
    fields = data[start + 8 : start + 14]
    if len(fields) < 6 or length < 6:
        raise ScoreError("is cut short: its header has fewer than 6 bytes")
    kind, n_tracks, division = (int.from_bytes(fields[i : i + 2]) for i in (0, 2, 4))
    if kind > 2:
        warnings.append(f"format {kind} is unknown; read as format 1")
        kind = 1
    end = start + 8 + length
    if end > len(data) or (length > 6 and data[start + 14 : start + 18] == TRACK_CHUNK):
        warnings.append(f"the header says it has {length} bytes; read as 6")
        end = start + 14
    _check_division(division)
    return Header(kind, n_tracks, division, end), data


def _check_division(division: int) -> None:
    if division == 0:
        raise ScoreError("cannot be timed: its header says a beat has 0 ticks")
    if division < 0x8000:
        return
    rate, ticks = 0x100 - (division >> 8), division & 0xFF
    if rate not in SMPTE_RATES or ticks == 0:
        raise ScoreError(
            f"cannot be timed: its header says {ticks} ticks a frame at {rate} frames a second; "
            f"expected one of {', '.join(map(str, SMPTE_RATES))}"
        )


def _unwrap(data: bytes) -> bytes:
    """Take a MIDI file out of its RIFF wrapping, if it has one."""
    if data[:4] != b"RIFF" or data[8:12] != b"RMID":
        return data
    place = 12
    while place + 8 <= len(data):
        length = int.from_bytes(data[place + 4 : place + 8], "little")
        if data[place : place + 4] == b"data":
            return data[place + 8 : place + 8 + length]
        place += 8 + length + length % 2
    return data
