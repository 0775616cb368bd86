"""The examples beside the package are what their command makes, and stay small."""

import runpy
import sys
from pathlib import Path

import numpy as np
import pytest

from clavilux import media, score
from clavilux.schedule import parse

FOLDER = Path(__file__).resolve().parents[1] / "examples"


@pytest.fixture(scope="module")
def examples():
    return runpy.run_path(str(FOLDER / "make.py"))


def test_there_are_six_in_three_sizes_and_six_looks(examples):
    made = examples["EXAMPLES"].values()

    assert len(made) == len({about.look for about in made}) == 6
    assert len({about.size for about in made}) == 3


def test_each_is_whole(examples):
    for name, about in examples["EXAMPLES"].items():
        folder = FOLDER / name
        assert {p.name for p in folder.iterdir()} == {
            f"{name}{ending}" for ending in (".mid", ".mp3", ".json", ".mp4")
        }
        film = media.probe(folder / f"{name}.mp4")
        assert film.size == about.size
        assert film.duration_s == pytest.approx(about.seconds, abs=0.1)
        assert parse(folder / f"{name}.json").n_frames == about.seconds * 24
        assert score.read(folder / f"{name}.mid").tracks


def test_they_take_little_room():
    size = sum(p.stat().st_size for p in FOLDER.rglob("*") if p.is_file())

    assert size < 8_000_000


def test_the_page_lists_them(examples):
    assert (FOLDER / "README.md").read_text() == examples["table"]()


@pytest.mark.slow
def test_the_command_makes_them_again(tmp_path, monkeypatch, examples):
    monkeypatch.setattr(sys, "argv", ["make.py", "house-ink", "--into", str(tmp_path)])

    examples["main"]()

    made, kept = tmp_path / "house-ink", FOLDER / "house-ink"
    for ending in (".mid", ".json"):
        assert (made / f"house-ink{ending}").read_bytes() == (
            kept / f"house-ink{ending}"
        ).read_bytes()
    # other processors round otherwise: pictures and sound are the same to the eye and ear
    pictures, kept_pictures = (thumbnails(folder / "house-ink.mp4") for folder in (made, kept))
    assert pictures.shape == kept_pictures.shape
    assert np.abs(pictures - kept_pictures).mean() < 4
    sound, kept_sound = (waveform(folder / "house-ink.mp3") for folder in (made, kept))
    assert len(sound) == len(kept_sound)
    assert np.corrcoef(sound, kept_sound)[0, 1] > 0.98


def thumbnails(path):
    film = media.open_film(path, pixels="luma", size=32)
    return np.stack([frame.picture for frame in film]).astype(np.float64)


def waveform(path):
    return np.concatenate(list(media.open_sound(path))).mean(axis=1)
