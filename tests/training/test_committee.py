"""Two models become one that answers their mean."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="training needs torch")
pytest.importorskip("onnx", reason="training needs onnx")

from clavilux import models  # noqa: E402
from clavilux.core.errors import InputError  # noqa: E402
from clavilux.models import load  # noqa: E402
from clavilux.training import committee, drums  # noqa: E402
from clavilux.watch.drums import N_CHANNELS  # noqa: E402


def _shipped(folder: Path, seed: int) -> Path:
    torch.manual_seed(seed)
    facts = {
        "parameters": 10 + seed,
        "data": "none",
        "licence": "MIT",
        "command": "c",
        "seed": seed,
    }
    drums.ship(drums.GeometryNet(width=8).eval(), folder, **facts)
    return folder


def test_two_models_answer_their_mean_and_the_card_names_both(tmp_path: Path):
    one, other = _shipped(tmp_path / "one", 1), _shipped(tmp_path / "other", 2)
    rows = np.random.default_rng(0).random((1, N_CHANNELS, 60), dtype=np.float32)
    apart = [load("each", weights=folder / "model.onnx")(rows)[0] for folder in (one, other)]
    committee.join(one, other)
    whole = one.rename(tmp_path / "whole")  # a session is kept by its path

    together = load("whole", weights=whole / "model.onnx")(rows)[0]
    np.testing.assert_allclose(together, np.mean(apart, axis=0), atol=1e-6)
    card = json.loads((whole / "card.json").read_text())
    assert (card["parameters"], card["beside"]["seed"]) == (23, 2)
    with np.load(whole / "golden.npz") as golden:
        model = load("again", weights=whole / "model.onnx")
        np.testing.assert_allclose(model(golden["in0"])[0], golden["out0"], atol=1e-6)


def test_a_model_of_another_form_is_refused(tmp_path: Path):
    one, other = _shipped(tmp_path / "one", 1), tmp_path / "hearing"
    hearing = load("hearing").session
    other.mkdir()
    (other / "model.onnx").write_bytes(Path(hearing._model_path).read_bytes())
    with pytest.raises(InputError, match="another form"):
        committee.join(one, other)


def test_two_nets_of_chords_answer_the_mean_of_their_probabilities(tmp_path: Path):
    for name in ("one", "other"):
        shutil.copytree(models.FOLDER / "form", tmp_path / name)
    given, _ = models.golden("form")
    mine = load("mine", weights=tmp_path / "one" / "model.onnx")(*given)[0]

    committee.join(tmp_path / "one", tmp_path / "other", logarithms=True)

    together = load("whole", weights=tmp_path / "one" / "model.onnx")(*given)[0]
    np.testing.assert_allclose(together, mine, atol=1e-4)
    assert json.loads((tmp_path / "one" / "card.json").read_text())["beside"]
