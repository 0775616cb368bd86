"""A plot of curves shows every parameter that moves, beside what was heard."""

from fractions import Fraction

import numpy as np
from PIL import Image

from clavilux.core.values import Curves
from clavilux.draw.curves import plot_curves


def some_curves(n_frames: int = 96) -> Curves:
    time = np.arange(n_frames) / 24
    return Curves(
        Fraction(24),
        {"hue": 40 * np.sin(time), "zoom": np.ones(n_frames), "light": time / time[-1]},
    )


def test_there_is_a_strip_for_each_curve_that_moves(tmp_path):
    plot_curves(some_curves(), tmp_path / "three.png")
    plot_curves(some_curves(), tmp_path / "marked.png", marks={"kick": np.array([0.5, 1.0])})

    bare, marked = (Image.open(tmp_path / name).size for name in ("three.png", "marked.png"))

    assert bare[0] == marked[0] == 1200
    assert bare[1] < marked[1] < bare[1] + 40


def test_a_mark_stands_at_its_time(tmp_path):
    plot_curves(some_curves(), tmp_path / "plot.png", marks={"kick": np.array([2.0])})

    row = np.asarray(Image.open(tmp_path / "plot.png").convert("RGB"))[21, 190:-74]
    blue = np.flatnonzero((row[:, 2] > 120) & (row[:, 0] < 100))
    assert abs(float(blue.mean()) / len(row) - 0.5) < 0.005


def test_an_hour_of_curves_is_drawn_whole(tmp_path):
    plot_curves(some_curves(24 * 3600), tmp_path / "hour.png", start_s=60.0, title="an hour")

    assert (tmp_path / "hour.png").stat().st_size < 200_000


def test_curves_that_never_move_are_still_drawn(tmp_path):
    plot_curves(Curves(Fraction(24), {"zoom": np.ones(5)}), tmp_path / "still.png")

    assert Image.open(tmp_path / "still.png").size[1] > 60
