"""Training of loudness and note density from a film: a ridge regression, and the seed's biGRU.

``clavilux train dynamics --data MUVI-SYNC -o FOLDER``

597 songs are few: what can be learnt of them is linear. The regression is solved in closed
form over the rows of `clavilux.compose.dynamics_features`; CLIP features, in a second
regression, explain what the first leaves, so that they may be missing.

Source:
    The biGRU: ``VideoRegression`` of github.com/AMAAI-Lab/Video2Music (MIT), two layers of
    64 in both directions over CLIP, cuts, motion and emotions.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from clavilux.compose.chord_features import video2music_rows
from clavilux.compose.dynamics_features import (
    N_AROUND,
    N_CLIP,
    N_CLIP_ROW,
    N_PLACE,
    N_ROW,
    N_WHOLE,
    clip_rows,
    rows_of,
)
from clavilux.core.errors import InputError
from clavilux.core.progress import Progress, silent
from clavilux.dataset import muvi_sync
from clavilux.dataset.muvi_song import Song
from clavilux.evaluation import dynamics as measures
from clavilux.training import loop, shipping
from clavilux.training.amt_net import N_FILM as N_SEED
from clavilux.training.chords import DATA_NOTE

MAX_SECONDS = measures.MAX_SECONDS
_RIDGE = np.repeat([100.0, 30000.0, 100000.0], [N_PLACE, N_WHOLE, N_AROUND])
"""Penalty of each column of `rows_of`, standardised, against as many squares as there are
seconds (139 thousand): chosen on MuVi-Sync's validation songs, where it hardly matters."""
_CLIP_RIDGE = 100000.0
"""The same for the `CLIP_AXES` principal components; likewise, among 1e4, 3e4, 1e5, 3e5."""
CLIP_AXES = 64
"""Likewise, among 16, 32, 64."""
BATCH = 16
STEPS = 300
LEARNING_RATE = 2e-3
_GOLDEN_S = 20
"""Seconds of the golden input."""
_SCALE = torch.tensor([6.0, 0.1])
"""Typical spread of density (notes) and loudness."""


class Ridge(nn.Module):
    """Rows of a film in, density and loudness of each second out, no less than 0."""

    def __init__(self) -> None:
        super().__init__()
        for name, shape in (
            ("mean", (N_ROW,)), ("spread", (N_ROW,)), ("weight", (N_ROW, 2)), ("bias", (2,)),
            ("clip_mean", (N_CLIP_ROW,)), ("clip_weight", (N_CLIP_ROW, 2)),
        ):  # fmt: skip
            self.register_parameter(name, nn.Parameter(torch.zeros(shape), requires_grad=False))

    def forward(self, rows: Tensor, clip: Tensor) -> Tensor:
        """Return notes and RMS amplitude of each second, (batch, n, 2).

        Args:
            rows: (batch, n, N_ROW); NaN is taken for the mean.
            clip: (batch, n, N_CLIP_ROW); likewise.
        """
        own = (rows - self.mean) / self.spread
        own = torch.where(torch.isnan(own), torch.zeros_like(own), own) @ self.weight + self.bias
        seen = clip - self.clip_mean
        seen = torch.where(torch.isnan(seen), torch.zeros_like(seen), seen) @ self.clip_weight
        return torch.relu(own + seen)


class SeedGru(nn.Module):
    """The seed's net: two layers of 64 in both directions over 776 numbers a second."""

    def __init__(self) -> None:
        super().__init__()
        self.bigru = nn.GRU(N_SEED, 64, 2, bidirectional=True, batch_first=True)
        self.bifc = nn.Linear(128, 2)
        self.drop = nn.Dropout(0.1)

    def forward(self, rows: Tensor) -> Tensor:
        """Return notes and RMS amplitude of each second."""
        found: Tensor = self.bifc(self.bigru(self.drop(rows))[0])
        return found


