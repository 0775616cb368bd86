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


def join(folder: Path, other: Path, *, logarithms: bool = False) -> None:
    """Make the model in `folder` answer the mean of its own answer and of another's.

    Args:
        folder: A model folder with one output; rewritten, golden answer and card too.
        other: A model folder of the same form, left as it is.
        logarithms: Whether answers are logarithms, of whose exponentials the mean is taken.

    Raises:
        InputError: The other is no model, or one of another form.
    """
    mine, theirs = (
        load("mine", weights=folder / "model.onnx"),
        load("theirs", weights=other / "model.onnx"),
    )
    if _form(mine) != _form(theirs):
        raise InputError(f"the model in {other} is of another form; expected {_form(mine)}")
    whole = _mean(onnx.load(folder / "model.onnx"), onnx.load(other / "model.onnx"), logarithms)
    with np.load(folder / "golden.npz") as kept:
        asked = {name: kept[name] for name in sorted(kept) if name.startswith("in")}
    answers = [model(*asked.values())[0] for model in (mine, theirs)]
    answer = np.logaddexp(*answers) - np.log(2) if logarithms else (answers[0] + answers[1]) / 2
    with atomic_output(folder / "model.onnx") as unfinished:
        onnx.save(whole, unfinished)
        found = load("whole", weights=unfinished)(*asked.values())[0]
        np.testing.assert_allclose(found, answer, atol=1e-4 if logarithms else 1e-5)
    with atomic_output(folder / "golden.npz") as unfinished, unfinished.open("wb") as file:
        np.savez_compressed(file, **asked, out0=found)
    facts, others = (json.loads((f / "card.json").read_text("utf-8")) for f in (folder, other))
    facts["parameters"] += others["parameters"]
    facts["beside"] = {key: others[key] for key in ("data", "licence", "command", "seed")}
    write_card(folder / "card.json", **facts)


def _form(model: Model) -> list[Any]:
    """Return the inputs and outputs of a model."""
    nodes = [*model.session.get_inputs(), *model.session.get_outputs()]
    return [(node.name, node.type, len(node.shape), node.shape[1:2]) for node in nodes]


def _mean(one: onnx.ModelProto, other: onnx.ModelProto, logarithms: bool) -> onnx.ModelProto:
    """Put two graphs beside each other, with one set of inputs; take the mean of their outputs."""
    given, (answer,) = list(one.graph.input), one.graph.output
    parts = [compose.add_prefix(model, f"{i}/") for i, model in enumerate((one, other))]
    for i, part in enumerate(parts):
        shared = {f"{i}/{node.name}": node.name for node in given}
        for node in part.graph.node:
            node.input[:] = [shared.get(name, name) for name in node.input]
    both = [f"{i}/{answer.name}" for i in range(2)]
    half = helper.make_tensor("half", onnx.TensorProto.FLOAT, [], [0.5])
    nodes = [node for part in parts for node in part.graph.node]
    if logarithms:
        nodes += [helper.make_node("Exp", [name], [f"{name}/exp"]) for name in both]
        both = [f"{name}/exp" for name in both]
    last = "mean" if logarithms else answer.name
    nodes += [
        helper.make_node("Add", both, ["sum"]), helper.make_node("Mul", ["sum", "half"], [last])
    ]  # fmt: skip
    if logarithms:
        nodes.append(helper.make_node("Log", [last], [answer.name]))
    weights = [tensor for part in parts for tensor in part.graph.initializer]
    graph = helper.make_graph(nodes, "committee", given, [answer], [*weights, half])
    return helper.make_model(graph, opset_imports=one.opset_import, ir_version=one.ir_version)
