"""Films are written whole, exactly timed, in true colours, and the same each time."""

from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from media_samples import RATE, SIZE, click, loudest_s, picture, psnr

from clavilux import media
from clavilux.core import colour
from clavilux.core.errors import MediaError, OutputError
from clavilux.core.values import Rgb, Size, Sound, Yuv

CONTAINERS = [".mp4", ".mkv", ".mov", ".webm"]
RATES = [Fraction(24000, 1001), Fraction(24), Fraction(60000, 1001), Fraction(25, 2)]


@pytest.fixture(scope="module")
def pictures() -> list[Rgb]:
    return [picture(i) for i in range(53)]


@pytest.mark.parametrize("rate", RATES, ids=str)
@pytest.mark.parametrize("suffix", CONTAINERS)
def test_a_film_comes_back_frame_by_frame_at_exact_times_with_its_sound(
    tmp_path: Path, pictures: list[Rgb], suffix: str, rate: Fraction
) -> None:
    path = tmp_path / f"film{suffix}"
    sound = click(0.6, 5.0, sample_rate=48000)
    n_frames = media.write_film(pictures, path, frame_rate=rate, size=SIZE, sound=sound)
    film = media.open_film(path, pixels="rgb")
    frames = list(film)
    assert n_frames == len(frames) == 53
    assert film.frame_rate == media.probe(path).frame_rate == rate
    assert [frame.time for frame in frames] == [i / rate for i in range(53)]
    worst = min(psnr(f.picture, p) for f, p in zip(frames, pictures, strict=True))  # type: ignore[arg-type]
    assert worst > 30
    assert film.sound is not None
    assert loudest_s(film.sound) == pytest.approx(0.6, abs=0.001)
    heard_s = len(film.sound.read()) / film.sound.sample_rate
    assert heard_s == pytest.approx(float(53 / rate), abs=0.0001)


