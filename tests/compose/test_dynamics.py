"""We promise that where a film asks for nothing, music has the course that songs have."""

import numpy as np
import pytest

from clavilux.compose import dynamics, measures
from clavilux.compose.dynamics_features import N_CLIP_ROW, N_ROW, clip_rows, rows_of
from clavilux.compose.soundtrack import Brief, compose
from clavilux.core.errors import InputError
from clavilux.core.values import Events, Facts, Series
from clavilux.evaluation import learnt_dynamics, soundtrack
from tests.evaluation.test_chords import make_song

NOTHING = Events(np.zeros(0), (), np.zeros(0))


def a_film(duration_s=90.0, motion=None):
    n = int(duration_s * 4)
    flat = Series(4.0, np.full(n, 0.3))
    moved = flat if motion is None else Series(4.0, motion(np.arange(n) / n))
    return Facts(duration_s, NOTHING, {"motion": moved, "valence": flat, "arousal": flat})


def test_songs_begin_softly_and_end():
    found = dynamics.of_film(a_film())

    middle = slice(30, 60)
    for course in (found.density, found.loudness):
        assert len(course) == 90
        assert course[0] < 0.8 * course[middle].mean()
        assert course[-1] < 0.8 * course[middle].mean()


def test_a_uniform_films_music_follows_what_is_predicted():
    film = a_film()

    made = compose(film, 24.0, Brief(seed=1))

    wanted = dynamics.of_film(film)
    bars = np.minimum(made.grid.downbeats_s.astype(int), 89)[: len(made.bars)]
    loudness = [bar.loudness for bar in made.bars]
    density = [bar.density for bar in made.bars]
    assert np.corrcoef(wanted.loudness[bars], loudness)[0, 1] > 0.6
    assert np.corrcoef(wanted.density[bars], density)[0, 1] > 0.6
    heard = soundtrack.density(made.score, film.duration_s)
    assert heard[:4].mean() < heard[30:60].mean()


def test_where_the_film_moves_it_leads():
    rising = a_film(motion=lambda t: t)

    made = compose(rising, 24.0, Brief(seed=1))

    density = [bar.density for bar in made.bars]
    assert np.corrcoef(np.arange(len(density)), density)[0, 1] > 0.9


@pytest.mark.parametrize("n", [1, 2, 17, 400])
def test_films_of_any_length_have_dynamics(n):
    nothing = np.full(n, np.nan, np.float32)

    found = dynamics.predict(np.full((n, 6), np.nan, np.float32), nothing, nothing)

    assert np.isfinite(found.density).all()
    assert (found.loudness >= 0).all()
    assert len(found.density) == n


def test_rows_have_a_mean_of_the_film_and_what_differs_from_it():
    rng = np.random.default_rng(0)
    emotion, pictures = rng.random((30, 6), np.float32), rng.random((30, 768), np.float32)

    rows = rows_of(emotion, np.zeros(30, np.float32), np.zeros(30, np.float32))
    clip = clip_rows(pictures, 30)

    assert rows.shape == (30, N_ROW)
    assert clip.shape == (30, N_CLIP_ROW)
    assert np.isnan(clip_rows(None, 30)).all()
    np.testing.assert_allclose(clip[:, :768], np.tile(pictures.mean(axis=0), (30, 1)), rtol=1e-5)
    np.testing.assert_allclose(clip[:, 768:1536].mean(axis=0), 0, atol=0.05)


def test_another_model_is_refused_by_name():
    with pytest.raises(InputError, match="is no model of dynamics"):
        learnt_dynamics.predictor(measures.dynamics.models.FOLDER / "form")
    with pytest.raises(InputError, match="there is no file"):
        learnt_dynamics.predictor("absent")


def test_records_have_every_figure_or_none(tmp_path):
    from clavilux.dataset import muvi_sync

    songs = [make_song([1, 1, 14, 14] * 8, f"{i:03}", split) for i, split in enumerate(
        ["train", "train", "test"])]  # fmt: skip
    muvi_sync.write(songs, tmp_path / "muvi")

    found = learnt_dynamics.records(tmp_path / "muvi", "test")

    assert [record["name"] for record in found] == ["dynamics", "position", "always"]
    assert all(isinstance(record["density_rmse"], float) for record in found)
    assert all(record["hits@1"] is None for record in found)
