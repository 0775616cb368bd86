"""The schedule commands read, write and say what they did."""

import json

import pytest
from typer.testing import CliRunner

from clavilux.cli.schedule import app
from clavilux.dataset import patterns
from clavilux.score import write

DOCUMENT = {
    "options": {"output_fps": 20, "bpm": 120},
    "managedFields": ["zoom", "seed", "own_field"],
    "prompts": {"positive": "a ${zoom}", "negative": ""},
    "keyframes": [
        {"frame": 0, "zoom": 1, "seed": 1, "seed_i": "S + f", "own_field": 1, "info": "kick"},
        {"frame": 40, "zoom": 2, "own_field": 3},
    ],
}


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "song.json"
    path.write_text(json.dumps(DOCUMENT))
    return path


def run(*arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_render_writes_frames_and_names_the_file(path, tmp_path):
    result = run("render", path, "-o", tmp_path / "out.json")

    content = json.loads((tmp_path / "out.json").read_text())
    assert result.stdout.strip() == str(tmp_path / "out.json")
    assert content["rendered_frames"][40]["seed"] == 41
    assert content["rendered_frames_meta"]["zoom"] == {"max": 2, "min": 1, "isFlat": False}


def test_render_turns_round_on_demand(path, tmp_path):
    run("render", path, "-o", tmp_path / "out.json", "--reverse")

    frames = json.loads((tmp_path / "out.json").read_text())["rendered_frames"]
    assert frames[0]["zoom"] == 2


def test_check_ends_with_2_on_an_error_and_fixes_it_on_demand(path):
    wrong = json.loads(path.read_text())
    wrong["keyframes"][0]["zoom_i"] = "prev_computed_vale + 1"
    path.write_text(json.dumps(wrong))

    first, second = run("check", path), run("check", path, "--fix")

    assert first.exit_code == 2
    assert "did you mean prev_computed_value?" in first.stdout
    assert second.exit_code == 0
    assert "prev_computed_value + 1" in path.read_text()


def test_check_holds_the_tempo_against_the_music(path, tmp_path):
    mido = pytest.importorskip("mido")
    track = mido.MidiTrack(
        [
            mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(90)),
            mido.Message("note_on", note=60, velocity=64),
            mido.Message("note_off", note=60, time=480 * 3),
        ]
    )
    mido.MidiFile(tracks=[track]).save(tmp_path / "song.mid")

    result = run("check", path, "--music", tmp_path / "song.mid")

    assert result.exit_code == 2
    assert "the music has 90 beats a minute" in result.stdout


@pytest.mark.parametrize("form", ["parseq", "parseq-manifest", "deforum-settings"])
def test_export_writes_every_form(path, tmp_path, form):
    result = run("export", path, "--format", form, "-o", tmp_path / "out.json")

    assert result.exit_code == 0
    content = json.loads((tmp_path / "out.json").read_text())
    assert {"parseq": "keyframes", "parseq-manifest": "rendered_frames"}.get(
        form, "max_frames"
    ) in content


def test_plot_draws_a_picture(path, tmp_path):
    result = run("plot", path, "-o", tmp_path / "curves.png")

    assert result.exit_code == 0
    assert (tmp_path / "curves.png").read_bytes()[:4] == b"\x89PNG"


def test_a_folder_becomes_dense_documents_and_what_renders_from_them(tmp_path):
    (tmp_path / "songs").mkdir()
    for seed in range(3):
        write(patterns.house(seed, duration_s=3.0), tmp_path / "songs" / f"{seed}.mid")
    arguments = ("from-music", tmp_path / "songs", "-o", tmp_path / "out", "--mapping", "v2midi")

    loose = run(*arguments)
    dense = run(*arguments, "--dense", "--duration", "2")
    again = run(*arguments, "--dense")

    assert "is a folder: give" in str(loose.exception)
    assert dense.stdout.strip() == str(tmp_path / "out")
    assert len(list((tmp_path / "out").iterdir())) == 6
    schedule = json.loads((tmp_path / "out" / "2.json").read_text())
    rendered = json.loads((tmp_path / "out" / "2_rendered.json").read_text())
    assert schedule["meta"]["docName"] == "2"
    assert len(schedule["keyframes"]) == len(rendered["rendered_frames"]) == 48
    assert "is there already" in str(again.exception)
