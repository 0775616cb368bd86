"""Models: weights that ship with the program, their cards, and how they are run.

    model = load("drums")
    (answer,) = model(inputs)

A model is a folder here: ``model.onnx``; ``card.json``, which says what it was
trained on and under which licence, by which command and seed, and how well it
does; and ``golden.npz``, inputs and outputs that a test replays.
Nothing here needs torch.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clavilux.core.errors import InputError

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """A network ready to run, on one thread."""

    name: str
    session: Any
    """The `onnxruntime.InferenceSession`."""

    def __call__(self, *inputs: NDArray[Any]) -> tuple[NDArray[Any], ...]:
        """Run the network; inputs in the order in which it names them."""
        names = [node.name for node in self.session.get_inputs()]
        return tuple(self.session.run(None, dict(zip(names, inputs, strict=True))))

    @property
    def input_shapes(self) -> list[list[int | str]]:
        """The shape of every input; a name stands for what may vary."""
        return [list(node.shape) for node in self.session.get_inputs()]


def names() -> list[str]:
    """Return the names of the models that ship."""
    return sorted(path.parent.name for path in FOLDER.glob("*/model.onnx"))


def load(name: str, *, weights: str | PathLike[str] | None = None) -> Model:
    """Load a model.

    Args:
        name: One of `names()`.
        weights: An ONNX file to take instead of the one that ships.

    Raises:
        InputError: There is no such model or file, or the file is no network.
    """
    if weights is None and name not in names():
        raise InputError(f"no model is called {name!r}; there are: {', '.join(names())}")
    path = FOLDER / name / "model.onnx" if weights is None else Path(weights)
    if not path.is_file():
        raise InputError(f"there is no file {path}; expected weights as .onnx")
    return Model(name, _session(str(path), path.stat().st_mtime_ns))


def file_in(weights: str | PathLike[str] | None) -> Path | None:
    """Return the ONNX file that `weights` names: itself, or that of a model folder."""
    if weights is None:
        return None
    path = Path(weights)
    return path / "model.onnx" if path.is_dir() else path


def card(name: str) -> Mapping[str, Any]:
    """Return the card of a model that ships."""
    found: Mapping[str, Any] = json.loads((FOLDER / name / "card.json").read_text("utf-8"))
    return found


def golden(name: str) -> tuple[list[NDArray[Any]], list[NDArray[Any]]]:
    """Return inputs and the outputs that a model gave for them when it was made."""
    with np.load(FOLDER / name / "golden.npz") as kept:
        columns = [[kept[key] for key in sorted(kept) if key.startswith(k)] for k in ("in", "out")]
    return columns[0], columns[1]


@lru_cache(maxsize=4)
def _session(path: str, written_ns: int) -> Any:
    """Return the session of a file; `written_ns` tells one version of it from the next."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # its errors share no base class
        first_line = str(error).splitlines()[0]
        raise InputError(f"{path} is no network that can be run: {first_line}") from error