@pytest.mark.parametrize("suffix", CONTAINERS)
def test_a_short_sound_is_filled_up_with_silence(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"film{suffix}"
    frames = (picture(i) for i in range(50))
    media.write_film(frames, path, frame_rate=Fraction(25), size=SIZE, sound=click(0.4, 0.5))
    heard = media.open_sound(path)
    samples = heard.read()
    assert len(samples) / heard.sample_rate == pytest.approx(2.0, abs=0.0001)
    assert np.abs(samples[heard.sample_rate :]).max() < 0.01


@pytest.mark.parametrize("suffix", [*CONTAINERS, ".gif"])
@pytest.mark.parametrize("kind", ["rgb", "yuv"])
def test_plain_colours_come_back_true(tmp_path: Path, suffix: str, kind: str) -> None:
    colours = np.array(
        [(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255), (0, 0, 0), (200, 60, 120)]
    )
    path = tmp_path / f"film{suffix}"
    yuv = np.round(colour.yuv_from_srgb(colours / 255)).astype(np.uint8)
    films = {
        "rgb": [np.broadcast_to(c.astype(np.uint8), (64, 64, 3)) for c in colours],
        "yuv": [Yuv(np.repeat([y, u, v], [4096, 1024, 1024]).reshape(96, 64)) for y, u, v in yuv],
    }
    media.write_film(films[kind], path, frame_rate=RATE, size=Size(64, 64), quality=8)
    for expected, frame in zip(colours, media.open_film(path, pixels="rgb"), strict=True):
        assert np.abs(frame.picture[30, 30].astype(int) - expected).max() <= 3  # type: ignore[index]


@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".mov"])
def test_films_are_tagged_as_bt709_limited(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"film{suffix}"
    media.write_film([picture(0)], path, frame_rate=RATE, size=SIZE)
    with av.open(str(path)) as container:
        coded = container.streams.video[0].codec_context
        assert (coded.color_range, coded.colorspace) == (1, 1)
        assert (coded.color_primaries, coded.color_trc) == (1, 1)


def test_an_mp4_starts_playing_before_it_is_loaded(tmp_path: Path) -> None:
    media.write_film([picture(0)] * 9, tmp_path / "f.mp4", frame_rate=RATE, size=SIZE)
    content = (tmp_path / "f.mp4").read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")


@pytest.mark.parametrize("suffix", [*CONTAINERS, ".gif"])
def test_the_same_film_has_the_same_bytes(tmp_path: Path, pictures: list[Rgb], suffix: str) -> None:
    for name in ("a", "b"):
        media.write_film(
            pictures, tmp_path / f"{name}{suffix}", frame_rate=RATE, size=SIZE, sound=click(0.5, 2)
        )
    assert (tmp_path / f"a{suffix}").read_bytes() == (tmp_path / f"b{suffix}").read_bytes()


@pytest.mark.parametrize(
    ("suffix", "stored"), [(".webm", (51, 33)), (".gif", (51, 33)), (".mp4", (52, 34))]
)
def test_odd_sizes_are_kept_where_the_codec_can_and_padded_elsewhere(
    tmp_path: Path, suffix: str, stored: tuple[int, int]
) -> None:
    path = tmp_path / f"film{suffix}"
    odd = picture(3, Size(51, 33))
    media.write_film([odd, odd], path, frame_rate=RATE, size=Size(51, 33), quality=5)
    film = media.open_film(path, pixels="rgb")
    shown = next(iter(film)).picture
    assert film.size == stored
    assert isinstance(shown, np.ndarray)
    assert psnr(shown[:33, :51], odd) > 24


def test_a_gif_keeps_time_to_a_hundredth_and_its_colours(
    tmp_path: Path, pictures: list[Rgb]
) -> None:
    path = tmp_path / "film.gif"
    media.write_film(pictures, path, frame_rate=RATE, size=SIZE, sound=click(0.5, 1.0))
    frames = list(media.open_film(path, pixels="rgb"))
    late = [abs(frame.time - i / RATE) for i, frame in enumerate(frames)]
    assert len(frames) == media.probe(path).n_frames == 53
    assert max(late) <= Fraction(1, 200)
    assert float(media.probe(path).frame_rate or 0) == pytest.approx(float(RATE), rel=0.01)
    assert min(psnr(f.picture, p) for f, p in zip(frames, pictures, strict=True)) > 24  # type: ignore[arg-type]


def test_a_gif_too_fast_for_viewers_leaves_pictures_out(tmp_path: Path) -> None:
    path = tmp_path / "film.gif"
    media.write_film([picture(i) for i in range(60)], path, frame_rate=Fraction(60), size=SIZE)
    times = [frame.time for frame in media.open_film(path)]
    assert min(b - a for a, b in pairwise(times)) >= Fraction(2, 100)
    assert float(times[-1]) == pytest.approx(59 / 60, abs=0.03)


@pytest.mark.parametrize("name", ["frames", "frames/%03d.png"])
def test_a_png_sequence_is_a_folder_of_exact_pictures_and_their_sound(
    tmp_path: Path, name: str
) -> None:
    sound = click(0.1, 1.0)
    drawn = [picture(i) for i in range(5)]
    media.write_film(drawn, tmp_path / name, frame_rate=Fraction(10), size=SIZE, sound=sound)
    files = sorted(tmp_path.glob("frames/*.png"))
    assert [file.stem for file in files] == [f"{i:0{3 if '%' in name else 5}}" for i in range(5)]
    for file, expected in zip(files, drawn, strict=True):
        assert np.array_equal(cv2.imread(str(file))[..., ::-1], expected)
    assert media.open_sound(tmp_path / "frames/sound.wav").duration_s == pytest.approx(0.5)


def test_a_png_sequence_never_takes_the_place_of_other_files(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home/thesis.tex").write_text("years of work")
    with pytest.raises(OutputError, match=r"it holds thesis\.tex"):
        media.write_film([picture(0)], tmp_path / "home", frame_rate=RATE, size=SIZE)
    assert (tmp_path / "home/thesis.tex").exists()
    with pytest.raises(OutputError, match="it is not a folder"):
        media.check_film_target(tmp_path / "home/thesis.tex" / "%05d.png")


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("film.avi", r"expected one of \.mp4"),
        ("film.wav", "that is a name for sound"),
        ("film.png", r"a pattern such as .*%05d\.png"),
        ("film.mp4.exe", r"expected one of \.mp4"),
    ],
)
def test_names_that_no_film_can_have_are_refused_before_any_work(
    tmp_path: Path, name: str, complaint: str
) -> None:
    with pytest.raises(MediaError, match=complaint):
        media.FilmWriter(tmp_path / name, frame_rate=RATE, size=SIZE)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"quality": 77}, "quality is 77"),
        ({"preset": "turbo"}, "no preset is called 'turbo'"),
        ({"size": Size(0, 10)}, "sides of 1"),
        ({"frame_rate": Fraction(0)}, "the frame rate is 0"),
        ({"frame_rate": Fraction(2**40 + 1, 2**36)}, "a fraction of small numbers"),
    ],
)
def test_options_that_cannot_be_are_refused(
    tmp_path: Path, options: dict[str, object], complaint: str
) -> None:
    arguments = {"frame_rate": RATE, "size": SIZE} | options
    with pytest.raises(MediaError, match=complaint):
        media.FilmWriter(tmp_path / "f.mp4", **arguments)  # type: ignore[arg-type]


