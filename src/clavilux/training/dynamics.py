"""Training of loudness and note density from a film: the seed's biGRU, and ours.

``clavilux train dynamics --data MUVI-SYNC -o FOLDER``

The seed's net sees CLIP features, emotions, motion and cuts; ours sees no CLIP features
(597 songs are few: a net that sees 768 numbers a second knows them by heart) but where in
the film a second lies, and answers with the mean of several nets.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from clavilux.compose.chord_features import N_FILM
from clavilux.compose.dynamics_features import N_ROW, rows_of
from clavilux.core.progress import Progress, silent
from clavilux.dataset import muvi_sync
from clavilux.dataset.muvi_song import Song
from clavilux.evaluation import dynamics as measures
from clavilux.training import loop, shipping
from clavilux.training.amt import film_of
from clavilux.training.amt_net import N_FILM as N_SEED
from clavilux.training.chords import DATA_NOTE

MAX_SECONDS = measures.MAX_SECONDS
BATCH = 16
STEPS = 400
MEMBERS = 4
LEARNING_RATE = 3e-3
WEIGHT_DECAY = 0.1
_SCALE = torch.tensor([6.0, 0.1])
"""Typical spread of density (notes) and loudness."""
_CENTRE = torch.tensor([10.0, 0.17])
_FILM_DROPPED = 0.3


class BiGru(nn.Module):
    """Rows of a film in, density and loudness of each second out, (batch, n, 2)."""

    def __init__(self, n_inputs: int, width: int, layers: int, dropout: float) -> None:
        super().__init__()
        self.drop = nn.Dropout(dropout)
        self.front = nn.Linear(n_inputs, width)
        self.gru = nn.GRU(width, width, layers, bidirectional=True, batch_first=True)
        self.out = nn.Linear(2 * width, 2)

    def forward(self, rows: Tensor) -> Tensor:
        """Return notes and RMS amplitude of each second."""
        inner, _ = self.gru(torch.tanh(self.front(self.drop(rows))))
        found: Tensor = self.out(self.drop(inner)) * _SCALE + _CENTRE
        return found


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


class Mean(nn.Module):
    """The mean of several nets' answers, no less than 0."""

    def __init__(self, members: Sequence[nn.Module]) -> None:
        super().__init__()
        self.members = nn.ModuleList(members)

    def forward(self, rows: Tensor) -> Tensor:
        """Return notes and RMS amplitude of each second."""
        return torch.relu(torch.stack([net(rows) for net in self.members]).mean(dim=0))


def our_rows(song: Song) -> NDArray[np.float32]:
    """Return a song's film as our net sees it."""
    return rows_of(song.emotion, song.motion, song.scene_offset)[:MAX_SECONDS]


def loss_of(net: nn.Module, batch: loop.Batch) -> Tensor:
    """Return the mean square error in typical spreads, over seconds that exist."""
    rows, truth, known = batch
    error: Tensor = (((net(rows) - truth) / _SCALE) ** 2).mean(dim=2)
    return (error * known).sum() / known.sum()


def batch_of(
    rows: Sequence[NDArray[np.float32]], truths: Sequence[NDArray[np.float64]]
) -> list[Tensor]:
    """Pad films to one length: rows, truth, 1 where a second exists."""
    n = max(len(truth) for truth in truths)
    padded = np.zeros((len(rows), n, rows[0].shape[1]), np.float32)
    truth = np.zeros((len(rows), n, 2), np.float32)
    known = np.zeros((len(rows), n), np.float32)
    for i, (row, value) in enumerate(zip(rows, truths, strict=True)):
        padded[i, : len(row)], truth[i, : len(value)], known[i, : len(value)] = row, value, 1
    return [torch.from_numpy(array) for array in (padded, truth, known)]


def predictor(net: nn.Module, *, seed_rows: bool = False) -> measures.Predictor:
    """Return a net as a predictor for `clavilux.evaluation.dynamics`."""

    def predict(song: Song) -> NDArray[np.float64]:
        rows = film_of(song) if seed_rows else our_rows(song)
        with torch.no_grad():
            return np.asarray(net(torch.from_numpy(rows[None]))[0].numpy(), np.float64)

    return predict


def fit(
    net: nn.Module,
    rows: Sequence[NDArray[np.float32]],
    songs: Sequence[Song],
    recipe: loop.Recipe,
    *,
    drop_film: bool,
    folder: Path | None = None,
    progress: Progress = silent,
) -> nn.Module:
    """Train one net on rows of songs."""
    truths = [measures.truth_of(song) for song in songs]

    def draw(rng: np.random.Generator) -> list[Tensor]:
        chosen = rng.choice(len(songs), min(BATCH, len(songs)), replace=False)
        batch = batch_of([rows[i] for i in chosen], [truths[i] for i in chosen])
        if drop_film:
            hidden = torch.from_numpy(rng.random(len(chosen)) < _FILM_DROPPED)
            batch[0][hidden, :, :N_FILM] = 0
        return batch

    return loop.fit(
        net, draw, loss_of, recipe, folder=folder,
        tell=lambda step, loss: progress(step + 1, recipe.steps, f"training: loss {loss:.3f}"),
    )  # fmt: skip


def train_dynamics(
    data: Path,
    folder: Path,
    *,
    steps: int = STEPS,
    seed: int = 0,
    cache: Path | None = None,
    progress: Progress = silent,
) -> Path:
    """Train the nets of loudness and density and write their mean as a model folder.

    Args:
        data: MuVi-Sync in either layout.
        folder: Where the model folder is written.
        steps: Optimiser steps of each net.
        seed: What chance hangs on.
        cache: Where checkpoints are kept; training goes on from those that lie there.
        progress: Progress callback.
    """
    songs = muvi_sync.read(data, split="train")
    rows = [our_rows(song) for song in songs]
    members = []
    for number in range(MEMBERS):
        torch.manual_seed(seed * MEMBERS + number)
        recipe = loop.Recipe(
            steps, LEARNING_RATE, WEIGHT_DECAY, seed * MEMBERS + number, cpu=True
        )  # fmt: skip
        place = cache / f"member-{number}" if cache else None
        members.append(
            fit(BiGru(N_ROW, 48, 1, 0.3), rows, songs, recipe, drop_film=True, folder=place,
                progress=progress)
        )  # fmt: skip
    net = Mean(members).eval()
    validation = muvi_sync.read(data, split="val")
    found = measures.summary(measures.evaluate(predictor(net), validation))
    example = torch.from_numpy(our_rows(validation[0])[None])
    seconds = torch.export.Dim("seconds", min=2, max=100000)
    return shipping.ship(
        net, folder, inputs={"rows": example}, output_name="dynamics",
        dynamic={"rows": {1: seconds}},
        others=[{"rows": example[:, :n]} for n in (2, 17)],
        card={
            "name": "dynamics",
            "purpose": "note density and loudness of each second of a film",
            "data": DATA_NOTE, "licence": "the program's MIT for the weights; see data",
            "command": f"clavilux train dynamics --steps {steps} --seed {seed}", "seed": seed,
            "input": f"rows (1, n, {N_ROW}): see clavilux.compose.dynamics_features",
            "output": "(1, n, 2): notes sounding, RMS amplitude",
            "validation": {"density_rmse": found.density, "loudness_rmse": found.loudness},
            "measured_by": "python -m benchmarks.chords",
        },
    )  # fmt: skip
