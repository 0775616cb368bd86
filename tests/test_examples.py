"""The examples beside the package are what their command makes, and stay small."""

import runpy
import sys
from pathlib import Path

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

    for path in (FOLDER / "house-ink").iterdir():
        assert (tmp_path / "house-ink" / path.name).read_bytes() == path.read_bytes()