def fit_ridge(songs: Sequence[Song]) -> Ridge:
    """Solve both regressions; songs without CLIP features take no part in the second.

    Raises:
        InputError: There are no songs.
    """
    if not songs:
        raise InputError("there are no songs to learn from")
    rows = np.concatenate([_rows(song) for song in songs]).astype(np.float64)
    truth = np.concatenate([measures.truth_of(song) for song in songs])
    mean, spread = np.nanmean(rows, axis=0), np.nanstd(rows, axis=0) + 1e-9
    own = np.nan_to_num((rows - mean) / spread)
    bias = truth.mean(axis=0)
    weight = _solve(own, truth - bias, _RIDGE)
    net = Ridge()
    net.mean.copy_(torch.from_numpy(mean))
    net.spread.copy_(torch.from_numpy(spread))
    net.weight.copy_(torch.from_numpy(weight))
    net.bias.copy_(torch.from_numpy(bias))
    left = np.split(truth - bias - own @ weight, np.cumsum([len(_rows(s)) for s in songs])[:-1])
    seeing = [i for i, song in enumerate(songs) if _sees(song)]
    if seeing:
        clip_mean, clip_weight = _fit_clip([songs[i] for i in seeing], [left[i] for i in seeing])
        net.clip_mean.copy_(torch.from_numpy(clip_mean))
        net.clip_weight.copy_(torch.from_numpy(clip_weight))
    return net.eval()  # type: ignore[no-any-return]


def _sees(song: Song) -> bool:
    return song.semantic is not None and not bool(np.isnan(song.semantic).all())


