"""The commands about drums in films: evaluate, loop and train."""

import json
from fractions import Fraction
from importlib.util import find_spec

import numpy as np
import pytest
from shell import run

from clavilux import media, models, score
from clavilux.core.values import Size
from clavilux.dataset import patterns
from clavilux.watch.drums import N_CHANNELS


@pytest.fixture(scope="module")
def drumming(tmp_path_factory):
    """Two and a half seconds of house."""
    path = tmp_path_factory.mktemp("midi") / "house.mid"
    score.write(patterns.house(3, duration_s=2.5, tempo_bpm=120), path)
    return path


@pytest.fixture(scope="module")
def round_trip(drumming, tmp_path_factory):
    """What one ``clavilux loop`` prints and leaves."""
    folder = tmp_path_factory.mktemp("loop")
    done = run(
        "loop", drumming, "-o", folder / "rolls.png", "--json", folder / "loop.json",
        "--film", folder / "house.mp4", "--look", "coral", "--size", "96", "--duration", "2",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return folder, done.stdout


def test_loop_says_how_much_of_the_music_is_to_be_seen(round_trip):
    folder, printed = round_trip
    assert "house.mid" in printed
    assert "kick" in printed
    figures = json.loads((folder / "loop.json").read_text())
    assert figures["format"] == "clavilux.loop/1"
    assert figures["look"] == "coral"
    assert figures["onset_f1"]["frame"]["kick"] > 0.6
    assert (folder / "rolls.png").read_bytes().startswith(b"\x89PNG")
    assert media.open_film(folder / "house.mp4").size == Size(96, 96)


def test_evaluate_hears_the_films_of_a_folder(round_trip, drumming, tmp_path):
    folder, _ = round_trip
    for name, source in (("a.mp4", folder / "house.mp4"), ("a.mid", drumming)):
        (tmp_path / name).write_bytes(source.read_bytes())
    stills = (np.full((64, 64, 3), 90, dtype=np.uint8) for _ in range(12))
    media.write_film(stills, tmp_path / "b.mp4", frame_rate=Fraction(24), size=Size(64, 64))

    done = run("evaluate", "drums", tmp_path, "--json", tmp_path / "drums.json")

    assert done.returncode == 0, done.stderr
    figures = json.loads((tmp_path / "drums.json").read_text())
    assert figures["format"] == "clavilux.evaluation.drums/1"
    assert set(figures["films"]) == {"a.mp4"}  # nothing says what b plays
    again = json.loads((folder / "loop.json").read_text())
    assert figures["total"]["onset_f1"] == again["onset_f1"]
    assert "a.mp4" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["evaluate", "drums", "nowhere"], "nowhere is no folder"),
        (["loop", "nothing.mid"], "nothing.mid"),
        (["train", "drums", "--model", "ears"], "there are: geometry, r3d18"),
        (["train", "drums", "--head", "third"], "there are: binary, multilabel"),
    ],
)
def test_what_cannot_be_is_one_line_and_exit_code_2(arguments, complaint):
    done = run(*arguments)
    assert done.returncode == 2
    assert complaint in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_training_needs_nothing_but_one_command(tmp_path):
    if find_spec("torch") is None:
        pytest.skip("needs the train extra")
    model = tmp_path / "model"
    command = ["train", "drums", "--clips", "1", "--steps", "2", "--seed", "3", "-o", model,
               "--cache", tmp_path / "cache"]  # fmt: skip
    done = run(*command)
    assert done.returncode == 0, done.stderr
    card = json.loads((model / "card.json").read_text())
    assert card["command"] == "clavilux train drums --model geometry --clips 1 --steps 2 --seed 3"
    reader = models.load("drums", weights=str(model / "model.onnx"))
    assert reader(np.zeros((1, N_CHANNELS, 40), dtype=np.float32))[0].shape == (1, 15, 40)
    assert list((tmp_path / "cache").rglob("step.json"))  # what it would go on from
