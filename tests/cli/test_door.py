"""The Python door and the shell take the same; what is wrong or does nothing is named."""

import contextlib
import inspect

import numpy as np
import pytest
from shell import run
from typer.testing import CliRunner

import clavilux
from clavilux import media
from clavilux.cli import describe as shell_describe
from clavilux.cli import hear as shell_hear
from clavilux.cli import see as shell_see
from clavilux.cli.app import app
from clavilux.cli.complaints import in_shell_words
from clavilux.core.errors import ArgumentError
from clavilux.core.values import Size, Sound
from clavilux.pipelines.hear_options import HearOptions
from clavilux.pipelines.settings import SeeOptions
from clavilux.pipelines.story import TellingOptions

PYTHON_ONLY = {"progress"}
SHELL_ONLY = {"overwrite", "takes"}
NO_SUCH = "no-such-file"


@pytest.mark.parametrize(
    ("verb", "options", "shell"),
    [
        (clavilux.see, SeeOptions, shell_see.see),
        (clavilux.hear, HearOptions, shell_hear.hear),
        (clavilux.describe, TellingOptions, shell_describe.describe),
    ],
    ids=["see", "hear", "describe"],
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


WRONG = [line.split(" | ") for line in """
transcribe song.wav -o a.wav | -o a.wav: expected a name that ends in .mid or .midi
transcribe song.wav -o a | expected a name that ends in .mid
transcribe song.wav -o dir.mid | dir.mid: it is a folder
transcribe folder -o a.mid | folder: it is a folder
transcribe nosuch.wav -o a.mid | nosuch.wav: there is no such file
transcribe song.wav -o a.mid --sensitivity nan | --sensitivity
transcribe song.wav -o a.mid --tempo 10 | --tempo
transcribe song.wav -o a.mid --model nosuch.onnx | no pitch model at nosuch.onnx
loop nosuch.mid | nosuch.mid: no such file
loop song.wav | song.wav is not a MIDI file
loop folder | cannot read folder: is a directory
loop song.mid -o a.jpg | -o a.jpg: expected a name that ends in .png
loop song.mid -o dir.png | dir.png: it is a folder
loop song.mid --json a.txt | --json a.txt: expected a name that ends in .json
loop song.mid --json dir.json | dir.json: it is a folder
loop song.mid --film a.txt | a.txt; expected one of .mp4
loop song.mid --film dir.mp4 | dir.mp4: it is a folder
loop song.mid --duration 0 | --duration is '0'; expected more than 0 s
loop song.mid --duration nan | --duration 'nan' is not a time
loop song.mid --seed -1 | --seed
loop song.mid --fps nan | --fps
loop song.mid --size 3 | --size 3 is outside 16
loop song.mid --look nosuch | no look is called 'nosuch'
loop song.mid --mapping nosuch | there is no mapping 'nosuch'
loop song.mid --mapping folder | mapping 'folder' is a folder
evaluate drums nosuch | nosuch is no folder
evaluate drums song.mid | song.mid is no folder
evaluate drums folder | folder holds no films
evaluate drums folder --model nosuch | no --model is called 'nosuch'
evaluate drums folder --model r3d18 | with --weights
evaluate drums folder --head binary | --head is for the model r3d18
evaluate drums folder --json a.txt | --json a.txt: expected a name that ends in .json
evaluate drums folder --json dir.json | dir.json: it is a folder
evaluate drums folder --split test | --split is for data sets
evaluate soundtrack nosuch | nosuch
evaluate soundtrack folder | folder holds no films
evaluate soundtrack film.mp4 | name soundtracks of film.mp4
evaluate soundtrack folder --json a.txt | --json a.txt
evaluate chords --data nosuch | there is no folder nosuch
evaluate chords --data folder | folder holds no MuVi-Sync data
evaluate chords --data folder --split nosuch | no split is called 'nosuch'
evaluate chords --data folder --json a.txt | --json a.txt
evaluate dynamics --data nosuch | there is no folder nosuch
looks -o a.txt | -o a.txt: expected a name that ends in .png
looks -o dir.png | dir.png: it is a folder
looks -o a.png --look nosuch | no look is called 'nosuch'
looks -o a.png --palette nosuch | no palette is called 'nosuch'
looks -o a.png --seed -1 | --seed
flashes nosuch.mp4 | nosuch.mp4: there is no such file
flashes folder | folder: it is a folder
flashes song.wav | song.wav holds no film
watch nosuch.mp4 -o a.json | nosuch.mp4: there is no such file
watch folder -o a.json | folder: it is a folder
watch song.wav -o a.json | song.wav holds no film
watch film.mp4 -o a.txt | -o a.txt: expected a name that ends in .json
watch film.mp4 -o dir.json | dir.json: it is a folder
listen nosuch.wav -o a.json | there is no file nosuch.wav
listen folder -o a.json | folder is a folder
listen film.mp4 -o a.json | film.mp4 holds no sound
listen text.txt -o a.json | cannot read text.txt
listen song.mid -o a.txt | -o a.txt: expected a name that ends in .json
listen song.mid -o dir.json | dir.json: it is a folder
listen song.mid -o song.mid | -o song.mid is what is read
describe nosuch.mid -o a.jsonl | there is no file nosuch.mid
describe folder -o a.jsonl | folder is a folder
describe song.mid -o a.doc | -o a.doc: expected a name that ends in
describe song.mid -o a.jsonl --every nan | --every
describe song.mid -o a.jsonl --every 0 | --every
describe song.mid -o a.jsonl --seed -1 | --seed
describe song.mid -o a.jsonl --tempo 90 | --tempo is for recordings
describe song.wav -o a.jsonl --drums none | --drums is for MIDI files
describe song.mid -o a.jsonl --lyrics doc.json | doc.json is no file of lyrics
describe song.mid -o song.jsonl --lyrics song.mid | song.mid is no file of lyrics
describe song.mid -o a.jsonl --words folder | cannot read folder
describe song.mid -o a.jsonl --vectors text.txt | --vectors says which words are similar
see song.mid -o a.mp4 --story nosuch.jsonl | cannot read nosuch.jsonl
see song.mid -o a.mp4 --story text.txt | text.txt holds no story
see song.mid -o a.mp4 --lyrics-style nosuch | there are: caption, karaoke
see song.mid -o a.mp4 --lyrics-style word | there are no words to show
see song.mid -o a.mp4 --story auto --loop 2 | --loop comes round again
see doc.json -o a.mp4 --story auto | --story is for music
schedule from-music folder -o a --dense --story auto | --story goes with one piece of music
schedule from-music nosuch.mid -o a.json | there is no file nosuch.mid
schedule from-music folder -o a.json | folder is a folder: give --dense
schedule from-music folder -o a --dense | folder holds no MIDI file
schedule from-music song.mid -o dir.json | dir.json: it is a folder
schedule from-music song.mid -o a.png | -o a.png: expected a name that ends in .json or .txt
schedule from-music song.mid -o song.mid | -o song.mid: expected a name that ends in .json
schedule from-music song.json -o song.json | -o song.json is what is read
schedule from-music song.mid -o a.json --duration 0 | --duration is '0'
schedule from-music song.mid -o a.json --duration -1 | --duration '-1' is not a time
schedule from-music song.mid -o a.json --start 999 | --start 999 is past the end
schedule from-music song.mid -o a.json --start nan | --start 'nan' is not a time
schedule from-music song.mid -o a.json --fps 0 | --fps
schedule from-music song.mid -o a.json --fps inf | --fps
schedule from-music song.mid -o a.json --seed -1 | --seed
schedule from-music song.mid -o a.json --intensity nan | --intensity is nan
schedule from-music song.mid -o a.json --speed -1 | --speed is -1.0
schedule from-music song.mid -o a.json --tempo 90 | --tempo is for recordings
schedule from-music song.wav -o a.json --drums none | --drums is for MIDI files
schedule from-music song.wav -o a.json --to-end | --to-end is for MIDI files
schedule from-music song.wav -o a.json --tempo nan | --tempo is nan
schedule from-music song.wav -o a.json --meter 0/4 | --meter is '0/4'
schedule from-music song.wav -o a.json --beats nosuch.txt | there is no file nosuch.txt
schedule from-music song.wav -o a.json --beats text.txt | text.txt holds 0 beats
schedule from-music doc.json -o a.json | cannot read doc.json
schedule render nosuch.json -o a.json | nosuch.json cannot be read
schedule render folder -o a.json | folder cannot be read
schedule render song.mid -o a.json | song.mid is not JSON
schedule render doc.json -o a.png | -o a.png: expected a name that ends in .json
schedule render doc.json -o dir.json | dir.json: it is a folder
schedule render doc.json -o doc.json | -o doc.json is what is read
schedule render doc.json -o a.json --seed -1 | --seed
schedule render list.json -o a.json | list.json holds a list
schedule check nosuch.json | nosuch.json cannot be read
schedule check folder | folder cannot be read
schedule check doc.json --music nosuch.mid | nosuch.mid: no such file
schedule check doc.json --music song.wav | song.wav is not a MIDI file
schedule export doc.json -o a.png | -o a.png: expected a name that ends in .json or .txt
schedule export doc.json -o doc.json | -o doc.json is what is read
schedule export doc.json -o a.json --format nosuch | 'nosuch' is not one of
schedule export doc.json -o a.json --format parseq --seed 3 | --seed draws nothing
schedule plot doc.json -o a.txt | -o a.txt: expected a name that ends in .png
schedule plot doc.json -o dir.png | dir.png: it is a folder
mapping check nosuch | there is no mapping 'nosuch'
mapping check folder | mapping 'folder' is a folder
mapping check song.mid | mapping song.mid
mapping check clavilux --music nosuch.mid | there is no file nosuch.mid
mapping plot clavilux -o a.txt | -o a.txt: expected a name that ends in .png
mapping plot clavilux -o a.png --duration 0 | --duration is '0'
mapping plot clavilux -o a.png --start 99 | --start is 99 s
mapping plot clavilux -o a.png --fps nan | --fps
mapping plot clavilux -o a.png --music folder | folder is a folder
dataset make -o ds --count 0 | --count
dataset make -o ds --duration nan | --duration 'nan' is not a time
dataset make -o ds --fps nan | --fps: frame rate 'nan'
dataset make -o ds --size x | --size 'x' is not a size
dataset make -o ds --look roll | no look is called 'roll'
dataset make -o ds --mapping folder | mapping 'folder' is a folder
dataset make -o ds --themes nosuch | no folder of themes
dataset make folder -o ds --metre-free 0.3 | --metre-free is for made-up drums
dataset make folder -o ds | holds no MIDI files
dataset make -o song.mid | -o song.mid is a file; expected a folder
dataset make -o ds --seed -1 | --seed
dataset make -o ds --url http://x | --url is for the renderer deforum-api
dataset make -o ds --ray local --workers 3 | --workers are processes on this machine
dataset verify folder | folder holds no examples
dataset verify folder --sample 0 | --sample
dataset stats nosuch | nosuch holds no examples
dataset stats folder -o a.txt | -o a.txt: expected a name that ends in .png
dataset export folder -o out | folder holds no examples
dataset export folder -o out --shard-mb 3 | --shard-mb is for WebDataset
dataset fetch muvi-sync -o song.mid | -o song.mid is a file; expected a folder
dataset fetch muvi-sync -o out --data nosuch | --data nosuch is no folder
plot folder -o a.png | folder is a folder
plot song.mid -o a.txt | -o a.txt: expected a name that ends in .png
plot song.mid -o dir.png | dir.png: it is a folder
plot song.mid -o a.png --start 99 | --start is 99 s
plot song.mid -o a.png --duration 0 | --duration is '0'
plot song.mid -o a.png --fps 0 | --fps
plot song.mid -o a.png --seed -1 | --seed
plot song.mid -o a.png --tempo 90 | --tempo is for recordings
plot song.mid -o a.png --soundfont nosuch.sf2 | nosuch.sf2
plot song.mid -o a.png --drums nosuch | --drums
plot song.wav -o a.png --soundfont nosuch.sf2 | --soundfont plays MIDI files
plot song.wav -o a.png --to-end | --to-end is for MIDI files
plan nosuch.mid -o a.json | there is no file nosuch.mid
plan song.mid -o a.txt | -o a.txt: expected a name that ends in .json
plan song.mid -o dir.json | dir.json: it is a folder
plan song.mid -o a.json --min -1 | --min '-1' is not a time
plan song.mid -o a.json --max 0 | --max is '0'
plan song.mid -o a.json --cut x | --cut: 'x' is not a time
plan song.mid -o a.json --cut nan | --cut
plan song.mid -o a.json --markers nosuch.edl | nosuch.edl
plan song.mid -o a.json --markers folder | folder
plan song.mid -o a.json --overlap -1 | --overlap
plan song.mid -o a.json --model nosuch | no model is called 'nosuch'
plan song.mid -o a.json --sound nosuch.wav | nosuch.wav: there is no such file
plan song.mid -o a.json --offset 3 | --offset says where your mix begins
plan song.wav -o a.json --drums none | --drums is for MIDI files
train drums --model nosuch | no model is called 'nosuch'
train drums --seed -1 | --seed
train drums --data nosuch | --data nosuch is no folder
train drums --beside nosuch | --beside nosuch is no folder
train drums -o song.mid | -o song.mid is a file
train drums --model r3d18 --weights nosuch | --weights nosuch is no file
train chords | --data is missing
train chords --data nosuch | --data nosuch is no folder
train chords --data folder --seed -1 | --seed
train chords --data folder -o song.mid | -o song.mid is a file
train dynamics --data nosuch | --data nosuch is no folder
demo -o song.mid | -o song.mid is a file
demo -o x --size 3 | --size 3 is outside 16
see nosuch.mid -o a.mp4 | there is no file nosuch.mid
see song.mid -o a.txt | a.txt
see song.mid -o dir.mp4 | dir.mp4: it is a folder
see song.mid -o a.mp4 --start 99 | --start
see song.mid -o a.mp4 --duration 0 | --duration is '0'
see song.mid -o a.mp4 --seed -1 | --seed
see song.mid -o a.mp4 --stems folder | --stems is for recordings
see song.wav -o a.mp4 --soundfont a.sf2 | --soundfont is for MIDI files
hear nosuch.mp4 -o a.mid | nosuch.mp4: there is no such file
hear film.mp4 -o a.flv | -o a.flv: expected a name that ends in .mp4
hear film.mp4 -o film.mp4 | film.mp4 is the film itself
hear film.mp4 -o dir.mp4 | dir.mp4: it is a folder
hear film.mp4 -o a.mid --hits nan | hit 'nan' is not a time
hear film.mp4 -o a.mid --in 99 | --in 99 and --out
hear film.mp4 -o a.mid --in 1 --out 0.5 | --in 1 and --out 0.5
hear film.mp4 -o a.mid --seed -1 | --seed
hear film.mp4 -o a.mid --only-part A --seed 2 | --only-part is a part of an earlier plan
hear film.mp4 -o a.mid --from nosuch.json | nosuch.json
hear film.mp4 -o a.json --as drums --fade-in 2 | --fade-in is of sound
hear folder -o out | folder holds no film
""".strip().splitlines()]  # fmt: skip


@pytest.fixture(scope="module")
def desk(tmp_path_factory, tiny_midi):
    """Return a folder with one file of each kind, and folders that are called as files."""
    folder = tmp_path_factory.mktemp("desk")
    (folder / "song.mid").write_bytes(tiny_midi.read_bytes())
    (folder / "song.json").write_bytes(tiny_midi.read_bytes())
    noise = np.random.default_rng(0).normal(0, 0.1, (16_000, 1)).astype(np.float32)
    media.write_sound(Sound.from_array(noise, 16_000), folder / "song.wav")
    pictures = [np.full((48, 64, 3), 40 * (i % 6), np.uint8) for i in range(12)]
    media.write_film(pictures, folder / "film.mp4", frame_rate=6, size=Size(64, 48))
    (folder / "text.txt").write_text("hello\n")
    (folder / "list.json").write_text("[]")
    for name in ("folder", "dir.json", "dir.mid", "dir.mp4", "dir.png"):
        (folder / name).mkdir()
    with contextlib.chdir(folder):
        assert run("schedule", "from-music", "song.mid", "-o", "doc.json").returncode == 0
    return folder


def lying(folder):
    return {path: path.is_file() and path.read_bytes() for path in folder.rglob("*")}


@pytest.mark.parametrize(("command", "words"), WRONG, ids=[row[0] for row in WRONG])
def test_what_is_wrong_is_one_line_and_changes_nothing(desk, monkeypatch, command, words):
    monkeypatch.chdir(desk)
    before = lying(desk)

    done = run(*command.split())

    assert done.returncode == 2, done.stderr
    assert words in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert lying(desk) == before
