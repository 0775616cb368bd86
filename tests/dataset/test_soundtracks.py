"""We promise that one's own films become a data set in MuVi-Sync's layout, which goes on where
it was stopped and in which no origin stands in two splits."""

import json
import shutil
from fractions import Fraction

import numpy as np
import pytest

from clavilux import media, score
from clavilux.core.errors import InputError
from clavilux.core.timeline import TempoMap
from clavilux.core.values import Notes, Score, Size, Sound, Track
from clavilux.dataset import film_rows, muvi_sync, soundtracks
from clavilux.dataset.film_rows import Readers
from clavilux.dataset.song_key import key_of_chords
from tests.cli.shell import run

RATE = 24_000
SHIFTS = {"one": 0, "two": 2, "three": 5}


def tone(pitches, seconds):
    t = np.arange(round(seconds * RATE)) / RATE
    waves = [
        np.sin(2 * np.pi * 440 * 2 ** ((p - 69) / 12) * k * t) / k for p in pitches for k in (1, 2)
    ]
    return 0.05 * np.sum(waves, axis=0)


def film(path, shift, *, sound=True, n_seconds=8):
    """Write a film of two shots over C, F, G, C (2 s each), `shift` semitones up."""
    chords = [(48, 52, 55), (53, 57, 60), (55, 59, 62), (48, 52, 55)]
    wave = np.concatenate([tone([p + shift for p in chord], n_seconds / 4) for chord in chords])
    rng = np.random.default_rng(shift)
    shots = rng.integers(0, 255, (2, 24, 32, 3)).astype(np.uint8)
    path.parent.mkdir(parents=True, exist_ok=True)
    media.write_film(
        (shots[i // (2 * n_seconds)] for i in range(4 * n_seconds)), path,
        frame_rate=Fraction(4), size=Size(32, 24), preset="ultrafast",
        sound=Sound.from_array(wave.astype(np.float32), RATE) if sound else None,
    )  # fmt: skip
    return path


@pytest.fixture(scope="module")
def films(tmp_path_factory):
    folder = tmp_path_factory.mktemp("soundtracks") / "films"
    for name, shift in SHIFTS.items():
        film(folder / f"{name}.mp4", shift)
    notes = Notes(*(np.array(c) for c in ([0, 480], [960, 2400], [60, 64])),
                  *(np.array([v, v], np.uint8) for v in (90, 0)))  # fmt: skip
    score.write(Score(TempoMap.constant(120.0), (Track("t", notes, end_tick=2400),)),
                folder / "one.mid")  # fmt: skip
    return folder


@pytest.fixture(scope="module", params=muvi_sync.LAYOUTS)
def made(request, films):
    folder = films.parent / request.param / "songs"
    if earlier := [*films.parent.rglob("songs/records")]:  # films are read once for both layouts
        shutil.copytree(earlier[0], folder / "records")
    result = run("dataset", "make", "soundtrack", films, "-o", folder, "--layout", request.param,
                 "--chords", "template")  # fmt: skip
    assert result.returncode == 0, result.stderr
    return folder, result


def test_films_become_songs_with_chords_and_key(made):
    songs = {song.id: song for song in muvi_sync.read(made[0])}

    assert set(songs) == set(SHIFTS)
    for name, shift in SHIFTS.items():
        song = songs[name]
        assert (song.minor, song.transpose) == (False, -shift % 12)
        assert song.chords[[1, 3, 5, 7]].tolist() == [1, 66, 92, 1]  # C F G C
        assert song.scene_offset.tolist() == [0, 1, 2, 3, 0, 1, 2, 3]
        assert 0.05 < song.loudness.mean() < 0.3
        assert song.motion[0] == 0
    assert {song.split for song in songs.values()} == {"train", "val", "test"}


def test_what_nobody_reads_is_missing_and_named_once(made):
    folder, result = made
    songs = {song.id: song for song in muvi_sync.read(folder, semantic=False)}

    assert np.isnan(songs["two"].emotion).all()
    assert result.stderr.count("emotion and semantic is NaN: name a CLIP model with --clip") == 1
    assert songs["one"].note_density[:4].tolist() == [2, 1, 1, 0]  # from the MIDI file beside it


def test_what_was_read_is_kept_and_new_films_are_taken_in(films, made, tmp_path):
    folder = shutil.copytree(made[0], tmp_path / "grown")
    layout = "packed" if (folder / "songs.json").is_file() else "folders"
    more = shutil.copytree(films, tmp_path / "films")
    shutil.copy(films / "two.mp4", more / "copy.mp4")

    report = soundtracks.make([more], folder, layout=layout)

    assert (report.n_songs, report.n_read, report.n_origins) == (4, 0, 3)
    split = {s["id"]: s["split"] for s in json.loads((folder / "films.json").read_text())["songs"]}
    assert split["two"] == split["copy"]


def test_chord_writers_are_evaluated_on_it(made, tmp_path):
    result = run("evaluate", "chords", "--data", made[0], "--json", tmp_path / "c.json")

    assert result.returncode == 0, result.stderr
    records = json.loads((tmp_path / "c.json").read_text())
    assert "form" in {record["name"] for record in records}


@pytest.mark.slow
@pytest.mark.extra("train")
def test_chord_writers_train_on_it(made, tmp_path):
    pytest.importorskip("accelerate", reason="needs the train extra")

    result = run("train", "chords", "--data", made[0], "-o", tmp_path / "net", "--steps", 2,
                 "--cache", tmp_path / "cache")  # fmt: skip

    assert result.returncode == 0, result.stderr
    assert (tmp_path / "net" / "model.onnx").is_file()


def test_a_film_that_cannot_be_read_is_told_and_the_others_are_taken(tmp_path):
    film(tmp_path / "films" / "silent.mp4", 0, sound=False, n_seconds=4)
    film(tmp_path / "films" / "sounding.mp4", 0, n_seconds=4)

    result = run("dataset", "make", "soundtrack", tmp_path / "films", "-o", tmp_path / "out",
                 "--chords", "template")  # fmt: skip

    assert result.returncode == 1
    assert "could not read 1 film: " in result.stderr
    assert "silent.mp4 holds no sound" in result.stderr
    assert [song.id for song in muvi_sync.read(tmp_path / "out")] == ["sounding"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere"], "there is no film or folder nowhere"),
        (["."], "holds no film"),
        (["x.mp4", "--split", "8:1"], "--split is '8:1'"),
        (["x.mp4", "--split", "0:1:1"], "nothing would be left to train on"),
        (["x.mp4", "--chords", "ear"], "no chord hearer is called 'ear'"),
        (["x.mp4", "--pitch-model", "none.onnx"], "no pitch model at none.onnx"),
    ],
)
def test_bad_input_is_one_line_and_two(arguments, message, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    if arguments[0] == "x.mp4":
        (tmp_path / "x.mp4").write_bytes(b"")

    result = run("dataset", "make", "soundtrack", *arguments, "-o", "out")

    assert result.returncode == 2
    assert message in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


def test_a_folder_of_something_else_is_left_alone(films, tmp_path):
    (tmp_path / "letter.txt").write_text("dear")

    with pytest.raises(InputError, match="not empty"):
        soundtracks.make([films], tmp_path)


def test_loudness_is_the_authors(films):
    rng = np.random.default_rng(0)
    whole = rng.integers(-9000, 9000, (2 * RATE + 600, 2)).astype(np.int16)

    found = film_rows.loudness_rows(Sound.from_array((whole / 32768).astype(np.float32), RATE))

    middle = whole.astype(np.float64).mean(axis=1)
    chunks = [middle[i : i + RATE] for i in range(0, len(middle), RATE)]
    expected = [np.sqrt((chunk**2).mean()) / 32767 for chunk in chunks]
    np.testing.assert_allclose(found, expected, atol=1e-4)


def test_density_counts_the_notes_that_sound_in_a_second():
    onset, offset = np.array([0.0, 0.5, 1.0, 2.9]), np.array([1.0, 2.5, 1.0, 9.0])
    by_definition = [
        sum(a < t + 1 and b > t for a, b in zip(onset, offset, strict=True)) for t in range(4)
    ]

    assert film_rows.density_rows(onset, offset, 4).tolist() == by_definition


@pytest.mark.slow
def test_keys_are_those_of_the_real_data_set(shared):
    songs = muvi_sync.read(shared / "muvi-sync", split="val")

    same = [key_of_chords(song.chords) == _home(song) for song in songs]

    assert np.mean(same) > 0.8


def _home(song):
    from clavilux.compose.harmony import Key

    return Key(9, "minor") if song.minor else Key(0, "major")


def test_origins_lie_in_one_split_each_and_none_is_empty():
    origins = [str(i) for i in range(40)]

    found = soundtracks.split_origins(origins, (8, 1, 1), seed=3)

    counts = {split: list(found.values()).count(split) for split in ("train", "val", "test")}
    assert counts == {"train": 32, "val": 4, "test": 4}
    assert found != soundtracks.split_origins(origins, (8, 1, 1), seed=4)
    assert sorted(soundtracks.split_origins(["a", "b", "c"], (8, 1, 1), 0).values()) == [
        "test", "train", "val",
    ]  # fmt: skip
    assert set(soundtracks.split_origins(["a", "b"], (8, 1, 1), 0).values()) == {"train"}


def test_readers_that_differ_are_read_again(films, tmp_path):
    one = soundtracks.find_films([films])[0]

    places = {soundtracks._place(tmp_path, one, Readers(chords=c)) for c in ("template", "other")}

    assert len(places) == 2
