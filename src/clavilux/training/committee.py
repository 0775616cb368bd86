"""Committee: two models of one form as one, whose answer is the mean of theirs.

What one net hears wrongly another, trained on other films, often hears rightly.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import compose, helper

from clavilux.core.errors import InputError
from clavilux.core.files import atomic_output
from clavilux.models import Model, load
from clavilux.training.loop import write_card


def join(folder: Path, other: Path) -> None:
    """Make the model in `folder` answer the mean of its own answer and of another's.

    Args:
        folder: A model folder with one input and one output; rewritten, golden answer and card too.
        other: A model folder of the same form, left as it is.

    Raises:
        InputError: The other is no model, or one of another form.
    """
    mine, theirs = (
        load("mine", weights=folder / "model.onnx"),
        load("theirs", weights=other / "model.onnx"),
    )
    if _form(mine) != _form(theirs):
        raise InputError(f"the model in {other} is of another form; expected {_form(mine)}")
    whole = _mean(onnx.load(folder / "model.onnx"), onnx.load(other / "model.onnx"))
    with np.load(folder / "golden.npz") as kept:
        asked = kept["in0"]
    answer = (mine(asked)[0] + theirs(asked)[0]) / 2
    with atomic_output(folder / "model.onnx") as unfinished:
        onnx.save(whole, unfinished)
        found = load("whole", weights=unfinished)(asked)[0]
        np.testing.assert_allclose(found, answer, atol=1e-5)
    with atomic_output(folder / "golden.npz") as unfinished, unfinished.open("wb") as file:
        np.savez(file, in0=asked, out0=found)
    facts, others = (json.loads((f / "card.json").read_text("utf-8")) for f in (folder, other))
    facts["parameters"] += others["parameters"]
    facts["beside"] = {key: others[key] for key in ("data", "licence", "command", "seed")}
    write_card(folder / "card.json", **facts)


def _form(model: Model) -> list[Any]:
    """Give the inputs and outputs of a model."""
    nodes = [*model.session.get_inputs(), *model.session.get_outputs()]
    return [(node.name, node.type, len(node.shape), node.shape[1]) for node in nodes]


def _mean(one: onnx.ModelProto, other: onnx.ModelProto) -> onnx.ModelProto:
    """Put two graphs beside each other, with one input, and take the mean of their outputs."""
    (given,), (answer,) = one.graph.input, one.graph.output
    parts = [compose.add_prefix(model, f"{i}/") for i, model in enumerate((one, other))]
    for i, part in enumerate(parts):
        for node in part.graph.node:
            names = [given.name if name == f"{i}/{given.name}" else name for name in node.input]
            node.input[:] = names
    both = [f"{i}/{answer.name}" for i in range(2)]
    half = helper.make_tensor("half", onnx.TensorProto.FLOAT, [], [0.5])
    graph = helper.make_graph(
        [node for part in parts for node in part.graph.node]
        + [
            helper.make_node("Add", both, ["sum"]),
            helper.make_node("Mul", ["sum", "half"], [answer.name]),
        ],
        "committee",
        [given],
        [answer],
        [tensor for part in parts for tensor in part.graph.initializer] + [half],
    )
    return helper.make_model(graph, opset_imports=one.opset_import, ir_version=one.ir_version)
