"""We promise that the strongest baseline learns, never looks ahead, and knows no future count."""

import numpy as np
import pytest

from clavilux.evaluation import chord_mlp, chords
from tests.evaluation.test_chords import make_song


def songs(n, seed=0):
    """Make songs of loops of their own, every chord 2, 3 or 4 s."""
    rng = np.random.default_rng(seed)
    made = []
    for i in range(n):
        loop = rng.choice(np.arange(1, 60), 4, replace=False)
        made.append(make_song(np.tile(np.repeat(loop, int(rng.integers(2, 5))), 6), str(i)))
    return made


@pytest.fixture(scope="module")
def fitted():
    return chord_mlp.CacheMlp.fit(songs(40), songs(6, 1), seeds=(0, 1))


def test_it_beats_the_counts_alone(fitted):
    test = songs(10, 2)

    ours = chords.summary(chords.evaluate(fitted, test))
    counts = chords.summary(
        chords.evaluate(lambda s: chord_mlp.with_known_end(s, fitted.seconds(s)), test)
    )

    assert ours.hits[0] > counts.hits[0]
    assert ours.change_auc > counts.change_auc
    assert ours.cross_entropy < counts.cross_entropy


def test_music_from_a_second_on_changes_nothing_before(fitted):
    song = songs(1, 3)[0]

    assert all(chords.is_causal(fitted, song, second) for second in (1, 7, 30))


def test_answers_are_probabilities(fitted):
    scores = fitted(songs(1, 4)[0])

    np.testing.assert_allclose(np.exp(scores).sum(axis=1), 1, atol=1e-3)


def test_several_seeds_answer_with_their_mean(fitted):
    song = songs(1, 5)[0]
    single = [np.exp(fitted.single(i)(song)[:-1, :-1]) for i in range(2)]

    np.testing.assert_allclose(np.exp(fitted(song)[:-1, :-1]), np.mean(single, axis=0), atol=1e-5)


def test_the_gradient_is_that_of_the_loss(fitted, monkeypatch):
    monkeypatch.setattr(chord_mlp, "_DROPPED", 0.0)
    rows = chord_mlp.rows_of(songs(1, 6)[0], fitted.seconds, fitted.changes)
    x = (rows.features - fitted.mean) / fitted.spread
    net = {name: value.astype(np.float64) for name, value in fitted.nets[0].items()}
    rng = np.random.default_rng(0)

    gradient = chord_mlp._gradient(net, rows, x, rng)

    def loss(changed):
        logs = chord_mlp._answer(changed, rows, x).astype(np.float64)
        return -logs[np.arange(len(x)), rows.target].mean()

    for name in ("stay", "mix", "odds", "b"):
        step = rng.normal(size=net[name].shape)
        step /= np.linalg.norm(step)
        up, down = ({**net, name: net[name] + s * 1e-2 * step} for s in (1, -1))
        found = float((gradient[name] * step).sum())
        assert found == pytest.approx((loss(up) - loss(down)) / 2e-2, abs=2e-3)
