"""The drum reader's films: gestures, lenses, and a cache that knows what made it."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

pytestmark = pytest.mark.extra("train")
pytest.importorskip("torch", reason="needs the train extra")

from clavilux.core.errors import ArgumentError, InputError  # noqa: E402
from clavilux.core.values import Curves, Size  # noqa: E402
from clavilux.dataset.layout import find  # noqa: E402
from clavilux.dataset.making import make  # noqa: E402
from clavilux.dataset.recipe import Recipe  # noqa: E402
from clavilux.training import drums_data, drums_gestures  # noqa: E402
from clavilux.training.drums_lenses import Lens  # noqa: E402
from clavilux.training.drums_mapped import mapped_film  # noqa: E402
from clavilux.watch import motion  # noqa: E402

SINCE = np.linspace(0, 8, 4001)


@pytest.mark.parametrize("seed", range(6))
def test_gestures_begin_at_rest_and_go_about_as_far_as_they_say(seed):
    rng = np.random.default_rng(seed)
    for curve in {*drums_gestures._STAYING, *drums_gestures._RETURNING}:
        way = curve(rng)(SINCE)
        assert np.isfinite(way).all()
        assert way[0] == pytest.approx(0, abs=1e-6) or way[1] > 0.3  # or there at once
        assert 0.4 < np.abs(way).max() < 2.05


def test_what_returns_is_back_after_some_seconds():
    rng = np.random.default_rng(1)
    for curve in drums_gestures._RETURNING:
        if curve not in drums_gestures._STAYING:
            assert abs(curve(rng)(np.array([12.0]))[0]) < 0.01


def test_lenses_show_small_turns_as_they_say():
    rng = np.random.default_rng(2)
    kinds = set()
    for _ in range(40):
        lens = Lens.draw(rng)
        kinds.add(lens.kind)
        seen = lens.matrix(np.array([0.0, 1e-4, 0.0, 0.0, 0.0, 0.0]))
        seen = seen / seen[2, 2]
        shift, _ = lens.shows()
        assert abs(seen[0, 2]) == pytest.approx(abs(shift * lens.gain[1]) * 1e-4, abs=2e-7)
        np.testing.assert_allclose(lens.matrix(np.zeros(6)), np.eye(3), atol=1e-12)
    assert kinds == {"camera", "plane", "flat", "mixed"}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_mapped_films_move_and_change_as_they_are_asked_to(seed: int):
    strength, roll = np.full(40, 0.97), np.zeros(40)
    strength[25], roll[12] = 0.1, 5.0
    curves = Curves(Fraction(24), {"strength": strength, "rotation_3d_z": roll})
    film = list(mapped_film(np.random.default_rng(seed), curves, Size(128, 128)))
    rows = np.concatenate(list(motion.stream(film)))
    rolled, kept = (rows[:, motion.NAMES.index(name)] for name in ("roll", "kept"))
    assert rolled[12] == pytest.approx(np.radians(5), rel=0.1)
    assert kept[25] < 0.9 * kept[24]


def test_clips_lie_in_a_folder_named_by_the_code_that_makes_them(tmp_path: Path):
    clip = drums_data.Clip(
        np.zeros((4, 19), dtype=np.float32),
        {drum: np.zeros((0, 2)) for drum in drums_data.FIVE},
        {drum: np.zeros(0, dtype=np.intp) for drum in drums_data.FIVE}, 24.0, "made/-/free",
    )  # fmt: skip
    drums_data.save(clip, tmp_path / "other-code" / "train" / "00000.npz")
    drums_data.save(clip, drums_data.drums_cache(tmp_path) / "validation" / "00000.npz")
    (found,) = drums_data.clips("validation", 1, tmp_path)
    assert found.kind == "made/-/free"
    assert drums_data.drums_cache(tmp_path).name == drums_data.fingerprint() != "other-code"


def test_comments_and_docstrings_do_not_count_but_numbers_do():
    plain = "def f(x):\n    return x * 2\n"
    told = '"""Words."""\n\ndef f(x):\n    """More."""\n    return x * 2  # twice\n'
    assert drums_data._without_words(plain) == drums_data._without_words(told)
    assert drums_data._without_words(plain) != drums_data._without_words(plain.replace("2", "3"))


@pytest.mark.parametrize("layout", ["clavilux", "v2midi"])
def test_clips_are_read_from_a_data_set_by_split(tmp_path, layout):
    recipe = Recipe(seed=3, duration_s=3, width=64, height=64, looks=("paper",), layout=layout)
    make(recipe, tmp_path / "data", count=1)
    (item,) = find(tmp_path / "data")

    (clip,) = drums_data.clips_of(tmp_path / "data", item.split)

    assert len(clip.features) == item.record["n_frames"]
    assert sum(len(rows) for rows in clip.hits.values()) == len(item.record["hits"])
    with pytest.raises(ArgumentError, match="`split` is best"):
        drums_data.clips_of(tmp_path / "data", "best")


def test_a_folder_without_films_is_refused(tmp_path):
    with pytest.raises(InputError, match="holds no films"):
        drums_data.clips_of(tmp_path)
