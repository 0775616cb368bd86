"""The drum reader: a small net over motion features, its data, recipe, export and card.

    clavilux train drums --model geometry

Features of made films go in (see `drums_data`), and of films that nobody drew (see
`drums_simulated`); out comes ``models/drums``, the net of `drums_net`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from clavilux.core.drums import FIVE
from clavilux.core.files import atomic_output
from clavilux.core.progress import Progress, silent
from clavilux.models import FOLDER
from clavilux.training import committee, loop
from clavilux.training.drums_data import CACHE, Clip, clips, clips_of, drums_cache, fingerprint_of
from clavilux.training.drums_net import GeometryNet, Shipped
from clavilux.training.drums_simulated import simulate
from clavilux.watch.drums import LEAD, MIRRORS, N_CHANNELS, inputs

_SOURCES = (0.35, 0.2, 0.45)
"""Shares of each batch: our own films, the film maker's, simulated ones."""
_OFTEN_AS_THEY_ARE = 0.85
"""How often our own films are not stretched: else nobody could learn how hard they are struck."""
_BATCH, _COLUMNS = 12, 320
_N = len(FIVE)


@dataclass(frozen=True, slots=True, eq=False)
class Example:
    """A clip, ready to be drawn from."""

    clip: Clip
    target: NDArray[np.float32]
    """Struck or not, offset in frames, velocity / 127; shape (n_frames, 15)."""

    @property
    def is_own(self) -> bool:
        """Whether one of our own mappings moves the film."""
        return self.clip.kind.startswith(("own", "mapped"))


def example_of(clip: Clip) -> Example:
    """Lay a clip's hits on its frames."""
    n = len(clip.features)
    target = np.zeros((n, 3 * _N), dtype=np.float32)
    for column, drum in enumerate(FIVE):
        for (time_s, velocity), frame in zip(clip.hits[drum], clip.first[drum], strict=True):
            if 0 <= frame < n:
                target[frame, column] = 1
                target[frame, _N + column] = np.clip(time_s * clip.frame_rate - frame, -0.98, 0.98)
                target[frame, 2 * _N + column] = velocity / 127
    return Example(clip, target)


class Shelf:
    """Examples by where they come from, to be drawn from by shares."""

    def __init__(self, examples: Sequence[Example]) -> None:
        self.every = list(examples)
        own = [e for e in self.every if e.is_own]
        made = [e for e in self.every if not e.is_own]
        self._sorted = (own or made, made or own)

    def draw(self, rng: np.random.Generator) -> Example:
        """Draw one, or make one up."""
        source = int(rng.choice(3, p=_SOURCES))
        if source < 2:
            return self._any(rng, self._sorted[source])
        base, donor = self._any(rng, self.every).clip, self._any(rng, self.every).clip
        return example_of(simulate(rng, base, donor))

    @staticmethod
    def _any(rng: np.random.Generator, examples: Sequence[Example]) -> Example:
        return examples[int(rng.integers(len(examples)))]


