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
    return chord_mlp.CacheMlp.fit(songs(24), songs(4, 1), seeds=(0, 1))


def test_it_beats_the_counts_alone(fitted):
    test = songs(10, 2)

    ours = chords.summary(chords.evaluate(fitted, test))
    counts = chords.summary(
        chords.evaluate(lambda s: chord_mlp.with_known_end(s, fitted.seconds(s)), test)
    )

    assert ours.change_auc > counts.change_auc
    assert ours.cross_entropy < counts.cross_entropy - 0.1


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


@pytest.mark.parametrize("kind", ["stay", "next"])
def test_the_gradient_is_that_of_the_loss(fitted, kind, monkeypatch):
    monkeypatch.setattr(chord_mlp, "_DROPPED", 0.0)
    song = songs(1, 6)[0]
    if kind == "stay":
        mlp, loss_of = fitted.stays[0], chord_mlp._stay_loss
        features, truth = chord_mlp.stay_rows(song, fitted.seconds)
    else:
        mlp, loss_of = fitted.nexts[0], chord_mlp._next_loss
        features, truth = chord_mlp._next_rows(song, fitted.changes)
    x = (features - mlp.mean) / mlp.spread
    rng = np.random.default_rng(0)

    gradient = chord_mlp._gradient(mlp.net, x, truth, loss_of, rng)

    def loss(net):
        return loss_of(chord_mlp.Mlp(mlp.mean, mlp.spread, net)(features), truth)[0]

    for name, value in mlp.net.items():
        step = rng.normal(size=value.shape)
        step /= np.linalg.norm(step)
        up, down = ({**mlp.net, name: value + s * 1e-2 * step} for s in (1, -1))
        found = float((gradient[name] * step).sum())
        assert found == pytest.approx((loss(up) - loss(down)) / 2e-2, rel=0.05, abs=1e-3)
