"""Rhythm parts: which channels a file itself makes drums, and from when on.

Channel 10 is drums unless the file says otherwise. A file says so by system exclusive
messages (Roland GS "use for rhythm part", Yamaha XG part mode), or by bank numbers
(XG 126 and 127, General MIDI 2 120 and 121).

Conventions
-----------
- Messages count in whichever track they stand, for all tracks, from their tick on.
- A reset (GM, GM2, GS or XG on) makes channel 10 drums and every other channel not.
- Under GS, bank 127 is a set of melodic sounds, not drums.

Source:
    Roland SC-88 manual, "Use for rhythm part" (40 1n 15), "Rx channel" (40 1n 02); Yamaha
    XG specifications 1.26, multi part (08 nn 04, 08 nn 07); General MIDI 2, bank select.
    As FluidSynth does, an XG bank other than 126 and 127 makes channel 10 melodic.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from clavilux.core.changes import Changes
from clavilux.core.drums import DRUM_CHANNEL
from clavilux.core.values import Raw, Track
from clavilux.score.messages import SYSEX, SYSEX_ESCAPE

BANK = 0
"""The controller that selects a bank."""
_N_CHANNELS = 16
_UNIVERSAL, _ROLAND, _YAMAHA = 0x7E, 0x41, 0x43
_GS_MODEL, _GS_SEND = 0x42, 0x12
_XG_MODEL = 0x4C
_GS_RX, _GS_RHYTHM = 0x02, 0x15
_XG_BANK, _XG_RX, _XG_MODE = 0x01, 0x04, 0x07
_GM2_DRUMS, _GM2_MELODY, _XG_DRUMS = 120, 121, (126, 127)


class Statement(NamedTuple):
    """What holds of a channel from a tick on."""

    tick: int
    is_drums: bool
    reason: str


@dataclass(slots=True)
class RhythmParts:
    """What the file says of every channel, in order of time."""

    of_channel: list[list[Statement]] = field(
        default_factory=lambda: [[] for _ in range(_N_CHANNELS)]
    )

    def at(self, channel: int, ticks: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return at each tick the index of the statement that holds; -1 for none. Shape (n,)."""
        starts = np.array([s.tick for s in self.of_channel[channel]], dtype=np.int64)
        return np.searchsorted(starts, ticks, side="right") - 1


def rhythm_parts(tracks: Sequence[Track]) -> RhythmParts:
    """Read what the messages of all tracks say of which channels are drums."""
    state = _State()
    events: list[tuple[int, int, Raw | tuple[int, int]]] = []
    for i, track in enumerate(tracks):
        events += [(raw.tick, i, raw) for raw in _whole(track.raw)]
        banks = Changes.of(track.changes).of_kind("control", BANK)
        columns = (banks.tick.tolist(), banks.channel.tolist(), banks.value.tolist())
        events += [(tick, len(tracks) + i, (c, v)) for tick, c, v in zip(*columns, strict=True)]
    for tick, _, event in sorted(events, key=lambda event: event[:2]):
        if isinstance(event, Raw):
            state.system_exclusive(tick, event.data[1:])
        else:
            state.bank(tick, *event)
    return state.parts


def _whole(raws: Sequence[Raw]) -> Iterator[Raw]:
    """Yield system exclusive messages, those in several packets joined."""
    begun: Raw | None = None
    for raw in raws:
        status = raw.data[0]
        if status == SYSEX:
            begun = raw
        elif status == SYSEX_ESCAPE and raw.data[1:2] == b"\xf0":
            begun = Raw(raw.tick, raw.data[1:])
        elif status == SYSEX_ESCAPE and begun is not None:
            begun = Raw(raw.tick, begun.data + raw.data[1:])
        else:
            continue
        if begun.data.endswith(b"\xf7"):
            yield Raw(begun.tick, begun.data[:-1])
            begun = None
    if begun is not None:
        yield begun


