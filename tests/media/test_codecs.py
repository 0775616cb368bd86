"""Each codec writes films that read back, whole or in segments; what can't be is said at once."""

from dataclasses import replace
from fractions import Fraction

import av
import cv2
import numpy as np
import pytest

import clavilux
from clavilux import media
from clavilux.core.errors import ArgumentError, InputError, MediaError
from clavilux.core.values import Size, Sound, Yuv
from clavilux.media import codecs
from clavilux.pipelines.settings import SeeOptions
from tests.cli import shell

RATE = Fraction(24)
SIZE = Size(96, 64)
N = 14
SOFTWARE = [
    ("h264", ".mp4"), ("h264", ".mkv"), ("h264", ".mov"), ("av1", ".mp4"), ("av1", ".webm"),
    ("vp9", ".webm"), ("vp9", ".mkv"), ("prores", ".mov"),
]  # fmt: skip


def picture(i, *, clear=False):
    planes = np.full((96, 96), 128, dtype=np.uint8)
    planes[:64] = np.linspace(40, 160, 96)[None]
    planes[:64, 4 * i : 4 * i + 20] = 200
    alpha = np.zeros((64, 96), dtype=np.uint8)
    alpha[:, 4 * i : 4 * i + 20] = 180
    return Yuv(planes, alpha if clear else None)


def written(folder, name, *, clear=False, **coding):
    """Write a film in two segments."""
    coding = {"frame_rate": RATE, "size": SIZE, "transparent": clear, **coding}
    segments = [folder / "0", folder / "1"]
    for k, path in enumerate(segments):
        with media.SegmentWriter(path, target=folder / name, **coding) as segment:
            for i in range(k * N // 2, (k + 1) * N // 2):
                segment.write(picture(i, clear=clear))
    sound = Sound.from_array(np.zeros((24_000, 1), dtype=np.float32), 48_000)
    media.join_segments(segments, folder / name, sound=sound, **coding)
    return folder / name


@pytest.mark.parametrize(("codec", "suffix"), SOFTWARE)
def test_a_film_in_segments_reads_back_picture_by_picture(codec, suffix, tmp_path):
    film = written(tmp_path, f"film{suffix}", codec=codec, quality=12)
    frames = list(media.open_film(film, pixels="luma"))

    assert len(frames) == N
    for i, frame in enumerate(frames):
        assert frame.time == pytest.approx(i / 24, abs=0.002)
        assert np.abs(frame.picture.astype(int) - picture(i).luma).mean() < 3
    assert media.open_sound(film).n_channels == 1


@pytest.mark.parametrize(("codec", "suffix"), [("av1", ".mp4"), ("vp9", ".webm")])
def test_the_same_pictures_give_the_same_bytes(codec, suffix, tmp_path):
    one, other = (
        written(tmp_path, f"{name}{suffix}", codec=codec).read_bytes() for name in ("a", "b")
    )
    assert one == other


def decoded_alpha(film):
    """Return the opacity of a film's pictures, 0 to 1."""
    if film.is_dir():
        shown = [cv2.imread(str(p), cv2.IMREAD_UNCHANGED) for p in sorted(film.glob("*.png"))]
        return [picture[..., 3] / 255 for picture in shown]
    with av.open(str(film)) as container:
        stream = container.streams.video[0]
        coder = stream.codec_context
        if film.suffix in (".webm", ".mkv"):
            coder = av.CodecContext.create("libvpx-vp9", "r")  # libav's own passes over opacity
        frames = [f for packet in container.demux(stream) for f in coder.decode(packet)]
    alpha = []
    for frame in frames:
        plane = frame.planes[3]
        deep = frame.format.components[3].bits > 8
        rows = np.frombuffer(plane, np.uint16 if deep else np.uint8)
        rows = rows.reshape(plane.height, -1)[:, : plane.width]
        alpha.append(rows / (2 ** frame.format.components[3].bits - 1))
    return alpha


@pytest.mark.parametrize("name", ["film.mov", "film.webm", "pictures"])
def test_opacity_is_kept(name, tmp_path):
    film = written(tmp_path, name, clear=True, **({} if name == "pictures" else {"quality": 8}))
    found = decoded_alpha(film)

    assert len(found) == N
    for i, alpha in enumerate(found):
        np.testing.assert_allclose(alpha, picture(i, clear=True).alpha / 255, atol=0.06)


@pytest.mark.parametrize(
    ("name", "coding", "message"),
    [
        ("film.mp4", {"codec": "prores"}, r"film\.mp4 cannot hold prores; it goes into \.mov"),
        ("film.mp4", {"codec": "divx"}, "no codec is called 'divx'; there are: h264, av1"),
        ("film.gif", {"codec": "h264"}, r"film\.gif cannot hold h264"),
        ("film.mp4", {"transparent": True}, r"libx264 in film\.mp4 holds no transparency; name a"),
        ("film.webm", {"codec": "av1", "transparent": True}, "holds no transparency"),
    ],
)
def test_what_a_film_cannot_hold_is_said(name, coding, message):
    with pytest.raises(MediaError, match=message):
        media.encoding_for(name, frame_rate=RATE, size=SIZE, **coding)


@pytest.fixture
def processor(monkeypatch):
    """Return what makes another encoder stand for that of a graphics processor."""

    def stand_in(**changes):
        stub = replace(codecs.CODECS["h264"], is_hardware=True, **changes)
        table = {**codecs.CODECS, "h264_nvenc": stub}
        monkeypatch.setattr("clavilux.media.encoding.CODECS", table)

    return stand_in


def test_the_encoder_of_a_graphics_processor_is_used_where_it_opens(processor, tiny_midi, tmp_path):
    processor(options=lambda quality, preset: (("crf", str(quality)), ("preset", "ultrafast")))
    film = clavilux.see(
        tiny_midi, tmp_path / "film.mp4", codec="h264_nvenc", size=32, fps=6, duration=1
    )
    with av.open(str(film)) as container:
        assert len(list(container.decode(video=0))) == 6


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"library": "h264_nonesuch"}, "there is no encoder h264_nonesuch in this build"),
        ({"pixel_format": "pal8"}, "the encoder libx264 cannot be opened on this machine"),
    ],
)
def test_an_encoder_that_is_absent_costs_one_line(processor, changes, message, tiny_midi, tmp_path):
    processor(**changes)
    done = shell.run("see", tiny_midi, "-o", tmp_path / "film.mp4", "--codec", "h264_nvenc")

    assert done.returncode == 2
    assert message in done.stderr
    assert done.stderr.count("\n") == 1
    assert not list(tmp_path.glob("*film*"))


