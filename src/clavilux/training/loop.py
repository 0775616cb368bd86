"""The training loop, shared by every model: steps, checkpoints, resuming, export, card.

A recipe goes in (a net, batches, a loss), a trained net comes out. What is left to
chance is drawn by seed and step, so a run that was stopped and resumed sees the
batches it would have seen.
"""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from accelerate import Accelerator
from torch import Tensor, nn

from clavilux.core.files import atomic_output, write_text

CHECKPOINT_S = 300.0
"""Seconds between checkpoints."""
Batch = Sequence[Tensor]


@dataclass(frozen=True, slots=True)
class Recipe:
    """How long and how fast to train."""

    steps: int
    learning_rate: float = 2e-3
    weight_decay: float = 1e-3
    seed: int = 0
    cpu: bool = False
    """Whether to stay on the processor even where there is a GPU."""


def fit(
    net: nn.Module,
    draw: Callable[[np.random.Generator], Batch],
    loss_of: Callable[[nn.Module, Batch], Tensor],
    recipe: Recipe,
    *,
    folder: Path | None = None,
    checkpoint_s: float = CHECKPOINT_S,
    tell: Callable[[int, float], None] = lambda step, loss: None,
    budget_s: float | None = None,
) -> nn.Module:
    """Train a net; AdamW, one cycle of the learning rate.

    Args:
        net: What is trained, in place.
        draw: Draws a batch of tensors.
        loss_of: Gives the loss of the net on a batch.
        recipe: Steps, rates and seed.
        folder: Where checkpoints are kept; if it holds one, training goes on from it.
        checkpoint_s: Seconds between checkpoints.
        tell: Hears of steps done and the loss.
        budget_s: Stop, with a checkpoint, after so many seconds.

    Returns:
        The net, on the processor, in evaluation mode.
    """
    accelerator = Accelerator(cpu=recipe.cpu)
    optimiser = torch.optim.AdamW(
        net.parameters(), lr=recipe.learning_rate, weight_decay=recipe.weight_decay
    )
    cycle = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, recipe.learning_rate, recipe.steps + 1, pct_start=0.1
    )
    net, optimiser, cycle = accelerator.prepare(net, optimiser, cycle)
    first = _resume(accelerator, folder)
    net.train()
    started = saved = time.monotonic()
    for step in range(first, recipe.steps):
        batch = draw(np.random.default_rng([recipe.seed, step]))
        loss = loss_of(net, [tensor.to(accelerator.device) for tensor in batch])
        optimiser.zero_grad()
        accelerator.backward(loss)
        accelerator.clip_grad_norm_(net.parameters(), 1.0)
        optimiser.step()
        cycle.step()
        tell(step, loss.item())
        now = time.monotonic()
        over = budget_s is not None and now - started > budget_s
        if folder is not None and (over or now - saved > checkpoint_s or step == recipe.steps - 1):
            _save(accelerator, folder, step + 1)
            saved = now
        if over:
            break
    return accelerator.unwrap_model(net).cpu().eval()  # type: ignore[no-any-return]


def _save(accelerator: Accelerator, folder: Path, step: int) -> None:
    with atomic_output(folder) as partial:
        accelerator.save_state(str(partial), safe_serialization=True)
        (partial / "step.json").write_text(json.dumps({"step": step}))


def _resume(accelerator: Accelerator, folder: Path | None) -> int:
    if folder is None or not (folder / "step.json").exists():
        return 0
    accelerator.load_state(str(folder))
    return int(json.loads((folder / "step.json").read_text())["step"])


def export(
    net: nn.Module,
    example: Tensor,
    path: Path,
    *,
    input_name: str,
    output_name: str,
    dynamic: Mapping[int, Any] | None = None,
    others: Sequence[Tensor] = (),
) -> None:
    """Write a net as ONNX and check that it answers as before, on `others` too.

    Args:
        net: In evaluation mode, with one input and one output.
        example: What it is traced with.
        path: The file to write.
        input_name, output_name: What they are called.
        dynamic: Which axes of the input may vary: axis to `torch.export.Dim`.
        others: More inputs, of other sizes, to compare on.
    """
    import onnxruntime

    with atomic_output(path) as partial:
        torch.onnx.export(
            net, (example,), str(partial), input_names=[input_name], output_names=[output_name],
            dynamic_shapes=(dict(dynamic),) if dynamic else None,
            dynamo=True, external_data=False, verbose=False,
        )  # fmt: skip
        forget_its_making(partial)
        session = onnxruntime.InferenceSession(str(partial))
        for given in (example, *others):
            (answer,) = session.run(None, {input_name: given.numpy()})
            with torch.no_grad():
                np.testing.assert_allclose(answer, net(given).numpy(), atol=2e-3)


def forget_its_making(path: Path) -> None:
    """Take out what the exporter notes of the machine it ran on: files, lines, stacks."""
    import onnx

    model = onnx.load(str(path))
    graph = model.graph
    for part in (model, graph, *graph.node, *graph.input, *graph.output, *graph.value_info):
        part.doc_string = ""
        del part.metadata_props[:]
    for function in model.functions:
        for part in (function, *function.node, *function.value_info):
            part.doc_string = ""
            del part.metadata_props[:]
    for weights in graph.initializer:
        weights.doc_string = ""
        del weights.metadata_props[:]
    onnx.save(model, str(path))


def write_card(path: Path, **facts: Any) -> None:
    """Write a model's card: what it is, data and licence, command, seed, measures."""
    write_text(path, json.dumps(facts, indent=2, ensure_ascii=False) + "\n")
