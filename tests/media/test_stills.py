"""A picture is read whatever its format, depth, size or turn."""

import numpy as np
import pytest
from PIL import Image

from clavilux import media
from clavilux.core.errors import MediaError


@pytest.fixture
def picture():
    ramp = np.linspace(0, 255, 64).astype(np.uint8)
    return np.stack(
        [np.tile(ramp, (48, 1)), np.tile(ramp[::-1], (48, 1)), np.full((48, 64), 90)], -1
    )


@pytest.mark.parametrize("suffix", ["png", "jpg", "webp", "bmp", "tif", "gif", "ppm"])
def test_reads_common_formats(tmp_path, picture, suffix):
    path = tmp_path / f"picture.{suffix}"
    Image.fromarray(picture.astype(np.uint8)).save(path)

    assert np.abs(media.open_picture(path).astype(int) - picture).mean() < 12


def test_turns_pictures_as_cameras_say(tmp_path, picture):
    path = tmp_path / "turned.jpg"
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(picture.astype(np.uint8)).save(path, exif=exif)

    assert media.open_picture(path).shape == (64, 48, 3)


def test_reads_deep_grey_transparent_and_cmyk(tmp_path):
    grey = np.linspace(0, 65535, 64 * 48).reshape(48, 64).astype(np.uint16)
    Image.fromarray(grey).save(tmp_path / "deep.png")
    clear = np.zeros((48, 64, 4), dtype=np.uint8)
    clear[:, :32] = (200, 100, 50, 255)
    clear[:, 32:] = (255, 255, 255, 0)
    Image.fromarray(clear).save(tmp_path / "clear.png")
    Image.new("CMYK", (64, 48), (0, 255, 255, 0)).save(tmp_path / "print.jpg")
    deep, shown = (
        media.open_picture(tmp_path / "deep.png"),
        media.open_picture(tmp_path / "clear.png"),
    )

    np.testing.assert_allclose(deep[..., 0], grey / 257, atol=1)
    assert tuple(shown[0, 0]) == (200, 100, 50)
    assert tuple(shown[0, -1]) == (0, 0, 0)
    assert media.open_picture(tmp_path / "print.jpg")[0, 0, 0] > 200


def test_large_pictures_are_made_smaller(tmp_path):
    Image.new("RGB", (5000, 100), "red").save(tmp_path / "wide.png")

    assert media.open_picture(tmp_path / "wide.png").shape == (82, 4096, 3)


def test_says_what_cannot_be_read(tmp_path, picture):
    whole = tmp_path / "whole.png"
    Image.fromarray(picture.astype(np.uint8)).save(whole)
    (tmp_path / "cut.png").write_bytes(whole.read_bytes()[:90])
    (tmp_path / "text.png").write_text("no picture")

    for name, message in (
        ("none.png", "is not there"), ("text.png", "no picture that can be read"),
        ("cut.png", "damaged"), (".", "is a folder"),
    ):  # fmt: skip
        with pytest.raises(MediaError, match=message):
            media.open_picture(tmp_path / name)
