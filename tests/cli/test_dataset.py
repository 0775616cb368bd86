"""The data set commands say what they did, and what is wrong in one line."""

import pytest
from shell import run
from typer.testing import CliRunner

from clavilux.cli.dataset import app


def invoke(*arguments):
    return CliRunner().invoke(app, [str(a) for a in arguments])


def test_make_says_where_it_made_how_many(tmp_path, in_process, monkeypatch):
    monkeypatch.setattr("clavilux.dataset.executors.pool.Pool.run", lambda _, t: in_process.run(t))
    folder = tmp_path / "out"

    tiny = ("--duration", "1", "--size", "32", "--look", "ink", "--look", "paper")
    result = invoke("make", "-o", folder, "--count", 1, *tiny)

    assert result.exit_code == 0, result.output
    assert str(folder) in result.output
    assert "1 made" in result.output


def test_a_dry_run_says_the_cost_and_makes_nothing(tmp_path):
    result = invoke("make", "-o", tmp_path / "x", "--dry-run", "--size", "32", "--duration", "2")

    assert result.exit_code == 0
    for word in ("examples:", "time:", "storage:", "files:"):
        assert word in result.output
    assert not (tmp_path / "x").exists()


def test_what_was_made_is_verified_counted_and_exported(tiny_data, timed_data, tmp_path):
    assert invoke("verify", timed_data).exit_code == 0
    assert "examples  5" in invoke("stats", tiny_data, "-o", tmp_path / "a.png").output
    assert invoke("export", timed_data, "-o", tmp_path / "hub").exit_code == 0
    shards = invoke("export", timed_data, "-o", tmp_path / "tars", "--format", "webdataset")
    assert shards.exit_code == 0
    assert (tmp_path / "hub" / "README.md").exists()
    assert (tmp_path / "tars" / "train-000000.tar").exists()


def test_tampering_is_two(timed_data, tmp_path):
    import shutil

    shutil.copytree(timed_data, tmp_path / "copy")
    next((tmp_path / "copy").rglob("sound.mp3")).write_bytes(b"")

    result = invoke("verify", tmp_path / "copy")

    assert result.exit_code == 2
    assert "sound.mp3 is not what was written" in result.output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("make", "-o", "x", "--look", "glas"), "no look is called 'glas'"),
        (("make", "-o", "x", "--renderer", "deforum-api"), "needs the address of a server"),
        (("make", "nowhere", "-o", "x"), "there is no folder"),
        (("verify", "nowhere"), "holds no examples"),
    ],
)
def test_bad_input_is_one_line_and_two(arguments, message, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    result = run("dataset", *arguments)

    assert result.returncode == 2
    assert message in result.stderr
    assert "Traceback" not in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
