"""What of a MIDI file is drums, and where it ends, can be said and is shown."""

import json

import pytest
from typer.testing import CliRunner

from clavilux.cli.app import app
from clavilux.score import ScoreBuilder, write


def run(*arguments):
    return CliRunner().invoke(app, [str(a) for a in arguments])


@pytest.fixture
def song(tmp_path):
    """A kit on channel 2 whose name says nothing, and 100 s of silence."""
    builder = ScoreBuilder(tempo_bpm=120)
    kit = builder.track("Blau", channel=1)
    for beat in range(8):
        builder.note(kit, beat, 0.5, (36, 38)[beat % 2])
    builder.end(200)
    path = tmp_path / "song.mid"
    write(builder.build(), path)
    return path


def document(song, *options):
    target = song.parent / "song.json"
    result = run("schedule", "from-music", song, "-o", target, "--mapping", "v2midi", *options)
    assert result.exit_code == 0, result.output
    return json.loads(target.read_bytes()), result.stderr


def labels(made) -> set[str]:
    return {keyframe.get("info", "") for keyframe in made["keyframes"]} - {""}


@pytest.mark.parametrize("said", ["2", "channel 2", "blau", "track 1"])
def test_drums_can_be_named(song, said):
    assert not {"kick", "snare"} & labels(document(song)[0])
    assert {"kick", "snare"} <= labels(document(song, "--drums", said)[0])


def test_silence_at_the_end_is_left_out_unless_it_is_wanted(song):
    short, warned = document(song)
    assert short["keyframes"][-1]["frame"] < 24 * 7
    assert "of silence at the end were left out; --to-end keeps them" in warned

    long, warned = document(song, "--to-end")
    assert long["keyframes"][-1]["frame"] > 24 * 99
    assert "silence" not in warned


def test_plot_says_what_is_drums_and_why(song):
    page = song.parent / "plot.png"

    assert "drums: none" in run("plot", song, "-o", page).stderr
    assert (
        "drums: track 1 'Blau', channel 2: asked for"
        in run("plot", song, "-o", page, "--drums", "blau").stderr
    )


def test_what_names_no_part_is_refused_in_one_line(song):
    result = run("plot", song, "-o", song.parent / "plot.png", "--drums", "tuba")

    assert result.exit_code != 0
    assert "channels: 2; tracks: 'Blau'; or none" in str(result.exception)


@pytest.mark.parametrize("option", [["--drums", "2"], ["--to-end"]])
def test_options_of_midi_are_refused_for_a_document(tmp_path, option):
    path = tmp_path / "a.json"
    path.write_text('{"keyframes": []}')

    result = run("see", path, "-o", tmp_path / "a.mp4", *option)

    named = option[0].removeprefix("--").replace("-", "_")
    assert f"`{named}`" in str(result.exception)
    assert "is a document" in str(result.exception)
