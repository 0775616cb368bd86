"""``clavilux train``: make the models that ship, or other ones."""

from pathlib import Path
from typing import Annotated

import typer

from clavilux.core.errors import ArgumentError, InputError

app = typer.Typer(
    help="Train the models (needs the train extra).", no_args_is_help=True, rich_markup_mode=None
)


@app.callback()
def root() -> None:
    """Train the models (needs the train extra)."""


@app.command("drums")
def drums(
    model: Annotated[
        str, typer.Option("--model", metavar="NAME", help="geometry or r3d18.")
    ] = "geometry",
    head: Annotated[
        str, typer.Option("--head", metavar="NAME", help="Of r3d18: binary or multilabel.")
    ] = "multilabel",
    output: Annotated[
        str, typer.Option("-o", "--output", metavar="FOLDER", help="Where the model is written.")
    ] = "drums-model",
    clips: Annotated[
        int | None,
        typer.Option(
            "--clips",
            metavar="N",
            min=1,
            help="Films to make and learn from; 4200 if not given, 100 for r3d18.",
        ),
    ] = None,
    steps: Annotated[
        int | None,
        typer.Option("--steps", metavar="N", min=1, help="15000 if not given, 1000 for r3d18."),
    ] = None,
    seed: Annotated[int, typer.Option("--seed", metavar="N", min=0)] = 0,
    cache: Annotated[
        str, typer.Option("--cache", metavar="FOLDER", help="Where features and checkpoints lie.")
    ] = ".cache/drums",
    beside: Annotated[
        str | None,
        typer.Option(
            "--beside",
            metavar="FOLDER",
            help="Another geometry model: what is written gives the mean of both answers.",
        ),
    ] = None,
    data: Annotated[
        str | None,
        typer.Option(
            "--data", metavar="FOLDER", help="Learn from a data set, or films with MIDI beside."
        ),
    ] = None,
    split: Annotated[
        str | None, typer.Option("--split", metavar="NAME", help="Of --data. [default: train]")
    ] = None,
    weights: Annotated[
        str | None,
        typer.Option("--weights", metavar="FILE", help="torchvision's r3d_18 weights to begin at."),
    ] = None,
) -> None:
    """Train the reader of drums in films. What was stopped goes on from its last checkpoint.

    Example:

      clavilux train drums --model geometry -o my-drums

      clavilux train drums --data data/ --steps 3000 -o my-drums
    """
    if model not in ("geometry", "r3d18"):
        raise InputError(f"no model is called {model!r}; there are: geometry, r3d18")
    if head not in ("binary", "multilabel"):
        raise InputError(f"no head is called {head!r}; there are: binary, multilabel")
    if model == "geometry":
        useless = {"head": head != "multilabel", "weights": weights is not None}
    else:
        useless = {"beside": beside is not None, "data": data is not None}
    useless["split"] = split is not None and data is None
    if data is not None:
        useless["clips"] = clips is not None
    _refuse(useless)
    _check_paths(output, data, weights, beside)
    from clavilux.cli.progress import shown
    from clavilux.training.entrance import train_drums, train_r3d18

    usual = (4200, 15000) if model == "geometry" else (100, 1000)
    clips, steps = clips or usual[0], steps or usual[1]
    with shown() as progress:
        if model == "geometry":
            written = train_drums(
                Path(output), n_clips=clips, steps=steps, seed=seed, cache=Path(cache),
                beside=Path(beside) if beside else None,
                data=Path(data) if data else None, split=split, progress=progress,
            )  # fmt: skip
        else:
            written = train_r3d18(
                Path(output), head=head, n_films=clips, steps=steps, seed=seed,
                cache=Path(cache), weights=Path(weights) if weights else None, progress=progress,
            )  # fmt: skip
    print(written)