def _fit_clip(
    songs: Sequence[Song], left: Sequence[NDArray[np.float64]]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Solve for what is left, on principal components; return their mean and weights."""
    pictures = np.concatenate([song.semantic[::5] for song in songs])  # type: ignore[index]
    pictures = pictures[~np.isnan(pictures).any(axis=1)].astype(np.float64)
    centre = pictures.mean(axis=0)
    size, axes = np.linalg.eigh(np.cov(pictures - centre, rowvar=False))
    n_axes = min(CLIP_AXES, int((size > 1e-9 * size[-1]).sum()))
    axes = axes[:, -n_axes:] / np.sqrt(size[-n_axes:])  # (N_CLIP, n_axes), of unit spread
    parts = []
    for song in songs:
        clip = np.nan_to_num(clip_rows(song.semantic, len(song))[:MAX_SECONDS] - _at_mean(centre))
        parts.append(np.hstack([part @ axes for part in np.split(clip, N_CLIP_ROW // N_CLIP, 1)]))
    columns = np.concatenate(parts)
    spread = columns.std(axis=0) + 1e-9
    weight = _solve(columns / spread, np.concatenate(left), np.full(len(spread), _CLIP_RIDGE))
    by_part = np.split(weight / spread[:, None], N_CLIP_ROW // N_CLIP)
    return _at_mean(centre), np.concatenate([axes @ part for part in by_part])


def _at_mean(centre: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return what `clip_rows` gives of an average picture."""
    return np.concatenate([centre, np.zeros(N_CLIP_ROW - N_CLIP)])


def _solve(
    columns: NDArray[np.float64], truth: NDArray[np.float64], ridge: NDArray[np.float64]
) -> NDArray[np.float64]:
    return np.asarray(np.linalg.solve(columns.T @ columns + np.diag(ridge), columns.T @ truth))


def _rows(song: Song) -> NDArray[np.float32]:
    return rows_of(song.emotion, song.motion, song.scene_offset)[:MAX_SECONDS]


def _seed_rows(song: Song) -> NDArray[np.float32]:
    rows = video2music_rows(song.emotion, song.motion, song.scene_offset, song.semantic)
    return rows[:MAX_SECONDS]


def loss_of(net: nn.Module, batch: loop.Batch) -> Tensor:
    """Return the mean square error in typical spreads, over seconds that exist."""
    rows, truth, known = batch
    error: Tensor = (((net(rows) - truth) / _SCALE) ** 2).mean(dim=2)
    return (error * known).sum() / known.sum()


def batch_of(songs: Sequence[Song]) -> list[Tensor]:
    """Pad films to one length: rows, truth, 1 where a second exists."""
    n = max(min(len(song), MAX_SECONDS) for song in songs)
    rows = np.zeros((len(songs), n, N_SEED), np.float32)
    truth = np.zeros((len(songs), n, 2), np.float32)
    known = np.zeros((len(songs), n), np.float32)
    for i, song in enumerate(songs):
        seen, value = _seed_rows(song), measures.truth_of(song)
        rows[i, : len(seen)], truth[i, : len(value)], known[i, : len(value)] = seen, value, 1
    return [torch.from_numpy(array) for array in (rows, truth, known)]


def fit_gru(
    songs: Sequence[Song], recipe: loop.Recipe, *, folder: Path | None = None,
    progress: Progress = silent,
) -> nn.Module:  # fmt: skip
    """Train the seed's net."""
    torch.manual_seed(recipe.seed)

    def draw(rng: np.random.Generator) -> list[Tensor]:
        chosen = rng.choice(len(songs), min(BATCH, len(songs)), replace=False)
        return batch_of([songs[i] for i in chosen])

    return loop.fit(
        SeedGru(), draw, loss_of, recipe, folder=folder,
        tell=lambda step, loss: progress(step + 1, recipe.steps, f"training: loss {loss:.3f}"),
    )  # fmt: skip


def predictor(net: nn.Module) -> measures.Predictor:
    """Return a net as a predictor for `clavilux.evaluation.dynamics`."""

    def predict(song: Song) -> NDArray[np.float64]:
        with torch.no_grad():
            found = net(*inputs_of(net, song))[0, :MAX_SECONDS]
        return np.asarray(found.numpy(), np.float64)

    return predict


def inputs_of(net: nn.Module, song: Song) -> list[Tensor]:
    """Return what a net looks at of a song's film, as batches of one."""
    if isinstance(net, SeedGru):
        return [torch.from_numpy(_seed_rows(song)[None])]
    rows, clip = _rows(song), clip_rows(song.semantic, len(song))[:MAX_SECONDS]
    return [torch.from_numpy(rows[None]), torch.from_numpy(clip[None])]


def load_authors(path: Path) -> SeedGru:
    """Load a checkpoint of Video2Music's regression; only tensors are read from it, no code.

    Raises:
        InputError: It is no such checkpoint.
    """
    if not path.is_file():
        raise InputError(f"there is no file {path}")
    net = SeedGru()
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
        net.load_state_dict({name: state[name] for name in net.state_dict()})
    except Exception as error:  # torch raises what its reader happens to meet
        line = str(error).splitlines()[0]
        raise InputError(f"{path} is not a checkpoint of Video2Music's biGRU: {line}") from error
    return net.eval()  # type: ignore[no-any-return]


def train_dynamics(
    data: Path,
    folder: Path,
    *,
    model: str = "ridge",
    steps: int = STEPS,
    seed: int = 0,
    weights: Path | None = None,
    cache: Path | None = None,
    progress: Progress = silent,
) -> Path:
    """Learn loudness and density and write a model folder.

    Args:
        data: MuVi-Sync in either layout.
        folder: Where the model folder is written.
        model: ``ridge`` or ``bigru``.
        steps: Optimiser steps of the biGRU.
        seed: What chance hangs on there.
        weights: The authors' checkpoint of the biGRU, to be converted untrained.
        cache: Where checkpoints of the biGRU are kept; training goes on from one there.
        progress: Progress callback.
    """
    validation = muvi_sync.read(data, split="val", semantic=True)
    if not validation:
        raise InputError(f"{data} has no songs in the split val")
    command = f"clavilux train dynamics --model {model}"
    net: nn.Module
    if weights is not None:
        net, command = load_authors(weights), f"{command} --weights {weights.name}"
    else:
        progress(0, 1, "reading")
        songs = muvi_sync.read(data, split="train", semantic=True)
        if model == "ridge":
            net = fit_ridge(songs)
        else:
            command = f"{command} --steps {steps} --seed {seed}"
            recipe = loop.Recipe(steps, LEARNING_RATE, 1e-3, seed, cpu=True)
            net = fit_gru(songs, recipe, folder=cache, progress=progress)
    found = measures.summary(measures.evaluate(predictor(net), validation))
    example = [tensor[:, :_GOLDEN_S] for tensor in inputs_of(net, validation[0])]
    names = ("rows", "clip")[: len(example)]
    seconds = torch.export.Dim("seconds", min=2, max=100000)
    widths = f"rows (1, n, {example[0].shape[2]})" + (
        f", clip (1, n, {N_CLIP_ROW}): see clavilux.compose.dynamics_features"
        if model == "ridge"
        else ": CLIP, 1 + seconds since the cut, motion, emotions"
    )
    return shipping.ship(
        net, folder, inputs=dict(zip(names, example, strict=True)), output_name="dynamics",
        dynamic={name: {1: seconds} for name in names}, legacy=isinstance(net, SeedGru),
        others=[
            {name: tensor[:, :n] for name, tensor in zip(names, example, strict=True)}
            for n in (1, 2, 17)
        ],
        card={
            "name": "dynamics" if model == "ridge" else "bigru",
            "purpose": "note density and loudness of each second of a film",
            "data": DATA_NOTE, "licence": "the program's MIT for the weights; see data",
            "command": command, "seed": seed, "input": widths,
            "output": "(1, n, 2): notes sounding, RMS amplitude",
            "validation": {"density_rmse": found.density, "loudness_rmse": found.loudness},
            "measured_by": "python -m benchmarks.chords",
        },
    )  # fmt: skip
