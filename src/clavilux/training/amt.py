"""Training Video2Music's transformer, at any size, or taking over its authors' weights.

``clavilux train chords --model amt --data MUVI-SYNC -o FOLDER [--weights FILE]``
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from clavilux.compose.chord_features import N_CLIP
from clavilux.compose.chord_nets import AMT_SECONDS, amt_film
from clavilux.compose.vocabulary import END, N_CHORDS, N_TOKENS
from clavilux.core.errors import InputError
from clavilux.core.progress import Progress, silent
from clavilux.dataset import muvi_sync
from clavilux.dataset.muvi_song import Song
from clavilux.evaluation import chords as measures
from clavilux.training import loop, shipping
from clavilux.training.amt_net import N_FILM, N_OUT, AffectiveTransformer, affect_targets
from clavilux.training.chords import DATA_NOTE
from clavilux.training.chords_data import IGNORED

CHORD_SHARE = 0.4
"""λ of the paper: the weight of the chords' loss; the affective loss has the rest."""
SMALL = {"width": 128, "layers": 3, "heads": 8, "hidden": 256}
"""What is trained here: half the paper's layers at a quarter of its width; 597 songs are few."""
BATCH = 6
CROP = 128
_WHOLE = 0.2
"""Share of batches that are whole songs, and see films padded as the authors pad them."""
_CLIP_DROPPED = 0.5
"""Share of examples without CLIP features."""
STEPS = 450
LEARNING_RATE = 1e-3


def film_of(song: Song) -> NDArray[np.float32]:
    """Return the film as the net sees it, (MAX_SECONDS, N_FILM), zeros where nothing is known."""
    return amt_film(song.emotion, song.motion, song.scene_offset, song.semantic)


def batch_of(songs: Sequence[Song]) -> list[Tensor]:
    """Pad songs to one length: chords, film, minor, targets, emotion of the written second."""
    n = max(len(measures.targets(song)) for song in songs)
    chords = np.full((len(songs), n), N_TOKENS)
    target = np.full((len(songs), n), IGNORED)
    for i, song in enumerate(songs):
        truth = measures.targets(song)
        chords[i, : len(truth)], target[i, : len(truth)] = song.chords[: len(truth)], truth
    film = np.stack([film_of(song) for song in songs])
    minor = np.array([song.minor for song in songs], np.int64)
    emotion = np.pad(film[:, 1:, -6:], ((0, 0), (0, 1), (0, 0)))[:, :n]
    return [torch.from_numpy(array) for array in (chords, film, minor, target, emotion)]


