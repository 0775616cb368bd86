"""Training the learnt chord writer: songs in, a model folder out.

``clavilux train chords --data MUVI-SYNC -o FOLDER``
"""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from clavilux.compose import chord_nets
from clavilux.compose.chord_features import N_FILM, N_RUNS, N_TIMES
from clavilux.compose.vocabulary import END, N_CHORDS, N_TOKENS
from clavilux.core.errors import InputError
from clavilux.core.progress import Progress, silent
from clavilux.dataset import muvi_sync
from clavilux.dataset.muvi_song import Song
from clavilux.evaluation import chords as measures
from clavilux.evaluation import learnt_chords
from clavilux.evaluation.chord_baselines import with_known_end
from clavilux.training import committee, loop, shipping
from clavilux.training.chords_data import (
    IGNORED,
    Example,
    batch_of,
    cropped,
    example_of,
    played_otherwise,
)
from clavilux.training.chords_net import FormNet

BATCH = 8
CROP = 192
"""Seconds of most examples: a third of the cost of whole songs; every fifth batch is whole."""
STEPS = 2000
LEARNING_RATE = 2e-3
WEIGHT_DECAY = 0.05
DATA_NOTE = (
    "MuVi-Sync (Kang, Poria, Herremans 2024, Zenodo 10057093), 597 training songs; believed to be "
    "CC BY 4.0, which was not confirmed at the record; only derived features were used"
)


def loss_of(net: nn.Module, batch: loop.Batch) -> Tensor:
    """Return the mean negative log-likelihood of the next chord."""
    *given, target = batch
    scores = net(*given)
    return nn.functional.nll_loss(scores.flatten(0, 1), target.flatten(), ignore_index=IGNORED)


def draw(songs: Sequence[Song], rng: np.random.Generator) -> list[Tensor]:
    """Draw a batch of songs, played otherwise."""
    whole = rng.random() < 0.2
    chosen = rng.choice(len(songs), min(len(songs), BATCH // 2 if whole else BATCH), replace=False)
    examples: list[Example] = [played_otherwise(songs[i], rng) for i in chosen]
    if not whole:
        examples = [cropped(example, CROP, rng) for example in examples]
    return batch_of(examples)


def predictor(net: nn.Module) -> measures.Predictor:
    """Return a net as a predictor for `clavilux.evaluation.chords`."""

    def predict(song: Song) -> NDArray[np.float64]:
        *given, _ = batch_of([example_of(song)])
        with torch.no_grad():
            found = net(*given)[0].numpy().astype(np.float64)
        n = len(measures.targets(song))
        scores = np.full((n, N_TOKENS), -50.0)
        scores[:, :END] = found[:n]
        return with_known_end(song, scores)

    return predict


def train_form(
    data: Path,
    folder: Path,
    *,
    steps: int = STEPS,
    seed: int = 0,
    beside: Path | None = None,
    cache: Path | None = None,
    progress: Progress = silent,
) -> Path:
    """Train the default chord writer and write it as a model folder.

    Args:
        data: MuVi-Sync in either layout.
        folder: Where ``model.onnx``, ``golden.npz`` and ``card.json`` are written.
        steps: Optimiser steps.
        seed: What chance hangs on.
        beside: Another such model: what is written answers the mean of both's probabilities.
        cache: Where checkpoints are kept; training goes on from one that lies there.
        progress: Progress callback.

    Raises:
        InputError: The data has no songs to learn from, or `beside` is no such model.
    """
    if beside is not None:
        chord_nets.form(beside)  # says what is wrong before any work
    songs = muvi_sync.read(data, split="train")
    validation = muvi_sync.read(data, split="val")
    if not songs or not validation:
        raise InputError(f"{data} has no songs in the splits train and val")
    torch.manual_seed(seed)
    recipe = loop.Recipe(steps, LEARNING_RATE, WEIGHT_DECAY, seed, cpu=True)
    net = loop.fit(
        FormNet(), lambda rng: draw(songs, rng), loss_of, recipe, folder=cache,
        tell=lambda step, loss: progress(step + 1, steps, f"training: loss {loss:.3f}"),
    )  # fmt: skip
    found = measures.summary(measures.evaluate(predictor(net), validation))
    written = ship(net, folder, songs=validation, found=found, steps=steps, seed=seed)
    if beside is not None:
        put_beside(folder, beside, validation)
    return written


def put_beside(folder: Path, other: Path, songs: Sequence[Song]) -> None:
    """Make the model in `folder` answer with another, and measure both together on `songs`."""
    committee.join(folder, other, logarithms=True)
    together = learnt_chords.predictor(chord_nets.form(folder))
    found = measures.summary(measures.evaluate(together, songs))
    card = json.loads((folder / "card.json").read_text("utf-8"))
    card["validation"] = found.as_record("form")
    card["command"] += " --beside FOLDER"
    loop.write_card(folder / "card.json", **card)


def ship(
    net: nn.Module,
    folder: Path,
    *,
    songs: Sequence[Song],
    found: measures.ChordScores,
    steps: int,
    seed: int,
) -> Path:
    """Write the model folder; checked at lengths 1, 2, 17, 300 and 301."""
    seconds = torch.export.Dim("seconds", min=1, max=4096)

    def inputs(n: int) -> dict[str, Tensor]:
        *given, _ = batch_of([example_of(songs[0])])
        repeated = [
            tensor.repeat(1, 1 + n // tensor.shape[1], 1)[:, :n] if tensor.ndim == 3 else tensor
            for tensor in given
        ]
        return dict(zip(("runs", "times", "film", "minor"), repeated, strict=True))

    return shipping.ship(
        net, folder, inputs=inputs(120), output_name="log_probabilities",
        dynamic={name: {1: seconds} for name in ("runs", "times", "film")},
        atol=1e-4, compared=np.exp,
        others=[inputs(n) for n in (1, 2, 17, 300, 301)],
        card={
            "name": "form",
            "purpose": "writes the next second's chord from the music so far and the film",
            "data": DATA_NOTE,
            "licence": "the program's MIT for the weights; see data",
            "command": f"clavilux train chords --model form --steps {steps} --seed {seed}",
            "seed": seed,
            "input": f"runs (1, n, {N_RUNS}), times (1, n, {N_TIMES}), film (1, n, {N_FILM}), "
            "minor (1,): see clavilux.compose.chord_features",
            "output": f"log-probabilities of the chord of the next second, (1, n, {N_CHORDS})",
            "validation": found.as_record("form"),
            "measured_by": "python -m benchmarks.chords",
        },
    )  # fmt: skip