class _State:
    """What a synthesiser would know while it is sent a file's messages."""

    def __init__(self) -> None:
        self.parts = RhythmParts()
        self._system = ""
        self._hear_each_its_own()

    def _hear_each_its_own(self) -> None:
        """Let every part hear the channel it hears when a synthesiser is switched on."""
        self._gs_channel = dict(enumerate([DRUM_CHANNEL, *range(9), *range(10, 16)]))
        """By GS part in the order of addresses, which the manual calls a block."""
        self._xg_channel = dict(enumerate(range(_N_CHANNELS)))

    def system_exclusive(self, tick: int, body: bytes) -> None:
        """Take note of a message, given without its first and last byte."""
        if len(body) < 4:
            return
        maker = body[0]
        if maker == _UNIVERSAL and body[2] == 0x09 and body[3] in (1, 3):
            self._reset(tick, "GM2" if body[3] == 3 else "GM")
        elif maker == _ROLAND and body[2:4] == bytes([_GS_MODEL, _GS_SEND]) and len(body) >= 9:
            self._roland(tick, body[4:7], body[7:-1])
        elif maker == _YAMAHA and body[2] == _XG_MODEL and len(body) >= 7:
            if body[1] >> 4 == 1:
                self._yamaha(tick, body[3:6], body[6:])
            elif body[1] >> 4 == 0 and len(body) >= 10:
                self._yamaha(tick, body[5:8], body[8:-1])

    def bank(self, tick: int, channel: int, value: int) -> None:
        """Take note of a bank number."""
        if self._system == "XG":
            self._say(tick, channel, value in _XG_DRUMS, f"XG bank {value}")
        elif self._system == "GS":
            return
        elif value in (_GM2_DRUMS, _XG_DRUMS[-1]):
            self._say(tick, channel, True, f"bank {value}")
        elif self._system == "GM2" and value == _GM2_MELODY:
            self._say(tick, channel, False, f"GM2 bank {value}")
        elif self.parts.of_channel[channel][-1:] and self.parts.of_channel[channel][-1].is_drums:
            self._say(tick, channel, channel == DRUM_CHANNEL, f"bank {value}")

    def _roland(self, tick: int, address: bytes, data: bytes) -> None:
        high, middle, low = address
        if (high, middle, low) in ((0x40, 0x00, 0x7F), (0x00, 0x00, 0x7F)):
            self._reset(tick, "GS")
        elif high == 0x40 and middle >> 4 == 1:
            block = middle & 0x0F
            for at, value in enumerate(data, start=low):
                if at == _GS_RX:
                    self._gs_channel[block] = value
                elif at == _GS_RHYTHM:
                    reason = "GS system exclusive"
                    self._say(tick, self._gs_channel[block], value > 0, reason)

    def _yamaha(self, tick: int, address: bytes, data: bytes) -> None:
        high, part, low = address
        if address in (b"\x00\x00\x7e", b"\x00\x00\x7f"):
            self._reset(tick, "XG")
        elif high == 0x08 and part in self._xg_channel:
            for at, value in enumerate(data, start=low):
                channel = self._xg_channel[part]
                if at == _XG_RX:
                    self._xg_channel[part] = value
                elif at == _XG_MODE:
                    self._say(tick, channel, value > 0, "XG system exclusive")
                elif at == _XG_BANK:
                    self._say(tick, channel, value in _XG_DRUMS, f"XG bank {value}")

    def _reset(self, tick: int, system: str) -> None:
        self._system = system
        self._hear_each_its_own()
        for channel, said in enumerate(self.parts.of_channel):
            if said and said[-1].is_drums != (channel == DRUM_CHANNEL):
                self._say(tick, channel, channel == DRUM_CHANNEL, f"{system} on")

    def _say(self, tick: int, channel: int, is_drums: bool, reason: str) -> None:
        if channel < _N_CHANNELS:
            self.parts.of_channel[channel].append(Statement(tick, is_drums, reason))
