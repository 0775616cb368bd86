"""Resync: how reading goes on after bytes that are no message.

Players clip a data byte above 127, pass over a system byte that has no place in a
file, and go on; so do we. Where a byte can be explained in several ways, each is
tried, and the one after which most messages are flawless is taken.

Conventions
-----------
- A repair may change bytes of the track, which is a copy, at or after the place of the
  message that could not be read; reading goes on at the repair's place.
- A message is *flawless* if it stands as the standard has it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from clavilux.score.messages import END_OF_TRACK, META, SYSEX, SYSEX_ESCAPE

_LOOKAHEAD = 24
"""Messages read ahead to compare explanations."""
_BEST = 3 * _LOOKAHEAD + 1
"""The score of bytes that lead to the track's end."""
_CONVINCING = 10
"""The score from which reading is in step again: four messages that all begin and end notes."""
_SCANNED = 4096
"""Bytes searched for a place to go on from."""
_EFFORT = 300_000
"""Messages read ahead in one file; then the first explanation is taken."""
_REAL_TIME = 0xF8
_N_DATA = {0xF1: 1, 0xF2: 2, 0xF3: 1}
"""Data bytes of system common messages."""
_MAX_DELTA = 1 << 28
_TEXT, _SEQUENCER = range(0x01, 0x10), 0x7F
_KNOWN_META: dict[int, int | None] = {
    **dict.fromkeys((*_TEXT, 0x00, _SEQUENCER)),
    0x20: 1,
    0x21: 1,
    END_OF_TRACK: 0,
    0x51: 3,
    0x54: 5,
    0x58: 4,
    0x59: 2,
}
"""Meta events of the standard and the lengths they have; None where any will do."""


@dataclass(slots=True)
class Losses:
    """What was wrong in a track and could be passed over."""

    n_clipped: int = 0
    """Data bytes above 127."""
    n_deltas: int = 0
    """Delta times of more than four bytes."""
    n_skipped: int = 0
    """Bytes that are no message."""
    first: int = -1
    """Place of the first flaw."""

    def lines(self, track: str) -> Iterator[str]:
        """Yield a line for each kind of flaw."""
        for count, what in (
            (self.n_clipped, "data bytes above 127 were read as 127"),
            (self.n_deltas, "delta times of more than four bytes were read as far as they go"),
            (self.n_skipped, "bytes that are no message were skipped"),
        ):
            if count:
                yield f"{track}: {what}: {count} (the first flaw is at byte {self.first})"


@dataclass(frozen=True, slots=True)
class _Repair:
    place: int
    """Where reading goes on, with a delta time."""
    ticks: int = 0
    """Added to the time."""
    at: int = 0
    edit: bytes = b""
    """Bytes that replace those from `at` on."""
    n_clipped: int = 0
    n_deltas: int = 0
    n_skipped: int = 0


class Resync:
    """Repairs the tracks of one file."""

    def __init__(self) -> None:
        self._effort = _EFFORT

    def onward(
        self, data: bytearray, place: int, end: int, running: int, losses: Losses
    ) -> tuple[int, int] | None:
        """Find how to go on after the message at `place`, which cannot be read.

        Args:
            data: The file; the repair changes it.
            place: Where the message's delta time begins.
            end: Where the track ends.
            running: The running status, 0 if there is none.
            losses: Counts what was repaired.

        Returns:
            Where reading goes on, and the ticks until there; None if it can't.
        """
        delta, here = _lenient_delta(data, place, end)
        if here >= end:
            return None
        best, best_score = None, -1
        for repair in _explanations(data, place, delta, here, end, running):
            score = self._score(data, repair, end, running) if self._effort > 0 else 0
            if score > best_score:
                best, best_score = repair, score
        if best is None:
            best = self._scan(data, delta, here, end)
        if best is None:
            return None
        data[best.at : best.at + len(best.edit)] = best.edit
        losses.n_clipped += best.n_clipped
        losses.n_deltas += best.n_deltas
        losses.n_skipped += best.n_skipped
        losses.first = here if losses.first < 0 else losses.first
        return best.place, best.ticks

    def _score(self, data: bytearray, repair: _Repair, end: int, running: int) -> int:
        """Score what follows a repair."""
        changed = slice(repair.at, repair.at + len(repair.edit))
        before = data[changed]
        data[changed] = repair.edit
        score = self._plausible(data, repair.place, end, running)
        data[changed] = before
        return score

    def _scan(self, data: bytearray, delta: int, here: int, end: int) -> _Repair | None:
        """Find the next place from which messages with a status byte of their own follow."""
        for at in range(here + 1, min(end, here + _SCANNED)):
            if self._effort <= 0:
                return None
            if self._plausible(data, at, end, 0) >= _CONVINCING:
                return _Repair(at, delta, n_skipped=at - here)
        return None

    def _plausible(self, data: bytearray, place: int, end: int, running: int) -> int:
        """Score how well the bytes from `place` on read as messages; the track's end counts most.

        A flawless message counts 1; 1 more if it has a status byte of its own, or ends a
        note that began before: bytes read out of step seldom do.
        """
        self._effort -= 1
        score, sounding = 0, set[int]()
        for _ in range(_LOOKAHEAD):
            start = place
            while place < end and data[place] >= 0x80:
                place += 1
            here = place + 1
            if here - start > 4 or here >= end:
                return score
            status = data[here]
            if status >= SYSEX:
                after = _body(data, here, end)
                if after is None:
                    return score
                if status == META and data[here + 1] == END_OF_TRACK:
                    return _BEST
                place, score = after, score + 2
            else:
                if status >= 0x80:
                    running, here, score = status, here + 1, score + 1
                place = here + (1 if 0xC0 <= running < 0xE0 else 2)
                if not running or place > end or max(data[here:place]) >= 0x80:
                    return score
                score += 1
                if running < 0xA0:
                    key = (running & 0x0F) << 7 | data[here]
                    if running >= 0x90 and data[place - 1]:
                        sounding.add(key)
                    elif key in sounding:
                        sounding.remove(key)
                        score += 1
            self._effort -= 1
        return score


