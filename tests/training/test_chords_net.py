"""We promise that the learnt chord writers can learn, never look ahead, and load weights only."""

import pickle
from dataclasses import replace

import numpy as np
import pytest

pytestmark = pytest.mark.extra("train")
pytest.importorskip("accelerate", reason="needs the train extra")
torch = pytest.importorskip("torch", reason="needs the train extra")

from clavilux.core.errors import InputError  # noqa: E402
from clavilux.evaluation import chords as measures  # noqa: E402
from clavilux.evaluation import dynamics as dynamics_measures  # noqa: E402
from clavilux.training import amt, chords, dynamics, loop  # noqa: E402
from clavilux.training.amt_net import AffectiveTransformer  # noqa: E402
from clavilux.training.chords_data import batch_of, example_of, played_otherwise  # noqa: E402
from clavilux.training.chords_net import FormNet  # noqa: E402
from tests.evaluation.test_chords import make_song  # noqa: E402

torch.set_num_threads(1)  # several wait for each other where cores are shared
LOOP = [1, 1, 66, 66, 96, 96, 71, 71]


def a_song(n=40, seed=0):
    rng = np.random.default_rng(seed)
    song = make_song([*(LOOP * 9)[:n]])
    return replace(
        song,
        motion=rng.random(n).astype(np.float32) * 20,
        loudness=rng.random(n).astype(np.float32),
        note_density=rng.integers(0, 20, n).astype(np.float32),
    )


def test_one_batch_can_be_learnt_by_heart():
    torch.manual_seed(0)
    batch = batch_of([example_of(make_song(LOOP * 5)), example_of(make_song(LOOP[::-1] * 5))])
    recipe = loop.Recipe(60, 4e-3, 0.0, cpu=True)

    net = loop.fit(FormNet(32, 1), lambda rng: batch, chords.loss_of, recipe)

    assert chords.loss_of(net, batch).item() < 0.25


@pytest.mark.parametrize("make", [lambda: chords.predictor(FormNet(32, 1).eval()),
                                  lambda: amt.predictor(AffectiveTransformer(32, 1, 2, 32).eval())],
                         ids=["form", "amt"])  # fmt: skip
def test_music_from_a_second_on_changes_nothing_before(make):
    torch.manual_seed(1)
    predictor = make()

    assert all(measures.is_causal(predictor, a_song(), second) for second in (1, 7, 39))


def test_songs_played_otherwise_keep_their_order_of_chords():
    song = a_song()

    examples = [played_otherwise(song, np.random.default_rng(seed)) for seed in range(6)]

    for example in examples:
        heard = example.runs[:, 0]
        runs = heard[np.flatnonzero(np.diff(heard, prepend=-1))]
        assert "".join(map(chr, runs)) in "".join(map(chr, [1, 66, 96, 71] * 12))


def test_a_batch_of_the_papers_model_can_be_learnt():
    torch.manual_seed(0)
    batch = amt.batch_of([make_song(LOOP * 3)])
    recipe = loop.Recipe(150, 6e-3, 0.0, cpu=True)

    net = loop.fit(AffectiveTransformer(32, 1, 2, 64, 0.0), lambda rng: batch, amt.loss_of, recipe)

    logits = net(*batch[:3])[0].argmax(dim=1)
    assert (logits == batch[3][0]).float().mean() > 0.8


def test_a_checkpoint_of_the_authors_shape_is_taken_over(tmp_path):
    torch.manual_seed(0)
    net = AffectiveTransformer(32, 2, 2, 48).eval()
    torch.save(net.state_dict(), tmp_path / "best.pickle")

    loaded = amt.load_authors(tmp_path / "best.pickle")

    given = amt.batch_of([a_song()])[:3]
    assert torch.equal(net(*given), loaded(*given))


def test_a_checkpoint_that_holds_code_is_refused(tmp_path):
    class Harmful:
        def __reduce__(self):
            return (exec, ("raise SystemExit('code was run')",))

    (tmp_path / "bad.pickle").write_bytes(pickle.dumps(Harmful()))

    with pytest.raises(InputError, match="not a checkpoint"):
        amt.load_authors(tmp_path / "bad.pickle")


def test_dynamics_of_one_film_can_be_learnt():
    torch.manual_seed(0)
    song = replace(a_song(), loudness=np.linspace(0, 0.3, 40).astype(np.float32))
    net = dynamics.BiGru(dynamics.N_ROW, 16, 1, 0.0)

    net = dynamics.fit(
        net,
        [dynamics.our_rows(song)],
        [song],
        loop.Recipe(80, 1e-2, 0.0, cpu=True),
        drop_film=False,
    )

    found = dynamics_measures.evaluate(dynamics.predictor(net), [song])[0]
    assert found.loudness < 0.02