def draw(songs: Sequence[Song], rng: np.random.Generator) -> list[Tensor]:
    """Draw a batch of songs, some without CLIP features, so that the net works without.

    Most are `CROP` seconds of songs, at a third of the cost of whole ones.
    """
    batch = batch_of([songs[i] for i in rng.choice(len(songs), min(BATCH, len(songs)), False)])
    if rng.random() > _WHOLE:
        first = int(rng.integers(0, max(1, batch[0].shape[1] - CROP)))
        chords, film, minor, target, emotion = batch
        kept = slice(first, first + CROP)
        batch = [chords[:, kept], film[:, kept], minor, target[:, kept], emotion[:, kept]]
        batch[1] = batch[1].clone()
    batch[1][torch.from_numpy(rng.random(len(batch[1])) < _CLIP_DROPPED), :, :N_CLIP] = 0
    return batch


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
    if not path.is_file():
        raise InputError(f"there is no file {path}")
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
        width = state["Wout.weight"].shape[1]
        encoder = [name for name in state if name.startswith("transformer.encoder.layers.")]
        layers = 1 + max(int(name.split(".")[3]) for name in encoder)
        er = state["transformer.decoder.layers.0.self_attn.Er"]
        hidden = state["transformer.decoder.layers.0.linear1.weight"].shape[0]
        net = AffectiveTransformer(width, layers, width // er.shape[1], hidden)
        net.load_state_dict(state)
    except Exception as error:  # torch raises what its reader happens to meet
        line = str(error).splitlines()[0]
        raise InputError(
            f"{path} is not a checkpoint of Video2Music's transformer: {line}"
        ) from error
    return net.eval()  # type: ignore[no-any-return]


def convert(weights: Path, folder: Path) -> Path:
    """Write the authors' checkpoint as a model folder, untrained further and unmeasured.

    Raises:
        InputError: It is no checkpoint of theirs.
    """
    net = load_authors(weights)
    command = f"clavilux train chords --model amt --weights {weights.name}"
    return ship(net, folder, None, data="see the authors' own", command=command, seed=0)


def train_amt(
    data: Path,
    folder: Path,
    *,
    steps: int = STEPS,
    seed: int = 0,
    cache: Path | None = None,
    progress: Progress = silent,
) -> Path:
    """Train the paper's model at a small size.

    Args:
        data: MuVi-Sync in either layout.
        folder: Where the model folder is written.
        steps: Optimiser steps.
        seed: What chance hangs on.
        cache: Where checkpoints are kept; training goes on from one that lies there.
        progress: Progress callback.
    """
    validation = muvi_sync.read(data, split="val", semantic=True)
    songs = muvi_sync.read(data, split="train", semantic=True)
    if not songs or not validation:
        raise InputError(f"{data} has no songs in the splits train and val")
    torch.manual_seed(seed)
    recipe = loop.Recipe(steps, LEARNING_RATE, 1e-3, seed, cpu=True)
    net = loop.fit(
        AffectiveTransformer(**SMALL), lambda rng: draw(songs, rng), loss_of, recipe, folder=cache,
        tell=lambda step, loss: progress(step + 1, steps, f"training: loss {loss:.3f}"),
    )  # fmt: skip
    command = f"clavilux train chords --model amt --steps {steps} --seed {seed}"
    found = measures.summary(measures.evaluate(predictor(net), validation))
    return ship(net, folder, found, data=DATA_NOTE, command=command, seed=seed)


def ship(
    net: nn.Module,
    folder: Path,
    found: measures.ChordScores | None,
    *,
    data: str,
    command: str,
    seed: int,
) -> Path:
    """Write the model folder, weights in 16 bits; checked at lengths 1, 2, 17, 299 and 300."""
    seconds = torch.export.Dim("seconds", min=1, max=AMT_SECONDS)

    def inputs(n: int) -> dict[str, Tensor]:
        rng = np.random.default_rng(n)
        runs = np.repeat(rng.integers(0, N_CHORDS, n), 2)[:n]
        film = np.zeros((1, AMT_SECONDS, N_FILM), np.float32)
        film[0, : n + 1, N_CLIP:] = rng.random((min(n + 1, AMT_SECONDS), N_FILM - N_CLIP))
        return {
            "chords": torch.from_numpy(runs[None]),
            "film": torch.from_numpy(film),
            "minor": torch.tensor([n % 2]),
        }

    return shipping.ship(
        net, folder, inputs=inputs(60), output_name="logits",
        dynamic={"chords": {1: seconds}}, halved=True,
        others=[inputs(n) for n in (1, 2, 17, 299, 300)], atol=5e-3, compared=_probabilities,
        card={
            "name": "amt",
            "purpose": "Video2Music's affective multimodal transformer",
            "data": data, "licence": "the program's MIT for the weights; see data",
            "command": command, "seed": seed,
            "input": f"chords (1, n), film (1, {AMT_SECONDS}, {N_FILM}), minor (1,): "
            "see clavilux.compose.chord_nets",
            "output": f"logits of the next second's token, (1, n, {N_OUT})",
            "validation": found.as_record("amt") if found else None,
            "measured_by": "python -m benchmarks.chords",
        },
    )  # fmt: skip


def _probabilities(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(np.exp(logits - np.logaddexp.reduce(logits, axis=-1, keepdims=True)))
