"""Scores and soundfonts made by hand."""

import struct
from collections.abc import Callable, Iterable, Sequence

import numpy as np
import pytest

from clavilux.core.timeline import TempoMap
from clavilux.core.values import Change, Notes, Score, Track

TICKS_PER_BEAT = 480


class Hands:
    """Makes values; times are in seconds at 120 beats a minute, which is 960 ticks."""

    def score(self, *tracks: Track, tempo_map: TempoMap | None = None) -> Score:
        return Score(tempo_map or TempoMap.constant(120.0, TICKS_PER_BEAT), tracks)

    def track(
        self,
        notes: Iterable[tuple[float, float, int, int]],
        *,
        channel: int = 0,
        program: int = 0,
        changes: Sequence[tuple[float, int, int]] = (),
        bends: Sequence[tuple[float, int]] = (),
        name: str = "",
    ) -> Track:
        """Make a track of (onset, length, pitch, velocity) and (time, controller, value)."""
        rows = sorted(notes)
        onset = self.ticks([row[0] for row in rows])
        messages = [Change(0, channel, "program", 0, program)]
        messages += [Change(int(self.ticks(at)), channel, "control", c, v) for at, c, v in changes]
        messages += [Change(int(self.ticks(at)), channel, "bend", 0, v) for at, v in bends]
        return Track(
            name,
            Notes(
                onset,
                onset + self.ticks([row[1] for row in rows]),
                np.array([row[2] for row in rows], dtype=np.uint8),
                np.array([row[3] for row in rows], dtype=np.uint8),
                np.full(len(rows), channel, dtype=np.uint8),
            ),
            tuple(sorted(messages, key=lambda m: m.tick)),
        )

    def ticks(self, seconds: object) -> np.ndarray:
        return np.round(np.asarray(seconds, dtype=np.float64) * 2 * TICKS_PER_BEAT).astype(np.int64)

    def soundfont(
        self,
        waveform: np.ndarray,
        *,
        loop: tuple[int, int] | None = None,
        generators: Sequence[tuple[int, int]] = (),
        sample_rate: int = 44_100,
        root: int = 69,
    ) -> bytes:
        """Write an SF2 file of one recording, int16, on program 0."""
        turn, back = loop or (0, len(waveform))
        zone = [*sorted(generators), *([(54, 1)] if loop else []), (53, 0)]
        records = {
            b"phdr": _header("one", 0) + _header("EOP", 1),
            b"pbag": struct.pack("<4H", 0, 0, 1, 0),
            b"pmod": bytes(10),
            b"pgen": struct.pack("<4H", 41, 0, 0, 0),
            b"inst": struct.pack("<20sH20sH", b"one", 0, b"EOI", 1),
            b"ibag": struct.pack("<4H", 0, 0, len(zone), 0),
            b"imod": bytes(10),
            b"igen": b"".join(struct.pack("<Hh", *pair) for pair in [*zone, (0, 0)]),
            b"shdr": struct.pack(
                "<20s5IBbHH", b"one", 0, len(waveform), turn, back, sample_rate, root, 0, 0, 1
            )
            + bytes(46),
        }
        body = b"sfbk" + _list(b"INFO", {b"ifil": struct.pack("<2H", 2, 1)})
        body += _list(b"sdta", {b"smpl": np.asarray(waveform, dtype="<i2").tobytes()})
        body += _list(b"pdta", records)
        return b"RIFF" + struct.pack("<I", len(body)) + body


def _header(name: str, bag: int) -> bytes:
    return struct.pack("<20s3H12x", name.encode(), 0, 0, bag)


def _list(kind: bytes, chunks: dict[bytes, bytes]) -> bytes:
    body = kind + b"".join(name + struct.pack("<I", len(d)) + d for name, d in chunks.items())
    return b"LIST" + struct.pack("<I", len(body)) + body


@pytest.fixture(scope="session")
def hands() -> Hands:
    return Hands()


@pytest.fixture(scope="session")
def first_rise() -> Callable[[np.ndarray, int, float, float], float]:
    """Return what finds when a sound first passes a hundredth of its peak within a window."""

    def find(waveform: np.ndarray, sample_rate: int, start_s: float, stop_s: float) -> float:
        first, last = int(max(start_s, 0) * sample_rate), int(stop_s * sample_rate)
        level = np.abs(waveform[first:last]).max(axis=1)
        return (first + int(np.argmax(level > 0.01 * level.max()))) / sample_rate

    return find