def test_levels_of_quality_are_rates_and_presets():
    rates = [SeeOptions(quality=level).coding[0] for level in ("draft", "good", "best", "archive")]
    assert rates == sorted(rates, reverse=True)
    assert SeeOptions().coding == (18, media.DEFAULT_PRESET)
    assert SeeOptions(quality="12").coding == SeeOptions(quality=12).coding == (12, "smooth")
    assert SeeOptions(quality="best", preview=True).coding[1] == "ultrafast"


@pytest.mark.parametrize(
    ("given", "target", "message"),
    [
        ({"quality": "best"}, "film.mov", "`quality` does nothing in film.mov"),
        ({"quality": 30}, "film.gif", "`quality` does nothing in film.gif"),
        ({"quality": "lush"}, "film.mp4", "no `quality` is called 'lush'; there are: draft, good"),
        ({"transparent": True}, "film.webm", "'procedural' does nothing with `transparent`"),
        ({"transparent": True, "look": "roll"}, "film.mp4", "holds no transparency"),
    ],
)
def test_options_that_do_nothing_are_refused(given, target, message, tiny_midi, tmp_path):
    with pytest.raises((ArgumentError, InputError), match=message):
        clavilux.see(tiny_midi, tmp_path / target, size=32, **given)
    assert not list(tmp_path.glob("*film*"))


def test_notes_without_a_ground_are_a_transparent_film(tiny_midi, tmp_path):
    film = clavilux.see(
        tiny_midi, tmp_path / "film.webm", look="roll", transparent=True, size=64, fps=8, duration=2
    )
    alpha = decoded_alpha(film)
    assert len(alpha) == 16
    assert max(a.max() for a in alpha) > 0.5
    assert min(a.min() for a in alpha) == 0


def test_lyrics_and_a_title_alone_are_a_transparent_film(tiny_midi, tmp_path):
    (tmp_path / "song.lrc").write_text("[00:00.00]la la\n[00:01.50]lo lo\n")
    film = clavilux.see(
        tiny_midi,
        tmp_path / "words.mov",
        lyrics=tmp_path / "song.lrc",
        title="Song",
        transparent=True,
        size=96,
        fps=8,
        duration=2,
    )
    alpha = decoded_alpha(film)
    assert len(alpha) == 16
    assert max(a.max() for a in alpha) > 0.9
    assert all(a[:8].max() < 0.02 for a in alpha)  # nothing but words
    with pytest.raises(ArgumentError, match="`prompt` does nothing in a transparent film of words"):
        clavilux.see(tiny_midi, film, title="Song", transparent=True, prompt="red")