def draw_batch(shelf: Shelf, rng: np.random.Generator, *, batch: int = _BATCH) -> list[Tensor]:
    """Draw stretches of examples, each seen by another film maker's mirror and measure.

    Returns:
        What the net reads, (batch, N_CHANNELS, columns); what it should say, (batch, 15,
        columns); and for each stretch whether it is our own renderer's, (batch, 1, 1).
    """
    rows = np.zeros((batch, N_CHANNELS, _COLUMNS), dtype=np.float32)
    target = np.zeros((batch, 3 * _N, _COLUMNS), dtype=np.float32)
    own = np.zeros((batch, 1, 1), dtype=np.float32)
    for b in range(batch):
        example = shelf.draw(rng)
        own[b] = example.is_own
        n = len(example.target)
        first = int(rng.integers(max(1, n - _COLUMNS + 2 * LEAD + 40)))
        first = 0 if rng.random() < 0.3 else min(first, max(0, n - _COLUMNS // 2))
        begins = first == 0
        last = min(n, first + _COLUMNS - LEAD * begins)
        read = inputs(
            _disguised(example, rng)[first:last], example.clip.frame_rate,
            begins=begins, ends=last == n,
        )[:, :_COLUMNS]  # fmt: skip
        rows[b, :, : read.shape[1]] = read
        rows[b, -1, read.shape[1] :] = -1
        at = LEAD * begins
        target[b, :, at : at + last - first] = example.target[first:last].T
    return [torch.from_numpy(part) for part in (rows, target, own)]


def _disguised(example: Example, rng: np.random.Generator) -> NDArray[np.float32]:
    """Mirror, stretch and roughen features as other film makers would."""
    features = example.clip.features.copy()
    for columns in MIRRORS:
        if rng.random() < 0.5:
            features[:, columns] *= -1
    if rng.random() < (1 - _OFTEN_AS_THEY_ARE if example.is_own else 0.5):
        scale = np.exp(rng.normal(0, 0.3, 4))
        for columns, factor in zip((*MIRRORS, (3,)), scale, strict=True):
            features[:, columns] *= factor
    if rng.random() < 0.3:
        loudest = -7.5 if example.is_own else -5.5
        noise = rng.normal(0, 1, (len(features), 6)) * np.exp(rng.uniform(-9.5, loudest))
        features[:, :6] += noise.astype(np.float32)
    return features


def loss_of(net: nn.Module, batch: Sequence[Tensor]) -> Tensor:
    """Cross-entropy of hits, and for hits the error of time and force.

    Force weighs most in our own films: what of a movement stands for force differs from
    one film maker to the next.
    """
    rows, target, own = batch
    logits = net(rows)
    struck = target[:, :_N]
    entropy = nn.functional.binary_cross_entropy_with_logits(logits[:, :_N], struck)
    n_struck = struck.sum().clamp(min=1)
    off = (torch.tanh(logits[:, _N : 2 * _N]) - target[:, _N : 2 * _N]).abs() * struck
    force = (torch.sigmoid(logits[:, 2 * _N :]) - target[:, 2 * _N :]).abs() * struck
    exact = 0.5 * off + (0.2 + 2.8 * own) * force
    loss: Tensor = 10 * entropy + exact.sum() / n_struck
    return loss


def train(
    examples: Sequence[Example],
    recipe: loop.Recipe,
    *,
    folder: Path | None = None,
    **options: Any,
) -> GeometryNet:
    """Train a net on examples."""
    torch.manual_seed(recipe.seed)
    net, shelf = GeometryNet(), Shelf(examples)
    loop.fit(net, lambda rng: draw_batch(shelf, rng), loss_of, recipe, folder=folder, **options)
    return net


def ship(net: GeometryNet, folder: Path, **facts: Any) -> None:
    """Write the net as a model folder: network, card, golden answer."""
    shipped = Shipped(net).eval()
    example, shorter = torch.rand(1, N_CHANNELS, 300) - 0.5, torch.rand(1, N_CHANNELS, 40)
    loop.export(
        shipped, example, folder / "model.onnx", input_name="rows", output_name="heard",
        dynamic={2: torch.export.Dim("n_frames", min=17)}, others=[shorter],
    )  # fmt: skip
    with torch.no_grad():
        answer = shipped(shorter).numpy()
    with atomic_output(folder / "golden.npz") as unfinished, unfinished.open("wb") as file:
        np.savez(file, in0=shorter.numpy(), out0=answer)
    loop.write_card(folder / "card.json", **facts)


def train_and_ship(
    *,
    n_clips: int = 4200,
    steps: int = 15000,
    seed: int = 0,
    cache: Path = CACHE,
    folder: Path = FOLDER / "drums",
    beside: Path | None = None,
    data: Path | None = None,
    split: str | None = None,
    progress: Progress = silent,
) -> None:
    """Make or load the clips, train, and write a model folder.

    Args:
        n_clips, steps, seed: How much is learnt from, how long, and what is left to chance.
        cache: Where clips and checkpoints lie.
        folder: What is written.
        beside: Another such model folder: what is written gives the mean of both answers.
        data: Films to learn from instead of made ones, see `drums_data.clips_of`.
        split: Of a data set, which to take; its training split if None.
        progress: Hears how far it has come.
    """
    if data is None:
        learnt, key = clips("train", n_clips, cache, progress), ""
    else:
        learnt = clips_of(data, split, progress)
        n_clips, key = len(learnt), f"-{fingerprint_of(learnt)}"
    examples = [example_of(clip) for clip in learnt]
    recipe = loop.Recipe(steps=steps, learning_rate=2e-3, weight_decay=0.02, seed=seed, cpu=True)
    net = train(
        examples, recipe, folder=drums_cache(cache) / f"checkpoint-{n_clips}-{steps}-{seed}{key}",
        tell=lambda step, loss: progress(step, steps, f"training, loss {loss:.3f}"),
    )  # fmt: skip
    ship(
        net,
        folder,
        name="drums",
        purpose="hears five drums in the motion features of a film",
        data=f"{n_clips} films of {data.name}"
        if data
        else f"{n_clips} films of 16 s, made by this program from seeds (clavilux.training."
        "drums_data, split 'train'): no third party's material",
        licence="MIT, as the program",
        command="clavilux train drums --model geometry "
        + (f"--data {data.name}" if data else f"--clips {n_clips}")
        + f" --steps {steps} "
        f"--seed {seed}",
        seed=seed,
        parameters=sum(p.numel() for p in net.parameters()),
        input="rows: (1, channels, n_frames) as clavilux.watch.drums.inputs makes them",
        output="heard: (1, 15, n_frames): likelihood, offset in frames, velocity / 127 of "
        + ", ".join(FIVE),
        measured_by="python -m benchmarks.drums",
    )
    if beside is not None:
        committee.join(folder, beside)
