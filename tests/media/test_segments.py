"""Segments join into the film that was meant, whatever happened on the way."""

from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import pytest
from media_samples import RATE, SIZE, click, loudest_s, picture, psnr

from clavilux import media
from clavilux.core.errors import MediaError

LENGTHS = [1, 12, 2, 25, 3]
SUFFIXES = [".mp4", ".mkv", ".mov", ".webm", ".gif"]


def write_segments(folder: Path, target: str, rate: Fraction = RATE) -> list[Path]:
    """Cut one film into segments of many lengths; those already there are kept."""
    first, paths = 0, []
    for length in LENGTHS:
        path = folder / f"{first:05}.seg"
        if not path.exists():
            with media.SegmentWriter(path, target=target, frame_rate=rate, size=SIZE) as segment:
                for index in range(first, first + length):
                    segment.write(picture(index))
        paths.append(path)
        first += length
    return paths


@pytest.mark.parametrize("rate", [RATE, Fraction(30)], ids=str)
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_joined_segments_are_one_film(tmp_path: Path, suffix: str, rate: Fraction) -> None:
    target = tmp_path / f"film{suffix}"
    segments = write_segments(tmp_path, target.name, rate)
    assert [media.segment_frames(path) for path in segments] == LENGTHS
    sound = click(1.0, 5.0)
    n_frames = media.join_segments(segments, target, frame_rate=rate, size=SIZE, sound=sound)
    film = media.open_film(target, pixels="rgb")
    frames = list(film)
    assert n_frames == len(frames) == sum(LENGTHS)
    late = [abs(frame.time - i / rate) for i, frame in enumerate(frames)]
    assert max(late) <= (Fraction(1, 200) if suffix == ".gif" else 0)
    assert min(psnr(f.picture, picture(i)) for i, f in enumerate(frames)) > 24  # type: ignore[arg-type]
    if film.sound is not None:
        assert loudest_s(film.sound) == pytest.approx(1.0, abs=0.001)


@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".webm", ".mov"])
def test_libav_alone_decodes_a_joined_film_without_complaint(tmp_path: Path, suffix: str) -> None:
    target = tmp_path / f"film{suffix}"
    segments = write_segments(tmp_path, target.name)
    media.join_segments(segments, target, frame_rate=RATE, size=SIZE)
    with av.open(str(target)) as container:
        packets = [p for p in container.demux(video=0) if p.size]
        dts = [p.dts for p in packets if p.dts is not None]
    assert len(packets) == sum(LENGTHS)
    assert all(a < b for a, b in pairwise(dts))


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_an_interrupted_film_ends_with_the_same_bytes(tmp_path: Path, suffix: str) -> None:
    films = []
    for name in ("straight", "resumed"):
        folder = tmp_path / name
        folder.mkdir()
        segments = write_segments(folder, f"f{suffix}")
        if name == "resumed":
            for lost in segments[2:]:
                lost.unlink()
            write_segments(folder, f"f{suffix}")
        target = folder / f"f{suffix}"
        media.join_segments(segments, target, frame_rate=RATE, size=SIZE, sound=click(0.5, 1))
        films.append(target.read_bytes())
    assert films[0] == films[1]


def test_a_segment_is_complete_or_absent(tmp_path: Path) -> None:
    with (
        pytest.raises(KeyboardInterrupt),
        media.SegmentWriter(
            tmp_path / "a.seg", target="f.mp4", frame_rate=RATE, size=SIZE
        ) as segment,
    ):
        for index in range(80):
            segment.write(picture(index))
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []


def test_a_png_sequence_is_joined_in_order(tmp_path: Path) -> None:
    segments = write_segments(tmp_path, "frames")
    media.join_segments(segments, tmp_path / "frames", frame_rate=RATE, size=SIZE)
    names = sorted(p.name for p in (tmp_path / "frames").iterdir())
    assert names == [f"{i:05}.png" for i in range(sum(LENGTHS))]


def test_segments_made_otherwise_are_refused(tmp_path: Path) -> None:
    segments = write_segments(tmp_path, "f.mp4")
    with pytest.raises(MediaError, match="was encoded with other options"):
        media.join_segments(segments, tmp_path / "f.mp4", frame_rate=RATE, size=SIZE, quality=30)
    with pytest.raises(MediaError, match="was encoded with other options"):
        media.join_segments(segments, tmp_path / "f.webm", frame_rate=RATE, size=SIZE)


def test_damaged_segments_are_refused(tmp_path: Path) -> None:
    segments = write_segments(tmp_path, "f.mp4")
    content = segments[1].read_bytes()
    for damaged, complaint in [
        (b"", "is not a film segment"),
        (b"something else entirely" * 9, "is not a film segment"),
        (content[:-7], "is cut short"),
        (content[:40], "is cut short"),
    ]:
        segments[1].write_bytes(damaged)
        with pytest.raises(MediaError, match=complaint):
            media.join_segments(segments, tmp_path / "f.mp4", frame_rate=RATE, size=SIZE)
        assert not (tmp_path / "f.mp4").exists()
    segments[1].unlink()
    with pytest.raises(MediaError, match="cannot read segment"):
        media.join_segments(segments, tmp_path / "f.mp4", frame_rate=RATE, size=SIZE)
