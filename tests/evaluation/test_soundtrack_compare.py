"""We promise that soundtracks of one film can be compared, whatever they are."""

import json
from fractions import Fraction

import numpy as np
import pytest

from clavilux import media, perform, score, watch
from clavilux.compose.soundtrack import Brief, compose
from clavilux.core.values import Size
from tests.cli.shell import run


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    """Write a film of three shots, with its MIDI and its recording beside it."""
    folder = tmp_path_factory.mktemp("film")
    shots = np.random.default_rng(0).integers(0, 255, (3, 36, 64, 3)).astype(np.uint8)
    path = folder / "film.mp4"
    media.write_film((shots[i // 36] for i in range(108)), path, frame_rate=Fraction(12),
                     size=Size(64, 36), preset="ultrafast")  # fmt: skip
    made = compose(watch.facts(media.open_film(path)), 12.0, Brief()).score
    score.write(made, folder / "ours.mid")
    media.write_sound(perform.synthesise(made, duration_s=9.0), folder / "ours.wav")
    return path


@pytest.mark.slow
def test_the_same_music_is_the_same_whatever_it_comes_as(film, tmp_path):
    others = ["theory", film.with_name("ours.mid"), film.with_name("ours.wav")]

    result = run("evaluate", "soundtrack", film, *others, "--json", tmp_path / "out.json")

    assert result.returncode == 0, result.stderr
    found = json.loads((tmp_path / "out.json").read_text())
    written, midi, heard = found["soundtracks"]
    assert found["n_cuts"] == 2
    assert [one["kind"] for one in found["soundtracks"]] == ["written", "midi", "recording"]
    assert written["cuts"]["met"] == midi["cuts"]["met"] == 1
    assert written["key"] == midi["key"]
    assert written["turns"] == pytest.approx(heard["turns"], abs=0.05)
    assert heard["musicality"] is None
    by_names = {(p["a"], p["b"]): p for p in found["pairs"]}
    assert by_names["theory", "ours.mid"]["tune"] == 1
    assert by_names["ours.mid", "ours.wav"]["chords"] > 0.9
    assert "the same chord" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "name soundtracks of"),
        (["nobody"], "nor a chord writer of that name; there are: "),
    ],
)
def test_bad_input_is_one_line_and_two(tmp_path, arguments, message):
    film = tmp_path / "film.mp4"
    film.write_bytes(b"")

    result = run("evaluate", "soundtrack", film, *arguments)

    assert result.returncode == 2
    assert message in result.stderr


def test_a_folder_gets_our_music_alone(tmp_path):
    result = run("evaluate", "soundtrack", tmp_path, "theory")

    assert result.returncode == 2
    assert "is a folder" in result.stderr
