"""Looks lie on one sheet, and music with its curves on one page."""

import numpy as np
import pytest
from PIL import Image

from clavilux import media
from clavilux.core.errors import InputError
from clavilux.core.values import Size, Sound
from clavilux.pipelines.looks import look_sheet
from clavilux.pipelines.plot import peaks, plot


def test_a_sheet_shows_every_look_asked_for(tmp_path):
    made = look_sheet(tmp_path / "sheet.png", looks=["ink", "glass"], size=Size(64, 36))
    one = look_sheet(tmp_path / "one.jpg", looks=["ink"], palettes=["moss"], size=Size(64, 36))
    sheet = Image.open(made)

    assert sheet.width > 5 * 64
    assert sheet.height == Image.open(one).height + 36 + 10
    assert np.asarray(sheet.convert("L")).std() > 20


def test_a_sheet_refuses_what_it_cannot_show(tmp_path):
    for options, message in (
        ({"looks": ["puce"]}, "no look is called"),
        ({"palettes": ["puce"]}, "no palette is called"),
    ):
        with pytest.raises(InputError, match=message):
            look_sheet(tmp_path / "sheet.png", **options)
    with pytest.raises(InputError, match=r"ends in \.png"):
        look_sheet(tmp_path / "sheet.tiff")


def test_a_midi_file_is_plotted(tmp_path, tiny_midi):
    page = Image.open(plot(tiny_midi, tmp_path / "plot.png"))

    assert page.width == 1400
    assert page.height > 400


def test_a_recording_is_plotted(tmp_path):
    rng = np.random.default_rng(0)
    clicks = np.zeros(22050 * 4, dtype=np.float32)
    for start in range(0, len(clicks) - 800, 11025):
        clicks[start : start + 800] = rng.standard_normal(800) * np.linspace(0.5, 0, 800)
    media.write_sound(Sound.from_array(clicks, 22050), tmp_path / "clicks.wav")

    assert Image.open(plot(tmp_path / "clicks.wav", tmp_path / "plot.png")).height > 300


def test_a_plot_refuses_what_it_cannot_show(tmp_path, tiny_midi):
    with pytest.raises(InputError, match=r"ends in \.png"):
        plot(tiny_midi, tmp_path / "plot.svg")
    with pytest.raises(InputError, match="ends at"):
        plot(tiny_midi, tmp_path / "plot.png", start=99)


def test_peaks_are_the_lowest_and_highest_sample_of_each_stretch():
    wave = np.array([0, 1, -1, 0.5, 0.25, 0, -0.5, 0], dtype=np.float32)

    np.testing.assert_allclose(
        peaks(Sound.from_array(wave, 8), 1.0, 4), [[0, 1], [-1, 0.5], [0, 0.25], [-0.5, 0]]
    )
