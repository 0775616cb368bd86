"""From a trained net to a model folder: ``model.onnx``, ``golden.npz``, ``card.json``."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from clavilux.core.files import atomic_output
from clavilux.training.loop import forget_its_making, write_card

Inputs = Mapping[str, Tensor]
_LARGE = 1024
"""Numbers from which weights are worth halving."""


def ship(
    net: nn.Module,
    folder: Path,
    *,
    inputs: Inputs,
    output_name: str,
    dynamic: Mapping[str, Mapping[int, Any]],
    others: Sequence[Inputs] = (),
    card: Mapping[str, Any],
    atol: float = 2e-3,
    compared: Callable[[NDArray[Any]], NDArray[Any]] = np.asarray,
    halved: bool = False,
    legacy: bool = False,
) -> Path:
    """Write a net as a model folder, and check that ONNX answers as torch does.

    Args:
        net: In evaluation mode.
        folder: Where the three files are written.
        inputs: What it is traced with, by input name, in order; the golden input, too.
        output_name: What its one output is called.
        dynamic: Which axes of each input may vary: axis to `torch.export.Dim`.
        others: Inputs of other sizes to compare on.
        card: What the card says.
        atol: How far the answers may lie apart, in the unit of what is compared.
        compared: What is compared of an answer: probabilities of log-probabilities, say.
        halved: Whether to keep weights in 16 bits; they are counted with in 32.
        legacy: Whether to trace by torch's older exporter, which knows recurrent nets.

    Returns:
        The path of ``model.onnx``.
    """
    import onnxruntime

    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "model.onnx"
    with atomic_output(path) as partial:
        if legacy:
            torch.onnx.export(
                net, tuple(inputs.values()), str(partial), input_names=list(inputs),
                output_names=[output_name], dynamo=False, verbose=False,
                dynamic_axes={
                    name: {axis: str(dim.__name__) for axis, dim in axes.items()}
                    for name, axes in dynamic.items()
                },
            )  # fmt: skip
        else:
            torch.onnx.export(
                net, tuple(inputs.values()), str(partial), input_names=list(inputs),
                output_names=[output_name], dynamo=True, external_data=False, verbose=False,
                dynamic_shapes=tuple(dict(dynamic.get(name, {})) for name in inputs),
            )  # fmt: skip
        forget_its_making(partial)
        if halved:
            halve(partial)
        session = onnxruntime.InferenceSession(str(partial))
        for given in (*others, inputs):
            arrays = {name: tensor.numpy() for name, tensor in given.items()}
            (answer,) = session.run(None, arrays)
            with torch.no_grad():
                wanted = net(*given.values()).numpy()
            np.testing.assert_allclose(compared(answer), compared(wanted), atol=atol)
    with atomic_output(folder / "golden.npz") as partial, partial.open("wb") as file:
        golden = {f"in{i}": array for i, array in enumerate(arrays.values())}
        np.savez_compressed(file, **golden, out0=answer)
    parameters = sum(tensor.numel() for tensor in net.parameters())
    write_card(folder / "card.json", parameters=parameters, **card)
    return path


def halve(path: Path) -> None:
    """Keep a network's large weights in 16 bits: each is cast back when it is loaded."""
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    model = onnx.load(str(path))
    casts = []
    for weights in model.graph.initializer:
        if weights.data_type == TensorProto.FLOAT and np.prod(weights.dims) >= _LARGE:
            name = weights.name
            short = numpy_helper.to_array(weights).astype(np.float16)
            weights.CopyFrom(numpy_helper.from_array(short, f"{name}.half"))
            casts.append(helper.make_node("Cast", [f"{name}.half"], [name], to=TensorProto.FLOAT))
    nodes = [*casts, *model.graph.node]
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    onnx.save(model, str(path))
