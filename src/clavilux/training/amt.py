"""Training Video2Music's transformer, at any size, or taking over its authors' weights.

``clavilux train chords --model amt --data MUVI-SYNC -o FOLDER [--weights FILE]``
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from clavilux.compose.chord_features import video2music_rows
from clavilux.compose.vocabulary import END, N_TOKENS
from clavilux.core.errors import InputError
from clavilux.core.progress import Progress, silent
from clavilux.dataset import muvi_sync
from clavilux.dataset.muvi_song import Song
from clavilux.evaluation import chords as measures
from clavilux.training import loop, shipping
from clavilux.training.amt_net import MAX_SECONDS, N_FILM, AffectiveTransformer, affect_targets
from clavilux.training.chords import DATA_NOTE
from clavilux.training.chords_data import IGNORED

CHORD_SHARE = 0.4
"""λ of the paper: the weight of the chords' loss; the affective loss has the rest."""
SMALL = {"width": 128, "layers": 6, "heads": 8, "hidden": 256}
"""What is trained here: the paper's layers and heads at a quarter of its width."""
BATCH = 6
STEPS = 700
LEARNING_RATE = 1e-3


def film_of(song: Song) -> NDArray[np.float32]:
    """Return the film as the net sees it, (n_seconds, N_FILM), zeros where nothing is known."""
    rows = video2music_rows(song.emotion, song.motion, song.scene_offset, song.semantic)
    return rows[:MAX_SECONDS]


def batch_of(songs: Sequence[Song]) -> list[Tensor]:
    """Pad songs to one length: chords, film, minor, targets, emotion of the written second."""
    n = max(min(len(song), MAX_SECONDS) for song in songs)
    chords = np.full((len(songs), n - 1), N_TOKENS)
    film = np.zeros((len(songs), n, N_FILM), np.float32)
    target = np.full((len(songs), n - 1), IGNORED)
    for i, song in enumerate(songs):
        truth = measures.targets(song)[: n - 1]
        chords[i, : len(truth)], target[i, : len(truth)] = song.chords[: len(truth)], truth
        seen = film_of(song)
        film[i, : len(seen)] = seen
    minor = np.array([song.minor for song in songs], np.int64)
    emotion = film[:, 1:, -6:]
    return [torch.from_numpy(array) for array in (chords, film, minor, target, emotion)]


def loss_of(net: nn.Module, batch: loop.Batch) -> Tensor:
    """Return the paper's loss: chords by cross-entropy, emotion by binary cross-entropy."""
    chords, film, minor, target, emotion = batch
    logits = net(chords, film, minor)
    chord = nn.functional.cross_entropy(
        logits.flatten(0, 1), target.flatten(), ignore_index=IGNORED
    )
    asked = target.flatten() != IGNORED
    affect = nn.functional.binary_cross_entropy_with_logits(
        logits.flatten(0, 1)[asked], affect_targets(emotion).flatten(0, 1)[asked]
    )
    return CHORD_SHARE * chord + (1 - CHORD_SHARE) * affect


def predictor(net: nn.Module) -> measures.Predictor:
    """Return a net as a predictor for `clavilux.evaluation.chords`."""

    def predict(song: Song) -> NDArray[np.float64]:
        n = len(measures.targets(song))
        chords = torch.from_numpy(song.chords[None, :n])
        film = torch.from_numpy(film_of(song)[None])
        minor = torch.tensor([int(song.minor)])
        with torch.no_grad():
            logits = torch.log_softmax(net(chords, film, minor)[0, :, : END + 1], dim=1)
        return np.asarray(logits.numpy(), np.float64)

    return predict


def load_authors(path: Path) -> AffectiveTransformer:
    """Load a checkpoint of Video2Music; only tensors are read from it, no code.

    Raises:
        InputError: It is no such checkpoint.
    """
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
        width = state["Wout.weight"].shape[1]
        layers = 1 + max(
            int(k.split(".")[3]) for k in state if k.startswith("transformer.encoder.l")
        )
        er = state["transformer.decoder.layers.0.self_attn.Er"]
        hidden = state["transformer.decoder.layers.0.linear1.weight"].shape[0]
        net = AffectiveTransformer(width, layers, width // er.shape[1], hidden)
        net.load_state_dict(state)
    except FileNotFoundError as error:
        raise InputError(f"there is no file {path}") from error
    except Exception as error:  # torch raises what its reader happens to meet
        line = str(error).splitlines()[0]
        raise InputError(
            f"{path} is not a checkpoint of Video2Music's transformer: {line}"
        ) from error
    net.eval()
    return net


def train_amt(
    data: Path,
    folder: Path,
    *,
    steps: int = STEPS,
    seed: int = 0,
    weights: Path | None = None,
    cache: Path | None = None,
    progress: Progress = silent,
) -> Path:
    """Train the paper's model at a quarter of its width, or convert the authors' weights.

    Args:
        data: MuVi-Sync in either layout.
        folder: Where the model folder is written.
        steps: Optimiser steps; not used with `weights`.
        seed: What chance hangs on.
        weights: The authors' checkpoint: it is written as a model folder, untrained further.
        cache: Where checkpoints are kept; training goes on from one that lies there.
        progress: Progress callback.
    """
    validation = muvi_sync.read(data, split="val", semantic=True)
    if weights is not None:
        net: nn.Module = load_authors(weights)
        command = f"clavilux train chords --model amt --weights {weights.name}"
    else:
        songs = muvi_sync.read(data, split="train", semantic=True)
        torch.manual_seed(seed)

        def draw(rng: np.random.Generator) -> list[Tensor]:
            chosen = rng.choice(len(songs), min(BATCH, len(songs)), replace=False)
            return batch_of([songs[i] for i in chosen])

        recipe = loop.Recipe(steps, LEARNING_RATE, 1e-3, seed, cpu=True)
        net = loop.fit(
            AffectiveTransformer(**SMALL), draw, loss_of, recipe, folder=cache,
            tell=lambda step, loss: progress(step + 1, steps, f"training: loss {loss:.3f}"),
        )  # fmt: skip
        command = f"clavilux train chords --model amt --steps {steps} --seed {seed}"
    found = measures.summary(measures.evaluate(predictor(net), validation))
    seconds, shown = (
        torch.export.Dim("seconds", min=1, max=300),
        torch.export.Dim("shown", min=1, max=300),
    )

    def inputs(n: int) -> dict[str, Tensor]:
        chords, film, minor, *_ = batch_of(validation[:1])
        repeated = chords.repeat(1, 1 + n // chords.shape[1])[:, :n]
        return {"chords": repeated, "film": film[:, : max(n, 2)], "minor": minor}

    return shipping.ship(
        net, folder, inputs=inputs(120), output_name="logits",
        dynamic={"chords": {1: seconds}, "film": {1: shown}},
        others=[inputs(n) for n in (1, 2, 17, 299)], atol=5e-3,
        card={
            "name": "amt",
            "purpose": "Video2Music's affective multimodal transformer",
            "data": DATA_NOTE, "licence": "the program's MIT for the weights; see data",
            "command": command, "seed": seed,
            "input": "chords (1, n), film (1, n_seconds, 776), minor (1,)",
            "output": "logits of the next second's token, (1, n, 159)",
            "validation": found.as_record("amt"), "measured_by": "python -m benchmarks.chords",
        },
    )  # fmt: skip