def _explanations(
    data: bytearray, place: int, delta: int, here: int, end: int, running: int
) -> Iterator[_Repair]:
    """Yield what the bytes of the message at `place` may mean, the likeliest first."""
    status = data[here]
    if here - place > 4:
        yield _Repair(here - 1, delta, here - 1, b"\0", n_deltas=1)
    elif status in (META, SYSEX, SYSEX_ESCAPE):
        closing = data.find(SYSEX_ESCAPE, here + 1, end) + 1
        if status == SYSEX and closing:
            yield _Repair(closing, delta, n_skipped=closing - here)
    elif status >= SYSEX:
        for n_data in sorted({_N_DATA.get(status, 0), 0}, reverse=True):
            last = here + n_data
            if last + 1 < end and all(byte < 0x80 for byte in data[here + 1 : last + 1]):
                yield _Repair(last + 1, delta, n_skipped=1 + n_data)
                yield _Repair(last, delta, last, b"\0", n_skipped=1 + n_data)
    elif status >= 0x80 or running:
        first = here + (status >= 0x80)
        kind = status if status >= 0x80 else running
        after = first + (1 if 0xC0 <= kind < 0xE0 else 2)
        message = data[first:after]
        if after > end or max(message) < 0x80:
            return
        clipped = bytes(min(byte, 0x7F) for byte in message)
        n_clipped = sum(byte >= 0x80 for byte in message)
        yield _Repair(place, 0, first, clipped, n_clipped=n_clipped)
        bad = next(at for at in range(first, after) if data[at] >= 0x80)
        if data[bad] >= _REAL_TIME and data[bad] != META:
            yield _Repair(place + 1, 0, place + 1, bytes(data[place:bad]), n_skipped=1)
        yield _Repair(bad - 1, delta, bad - 1, b"\0", n_skipped=bad - here)
        yield _Repair(bad, delta, n_skipped=bad - here)


def _lenient_delta(data: bytearray, place: int, end: int) -> tuple[int, int]:
    """Read a delta time however long; what is too long to be one is 0.

    Ableton writes -1 in five bytes, as 32 bits.
    """
    ticks, at = 0, place
    while at < end and data[at] >= 0x80:
        ticks = (ticks << 7 | data[at] & 0x7F) & 0xFFFFFFFF
        at += 1
    if at < end:
        ticks = (ticks << 7 | data[at]) & 0xFFFFFFFF
    return (ticks if ticks < _MAX_DELTA else 0), at + 1


def _body(data: bytearray, here: int, end: int) -> int | None:
    """Return the place after a meta event or SysEx with its status at `here`, if it is flawless."""
    status, kind, at = data[here], data[here + 1 : here + 2], here + 1
    if status == META:
        at += 1
        if not kind or kind[0] not in _KNOWN_META:
            return None
    elif status not in (SYSEX, SYSEX_ESCAPE):
        return None
    length = 0
    for _ in range(4):
        if at >= end:
            return None
        length = length << 7 | data[at] & 0x7F
        at += 1
        if data[at - 1] < 0x80:
            break
    else:
        return None
    if at + length > end:
        return None
    if status == META:
        expected = _KNOWN_META[kind[0]]
        return at + length if expected in (None, length) else None
    return at + length if data[at : at + length - 1].isascii() else None
