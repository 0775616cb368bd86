"""Films of old, odd and slightly spoilt containers are read, and refusals are true."""

from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import av
import av.error
import numpy as np
import pytest
from made_films import make_film

from clavilux import media
from clavilux.core.errors import MediaError
from clavilux.media import containers

SPOILT: dict[str, Callable[[bytes], bytes]] = {
    "no trailer": lambda gif: gif[:-1],
    "one zero after the end": lambda gif: gif + b"\0",
    "zeros after the end": lambda gif: gif + bytes(200),
    "zeros instead of the trailer": lambda gif: gif[:-1] + bytes(200),
    "text after the end": lambda gif: gif + b"Made with love, by someone; see https://example.org!",
    "a megabyte after the end": lambda gif: gif + bytes(range(256)) * 4096,
}


@pytest.fixture(scope="module")
def gif(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("gif") / "whole.gif"
    return make_film(path, "gif", rate=10, n_frames=8, pixel_format="rgb8").read_bytes()


@pytest.mark.parametrize("kind", SPOILT)
def test_a_gif_without_trailer_or_with_bytes_after_it_shows_all_its_pictures(
    gif: bytes, tmp_path: Path, kind: str
) -> None:
    (path := tmp_path / "spoilt.gif").write_bytes(SPOILT[kind](gif))
    film = media.open_film(path)
    assert [float(frame.time) for frame in film] == pytest.approx([i / 10 for i in range(8)])


def test_a_gif_that_breaks_off_within_a_picture_names_it(gif: bytes, tmp_path: Path) -> None:
    (path := tmp_path / "cut.gif").write_bytes(gif[:-30])
    with pytest.raises(MediaError, match="it ends within picture 8"):
        media.probe(path)


def test_a_gif_whose_pictures_cannot_be_decoded_is_not_called_forbidden(
    gif: bytes, tmp_path: Path
) -> None:
    (path := tmp_path / "hurt.gif").write_bytes(gif.replace(b"\x08\xff", b"\x0f\xff"))
    with pytest.raises(MediaError, match="no picture in it can be decoded"):
        media.open_film(path)


@pytest.mark.parametrize("name", ["no_trailer.gif", "zeros_after_end.gif"])
def test_reported_gifs_show_eight_pictures(shared: Path, name: str) -> None:
    assert len(list(media.open_film(shared / "cases/7_gif" / name))) == 8


KINDS = {
    "sorenson.flv": {"codec": "flv", "sounds": ("libmp3lame",)},
    "h264.flv": {"codec": "libx264", "sounds": ("aac",)},
    "windows.wmv": {"codec": "wmv2", "container": "asf"},
    "old.mpg": {"codec": "mpeg1video", "sounds": ("mp2",)},
    "dvd.vob": {"codec": "mpeg2video", "sounds": ("ac3",)},
    "camera.mxf": {"codec": "mpeg2video"},
    "phone.3gp": {"codec": "mpeg4"},
    "camera.avi": {"codec": "mjpeg", "pixel_format": "yuvj420p"},
    "divx.avi": {"codec": "mpeg4", "options": {"bf": "2"}},
    "h264.avi": {"codec": "libx264"},
    "raw.h264": {"codec": "libx264"},
    "any.nut": {"codec": "ffv1"},
    "raw.y4m": {"codec": "wrapped_avframe"},
    "animated.apng": {"codec": "apng", "pixel_format": "rgb24"},
    "broadcast.ts": {"codec": "mpeg2video", "sounds": ("mp2",)},
}


@pytest.mark.parametrize("name", KINDS)
def test_films_of_all_containers_are_read_whole(tmp_path: Path, name: str) -> None:
    try:
        path = make_film(tmp_path / name, **KINDS[name])  # type: ignore[arg-type]
    except ValueError as error:
        pytest.skip(f"libav here cannot write it: {error}")
    times = [float(frame.time) for frame in media.open_film(path)]
    assert times == pytest.approx([i / 25 for i in range(30)])
    info = media.probe(path)
    assert (info.kind, info.frame_rate) == ("film", 25)
    if "sounds" in KINDS[name]:
        heard = media.open_sound(path).read()
        assert len(heard) / 48000 == pytest.approx(1.2, abs=0.06)


def test_theora_is_read_and_pictures_that_repeat_the_last_pass(shared: Path) -> None:
    film = media.open_film(shared / "cases/8_sound/theora.ogv")
    times = [float(frame.time) for frame in film]
    assert film.frame_rate == 10
    assert times[0] == 0
    assert times == sorted(times)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (av.error.PermissionError(1, "not permitted"), "or is damaged"),
        (av.error.InvalidDataError(1, "invalid"), "or is damaged"),
        (av.error.PatchWelcomeError(1, "patches welcome"), "does not know this variant"),
    ],
)
def test_what_libav_says_becomes_what_is_true(tmp_path: Path, error: Exception, words: str) -> None:
    path = tmp_path / "a.mpc"
    path.write_bytes(b"MP+")

    with pytest.raises(MediaError, match=words):
        containers._refuse(path, error)


@pytest.mark.parametrize(
    ("container", "codec"),
    [
        ("ircam", "pcm_s16le"),
        ("sox", "pcm_s32le"),
        ("adx", "adpcm_adx"),
        ("ast", "pcm_s16be_planar"),
    ],
)
def test_odd_kinds_of_sound_are_known_by_their_content(
    tmp_path: Path, container: str, codec: str
) -> None:
    path = tmp_path / "sound.wav"
    with av.open(str(path), "w", format=container) as out:
        track = out.add_stream(codec, rate=48000, layout="stereo", options={"strict": "-2"})
        wave = np.sin(np.arange(19200) / 20).repeat(2)[None].astype(np.float32) / 2
        frame = av.AudioFrame.from_ndarray(wave, "flt", "stereo")
        frame.sample_rate = 48000
        out.mux([*track.encode(frame), *track.encode(None)])

    heard = media.open_sound(path).read()

    assert len(heard) == pytest.approx(19200, abs=64)
    assert np.abs(heard).max() == pytest.approx(0.5, abs=0.05)


def test_an_swf_film_is_known_by_its_content(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    with av.open(str(path), "w", format="swf") as out:
        stream = out.add_stream("flv1", rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for i in range(10):
            grey = np.full((48, 64, 3), 20 * i, np.uint8)
            out.mux(stream.encode(av.VideoFrame.from_ndarray(grey, "rgb24")))
        out.mux(stream.encode(None))

    assert len(list(media.open_film(path))) == 10


def broken(n_packets: int) -> Any:
    """Make a container whose reader finds damage after some packets."""

    def demux(*_: Any) -> Iterator[av.Packet]:
        for i in range(n_packets):
            packet = av.Packet(b"picture")
            packet.dts, packet.time_base = 50 + i, Fraction(1, 10)
            yield packet
        raise av.error.InvalidDataError(1, "invalid data")

    return SimpleNamespace(name="holiday.rm", demux=demux)


def test_a_film_that_breaks_off_in_a_packet_is_read_up_to_there() -> None:
    with pytest.warns(UserWarning, match=r"holiday\.rm breaks off or is damaged after 1\.9 s"):
        assert len(list(containers.packets(broken(20)))) == 20
    with pytest.raises(av.error.InvalidDataError):
        list(containers.packets(broken(0)))
