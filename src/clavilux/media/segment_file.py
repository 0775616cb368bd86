"""Segment files: the encoded pictures of one stretch of a film, and nothing else.

A segment holds the packets of an encoder of its own, from a first key frame to
the last picture, so that segments laid one behind the other are one stream.
Layout: a magic word, the length of a JSON head, the head (how the pictures are
encoded, and how many there are), then each packet, in the order of decoding, as
its time, key flag, two lengths and its bytes, then those of what lies beside it. Numbers
are little-endian; times count video frames.
"""

import json
import os
import struct
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path
from typing import BinaryIO, Final, cast

from av.packet import Packet, PacketSideData, packet_sidedata_type_from_literal
from av.video.reformatter import VideoReformatter

from clavilux.core.errors import MediaError
from clavilux.core.values import Picture
from clavilux.media.encoding import Encoding, VideoPacket
from clavilux.media.pictures import to_video_frame

_MAGIC = b"CLVXSEG2"
_PACKET = struct.Struct("<qBII")
_ADDITION: Final = "matroska_block_additional"
"""Data beside a packet: VP9's opacity."""
_LENGTH = struct.Struct("<I")
_N_FRAMES = struct.Struct("<q")
_LARGEST_HEAD = 1 << 16
_LARGEST_PACKET = 1 << 28


class PictureEncoder:
    """Encodes pictures into packets whose times count video frames from 0."""

    def __init__(self, encoding: Encoding) -> None:
        self.encoding = encoding
        self.n_frames = 0
        self._context = encoding.encoder()
        self._reformatter = VideoReformatter()

    @property
    def extradata(self) -> bytes | None:
        """What a decoder needs before the first packet."""
        return self._context.extradata

    def encode(self, picture: Picture) -> list[VideoPacket]:
        """Take the next picture; return the packets that are ready."""
        encoding = self.encoding
        frame = to_video_frame(picture, self._reformatter, encoding.pixel_format, encoding.size)
        frame.pts = self.n_frames
        frame.time_base = 1 / encoding.frame_rate
        self.n_frames += 1
        return self._timed(self._context.encode(frame))

    def flush(self) -> list[VideoPacket]:
        """Return the packets that were held back; nothing can be encoded after that."""
        return self._timed(self._context.encode(None)) if self.n_frames else []

    def _timed(self, packets: list[VideoPacket]) -> list[VideoPacket]:
        for packet in packets:
            packet.duration = 1
        return packets


@dataclass(frozen=True, slots=True)
class SegmentHead:
    """What a segment file says of itself."""

    encoding: dict[str, object]
    """Equal for segments that can be joined."""
    n_frames: int


def describe(encoding: Encoding) -> dict[str, object]:
    """Return an encoding as plain JSON values."""
    options = {key: str(value) for key, value in encoding.options}
    plain = asdict(encoding) | {"frame_rate": str(encoding.frame_rate), "options": options}
    return plain | {"size": list(encoding.size)}


class SegmentFile:
    """A segment file being written."""

    def __init__(self, path: Path, encoding: Encoding) -> None:
        self._file: BinaryIO = path.open("wb")
        head = json.dumps(describe(encoding), sort_keys=True).encode()
        self._file.write(_MAGIC + _LENGTH.pack(len(head)) + head)
        self._n_frames_at = self._file.tell()
        self._file.write(_N_FRAMES.pack(0))

    def add(self, packet: VideoPacket) -> None:
        """Append one packet."""
        data = bytes(packet)
        beside = bytes(packet.get_sidedata(_ADDITION)) if packet.has_sidedata(_ADDITION) else b""
        lengths = len(data), len(beside)
        self._file.write(_PACKET.pack(packet.pts or 0, packet.is_keyframe, *lengths))
        self._file.write(data + beside)

    def finish(self, n_frames: int) -> None:
        """Note how many pictures there are and see everything on the disk."""
        self._file.seek(self._n_frames_at)
        self._file.write(_N_FRAMES.pack(n_frames))
        self._file.flush()
        os.fsync(self._file.fileno())

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def read_head(path: Path) -> SegmentHead:
    """Read what a segment file says of itself.

    Raises:
        MediaError: It is missing, or no segment.
    """
    with _opened(path) as file:
        return _head(file, path)


def read_packets(path: Path, time_base: Fraction) -> Iterator[VideoPacket]:
    """Yield the packets of a segment file in order."""
    with _opened(path) as file:
        _head(file, path)
        while record := file.read(_PACKET.size):
            if len(record) < _PACKET.size:
                raise _cut_short(path)
            pts, is_key, length, beside = _PACKET.unpack(record)
            whole = length + beside
            data = file.read(whole) if whole <= _LARGEST_PACKET else b""
            if len(data) < whole:
                raise _cut_short(path)
            packet = cast(VideoPacket, Packet(data[:length]))
            if beside:
                packet.set_sidedata(_addition(data[length:]))
            packet.time_base = time_base
            packet.pts, packet.duration = pts, 1
            packet.is_keyframe = bool(is_key)
            yield packet


def _addition(data: bytes) -> PacketSideData:
    make = cast(Callable[[int, int], PacketSideData], PacketSideData)  # its stub has no arguments
    made = make(packet_sidedata_type_from_literal(_ADDITION), len(data))
    made.update(data)
    return made


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise MediaError(
            f"cannot read segment {path}: {(error.strerror or str(error)).lower()}"
        ) from error


def _head(file: BinaryIO, path: Path) -> SegmentHead:
    start = file.read(len(_MAGIC) + _LENGTH.size)
    length = int.from_bytes(start[len(_MAGIC) :], "little")
    if start[: len(_MAGIC)] != _MAGIC or length > _LARGEST_HEAD:
        raise MediaError(f"{path} is not a film segment; remove it and render it again")
    head, count = file.read(length), file.read(_N_FRAMES.size)
    if len(head) < length or len(count) < _N_FRAMES.size:
        raise _cut_short(path)
    return SegmentHead(json.loads(head), _N_FRAMES.unpack(count)[0])


def _cut_short(path: Path) -> MediaError:
    return MediaError(f"segment {path} is cut short; remove it and render it again")
