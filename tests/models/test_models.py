"""Models that ship."""

import numpy as np
import pytest

from clavilux import models
from clavilux.core.errors import InputError


@pytest.mark.parametrize("name", models.names())
def test_every_model_answers_as_it_did_when_it_was_made(name):
    given, expected = models.golden(name)
    for answer, wanted in zip(models.load(name)(*given), expected, strict=True):
        np.testing.assert_allclose(answer, wanted, atol=2e-3)


@pytest.mark.parametrize("name", models.names())
def test_every_model_has_a_card_and_is_small(name):
    card = models.card(name)
    assert {"name", "data", "licence", "command", "seed"} <= set(card)
    assert (models.FOLDER / name / "model.onnx").stat().st_size < 8_000_000


def test_an_unknown_model_names_those_there_are():
    with pytest.raises(InputError, match=r"there are: .*\bdrums\b"):
        models.load("trumpets")


def test_a_file_that_is_no_network_is_one_line(tmp_path):
    wrong = tmp_path / "wrong.onnx"
    wrong.write_bytes(b"no network")
    with pytest.raises(InputError, match="is no network that can be run"):
        models.load("drums", weights=wrong)
    with pytest.raises(InputError, match="there is no file"):
        models.load("drums", weights=tmp_path / "absent.onnx")