@app.command("chords")
def chords(
    data: Annotated[
        str | None, typer.Option("--data", metavar="FOLDER", help="MuVi-Sync, in either layout.")
    ] = None,
    output: Annotated[
        str, typer.Option("-o", "--output", metavar="FOLDER", help="Where the model is written.")
    ] = "chords-model",
    steps: Annotated[
        int | None,
        typer.Option("--steps", metavar="N", min=1, help="2000 if not given, 450 for amt."),
    ] = None,
    seed: Annotated[
        int | None, typer.Option("--seed", metavar="N", min=0, help="[default: 0]")
    ] = None,
    cache: Annotated[
        str, typer.Option("--cache", metavar="FOLDER", help="Where checkpoints lie.")
    ] = ".cache/chords",
    model: Annotated[
        str, typer.Option("--model", metavar="NAME", help="form, or amt as in Video2Music.")
    ] = "form",
    beside: Annotated[
        str | None,
        typer.Option(
            "--beside",
            metavar="FOLDER",
            help="Another form model: what is written gives the mean of both answers.",
        ),
    ] = None,
    weights: Annotated[
        str | None,
        typer.Option(
            "--weights",
            metavar="FILE",
            help="Of amt: Video2Music's checkpoint, to be taken over without training.",
        ),
    ] = None,
) -> None:
    """Train the writer of chords. What was stopped goes on from its last checkpoint.

    Examples:

      clavilux train chords --data muvi-sync -o my-chords

      clavilux train chords --model amt --weights best_loss_weights.pickle -o amt
    """
    if model not in ("form", "amt"):
        raise InputError(f"no model is called {model!r}; there are: amt, form")
    useless = {"weights": weights is not None and model != "amt"}
    useless["beside"] = beside is not None and model != "form"
    if weights is not None:
        useless |= {"data": data is not None, "steps": steps is not None, "seed": seed is not None}
    _refuse(useless)
    if data is None and weights is None:
        raise ArgumentError("`data` is missing; name the folder of MuVi-Sync, in either layout")
    _check_paths(output, data, weights)
    from clavilux.cli.progress import shown
    from clavilux.training.entrance import train_chords

    with shown() as progress:
        print(
            train_chords(
                Path(output), model=model, data=Path(data) if data else None, steps=steps,
                seed=seed or 0, weights=Path(weights) if weights else None,
                beside=Path(beside) if beside else None, cache=Path(cache) / f"{model}-{seed or 0}",
                progress=progress,
            )
        )  # fmt: skip


@app.command("dynamics")
def dynamics(
    data: Annotated[
        str, typer.Option("--data", metavar="FOLDER", help="MuVi-Sync, in either layout.")
    ],
    output: Annotated[
        str, typer.Option("-o", "--output", metavar="FOLDER", help="Where the model is written.")
    ] = "dynamics-model",
    model: Annotated[
        str, typer.Option("--model", metavar="NAME", help="ridge, or bigru as in Video2Music.")
    ] = "ridge",
    steps: Annotated[
        int | None, typer.Option("--steps", metavar="N", min=1, help="Of bigru. [default: 300]")
    ] = None,
    seed: Annotated[
        int | None, typer.Option("--seed", metavar="N", min=0, help="Of bigru. [default: 0]")
    ] = None,
    cache: Annotated[
        str | None,
        typer.Option("--cache", metavar="FOLDER", help="Of bigru: where checkpoints lie."),
    ] = None,
    weights: Annotated[
        str | None,
        typer.Option(
            "--weights",
            metavar="FILE",
            help="Of bigru: Video2Music's checkpoint, to be taken over without training.",
        ),
    ] = None,
) -> None:
    """Learn from songs how loud and how dense music for a film is, second by second.

    Example:

      clavilux train dynamics --data muvi-sync -o my-dynamics
    """
    if model not in ("ridge", "bigru"):
        raise InputError(f"no model is called {model!r}; there are: bigru, ridge")
    given = {"steps": steps, "seed": seed, "cache": cache}
    idle = given | {"weights": weights} if model == "ridge" else given if weights else {}
    _refuse({name: value is not None for name, value in idle.items()})
    _check_paths(output, data, weights)
    from clavilux.cli.progress import shown
    from clavilux.training.entrance import train_dynamics

    with shown() as progress:
        print(
            train_dynamics(
                Path(output), model=model, data=Path(data), steps=steps, seed=seed or 0,
                weights=Path(weights) if weights else None,
                cache=Path(cache or ".cache/dynamics"), progress=progress,
            )
        )  # fmt: skip


def _refuse(useless: dict[str, bool]) -> None:
    """Raise an error if an option is given that does nothing."""
    for name in (name for name, given in useless.items() if given):
        raise ArgumentError(f"`{name}` does nothing here; leave it out")


def _check_paths(
    output: str, data: str | None, weights: str | None, beside: str | None = None
) -> None:
    """Raise an error if what is read is not there, or what is written is a file."""
    for name, folder in (("data", data), ("beside", beside)):
        if folder is not None and not Path(folder).is_dir():
            raise ArgumentError(f"`{name}` {folder} is no folder")
    if weights is not None and not Path(weights).is_file():
        raise ArgumentError(f"`weights` {weights} is no file")
    if Path(output).exists() and not Path(output).is_dir():
        raise ArgumentError(f"`output` {output} is a file; expected a folder")
