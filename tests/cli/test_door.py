"""The Python door and the shell take the same; what is wrong or does nothing is named."""

import inspect

import pytest
from typer.testing import CliRunner

import clavilux
from clavilux.cli import hear as shell_hear
from clavilux.cli import see as shell_see
from clavilux.cli.app import app
from clavilux.cli.complaints import in_shell_words
from clavilux.core.errors import ArgumentError
from clavilux.pipelines.hear_options import HearOptions
from clavilux.pipelines.settings import SeeOptions

PYTHON_ONLY = {"progress"}
SHELL_ONLY = {"overwrite", "takes"}
NO_SUCH = "no-such-file"


@pytest.mark.parametrize(
    ("verb", "options", "shell"),
    [
        (clavilux.see, SeeOptions, shell_see.see),
        (clavilux.hear, HearOptions, shell_hear.hear),
    ],
    ids=["see", "hear"],
)
def test_python_and_the_shell_know_the_same_names(verb, options, shell):
    python = set(inspect.signature(verb).parameters) - PYTHON_ONLY
    fields = set(options.model_fields)
    on_shell = set(inspect.signature(shell).parameters) - SHELL_ONLY

    assert fields <= python
    assert on_shell <= python


@pytest.mark.parametrize("size", ["720p", "1280x720", (1280, 720), [1280, 720]])
def test_sizes_are_taken_in_every_form(size):
    assert SeeOptions(size=size).size == (1280, 720)


def test_other_forms_are_taken_as_the_shell_takes_them():
    options = SeeOptions(
        size=512, fps=29.97, duration="1:05", start=2, palette=["#102030", "#e0c080"]
    )

    assert options.size == (512, 512)
    assert str(options.fps) == "30000/1001"
    assert (options.duration, options.start) == (65.0, 2.0)
    assert options.palette == "#102030, #e0c080"


@pytest.mark.parametrize(
    ("verb", "given", "message"),
    [
        ("see", {"size": "tiny"}, "`size` 'tiny' is not a size"),
        ("see", {"size": 7.5}, "`size` 7.5 is not a size"),
        ("see", {"size": (1, 2, 3)}, "`size`"),
        ("see", {"fps": "fast"}, "`fps`"),
        ("see", {"fps": float("nan")}, "`fps` is nan"),
        ("see", {"fps": 0}, "`fps`"),
        ("see", {"duration": 0}, "`duration` is 0; expected more than 0"),
        ("see", {"duration": float("inf")}, "`duration` inf is not a time"),
        ("see", {"start": -1}, "`start` -1 is not a time"),
        ("see", {"seed": -1}, "`seed` is -1; expected a whole number from 0 up"),
        ("see", {"seed": 1.5}, "`seed` is 1.5"),
        ("see", {"palette": 3}, "`palette` is 3"),
        ("see", {"preview": "yes"}, "`preview` is 'yes'; expected True or False"),
        ("see", {"quality": 99}, "`quality` is 99"),
        ("see", {"loop": 0}, "`loop` is 0"),
        ("see", {"loop": 2, "duration": 3}, "leave `duration` out"),
        ("see", {"url": ["http://x"]}, "`url` is for the renderer deforum-api"),
        ("see", {"start_server": "run"}, "`start_server` is for the renderer deforum-api"),
        ("see", {"offset": 1}, "`offset` says where your mix begins"),
        ("hear", {"duck": True}, "`keep_sound`"),
        ("hear", {"without": "tubas"}, "`without`: no instrument is called 'tubas'"),
        ("hear", {"what": "noise"}, "no `what` is called 'noise'"),
        ("hear", {"mode": "blue"}, "no `mode` is called 'blue'"),
        ("hear", {"what": "drums", "key": "C"}, "`key` is for a soundtrack"),
        ("hear", {"quantise": "1/8"}, "`quantise` is for drums"),
        ("hear", {"what": "drums", "head": "binary"}, "`head` is for the model r3d18"),
        ("hear", {"quantise": "x", "what": "drums"}, "`quantise` is 'x'"),
        ("hear", {"tempo": 1}, "`tempo` is 1"),
        ("hear", {"report": "why.txt"}, "why.txt: expected a name that ends in .png or .html"),
        ("hear", {"soundfont": "a.sf2", "output": "a.mid"}, "`soundfont` is of sound"),
        ("hear", {"keep_sound": True, "output": "a.mid"}, "`keep_sound` is of sound"),
        ("hear", {"output": "a.flv"}, "expected a name that ends in .mp4"),
    ],
)
def test_a_wrong_argument_is_named_in_one_line(tmp_path, monkeypatch, verb, given, message):
    monkeypatch.chdir(tmp_path)
    given = {"output": "out.mp4", **given}

    with pytest.raises(ArgumentError) as caught:
        getattr(clavilux, verb)(NO_SUCH, given.pop("output"), **given)

    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("given", "name"), [(["--stems", "nosuch"], "stems"), (["--url", "http://x"], "url")]
)
def test_an_option_that_does_nothing_with_midi_is_refused(tmp_path, tiny_midi, given, name):
    result = CliRunner().invoke(
        app, ["see", str(tiny_midi), "-o", str(tmp_path / "film.mp4"), *given]
    )

    assert f"`{name}` is for" in str(result.exception)
    assert not list(tmp_path.glob("film*"))


def test_an_album_is_not_written_into_the_name_of_a_film(tmp_path, tiny_midi):
    result = CliRunner().invoke(
        app, ["see", str(tiny_midi.parent), "-o", str(tmp_path / "film.mp4")]
    )

    assert "names one" in str(result.exception)
    assert not (tmp_path / "film.mp4").exists()


def test_the_shell_names_options_where_python_names_arguments():
    assert in_shell_words("`keep_sound` and `what`,\n`film`") == "--keep-sound and --as, FILM"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (["--in", "x"], "--in 'x' is not a time"),
        (["--out", "x"], "--out 'x' is not a time"),
        (["--as", "drums", "--in", "1"], "--in is for a soundtrack, and --as is drums"),
        (["--as", "drums", "--hits", "1"], "--hits is for a soundtrack, and --as is drums"),
        (["--as", "drums", "--markers", "a.edl"], "--markers is for a soundtrack"),
        (["--from", "a.plan.json", "--out", "3"], "--out is what the plan of --from says"),
        (["--instruments", "piano", "--without", "cello"], "--without cello is not among"),
    ],
)
def test_errors_of_hear_name_options_as_its_help_does(tmp_path, given, words):
    result = CliRunner().invoke(app, ["hear", NO_SUCH, "-o", str(tmp_path / "a.mid"), *given])

    assert words in in_shell_words(str(result.exception))


@pytest.mark.parametrize(
    ("given", "name"),
    [
        (["--head", "binary"], "head"),
        (["--weights", "a.pth"], "weights"),
        (["--split", "train"], "split"),
        (["--data", "data", "--clips", "3"], "clips"),
        (["--model", "r3d18", "--data", "data"], "data"),
        (["--model", "r3d18", "--beside", "other"], "beside"),
    ],
)
def test_an_option_of_training_that_does_nothing_is_refused(given, name):
    result = CliRunner().invoke(app, ["train", "drums", *given])

    assert f"`{name}` does nothing here" in str(result.exception)


def test_a_film_that_should_go_beyond_its_music_says_where_it_ends(tmp_path, tiny_midi):
    with pytest.warns(UserWarning, match="`duration` is 99 s, but .* ends after"):
        clavilux.see(tiny_midi, tmp_path / "film.mp4", duration=99, size=64, fps=4)
