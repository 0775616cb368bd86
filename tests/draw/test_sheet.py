"""A sheet lays pictures out in rows and columns and leaves them as they are."""

import numpy as np
from PIL import Image

from clavilux.draw.sheet import Row, draw_sheet


def test_every_picture_is_on_the_sheet_as_it_was(tmp_path):
    rng = np.random.default_rng(0)
    pictures = rng.integers(0, 256, (2, 3, 20, 30, 3)).astype(np.uint8)
    rows = [Row(f"row {i}", "note", list(row)) for i, row in enumerate(pictures)]
    draw_sheet(rows, tmp_path / "sheet.png", columns=["a", "b", "c"], title="all")
    sheet = np.asarray(Image.open(tmp_path / "sheet.png"))
    windows = np.lib.stride_tricks.sliding_window_view(sheet[..., 0], (20, 30))

    for picture in pictures.reshape(6, 20, 30, 3):
        assert (windows == picture[..., 0]).all(axis=(2, 3)).sum() == 1


def test_a_sheet_s_kind_is_told_by_its_suffix(tmp_path):
    rows = [Row("one", "", [np.zeros((20, 30, 3), dtype=np.uint8)])]
    for suffix, kind in ((".png", "PNG"), (".jpg", "JPEG"), (".webp", "WEBP")):
        draw_sheet(rows, tmp_path / f"sheet{suffix}")
        assert Image.open(tmp_path / f"sheet{suffix}").format == kind
