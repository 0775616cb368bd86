"""`see FOLDER` makes each film once, says what it made and what it left, and why."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from clavilux import media
from clavilux.core.values import Sound
from tests.cli.shell import run

RECORD = ".clavilux-films.json"


@pytest.fixture
def songs(tmp_path, tiny_midi):
    """Return a folder of music: a subfolder, a damaged file, no music, one hidden."""
    folder = tmp_path / "songs"
    for name in ("one.mid", "more/one.mid", "more/deep/two.MID", ".hidden/three.mid"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(tiny_midi, folder / name)
    (folder / "cover.txt").write_text("not music")
    return folder


@pytest.fixture(autouse=True)
def drawn(monkeypatch):
    """Have films made of a few bytes: what is drawn is tested elsewhere. Give what was made."""
    made = []

    def see_with(options, music, film, **_):
        from clavilux.pipelines.see import check_useful

        check_useful(options, Path(music))
        film.parent.mkdir(parents=True, exist_ok=True)
        film.write_bytes(f"film {len(made)}".encode())
        made.append(film.name)

    monkeypatch.setattr("clavilux.pipelines.album.see_with", see_with)
    return made


def films(folder):
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*.mp4"))


WHOLE = ["more/deep/two.mp4", "more/one.mp4", "one.mp4"]


def test_every_piece_becomes_a_film_in_the_same_subfolder(songs, tmp_path):
    done = run("see", songs, "-o", tmp_path / "films")

    assert done.returncode == 0
    assert films(tmp_path / "films") == WHOLE
    assert done.stdout.split() == [str(tmp_path / "films" / name) for name in WHOLE]


def test_what_is_finished_is_kept_and_said(songs, tmp_path, drawn):
    run("see", songs, "-o", tmp_path / "films")
    (songs / "more/one.mid").unlink()
    shutil.copy(songs / "one.mid", songs / "new.mid")

    again = run("see", songs, "-o", tmp_path / "films")

    assert again.stdout.split() == [str(tmp_path / "films/new.mp4")]
    kept = [line for line in again.stderr.splitlines() if "kept" in line]
    assert [line.split()[2] for line in kept] == [
        f"{tmp_path}/films/more/deep/two.mp4:", f"{tmp_path}/films/one.mp4:"
    ]  # fmt: skip
    assert all(line.endswith("it is finished") for line in kept)
    assert len(drawn) == 4


def test_another_request_makes_its_films_anew(songs, tmp_path, drawn):
    run("see", songs, "-o", tmp_path / "films")

    other = run("see", songs, "-o", tmp_path / "films", "--look", "glass")
    (songs / "one.mid").write_bytes((songs / "one.mid").read_bytes() + b"\0")
    changed = run("see", songs, "-o", tmp_path / "films", "--look", "glass")

    assert len(other.stdout.split()) == 3
    assert changed.stdout.split() == [str(tmp_path / "films/one.mp4")]


def test_somebody_s_own_film_is_kept_unless_asked(songs, tmp_path):
    (tmp_path / "films").mkdir()
    (tmp_path / "films/one.mp4").write_bytes(b"mine")

    done = run("see", songs, "-o", tmp_path / "films")

    assert (tmp_path / "films/one.mp4").read_bytes() == b"mine"
    assert "one.mp4: it was there before; --overwrite makes it anew" in done.stderr
    assert len(done.stdout.split()) == 2
    anew = run("see", songs, "-o", tmp_path / "films", "--overwrite")
    assert len(anew.stdout.split()) == 3
    assert (tmp_path / "films/one.mp4").read_bytes() != b"mine"


def test_what_cannot_be_read_is_named_and_the_others_are_made(songs, tmp_path, monkeypatch):
    from clavilux.core.errors import MediaError
    from clavilux.pipelines import album

    whole = album.see_with

    def see_with(options, music, film, **more):
        if music.name == "bad.wav":
            raise MediaError(f"cannot read {music}: it is damaged")
        whole(options, music, film, **more)

    monkeypatch.setattr(album, "see_with", see_with)
    (songs / "bad.wav").write_bytes(b"no sound")

    done = run("see", songs, "-o", tmp_path / "films")

    assert done.returncode == 2
    assert len(done.stdout.split()) == 3
    said = done.stderr.splitlines()
    assert "bad.wav" in said[0]
    assert said[-1] == "clavilux: 1 of the folder's files could not be used"


def test_two_files_of_one_name_keep_their_suffixes(songs, tmp_path):
    noise = np.full((1600, 1), 0.1, np.float32)
    media.write_sound(Sound.from_array(noise, 16_000), songs / "one.wav")

    run("see", songs, "-o", tmp_path / "films")

    assert films(tmp_path / "films")[2:] == ["one.mid.mp4", "one.wav.mp4"]


def test_films_may_lie_beside_their_music_or_below(songs):
    assert len(run("see", songs, "-o", songs / "films").stdout.split()) == 3
    assert len(run("see", songs, "-o", songs).stdout.split()) == 3
    assert films(songs)[-1] == "one.mp4"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (["--sound", "mix.wav"], "--sound goes with one piece of music"),
        (["--stems", "stems"], "--stems goes with one piece of music"),
        (["--tempo", "90"], "--tempo goes with one piece of music"),
        (["--plan", "plan.json"], "--plan goes with one piece of music"),
    ],
)
def test_what_is_about_one_piece_is_refused(songs, tmp_path, given, words):
    done = run("see", songs, "-o", tmp_path / "films", *given)

    assert done.returncode == 2
    assert words in done.stderr
    assert not (tmp_path / "films").exists()


def test_an_album_needs_music_and_a_folder(songs, tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("x")

    for folder, target, words in (
        (tmp_path / "empty", tmp_path / "films", "holds no music"),
        (songs, tmp_path / "file", "it is a file, not a folder"),
        (songs, tmp_path / "film.mp4", "names one film"),
    ):
        done = run("see", folder, "-o", target)
        assert done.returncode == 2
        assert words in done.stderr
        assert len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "films").exists()


def test_documents_of_a_folder_are_no_longer_than_of_one_file(songs, tmp_path):
    from clavilux import score
    from clavilux.score import ScoreBuilder

    builder = ScoreBuilder(tempo_bpm=60)
    builder.note(builder.track("Piano"), 13 * 3600, 1, 60, 90)
    score.write(builder.build(), songs / "long.mid")

    of_one = run("schedule", "from-music", songs / "long.mid", "-o", tmp_path / "a.json")
    of_all = run("schedule", "from-music", songs, "-o", tmp_path / "all", "--dense")

    for done in (of_one, of_all):
        assert done.returncode == 2
        assert "long.mid would fill 13.0 hours; expected 12" in done.stderr
        assert len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "all").exists()
