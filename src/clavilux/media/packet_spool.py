"""Packet spools: encoded sound that waits on the disk until its pictures come.

What makes a sound and a container's index both need memory. Encoded to the end
first, a sound needs none while the container fills.

Conventions
-----------
- Packets come out in the order they went in, as they were: times, key flag, side data.
"""

import os
import struct
from collections.abc import Iterable, Iterator
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, cast

from av.audio.stream import AudioStream
from av.packet import Packet

if TYPE_CHECKING:
    SoundPacket = Packet[AudioStream]
else:
    SoundPacket = Packet

_HEAD = struct.Struct("<qqqBI")
"""Presentation time, decoding time, duration, key flag, size in bytes."""


class PacketSpool:
    """The packets of one stream of sound on their way.

    with closing(PacketSpool(folder)) as spool:
        spool.add(stream.encode(frame))
        for packet in spool.packets():
            container.mux(packet)
    """

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        """Make room in a nameless file.

        Args:
            folder: Where there is room, such as the target's own.

        Raises:
            OSError: The file cannot be made.
        """
        self._file = TemporaryFile(dir=folder)  # noqa: SIM115 - `close` closes it
        self._described: dict[int, SoundPacket] = {}
        self._last: SoundPacket | None = None
        self._n_packets = 0

    def close(self) -> None:
        """Close the file and all that is in it."""
        self._file.close()

    def add(self, packets: Iterable[SoundPacket]) -> None:
        """Put packets, which have times, behind those that are there.

        Raises:
            OSError: The disk is full.
        """
        for packet in packets:
            assert packet.pts is not None
            assert packet.dts is not None
            times = packet.pts, packet.dts, packet.duration or 0
            self._file.write(_HEAD.pack(*times, packet.is_keyframe, packet.size))
            self._file.write(packet)
            if any(packet.iter_sidedata()):
                self._described[self._n_packets] = packet  # a stream's last, if any
            self._n_packets += 1
            self._last = packet

    def packets(self) -> Iterator[SoundPacket]:
        """Read all packets, in order."""
        if self._last is None:
            return
        stream, time_base = self._last.stream, self._last.time_base
        self._file.seek(0)
        for number in range(self._n_packets):
            pts, dts, duration, is_keyframe, size = _HEAD.unpack(self._file.read(_HEAD.size))
            data = self._file.read(size)
            packet = self._described.get(number) or cast(SoundPacket, Packet(data))
            packet.pts, packet.dts, packet.duration = pts, dts, duration
            packet.is_keyframe = bool(is_keyframe)
            packet.stream, packet.time_base = stream, time_base
            yield packet
