"""We promise that train and evaluate say in one line which option does nothing, before any work."""

import json

import numpy as np
import pytest

from clavilux.dataset import muvi_sync
from tests.cli.shell import run
from tests.evaluation.test_chords import make_song


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["chords"], "--data is missing"),
        (["chords", "--model", "lstm", "--data", "x"], "there are: amt, form"),
        (["chords", "--data", "x", "--weights", "w"], "--weights does nothing here"),
        (["chords", "--model", "amt", "--data", "x", "--beside", "f"], "--beside does nothing"),
        (["chords", "--model", "amt", "--weights", "w", "--steps", "3"], "--steps does nothing"),
        (["chords", "--model", "amt", "--weights", "w", "--data", "d"], "--data does nothing"),
        (["dynamics", "--data", "x", "--model", "lstm"], "there are: bigru, ridge"),
        (["dynamics", "--data", "x", "--steps", "3"], "--steps does nothing here"),
        (["dynamics", "--data", "x", "--weights", "w"], "--weights does nothing here"),
    ],
)
def test_what_does_nothing_is_said(words, said):
    found = run("train", *words)

    assert found.returncode == 2
    assert said in found.stderr
    assert len(found.stderr.strip().splitlines()) == 1


def test_evaluate_dynamics_prints_and_writes_a_record_of_each(tmp_path):
    songs = [
        make_song([1, 1, 14, 14] * 8, f"{i:03}", split)
        for i, split in enumerate(["train", "train", "test"])
    ]
    muvi_sync.write(songs, tmp_path / "muvi")

    found = run(
        "evaluate", "dynamics", "--data", tmp_path / "muvi", "--json", tmp_path / "found.json"
    )

    assert found.returncode == 0, found.stderr
    records = json.loads((tmp_path / "found.json").read_text())
    assert [record["name"] for record in records] == ["dynamics", "position", "always"]
    assert np.isfinite([record["density_rmse"] for record in records]).all()
    assert "dynamics: density_rmse" in found.stdout
