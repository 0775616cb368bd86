"""A film that gets another sound keeps its pictures, bit for bit."""

from pathlib import Path

import numpy as np
import pytest
from media_samples import RATE, SIZE, click, loudest_s, picture

from clavilux import media
from clavilux.media.rescore import rescore


@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
def test_pictures_and_times_stay_and_the_sound_is_the_new_one(tmp_path: Path, suffix: str) -> None:
    source, target = tmp_path / "source.mp4", tmp_path / f"target{suffix}"
    frames = (picture(i) for i in range(48))
    media.write_film(frames, source, frame_rate=RATE, size=SIZE, sound=click(0.2, 2.0))
    rescore(source, click(1.1, 9.0), target, duration_s=float(48 / RATE))
    before, after = list(media.open_film(source)), list(media.open_film(target))
    assert [frame.time for frame in after] == [frame.time for frame in before]
    for old, new in zip(before, after, strict=True):
        assert np.array_equal(old.picture.planes, new.picture.planes)  # type: ignore[union-attr]
    heard = media.open_sound(target)
    assert loudest_s(heard) == pytest.approx(1.1, abs=0.001)
    assert len(heard.read()) / heard.sample_rate == pytest.approx(float(48 / RATE), abs=0.0001)


@pytest.mark.parametrize("name", ["pyscenedetect_issue-134-rotate.mp4", "torchcodec_av1_video.mkv"])
def test_rotated_and_av1_films_are_copied_as_they_are(
    shared: Path, tmp_path: Path, name: str
) -> None:
    source = shared / "samples/video" / name
    info = media.probe(source)
    rescore(source, click(0.5, 1.0), tmp_path / "t.mp4", duration_s=info.duration_s or 0)
    copied = media.probe(tmp_path / "t.mp4")
    assert (copied.size, copied.film_codec, copied.rotation) == (
        info.size,
        info.film_codec,
        info.rotation,
    )


def test_what_the_container_cannot_hold_is_encoded_again(tmp_path: Path) -> None:
    source, target = tmp_path / "source.mp4", tmp_path / "target.webm"
    media.write_film((picture(i) for i in range(12)), source, frame_rate=RATE, size=SIZE)
    with pytest.warns(UserWarning, match=r"target\.webm: the pictures were encoded again: webm"):
        rescore(source, click(0.2, 1.0), target, duration_s=0.5)
    assert media.probe(target).film_codec == "vp9"
    assert [frame.time for frame in media.open_film(target)] == [i / RATE for i in range(12)]
