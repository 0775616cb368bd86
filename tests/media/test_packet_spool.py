"""Packets of sound come out of a spool as they went in."""

from contextlib import closing
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from av.audio.stream import AudioStream

from clavilux.media.packet_spool import PacketSpool, SoundPacket

RATE = 48_000


def encoded(codec: str, container: Path) -> list[SoundPacket]:
    with av.open(str(container), "w", format="matroska") as output:
        stream = output.add_stream(codec, rate=RATE)
        assert isinstance(stream, AudioStream)
        stream.codec_context.layout = "mono"
        frame = av.AudioFrame.from_ndarray(np.ones((1, 5000), np.float32), "flt", "mono")
        frame.sample_rate, frame.pts, frame.time_base = RATE, 0, Fraction(1, RATE)
        return [*stream.encode(frame), *stream.encode(None)]


@pytest.mark.parametrize("codec", ["aac", "libopus", "flac"])
def test_times_bytes_and_side_data_are_kept(tmp_path: Path, codec: str) -> None:
    before = encoded(codec, tmp_path / "x.mkv")
    with closing(PacketSpool(tmp_path)) as spool:
        for packet in before:
            spool.add([packet])
        after = list(spool.packets())
    assert [bytes(packet) for packet in after] == [bytes(packet) for packet in before]
    for old, new in zip(before, after, strict=True):
        assert (new.pts, new.dts, new.duration) == (old.pts, old.dts, old.duration)
        assert (new.is_keyframe, new.time_base) == (old.is_keyframe, old.time_base)
        assert new.stream is old.stream
        assert [d.data_type for d in new.iter_sidedata()] == [
            d.data_type for d in old.iter_sidedata()
        ]


def test_a_spool_leaves_nothing_in_its_folder(tmp_path: Path) -> None:
    folder = tmp_path / "spool"
    folder.mkdir()
    with closing(PacketSpool(folder)) as spool:
        spool.add(encoded("flac", tmp_path / "x.mkv"))
        assert list(spool.packets())
    assert list(folder.iterdir()) == []


def test_an_empty_spool_gives_nothing(tmp_path: Path) -> None:
    with closing(PacketSpool(tmp_path)) as spool:
        assert list(spool.packets()) == []
