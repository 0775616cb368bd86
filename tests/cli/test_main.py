"""The command line answers quickly, refuses bad input in one line, and leaves nothing behind."""

import subprocess
import sys
from pathlib import Path

import pytest
from shell import run

from clavilux.core import arguments
from clavilux.core.errors import InputError

CLAVILUX = Path(sys.executable).with_name("clavilux")


def test_help_names_the_verbs():
    done = subprocess.run([CLAVILUX, "--help"], capture_output=True, text=True, check=False)

    assert done.returncode == 0
    assert {"see", "demo"} <= set(done.stdout.split())


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (None, "there is no file"),
        (b"", "is not a MIDI file"),
        (b"MThd\0\0\0\6\0\1\0\1\1\xe0MTrk\0\0", "holds no tracks"),
        (b"just some words\n" * 40, "is not a MIDI file"),
        (b"MThd\0\0\0\6\0\1\0\1\1\xe0MTrk\x7f\xff\xff\xff\0\xff\x2f\0", "no notes"),
    ],
    ids=["missing", "empty", "cut short", "text", "lying"],
)
def test_bad_music_is_one_line_and_exit_code_2(tmp_path, content, complaint):
    music = tmp_path / "song.mid"
    if content is not None:
        music.write_bytes(content)
    before = sorted(tmp_path.iterdir())

    done = run("see", music, "-o", tmp_path / "film.mp4")

    assert done.returncode == 2
    lines = [line for line in done.stderr.splitlines() if "warning" not in line]
    assert len(lines) == 1
    assert lines[0].startswith("clavilux: ")
    assert any(words in lines[0] for words in complaint.split("|")), lines[0]
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["--look", "nosuch"], "no look is called 'nosuch'; there are:"),
        (["--mapping", "nosuch"], "no mapping 'nosuch'"),
        (["--size", "tiny"], "is not a size"),
        (["--fps", "0"], "outside 1 to 240"),
        (["--fps", "x"], "is not a number"),
        (["--start", "-5"], "is not a time"),
        (["--start", "1:00:00"], "ends at"),
        (["--sound", "nosuch.wav"], "nosuch.wav"),
        (["--soundfont", "nosuch.sf2"], "nosuch.sf2"),
    ],
)
def test_a_bad_option_is_one_line_and_exit_code_2(tmp_path, tiny_midi, options, complaint):
    done = run("see", tiny_midi, "-o", tmp_path / "out" / "film.mp4", *options)

    assert done.returncode == 2
    assert complaint in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "out" / "film.mp4").exists()


def test_a_name_that_is_no_film_is_refused_before_any_work(tmp_path, tiny_midi):
    done = run("see", tiny_midi, "-o", tmp_path / "film.txt")

    assert done.returncode == 2
    assert "expected one of" in done.stderr


def test_a_folder_that_cannot_be_written_is_exit_code_1(tmp_path, tiny_midi):
    (tmp_path / "file").write_text("")

    done = run("see", tiny_midi, "-o", tmp_path / "file" / "film.mp4")

    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("512", (512, 512)),
        ("1280x720", (1280, 720)),
        ("720p", (1280, 720)),
        ("4K", (3840, 2160)),
        ("story", (1080, 1920)),
    ],
)
def test_sizes_are_read_as_people_write_them(text, size):
    assert arguments.size(text) == size


@pytest.mark.parametrize("text", ["0", "9x9", "99999", "1x2x3", ""])
def test_sizes_nobody_can_mean_are_refused(text):
    with pytest.raises(InputError):
        arguments.size(text)


@pytest.mark.parametrize(("text", "seconds"), [("12.5", 12.5), ("1:12.5", 72.5), ("1:02:03", 3723)])
def test_times_are_read_as_people_write_them(text, seconds):
    assert arguments.seconds(text) == seconds


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["see"], "missing argument 'MUSIC'; see clavilux see --help"),
        (["see", "a.mid"], "missing option '-o'"),
        (["sea"], "no such command 'sea'"),
        (["see", "a.mid", "-o", "b.mp4", "--seed", "x"], "invalid value for '--seed'"),
    ],
)
def test_a_command_called_wrongly_is_one_line_and_exit_code_2(arguments, complaint):
    done = run(*arguments)

    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("clavilux: " + complaint)


def test_a_command_without_arguments_says_what_there_is():
    done = run("dataset")

    assert done.returncode == 2
    assert "Commands:" in done.stderr