def test_a_picture_of_another_size_is_the_callers_mistake(tmp_path: Path) -> None:
    with (
        pytest.raises(ValueError, match="a picture is 10x10; the film's size is 96x64"),
        media.FilmWriter(tmp_path / "f.mp4", frame_rate=RATE, size=SIZE) as film,
    ):
        film.write(picture(0, Size(10, 10)))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("suffix", [*CONTAINERS, ".gif", ""])
def test_a_film_without_pictures_is_refused_and_leaves_nothing(tmp_path: Path, suffix: str) -> None:
    with pytest.raises(MediaError, match="there is no picture"):
        media.write_film([], tmp_path / f"f{suffix}", frame_rate=RATE, size=SIZE)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("suffix", [*CONTAINERS, ".gif", ""])
def test_an_interrupted_film_leaves_nothing_and_spares_what_was_there(
    tmp_path: Path, suffix: str
) -> None:
    target = tmp_path / f"f{suffix}"
    if suffix:
        target.write_bytes(b"an older film")

    def frames():  # type: ignore[no-untyped-def]
        yield from (picture(i) for i in range(60))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        media.write_film(frames(), target, frame_rate=RATE, size=SIZE, sound=click(0.5, 2))
    assert [p.name for p in tmp_path.iterdir()] == ([target.name] if suffix else [])
    assert not suffix or target.read_bytes() == b"an older film"


def test_progress_is_told_frame_by_frame(tmp_path: Path) -> None:
    heard: list[tuple[float, float]] = []
    media.write_film(
        [picture(i) for i in range(3)],
        tmp_path / "f.mp4",
        frame_rate=RATE,
        size=SIZE,
        n_frames=3,
        progress=lambda done, total, stage="": heard.append((done, total)),
    )
    assert heard == [(1, 3), (2, 3), (3, 3)]


def test_a_picture_may_be_overwritten_once_it_is_written(tmp_path: Path) -> None:
    canvas = np.zeros((96, 96), np.uint8)
    for suffix in (".mp4", ".webm"):
        path = tmp_path / f"f{suffix}"
        with media.FilmWriter(path, frame_rate=RATE, size=Size(96, 64), quality=5) as film:
            for value in range(20, 220, 10):
                canvas[:] = 128
                canvas[:64] = value
                film.write(Yuv(canvas))
        lumas = [f.picture[30, 40] for f in media.open_film(path, pixels="luma")]  # type: ignore[index]
        assert lumas == pytest.approx(list(range(20, 220, 10)), abs=2)


def test_mono_and_many_channels_are_heard(tmp_path: Path) -> None:
    for channels in (1, 2, 6):
        sound: Sound = click(0.2, 0.5, channels=channels)
        path = tmp_path / f"{channels}.mp4"
        media.write_film([picture(0)] * 10, path, frame_rate=RATE, size=SIZE, sound=sound)
        assert media.probe(path).n_channels == channels


@pytest.mark.parametrize("height", [48, 50, 54])
def test_colours_lie_where_they_were_at_any_even_height(tmp_path, height):
    planes = np.full((height * 3 // 2, 64), 120, dtype=np.uint8)
    picture = Yuv(planes)
    picture.chroma[0][:] = 90
    picture.chroma[1][:] = 160

    media.write_film(
        [picture] * 2, tmp_path / "a.mp4", frame_rate=Fraction(24), size=picture.size, quality=5
    )

    (first, _) = (frame.picture for frame in media.open_film(tmp_path / "a.mp4"))
    for plane, value in zip(first.chroma, (90, 160), strict=True):
        np.testing.assert_allclose(plane, value, atol=2)
    np.testing.assert_allclose(first.luma, 120, atol=2)
