"""The drum reader's net, its loop and its rival."""

from pathlib import Path

import numpy as np
import pytest

pytestmark = pytest.mark.extra("train")
pytest.importorskip("accelerate", reason="needs the train extra")
torch = pytest.importorskip("torch", reason="needs the train extra")

from clavilux.core.drums import FIVE  # noqa: E402
from clavilux.training import drums, loop, r3d  # noqa: E402
from clavilux.training.drums_data import Clip  # noqa: E402
from clavilux.training.drums_simulated import simulate  # noqa: E402
from clavilux.watch.drums import N_CHANNELS  # noqa: E402
from clavilux.watch.motion import NAMES  # noqa: E402

torch.set_num_threads(1)  # several wait for each other where cores are shared
COLUMN = {"kick": "kept", "snare": "zoom", "closed_hat": "roll", "pedal_hat": "pan_x",
          "open_hat": "pan_y"}  # fmt: skip


def _clip(seed: int) -> Clip:
    """Features in which every drum is one plain peak."""
    rng = np.random.default_rng(seed)
    n = 340
    rows = rng.normal(0, 0.001, (n, len(NAMES))).astype(np.float32)
    hits, first = {}, {}
    for drum in FIVE:
        frames = np.sort(rng.choice(np.arange(4, n - 4, 4), 12, replace=False))
        velocity = rng.integers(20, 128, 12)
        hits[drum] = np.column_stack([frames / 24, velocity]).astype(float)
        first[drum] = frames
        rows[frames, NAMES.index(COLUMN[drum])] = velocity / 1000
    return Clip(rows, hits, first, 24.0, "plain")


def test_one_batch_can_be_learnt_by_heart():
    example = drums.example_of(_clip(1))
    batch = drums.draw_batch(drums.Shelf([example]), np.random.default_rng(0), batch=2)
    net = drums.GeometryNet()
    recipe = loop.Recipe(steps=80, learning_rate=8e-3, cpu=True)
    before = drums.loss_of(net, batch).item()
    loop.fit(net, lambda rng: batch, drums.loss_of, recipe)
    assert drums.loss_of(net, batch).item() < 0.2 * before


def test_what_was_trained_to_the_end_is_not_trained_again(tmp_path):
    examples, recipe = [drums.example_of(_clip(1))], loop.Recipe(steps=2, cpu=True)
    told: list[int] = []
    nets = [
        drums.train(examples, recipe, folder=tmp_path, tell=lambda step, loss: told.append(step))
        for _ in range(2)
    ]
    assert told == [0, 1]
    assert torch.equal(nets[0].struck.weight, nets[1].struck.weight)


def test_targets_lie_on_the_frames_that_show_hits():
    clip = _clip(2)
    target = drums.example_of(clip).target
    for column, drum in enumerate(FIVE):
        np.testing.assert_array_equal(np.flatnonzero(target[:, column]), clip.first[drum])


def test_simulated_clips_move_where_their_hits_are():
    rng = np.random.default_rng(6)
    lifted, calm = [], []
    for _ in range(12):
        made = simulate(rng, _clip(7), _clip(8))
        assert made.features.shape == _clip(7).features.shape
        assert np.isfinite(made.features).all()
        roll = np.abs(made.features[:, NAMES.index("roll")])
        frames = made.first["closed_hat"]
        frames = frames[(frames > 0) & (frames < len(roll) - 3)]
        lifted.append(max(roll[f : f + 3].max() for f in frames))
        calm.append(np.median(roll))
    assert np.median(lifted) > 3 * np.median(calm)


def test_a_stopped_run_goes_on_as_if_it_had_not_been(tmp_path: Path):
    examples = drums.Shelf([drums.example_of(_clip(3))])

    def run(folder: Path, *, stop: bool) -> dict[str, object]:
        torch.manual_seed(0)
        net = drums.GeometryNet(width=8)
        recipe = loop.Recipe(steps=6, cpu=True)

        def draw(rng):
            return drums.draw_batch(examples, rng, batch=2)

        if stop:
            loop.fit(net, draw, drums.loss_of, recipe, folder=folder, budget_s=0.0)
            net = drums.GeometryNet(width=8)
        return dict(loop.fit(net, draw, drums.loss_of, recipe, folder=folder).state_dict())

    whole, resumed = run(tmp_path / "a", stop=False), run(tmp_path / "b", stop=True)
    for name, weights in whole.items():
        torch.testing.assert_close(resumed[name], weights)


def test_what_is_shipped_answers_as_the_net_does(tmp_path: Path):
    drums.ship(drums.GeometryNet(width=8).eval(), tmp_path / "model", name="test")
    assert sorted(p.name for p in (tmp_path / "model").iterdir()) == [
        "card.json", "golden.npz", "model.onnx",
    ]  # fmt: skip


def test_mirrored_features_mean_the_same_hits():
    rng = np.random.default_rng(5)
    rows, target, _ = drums.draw_batch(drums.Shelf([drums.example_of(_clip(4))]), rng, batch=3)
    assert rows.shape == (3, N_CHANNELS, target.shape[2])


def test_r3d18_has_torchvisions_names_and_size():
    net = r3d.R3D18("multilabel")
    names = set(net.state_dict())
    assert {
        "stem.0.weight", "stem.1.running_mean", "layer1.0.conv1.0.weight",
        "layer2.0.downsample.0.weight", "layer4.1.conv2.1.bias", "fc.weight",
    } <= names  # fmt: skip
    trunk = sum(p.numel() for name, p in net.named_parameters() if not name.startswith("fc."))
    assert trunk == 33_371_472 - 400 * 513  # torchvision's count, less its last layer


@pytest.mark.parametrize(("head", "shape"), [("binary", (1, 16)), ("multilabel", (1, 16, 5))])
def test_r3d18_answers_for_every_frame(head, shape):
    net = r3d.R3D18(head).eval()
    with torch.no_grad():
        assert net(torch.zeros(1, 3, 16, 32, 32)).shape == shape


def test_kinetics_weights_load_but_for_the_last_layer(tmp_path: Path):
    kept = r3d.R3D18("binary").state_dict()
    kept["fc.weight"], kept["fc.bias"] = torch.zeros(400, 512), torch.zeros(400)
    torch.save(kept, tmp_path / "r3d_18.pth")
    net = r3d.R3D18("multilabel")
    assert r3d.load_kinetics(net, tmp_path / "r3d_18.pth") == ["fc.bias", "fc.weight"]
    torch.testing.assert_close(net.state_dict()["stem.0.weight"], kept["stem.0.weight"])
    torch.save({"other": torch.zeros(1)}, tmp_path / "other.pth")
    with pytest.raises(ValueError, match="holds other weights"):
        r3d.load_kinetics(net, tmp_path / "other.pth")
