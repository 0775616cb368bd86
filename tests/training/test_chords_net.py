"""We promise that the learnt chord writers can learn, never look ahead, and load weights only."""

import pickle
from dataclasses import replace

import numpy as np
import pytest

pytestmark = pytest.mark.extra("train")
pytest.importorskip("accelerate", reason="needs the train extra")
torch = pytest.importorskip("torch", reason="needs the train extra")

from clavilux.compose import chord_nets  # noqa: E402
from clavilux.core.errors import InputError  # noqa: E402
from clavilux.evaluation import chords as measures  # noqa: E402
from clavilux.evaluation import dynamics as dynamics_measures  # noqa: E402
from clavilux.evaluation import learnt_chords  # noqa: E402
from clavilux.training import amt, chords, dynamics, loop  # noqa: E402
from clavilux.training.amt_net import AffectiveTransformer  # noqa: E402
from clavilux.training.chords_data import batch_of, example_of, played_otherwise  # noqa: E402
from clavilux.training.chords_net import FormNet  # noqa: E402
from clavilux.training.dropout import Dropout  # noqa: E402
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


def the_authors_checkpoint(width=32, heads=2, layers=2, hidden=48):
    """Return parameters under the names that Video2Music's own modules give them."""
    transformer = torch.nn.Transformer(width, heads, layers, layers, hidden, 0.0)
    state = {f"transformer.{name}": value for name, value in transformer.state_dict().items()}
    for layer in range(layers):
        state[f"transformer.decoder.layers.{layer}.self_attn.Er"] = torch.zeros(300, width // heads)
    for name, rows in (("embedding", 159), ("embedding_root", 15), ("embedding_attr", 16)):
        state[f"{name}.weight"] = torch.randn(rows, width)
    for name, n_in, n_out in (
        ("Linear_vis", 776, width), ("Linear_chord", width + 1, width),
        ("condition_linear", 1, width), ("Wout", width, 159), ("Wout_root", width, 15),
        ("Wout_attr", width, 16),
    ):  # fmt: skip
        linear = torch.nn.Linear(n_in, n_out)
        state |= {f"{name}.weight": linear.weight.detach(), f"{name}.bias": linear.bias.detach()}
    table = torch.zeros(300, 1, width)
    place = torch.arange(300)[:, None] * 10000 ** (-torch.arange(0, width, 2) / width)
    table[:, 0, 0::2], table[:, 0, 1::2] = place.sin(), place.cos()
    state |= {"positional_encoding.pe": table, "positional_encoding_video.pe": table.clone()}
    return state, transformer.eval()


def test_the_authors_checkpoint_answers_as_their_modules_do(tmp_path):
    torch.manual_seed(0)
    state, transformer = the_authors_checkpoint()
    torch.save(state, tmp_path / "best.pickle")
    chords, film, minor, *_ = amt.batch_of([replace(make_song([0, *LOOP * 4]), minor=True)])

    def linear(name, x):
        return torch.nn.functional.linear(x, state[f"{name}.weight"], state[f"{name}.bias"])

    # Their dictionaries: N is root 0 of quality 0; C of root 1, major of quality 1.
    root = torch.where(chords == 0, 0, (chords - 1) // 13 + 1)
    quality = torch.where(chords == 0, 0, (chords - 1) % 13 + 1)
    x = state["embedding_root.weight"][root] + state["embedding_attr.weight"][quality]
    key = minor[:, None, None].float().expand(-1, chords.shape[1], 1)
    x = linear("Linear_chord", torch.cat([x, key], 2)).transpose(0, 1)
    x = x + state["positional_encoding.pe"][: len(x)]
    seen = linear("Linear_vis", film).transpose(0, 1) + state["positional_encoding_video.pe"]
    mask = torch.nn.Transformer.generate_square_subsequent_mask(len(x))
    wanted = linear("Wout", transformer(seen, x, tgt_mask=mask).transpose(0, 1))

    found = amt.load_authors(tmp_path / "best.pickle")(chords, film, minor)
    torch.testing.assert_close(found, wanted, atol=1e-5, rtol=1e-4)


@pytest.mark.slow
def test_the_authors_checkpoint_becomes_a_model_that_writes(tmp_path, capsys):
    state, _ = the_authors_checkpoint(16, 2, 1, 16)
    torch.save(state, tmp_path / "best.pickle")

    amt.convert(tmp_path / "best.pickle", tmp_path / "amt")

    song = a_song()
    with torch.no_grad():
        wanted = amt.predictor(amt.load_authors(tmp_path / "best.pickle"))(song)
    net = chord_nets.load(tmp_path / "amt")
    found = learnt_chords.predictor(net)(song)[:-1, :157]
    scaled = wanted[:-1, :157] - np.logaddexp.reduce(wanted[:-1, :157], axis=1, keepdims=True)
    np.testing.assert_allclose(np.exp(found), np.exp(scaled), atol=5e-3)


@pytest.mark.slow
def test_a_net_is_shipped_as_it_was_trained_at_every_length(tmp_path):
    torch.manual_seed(0)
    scores = measures.summary(
        measures.evaluate(chords.predictor(FormNet(32, 1).eval()), [a_song()])
    )

    chords.ship(
        FormNet(32, 1).eval(), tmp_path, songs=[a_song()], found=scores, steps=1, seed=0
    )  # which compares at 1, 2, 17, 300 and 301 seconds

    assert (tmp_path / "model.onnx").exists()


def test_a_checkpoint_that_holds_code_is_refused(tmp_path):
    class Harmful:
        def __reduce__(self):
            return (exec, ("raise SystemExit('code was run')",))

    (tmp_path / "bad.pickle").write_bytes(pickle.dumps(Harmful()))

    with pytest.raises(InputError, match="not a checkpoint"):
        amt.load_authors(tmp_path / "bad.pickle")


def test_a_checkpoint_that_is_not_there_is_named(tmp_path):
    with pytest.raises(InputError, match="there is no file"):
        amt.load_authors(tmp_path / "absent.pickle")
    with pytest.raises(InputError, match="there is no file"):
        dynamics.load_authors(tmp_path / "absent.pickle")


def test_what_is_dropped_is_made_up_for():
    torch.manual_seed(0)
    x = torch.ones(4096)

    dropped = Dropout(0.25)(x)

    assert dropped.unique().tolist() == pytest.approx([0, 4 / 3])
    assert dropped.mean() == pytest.approx(1, abs=0.05)
    assert torch.equal(Dropout(0.25).eval()(x), x)


def film_songs(n=24):
    """Return songs whose music is the louder and the denser, the more moves."""
    rng = np.random.default_rng(3)
    songs = []
    for number in range(n):
        level = rng.random()
        song = a_song(40, number)
        motion = np.full(40, 30 * level, np.float32)
        songs.append(
            replace(
                song, motion=motion, loudness=np.full(40, 0.1 + 0.2 * level, np.float32),
                note_density=np.full(40, 5 + 10 * level, np.float32),
            )
        )  # fmt: skip
    return songs


def test_the_regression_learns_what_goes_with_motion(monkeypatch):
    monkeypatch.setattr(dynamics, "_RIDGE", 0.05 * dynamics._RIDGE)  # made for more songs
    songs = film_songs()

    net = dynamics.fit_ridge(songs[:20])

    found = dynamics_measures.summary(
        dynamics_measures.evaluate(dynamics.predictor(net), songs[20:])
    )
    flat = dynamics_measures.summary(
        dynamics_measures.evaluate(dynamics_measures.Always.fit(songs[:20]), songs[20:])
    )
    assert found.density < 0.7 * flat.density
    assert found.loudness < 0.7 * flat.loudness


def test_clip_features_may_be_missing_and_are_used_where_they_are(monkeypatch):
    monkeypatch.setattr(dynamics, "_CLIP_RIDGE", 100.0)  # likewise
    rng = np.random.default_rng(0)
    songs = []
    for song in film_songs():
        pictures = rng.normal(size=(40, 768)).astype(np.float32)
        pictures[:, 0] += 40 * song.loudness[0]
        songs.append(replace(song, semantic=pictures, motion=np.zeros(40, np.float32)))

    net = dynamics.fit_ridge(songs[:20])

    blind = [replace(song, semantic=None) for song in songs[20:]]
    seeing, unseeing = (
        dynamics_measures.summary(dynamics_measures.evaluate(dynamics.predictor(net), some))
        for some in (songs[20:], blind)
    )
    assert seeing.loudness < unseeing.loudness
    assert np.isfinite(unseeing.loudness)


@pytest.mark.slow
def test_the_seeds_net_can_learn_and_takes_its_authors_weights(tmp_path):
    song = replace(a_song(), loudness=np.linspace(0, 0.3, 40).astype(np.float32))
    net = dynamics.fit_gru([song], loop.Recipe(60, 1e-2, 0.0, cpu=True))
    others = {"fc.weight": torch.zeros(2, 64)}  # of the variants that their checkpoint holds
    torch.save(net.state_dict() | others, tmp_path / "best.pickle")

    loaded = dynamics.load_authors(tmp_path / "best.pickle")

    found = dynamics_measures.evaluate(dynamics.predictor(loaded), [song])[0]
    assert found.loudness < 0.05
    assert np.array_equal(dynamics.predictor(loaded)(song), dynamics.predictor(net)(song))
