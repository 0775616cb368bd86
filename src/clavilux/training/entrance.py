"""The door to training: what the command line calls. Torch is looked for here, and only here."""

from importlib.util import find_spec
from pathlib import Path

from clavilux.core.errors import InputError, MissingExtra
from clavilux.core.progress import Progress, silent


def train_drums(
    output: Path,
    *,
    n_clips: int,
    steps: int,
    seed: int,
    cache: Path,
    beside: Path | None = None,
    data: Path | None = None,
    split: str | None = None,
    progress: Progress = silent,
) -> Path:
    """Make or measure clips, train the reader over motion features, write a model folder.

    Raises:
        MissingExtra: Torch or one of its companions is not installed.
        InputError: What it shall stand beside is no such reader, or `data` holds no films.
    """
    _check_extra()
    from clavilux.training.drums import train_and_ship

    train_and_ship(
        n_clips=n_clips,
        steps=steps,
        seed=seed,
        cache=cache,
        folder=output,
        beside=beside,
        data=data,
        split=split,
        progress=progress,
    )
    return output / "model.onnx"


def train_r3d18(
    output: Path,
    *,
    head: str,
    n_films: int,
    steps: int,
    seed: int,
    cache: Path,
    weights: Path | None = None,
    progress: Progress = silent,
) -> Path:
    """Render clips, train an R3D-18, write it as ONNX.

    Raises:
        MissingExtra: Torch or one of its companions is not installed.
        InputError: The weights are not an r3d_18's.
    """
    _check_extra()
    import numpy as np
    import torch

    from clavilux.training import loop, r3d
    from clavilux.training.r3d_data import video_clips

    progress(0, steps, "rendering clips")
    clips = video_clips("train", n_films)
    torch.manual_seed(seed)
    net = r3d.R3D18(head)
    if weights is not None:
        try:
            r3d.load_kinetics(net, weights)
        except (ValueError, OSError, RuntimeError) as error:
            raise InputError(str(error)) from error

    def draw(rng: np.random.Generator) -> loop.Batch:
        chosen = [clips[int(i)] for i in rng.integers(0, len(clips), 4)]
        return r3d.batch_of([c.frames for c in chosen], [c.struck for c in chosen], head)

    recipe = loop.Recipe(steps=steps, learning_rate=5e-4, weight_decay=0.0, seed=seed)
    loop.fit(
        net, draw, r3d.loss_of, recipe, folder=cache / f"checkpoint-r3d18-{head}",
        tell=lambda step, loss: progress(step, steps, f"training, loss {loss:.3f}"),
    )  # fmt: skip
    r3d.export(net, output / "model.onnx")
    return output / "model.onnx"


def train_chords(
    output: Path,
    *,
    model: str,
    data: Path | None,
    steps: int | None = None,
    seed: int = 0,
    weights: Path | None = None,
    beside: Path | None = None,
    cache: Path | None = None,
    progress: Progress = silent,
) -> Path:
    """Train a writer of chords, ``form`` or ``amt``, or convert the authors' weights of ``amt``.

    Raises:
        MissingExtra: Torch or one of its companions is not installed.
        InputError: The data or the weights cannot be used.
    """
    _check_extra()
    from clavilux.training import amt, chords

    if weights is not None:
        return amt.convert(weights, output)
    if data is None:
        raise ValueError("data is None; expected a folder of MuVi-Sync, or weights")
    if model == "amt":
        return amt.train_amt(
            data, output, steps=steps or amt.STEPS, seed=seed, cache=cache, progress=progress
        )
    return chords.train_form(
        data, output, steps=steps or chords.STEPS, seed=seed, beside=beside, cache=cache,
        progress=progress,
    )  # fmt: skip


def train_dynamics(
    output: Path,
    *,
    model: str,
    data: Path,
    steps: int | None = None,
    seed: int = 0,
    weights: Path | None = None,
    cache: Path | None = None,
    progress: Progress = silent,
) -> Path:
    """Learn loudness and density, by ``ridge`` or ``bigru``, or convert the authors' biGRU.

    Raises:
        MissingExtra: Torch or one of its companions is not installed.
        InputError: The data or the weights cannot be used.
    """
    _check_extra()
    from clavilux.training import dynamics

    return dynamics.train_dynamics(
        data, output, model=model, steps=steps or dynamics.STEPS, seed=seed, weights=weights,
        cache=cache, progress=progress,
    )  # fmt: skip


def _check_extra() -> None:
    for package in ("torch", "accelerate", "onnx", "onnxscript"):
        if find_spec(package) is None:
            raise MissingExtra(
                f"training needs {package}, which is not installed: pip install 'clavilux[train]'"
            )
