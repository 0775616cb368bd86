"""A data set is made once, goes on where it was stopped, and never shows half an example."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from survival import contents

from clavilux import media, score
from clavilux.core.errors import InputError, OutputError
from clavilux.dataset.layout import find
from clavilux.dataset.making import make, reckon
from clavilux.dataset.recipe import Recipe, plan
from clavilux.dataset.store import Store
from clavilux.schedule import parse


def test_an_example_is_whole(tiny_data):
    for item in find(tiny_data):
        assert {p.name for p in item.folder.iterdir()} == {
            "music.mid", "schedule.json", "rendered.json", "film.mp4", "sound.mp3", "sound.flac",
            "record.json",
        }  # fmt: skip
        film = media.probe(item.files["film"])
        assert (film.size, film.has_sound) == ((48, 32), True)
        assert sum(1 for _ in media.open_film(item.files["film"])) == 24
        assert score.read(item.files["midi"]).tracks
        assert parse(item.files["schedule"]).n_frames == 24
        assert len(json.loads(item.files["rendered"].read_bytes())["rendered_frames"]) == 24
        assert media.probe(item.files["flac"]).duration_s == pytest.approx(1.0, abs=0.01)


def test_what_is_there_is_left_alone(tiny_data, tiny_recipe):
    before = contents(tiny_data)

    report = make(tiny_recipe, tiny_data, count=5)

    assert (report.n_there, report.n_made) == (5, 0)
    assert contents(tiny_data) == before


@pytest.mark.slow
def test_two_workers_make_the_same_bytes(tmp_path, tiny_data, tiny_recipe):
    make(tiny_recipe, tmp_path / "two", count=3, workers=2)

    two = contents(tmp_path / "two")
    assert len(find(tmp_path / "two")) == 3
    assert two.items() <= contents(tiny_data).items()


def test_another_recipe_is_refused(tiny_data, tiny_recipe):
    other = tiny_recipe.model_copy(update={"quality": 20})

    with pytest.raises(InputError, match="begun with quality 30, not 20"):
        make(other, tiny_data, count=5)


def test_a_folder_of_other_things_is_refused(tmp_path, tiny_recipe):
    (tmp_path / "letters.txt").touch()

    with pytest.raises(InputError, match="holds other things"):
        make(tiny_recipe, tmp_path, count=1)


def test_one_process_at_a_time(tmp_path, tiny_recipe):
    with (
        Store(tmp_path / "a").opened(tiny_recipe),
        pytest.raises(OutputError, match="another process"),
    ):
        make(tiny_recipe, tmp_path / "a", count=1)


def test_failures_are_listed_and_the_rest_is_made(tmp_path, in_process):
    folder = tmp_path / "midi"
    folder.mkdir()
    (folder / "a.mid").write_bytes(b"MThd and no more")
    recipe = Recipe(midi=str(folder), duration_s=1, width=32, height=32)

    report = make(recipe, tmp_path / "out", count=2, executor=in_process)

    assert report.n_made == 0
    assert len(report.failures) == 2
    lines = Store(tmp_path / "out").lines("failures.jsonl")
    assert [line["name"] for line in lines] == list(report.failures)
    assert not list((tmp_path / "out").glob("*/??/*"))


def test_the_cost_is_told_without_making(tmp_path, tiny_recipe):
    cost = reckon(tiny_recipe, tmp_path / "out", count=100)

    assert cost.n_missing == 100
    assert cost.seconds_each > 0
    assert cost.bytes_each > 1000
    assert not (tmp_path / "out").exists()


def test_v2midi_s_layout_is_written_and_read(tmp_path, tiny_recipe, in_process):
    recipe = tiny_recipe.model_copy(update={"layout": "v2midi"})

    make(recipe, tmp_path / "out", count=2, executor=in_process)

    first = tmp_path / "out" / "midi_parseq_rendered_1"
    stem = plan(recipe, 1)[0].name
    assert {p.name for p in first.iterdir()} == {
        f"{stem}.mid", f"{stem}_parseq_config.json", f"{stem}_parseq_rendered.json",
        f"{stem}.mp3", f"{stem}.flac", "00000000000001.mp4", "record.json",
    }  # fmt: skip
    for folder in (tmp_path / "out").glob("midi*"):
        (folder / "record.json").unlink()
    found = find(tmp_path / "out")
    assert [sorted(item.files) for item in found] == [
        ["film", "midi", "mp3", "rendered", "schedule"]
    ] * 2


@pytest.mark.slow
def test_ctrl_c_leaves_nothing_half_made(tmp_path):
    command = [sys.executable, "-c", "from clavilux.cli import main; main()", "dataset", "make"]
    command += ["-o", str(tmp_path / "out"), "--count", "30", "--size", "32", "--duration", "1"]
    driver = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    while not list((tmp_path / "out").glob("*/??/*")) and driver.poll() is None:
        time.sleep(0.05)
    driver.send_signal(signal.SIGINT)
    _, said = driver.communicate()

    assert driver.returncode == 130
    assert "the same command goes on" in said
    assert "Traceback" not in said
    for item in find(tmp_path / "out"):
        assert all(path.is_file() for path in item.files.values())
    staging = tmp_path / "out" / ".staging"
    assert not staging.exists() or not any(staging.iterdir())


@pytest.mark.slow
def test_a_few_kills_change_nothing(tmp_path, tiny_data, tiny_recipe):
    from survival import Driver

    driver = Driver(tiny_recipe, tmp_path / "out", count=5, executor="pool")

    n_killed = driver.run_with_kills(2, seed=1)

    assert n_killed == 2
    assert contents(tmp_path / "out") == contents(tiny_data)
    assert (
        Path(tmp_path / "out" / "index.jsonl").read_bytes()
        == Path(tiny_data / "index.jsonl").read_bytes()
    )
