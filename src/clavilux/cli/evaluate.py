"""``clavilux evaluate``: how well films are heard, as numbers."""

from pathlib import Path
from typing import Annotated

import typer

from clavilux.core.errors import ArgumentError

app = typer.Typer(
    help="Measure how well films are heard.", no_args_is_help=True, rich_markup_mode=None
)

Folder = Annotated[
    str,
    typer.Argument(metavar="FOLDER", help="Films; for drums with MIDI of the same name beside."),
]
Json = Annotated[
    str | None, typer.Option("--json", metavar="FILE", help="Write everything there as JSON.")
]


def _check_json(json: str | None) -> None:
    """Find out before any work whether the figures could be written."""
    from clavilux.core import arguments

    if json is not None:
        arguments.target(json, (".json",), name="json")


@app.command("drums")
def drums(
    folder: Folder,
    json: Json = None,
    model: Annotated[
        str, typer.Option("--model", metavar="NAME", help="geometry or r3d18.")
    ] = "geometry",
    weights: Annotated[
        str | None, typer.Option("--weights", metavar="FILE", help="The model's, as .onnx.")
    ] = None,
    head: Annotated[
        str, typer.Option("--head", metavar="NAME", help="Of r3d18: binary or multilabel.")
    ] = "multilabel",
    split: Annotated[
        str | None, typer.Option("--split", metavar="NAME", help="Of a data set: such as test.")
    ] = None,
) -> None:
    """Transcribe the drums of every film of FOLDER and compare them with the MIDI file beside it.

    FOLDER may be a data set of any layout, as dataset make and export write them. Below
    the films stand controls, which don't look at the pictures.

    Examples:

      clavilux evaluate drums films/ --json drums.json

      clavilux evaluate drums data/ --split test
    """
    from clavilux.cli.progress import shown
    from clavilux.evaluation.drum_films import evaluate_folder, lines, write_json
    from clavilux.pipelines.drums import DrumSettings

    _check_json(json)
    if model not in (known := ("geometry", "r3d18")):
        raise ArgumentError(f"no `model` is called {model!r}; there are: {', '.join(known)}")
    if head != "multilabel" and model != "r3d18":
        raise ArgumentError("`head` is for the model r3d18; name that with `model`")
    settings = DrumSettings(model=model, weights=weights, head=head)
    settings.check()
    with shown() as progress:
        found = evaluate_folder(folder, settings, progress, split=split)
    for line in lines(found):
        print(line)
    if json:
        write_json(found, json)


@app.command("soundtrack")
def soundtrack(
    films: Annotated[
        list[str],
        typer.Argument(
            metavar="FOLDER|FILM [SOUNDTRACK...]",
            help="Films to compose for; or a film, and soundtracks of it to compare: MIDI, "
            "recordings, scored films, names of chord writers.",
        ),
    ],
    json: Json = None,
) -> None:
    """Measure how well music fits films: ours for every film of FOLDER, or any for one FILM.

    Compared are cuts met, how loudness follows motion (beside the film moved in time), how
    notes and harmony change with the picture, key and chords as heard, and how alike the
    soundtracks are.

    Examples:

      clavilux evaluate soundtrack films/ --json soundtracks.json

      clavilux evaluate soundtrack film.mp4 theory form other.mid scored.mp4
    """
    from clavilux.cli.progress import shown
    from clavilux.evaluation import soundtrack_compare, soundtrack_films

    _check_json(json)
    first, *others = films
    if Path(first).is_dir():
        if others:
            raise ArgumentError(f"{first} is a folder: its films get our music; compare one film")
        with shown() as progress:
            report = soundtrack_films.evaluate_folder(first, progress)
        table = soundtrack_films.lines(report)
        if json:
            soundtrack_films.write_json(report, json)
    else:
        if not others:
            raise ArgumentError(f"name soundtracks of {first} to compare: files, or theory, form")
        with shown() as progress:
            found = soundtrack_compare.compare(first, others, progress)
        table = soundtrack_compare.lines(found)
        if json:
            soundtrack_compare.write_json(found, json)
    for line in table:
        print(line)


_Data = Annotated[
    str, typer.Option("--data", metavar="FOLDER", help="MuVi-Sync, in either layout.")
]
_Split = Annotated[str, typer.Option("--split", metavar="NAME", help="train, val or test.")]


@app.command("chords")
def chords(
    data: _Data,
    split: _Split = "test",
    json: Json = None,
    weights: Annotated[
        str | None,
        typer.Option("--weights", metavar="FOLDER", help="One more net, from train chords."),
    ] = None,
) -> None:
    """Predict every second's chord of songs, and compare with baselines that try.

    Example:

      clavilux evaluate chords --data muvi-sync --split test --json chords.json
    """
    from clavilux.evaluation.learnt_chords import records

    _check_json(json)
    _tell(records(data, split, weights), json)


@app.command("dynamics")
def dynamics(
    data: _Data,
    split: _Split = "test",
    json: Json = None,
    weights: Annotated[
        str | None,
        typer.Option("--weights", metavar="FOLDER", help="One more model, from train dynamics."),
    ] = None,
) -> None:
    """Predict how loud and how dense the music of songs is from their films, beside baselines.

    Example:

      clavilux evaluate dynamics --data muvi-sync --split test --json dynamics.json
    """
    from clavilux.evaluation.learnt_dynamics import records

    _check_json(json)
    _tell(records(data, split, weights), json)


def _tell(found: list[dict[str, str | float | None]], json: str | None) -> None:
    """Print records, and write them."""
    import json as as_json

    from clavilux.core.files import write_text

    for record in found:
        figures = (f"{k} {v:.3f}" for k, v in record.items() if isinstance(v, float))
        print(f"{record['name']}: {', '.join(figures)}")
    if json:
        write_text(Path(json), as_json.dumps(found, indent=2) + "\n")
