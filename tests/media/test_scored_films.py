"""The contract of scored films: as many pictures as before, each at its time, each the same.

Where packets are copied, decoded pixels are equal bit for bit; where pictures must be
encoded again, they come within 40 dB, and a warning says so. libav decodes both,
without our reader.
"""

import warnings
from fractions import Fraction
from hashlib import md5
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from made_films import decoded, make_film, trim_film
from media_samples import click, picture, psnr

from clavilux import media
from clavilux.core.values import Size
from clavilux.media.rescore import rescore

pytestmark = pytest.mark.filterwarnings("ignore:.*encoded again")

H264 = {"codec": "libx264", "options": {"bf": "2", "g": "10"}}
PLAIN = {"codec": "libx264", "options": {"bf": "0", "g": "10"}}
HEVC = {"codec": "libx265", "options": {"x265-params": "log-level=0:keyint=10:bframes=3"}}
UNEVEN = {"tick": Fraction(1, 1000), "ticks": [0, 40, 55, 200, 233, 300, 1000, 1017, 1500, 1650]}
NTSC = {"rate": Fraction(30000, 1001)}

FILMS: dict[str, dict[str, Any]] = {
    f"{name} in {suffix}": {"suffix": suffix, **codec, "n_frames": 24}
    for suffix in (".mp4", ".mov", ".mkv", ".ts", ".avi", ".flv")
    for name, codec in {"H.264": H264, "H.264 without B": PLAIN, "HEVC": HEVC}.items()
    if (suffix, name) not in {(".avi", "HEVC"), (".flv", "HEVC")}
} | {
    "MPEG-4 with B in avi": {"suffix": ".avi", "codec": "mpeg4", "options": {"bf": "2"}},
    "MPEG-4 in mp4": {"suffix": ".mp4", "codec": "mpeg4"},
    "MJPEG in avi": {"suffix": ".avi", "codec": "mjpeg", "pixel_format": "yuvj420p"},
    "VP8 in webm": {"suffix": ".webm", "codec": "libvpx"},
    "VP9 in webm": {"suffix": ".webm", "codec": "libvpx-vp9", "n_frames": 12},
    "ProRes in mov": {"suffix": ".mov", "codec": "prores_ks", "pixel_format": "yuv422p10le"},
    "MPEG-2 in mpg": {"suffix": ".mpg", "codec": "mpeg2video", "options": {"bf": "2"}},
    "GIF": {"suffix": ".gif", "codec": "gif", "pixel_format": "rgb8", "rate": 10, "n_frames": 8},
    "FFV1 in nut": {"suffix": ".nut", "codec": "ffv1", "n_frames": 8},
    "uneven mp4": {"suffix": ".mp4", **H264, **UNEVEN},
    "uneven mkv": {"suffix": ".mkv", **H264, **UNEVEN},
    "uneven HEVC mov": {"suffix": ".mov", **HEVC, **UNEVEN},
    "NTSC mkv": {"suffix": ".mkv", **H264, **NTSC},
    "NTSC ts": {"suffix": ".ts", **H264, **NTSC},
    "turned mp4": {"suffix": ".mp4", **H264, "rotation": 90},
    "turned mov": {"suffix": ".mov", **HEVC, "rotation": 270},
    "upside down mkv": {"suffix": ".mkv", **PLAIN, "rotation": 180},
    "one picture": {"suffix": ".mp4", **H264, "n_frames": 1},
    "two pictures": {"suffix": ".mkv", **H264, "n_frames": 2},
    "cut at a keyframe": {"suffix": ".mp4", **H264, "cut": Fraction(10, 25)},
    "cut within B-frames": {"suffix": ".mp4", **H264, "cut": Fraction(14, 25)},
    "HEVC cut": {"suffix": ".mp4", **HEVC, "cut": Fraction(13, 25)},
    "cut in mov": {"suffix": ".mov", **PLAIN, "cut": Fraction(7, 25)},
    "cut between pictures": {"suffix": ".mp4", **H264, "cut": Fraction(51, 100)},
    "uneven and cut": {"suffix": ".mp4", **H264, **UNEVEN, "cut": Fraction(1, 5)},
    "turned and cut": {"suffix": ".mp4", **H264, "rotation": 90, "cut": Fraction(12, 25)},
    "late start in mp4": {"suffix": ".mp4", **H264, "cut": Fraction(-1, 2)},
    "late start in mkv": {"suffix": ".mkv", **PLAIN, "cut": Fraction(-3)},
    "late start in ts": {"suffix": ".ts", **H264, "cut": Fraction(-60)},
}
QUICK = {
    "H.264 in .mkv": ".mp4",
    "HEVC in .mov": ".mkv",
    "H.264 in .avi": ".mp4",
    "H.264 without B in .ts": ".mkv",
    "MPEG-2 in mpg": ".mp4",
    "GIF": ".mkv",
    "uneven mkv": ".mp4",
    "NTSC mkv": ".mkv",
    "turned mp4": ".mkv",
    "one picture": ".mp4",
    "cut at a keyframe": ".mkv",
    "cut within B-frames": ".mp4",
    "uneven and cut": ".mp4",
    "turned and cut": ".mkv",
    "late start in mp4": ".mp4",
}
"""What is tried each time, into which container; all of it among the slow tests."""
TIMELESS = (".avi",)
"""Containers to which libav gives no times of pictures."""


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Hold the films that are made, by their description."""
    return {"folder": tmp_path_factory.mktemp("films")}


def film_of(films: dict[str, Path], name: str) -> Path:
    if name not in films:
        spec = dict(FILMS[name])
        suffix, cut = spec.pop("suffix"), spec.pop("cut", None)
        path = films["folder"] / f"{len(films)}{suffix}"
        make_film(path, **spec)
        if cut is not None:
            path = trim_film(path, path.with_stem(path.stem + "-cut"), cut)
        films[name] = path
    return films[name]


def said_while_scoring(source: Path, target: Path) -> list[str]:
    frames = list(media.open_film(source, pixels="luma"))
    seconds = float(frames[-1].time) + 0.04
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        rescore(source, click(0.01, seconds), target, duration_s=seconds)
    return [str(warning.message) for warning in said]


def checked(source: Path, target: Path, said: list[str]) -> bool:
    """Compare two films picture by picture; return True if packets were copied."""
    before, after = decoded(source), decoded(target)
    again = any("encoded again" in line for line in said)
    assert len(after) == len(before)
    frames = list(media.open_film(source)), list(media.open_film(target))
    assert len(frames[0]) == len(frames[1]) == len(before)
    coarse = 0.001 if target.suffix in (".mkv", ".webm") else 0.0006
    theirs = [f.time for f in frames[0]] if source.suffix in TIMELESS else [t for t, _ in before]
    for (time, _), expected in zip(after, theirs, strict=True):
        assert float(time) == pytest.approx(float(expected), abs=coarse)
    for old, new in zip(*frames, strict=True):
        assert float(new.time) == pytest.approx(float(old.time), abs=coarse)
    if again:
        for old, new in zip(*frames, strict=True):
            assert psnr(old.picture.planes, new.picture.planes) >= 40  # type: ignore[union-attr]
    else:
        digests = [[md5(pixels.tobytes()).digest() for _, pixels in f] for f in (before, after)]
        assert digests[0] == digests[1]
    assert media.probe(target).size == media.probe(source).size
    return not again


@pytest.mark.parametrize(
    ("name", "suffix"),
    [
        pytest.param(name, suffix, marks=() if QUICK.get(name) == suffix else pytest.mark.slow)
        for name in FILMS
        for suffix in (".mp4", ".mkv")
    ],
)
def test_a_scored_film_shows_the_same_pictures_at_the_same_times(
    films: dict[str, Path], tmp_path: Path, name: str, suffix: str
) -> None:
    source, target = film_of(films, name), tmp_path / f"scored{suffix}"
    copied = checked(source, target, said_while_scoring(source, target))
    recoded = ("VP8 in webm", "ProRes in mov", "MJPEG in avi") if suffix == ".mp4" else ()
    recoded += ("MPEG-2 in mpg", "GIF")
    recoded += ("FFV1 in nut",) if suffix == ".mp4" else ()
    hidden = "cut" in name and name != "cut at a keyframe" and suffix == ".mkv"
    assert copied == (name not in recoded and not hidden)


@pytest.mark.parametrize(
    ("name", "suffix", "is_copied"),
    [
        ("cut within B-frames", ".mov", True),
        ("VP8 in webm", ".webm", True),
        ("uneven mp4", ".webm", False),
        ("GIF", ".mov", False),
        *(
            pytest.param(*row, marks=pytest.mark.slow)
            for row in (
                ("H.264 in .mkv", ".mov", True),
                ("ProRes in mov", ".mov", True),
                ("uneven mkv", ".mov", True),
                ("VP9 in webm", ".webm", True),
                ("turned and cut", ".webm", False),
                ("VP9 in webm", ".mov", False),
                ("late start in ts", ".webm", False),
            )
        ),
    ],
)
def test_so_it_does_in_the_other_containers(
    films: dict[str, Path], tmp_path: Path, name: str, suffix: str, is_copied: bool
) -> None:
    source, target = film_of(films, name), tmp_path / f"scored{suffix}"
    assert checked(source, target, said_while_scoring(source, target)) == is_copied


def flash(index: int, size: Size) -> np.ndarray:
    """Draw a grey picture; a white one every second, from the second on."""
    at = {25: 255}.get(index % 50, 60)
    return np.full((size.height, size.width, 3), at, np.uint8)


def noise(index: int, size: Size) -> np.ndarray:
    return np.random.default_rng(index).integers(0, 255, (size.height, size.width, 3), np.uint8)


def grey_noise(index: int, size: Size) -> np.ndarray:
    return np.repeat(noise(index, size)[..., :1], 3, axis=2)


def flashes_s(path: Path) -> list[float]:
    frames = [(float(f.time), f.picture.mean()) for f in media.open_film(path, pixels="luma")]  # type: ignore[union-attr]
    return [now for (_, a), (now, b) in pairwise([(0.0, 60.0), *frames]) if b > a + 60]


@pytest.mark.parametrize("suffix", [".mp4", ".mkv", pytest.param(".mov", marks=pytest.mark.slow)])
def test_the_reported_trimmed_film_keeps_flash_and_beep_together(
    shared: Path, tmp_path: Path, suffix: str
) -> None:
    source, target = shared / "cases/1_film_trimmed/trimmed_edit_list.mp4", tmp_path / f"t{suffix}"
    film = media.open_film(source)
    assert film.sound is not None
    assert sum(1 for _ in film) / film.frame_rate == pytest.approx(4.2)
    rescore(source, film.sound, target, duration_s=4.2)
    assert checked(source, target, ["encoded again"] if suffix == ".mkv" else []) == (
        suffix != ".mkv"
    )
    assert flashes_s(target) == pytest.approx([0.2, 2.2], abs=0.001)
    heard = media.open_sound(target, mono=True)
    wave = np.abs(heard.read()[:, 0])
    beeps = [wave[round(at * heard.sample_rate) :][: heard.sample_rate // 20] for at in (0.2, 2.2)]
    assert min(beep.max() for beep in beeps) > 10 * wave[: round(0.15 * heard.sample_rate)].max()
    assert len(wave) / heard.sample_rate == pytest.approx(4.2, abs=0.03)


@pytest.mark.parametrize("suffix", [".mp4", ".mkv", pytest.param(".mov", marks=pytest.mark.slow)])
def test_a_picture_on_screen_at_the_cut_stays_until_the_next(tmp_path: Path, suffix: str) -> None:
    slow = make_film(
        tmp_path / "slow.mp4", rate=2, n_frames=12, draw=lambda i, s: flash(25 * (i == 6), s)
    )
    trimmed = trim_film(slow, tmp_path / "trimmed.mp4", Fraction(4, 5))
    assert flashes_s(trimmed) == pytest.approx([2.2], abs=0.001)
    rescore(trimmed, click(2.2, 5.2), tmp_path / f"t{suffix}", duration_s=5.2)
    assert flashes_s(tmp_path / f"t{suffix}") == pytest.approx([2.2], abs=0.001)
    first, second = list(media.open_film(tmp_path / f"t{suffix}"))[:2]
    assert (float(first.time), float(second.time)) == pytest.approx((0, 0.2), abs=0.001)


def test_sound_is_cut_with_a_picture_of_which_little_is_left(tmp_path: Path) -> None:
    whole = make_film(tmp_path / "whole.mp4", n_frames=60, sounds=("aac",))
    trimmed = trim_film(whole, tmp_path / "trimmed.mp4", Fraction(51, 100))
    film = media.open_film(trimmed)
    assert film.sound is not None
    assert len(list(film)) == 47
    assert len(film.sound.read()) / 48000 == pytest.approx(60 / 25 - 0.52, abs=0.03)


@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
def test_the_reported_joined_recordings_are_whole(
    shared: Path, tmp_path: Path, suffix: str
) -> None:
    source, target = shared / "cases/5_ts/two_recordings_joined.ts", tmp_path / f"t{suffix}"
    assert [f.time for f in media.open_film(source)] == [Fraction(i, 25) for i in range(150)]
    rescore(source, click(5.5, 6.0), target, duration_s=6.0)
    assert [f.time for f in media.open_film(target)] == [Fraction(i, 25) for i in range(150)]
    assert len(decoded(target)) == 150


@pytest.mark.parametrize(
    ("container", "starts"),
    [
        (".ts", (100, 0)),
        pytest.param(".ts", (0, 0), marks=pytest.mark.slow),
        pytest.param(".mpg", (0, 0), marks=pytest.mark.slow),
        pytest.param(".ts", (0, 5000, 70), marks=pytest.mark.slow),
        pytest.param(".ts", (1, 1), marks=pytest.mark.slow),
    ],
)
def test_joined_recordings_go_on_with_picture_and_sound(
    tmp_path: Path, container: str, starts: tuple[int, ...]
) -> None:
    joined = tmp_path / f"joined{container}"
    codec = "libx264" if container == ".ts" else "mpeg2video"
    for start in starts:
        part = make_film(
            tmp_path / f"part{container}",
            codec,
            n_frames=50,
            ticks=range(start * 25, start * 25 + 50),
            draw=flash,
            sounds=() if start > 60 or 5000 in starts else ("mp2",),
        )
        with joined.open("ab") as file:
            file.write(part.read_bytes())
    n_parts = len(starts)
    frames = [float(f.time) for f in media.open_film(joined)]
    assert len(frames) == 50 * n_parts
    assert np.diff(frames) == pytest.approx(0.04, abs=0.02)
    assert flashes_s(joined) == pytest.approx([1 + 2 * n for n in range(n_parts)], abs=0.1)
    rescore(joined, click(1.0, 2.0 * n_parts), tmp_path / "t.mp4", duration_s=2.0 * n_parts)
    assert len(decoded(tmp_path / "t.mp4")) == 50 * n_parts


@pytest.mark.parametrize(
    ("source", "target", "aspect"),
    [
        ("mpg", "mp4", Fraction(16, 15)),
        ("mkv", "mov", Fraction(64, 45)),
        ("mkv", "mov", Fraction(8, 9)),
        ("mp4", "mp4", Fraction(64, 45)),
        ("mp4", "mp4", Fraction(8, 9)),
    ],
)
def test_pixels_keep_their_shape(
    tmp_path: Path, source: str, target: str, aspect: Fraction
) -> None:
    codec = "mpeg2video" if source == "mpg" else "libx264"
    size = Size(720, 576) if source == "mpg" else Size(64, 48)
    film = make_film(tmp_path / f"s.{source}", codec, n_frames=3, aspect=aspect, size=size)
    rescore(film, click(0.01, 0.12), tmp_path / f"t.{target}", duration_s=0.12)
    with av.open(str(tmp_path / f"t.{target}")) as scored:
        assert scored.streams.video[0].sample_aspect_ratio == aspect


def test_where_pixels_must_be_square_the_picture_keeps_its_shape(tmp_path: Path) -> None:
    film = make_film(tmp_path / "s.mp4", n_frames=3, aspect=Fraction(3, 2))
    rescore(film, click(0.01, 0.12), tmp_path / "t.webm", duration_s=0.12)
    assert media.probe(tmp_path / "t.webm").size == (96, 48)


def grain(index: int, size: Size) -> np.ndarray:
    return np.clip(picture(index, size) + noise(index, size) / 8.0, 0, 255).astype(np.uint8)


@pytest.mark.parametrize(
    ("suffix", "draw"),
    [
        (".mp4", noise),
        (".mkv", grey_noise),
        (".webm", noise),
        (".webm", grey_noise),
        (".mov", grain),
    ],
)
def test_even_noise_comes_back_within_40_db(tmp_path: Path, suffix: str, draw: Any) -> None:
    film = make_film(tmp_path / "s.nut", "ffv1", n_frames=4, draw=draw, size=Size(128, 96))
    rescore(film, click(0.01, 0.16), target := tmp_path / f"t{suffix}", duration_s=0.16)
    for old, new in zip(media.open_film(film), media.open_film(target), strict=True):
        assert psnr(old.picture.planes, new.picture.planes) >= 40  # type: ignore[union-attr]


@pytest.mark.parametrize("suffix", [".mov", ".webm"])
def test_transparency_is_kept_where_the_container_holds_it(tmp_path: Path, suffix: str) -> None:
    path, target = tmp_path / "s.nut", tmp_path / f"t{suffix}"
    with av.open(str(path), "w") as out:
        stream = out.add_stream("ffv1", rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "bgra"
        for index in range(4):
            pixels = np.full((48, 64, 4), 200, np.uint8)
            pixels[:, : 8 * index, 3] = 0
            out.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="bgra")))
        out.mux(stream.encode(None))
    rescore(path, click(0.01, 0.4), target, duration_s=0.4)
    with av.open(str(target)) as scored:
        decoder = av.CodecContext.create("libvpx-vp9", "r") if suffix == ".webm" else None
        frames = [
            frame
            for packet in scored.demux(video=0)
            for frame in (decoder.decode(packet) if decoder and packet.size else packet.decode())
        ]
        alphas = [f.reformat(format="rgba").to_ndarray()[24, :, 3] for f in frames]
    assert [int((alpha < 128).sum()) for alpha in alphas][:3] == pytest.approx([0, 8, 16], abs=2)
