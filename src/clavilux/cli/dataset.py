"""``clavilux dataset``: paired music and film, made, checked, counted, passed on and fetched."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clavilux.cli.dataset_soundtrack import TwoWords, make_soundtrack
from clavilux.cli.options import Seed

if TYPE_CHECKING:
    from clavilux.dataset.making import Report
    from clavilux.dataset.recipe import Recipe

app = typer.Typer(
    cls=TwoWords,
    help="Make, verify, count, export and fetch data sets of paired music and film.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

_Data = Annotated[
    Path, typer.Argument(metavar="DATA", help="A data set's folder, ours or V2MIDI's.")
]


class Layout(StrEnum):
    """Under which names the files of an example lie."""

    CLAVILUX = "clavilux"
    V2MIDI = "v2midi"


class Format(StrEnum):
    """What a data set can be exported as."""

    VIDEOFOLDER = "videofolder"
    WEBDATASET = "webdataset"


class Record(StrEnum):
    """Public data sets that can be fetched."""

    V2MIDI = "v2midi"
    MUVI_SYNC = "muvi-sync"


@app.command("make")
def make(
    midi: Annotated[
        Path | None,
        typer.Argument(metavar="[MIDI_FOLDER]", help="MIDI files; made-up drums if absent."),
    ] = None,
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="OUT", help="The data set's folder.")
    ] = ...,  # type: ignore[assignment]
    count: Annotated[int, typer.Option(min=1, max=10_000_000, help="How many examples.")] = 10,
    duration: Annotated[
        str, typer.Option(metavar="TIME", help="How long each is; 16 or 0:16.")
    ] = "16",
    fps: Annotated[str, typer.Option("--fps", metavar="FPS", help="Video frames a second.")] = "24",
    size: Annotated[
        str, typer.Option("--size", metavar="SIZE", help="Such as 256 or 720p.")
    ] = "256",
    look: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="A look to draw from; again for more; all if absent."),
    ] = None,
    mapping: Annotated[
        str,
        typer.Option(
            "--mapping", metavar="NAME|FILE", help="Which notes move what: a preset or a file."
        ),
    ] = "clavilux",
    themes: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Prompts to draw from: a folder or a file a theme."),
    ] = None,
    metre_free: Annotated[
        float,
        typer.Option(metavar="SHARE", min=0, max=1, help="Of made-up drums: those without metre."),
    ] = 0.5,
    layout: Annotated[
        Layout, typer.Option(help="Names of folders and files: ours or V2MIDI's.")
    ] = Layout.CLAVILUX,
    quality: Annotated[
        int, typer.Option(metavar="CRF", min=0, max=51, help="Of the films; lower is better.")
    ] = 18,
    seed: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            min=0,
            help="Draws the examples; if absent, films of MIDI files have the seed of their notes.",
        ),
    ] = None,
    workers: Annotated[
        int, typer.Option(metavar="N", min=1, max=1024, help="Processes on this machine.")
    ] = 1,
    ray: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS|auto|local", help="Work on a Ray cluster instead."),
    ] = None,
    cpus: Annotated[
        float, typer.Option(metavar="N", min=0.1, help="On Ray: processors for each example.")
    ] = 1.0,
    gpus: Annotated[
        float, typer.Option(metavar="N", min=0, help="On Ray: GPUs for each example.")
    ] = 0.0,
    renderer: Annotated[
        str, typer.Option(metavar="NAME", help="Who draws: procedural, deforum-api.")
    ] = "procedural",
    url: Annotated[
        list[str] | None,
        typer.Option(metavar="URL", help="A Deforum server's address; again for more."),
    ] = None,
    start_server: Annotated[
        str | None, typer.Option(metavar="CMD", help="Starts a Deforum server of our own.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what it would cost, and make nothing.")
    ] = False,
) -> None:
    """Make COUNT examples of music, schedule and film, each with its sound and a record.

    Each example appears whole or not at all. Stopped in whatever way, the same command
    goes on where it was. With a greater COUNT a data set grows. The folder goes to standard
    output; exits 1 when examples could not be made, which OUT/failures.jsonl lists.

    Examples:

      clavilux dataset make -o data --count 1000 --workers 2

      clavilux dataset make midi/ -o data --count 40000 --layout v2midi --dry-run

      clavilux dataset make -o /shared/data --count 40000 --ray auto
    """
    from clavilux.cli.complaints import warnings_as_lines
    from clavilux.cli.progress import shown
    from clavilux.core import arguments
    from clavilux.core.errors import ArgumentError
    from clavilux.dataset.executors import EXECUTORS, Executor
    from clavilux.dataset.making import make as make_dataset
    from clavilux.dataset.making import reckon
    from clavilux.render import RENDERERS

    if renderer != "deforum-api" and (url or start_server):
        useless = "url" if url else "start_server"
        raise ArgumentError(f"`{useless}` is for the renderer deforum-api; leave it out")
    if ray is None and (cpus, gpus) != (1.0, 0.0):
        useless = "cpus" if cpus != 1.0 else "gpus"
        raise ArgumentError(f"`{useless}` is for a Ray cluster; give `ray`, or leave it out")
    if ray is not None and workers != 1:
        raise ArgumentError("`workers` are processes on this machine, not on `ray`; leave one out")
    if midi is not None and metre_free != 0.5:
        raise ArgumentError("`metre_free` is for made-up drums, not MIDI files; leave it out")
    _check_folder(output)
    arguments.frame_rate(fps)
    RENDERERS.make(renderer, **({"urls": url} if url else {}))  # says what is wrong, if anything
    width, height = arguments.size(size)
    recipe = _recipe(
        seed=seed,
        midi=None if midi is None else str(midi.resolve()),
        metre_free=metre_free,
        duration_s=arguments.length(duration),
        frame_rate=fps,
        width=width,
        height=height,
        mapping=mapping,
        themes=None if themes is None else str(themes.resolve()),
        renderer=renderer,
        quality=quality,
        layout=layout.value,
        **({"looks": tuple(look)} if look else {}),
    )
    if dry_run:
        _say_cost(reckon(recipe, output, count=count), count, workers)
        return
    executor: Executor | str = "pool"
    if ray is not None:
        executor = EXECUTORS.make("ray", address=ray, cpus=cpus, gpus=gpus)
    options: dict[str, Any] = {"urls": url, "start_server": start_server} if url else {}
    with shown() as progress, warnings_as_lines():
        report = make_dataset(
            recipe,
            output,
            count=count,
            executor=executor,
            workers=workers,
            renderer_options=options,
            progress=progress,
        )
    _say(report, output)


def _check_folder(output: Path) -> None:
    from clavilux.core.errors import ArgumentError

    if output.exists() and not output.is_dir():
        raise ArgumentError(f"`output` {output} is a file; expected a folder")


def _recipe(**fields: Any) -> "Recipe":
    from pydantic import ValidationError

    from clavilux.core.errors import InputError
    from clavilux.dataset.recipe import Recipe

    try:
        return Recipe(**fields)
    except ValidationError as error:
        found = error.errors()[0]
        name = ".".join(str(part) for part in found["loc"])
        raise InputError(f"{name} is {found['input']!r}: {found['msg'].lower()}") from error


def _say(report: "Report", output: Path) -> None:
    print(output)
    if report.n_made:
        rate = report.n_made / report.wall_s * 3600
        print(f"{report.n_made} made, {rate:.0f} an hour", file=sys.stderr)
    if report.failures:
        first = next(iter(report.failures.values()))
        print(
            f"clavilux: {len(report.failures)} examples could not be made, the first: {first}; "
            f"see {output / 'failures.jsonl'}",
            file=sys.stderr,
        )
        raise typer.Exit(1)


def _say_cost(cost: Any, count: int, workers: int) -> None:
    from clavilux.cli.progress import clock

    n = cost.n_missing
    print(f"examples:  {n} to make, {count - n} there")
    print(f"time:      {clock(n * cost.seconds_each / workers)} with {workers} free processors,")
    print(f"           {cost.seconds_each:.1f} s each")
    print(f"storage:   {n * cost.bytes_each / 1e9:.2f} GB, {cost.bytes_each / 1e6:.2f} MB each")
    print(f"files:     {n * cost.files_each} in {n} folders")


app.command("make soundtrack")(make_soundtrack)


@app.command("verify")
def verify(
    data: _Data,
    sample: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="Only N examples, drawn at random.")
    ] = None,
    seed: Seed = 0,
) -> None:
    """Decode every film of DATA, count its frames, hold its hits against the MIDI file.

    Finds tampering, films cut short and films out of time. Each problem is a line on
    standard output. Exits 0 when there is none, 2 when there are some.

    Examples:

      clavilux dataset verify data

      clavilux dataset verify data --sample 20
    """
    from clavilux.cli.progress import shown
    from clavilux.dataset.verifying import verify as verify_dataset

    n_examples = n_problems = 0
    with shown() as progress:
        for name, problems in verify_dataset(data, sample=sample, seed=seed, progress=progress):
            n_examples += 1
            n_problems += len(problems)
            for problem in problems:
                print(f"{name}: {problem}")
    print(f"{n_examples} examples, {n_problems} problems", file=sys.stderr)
    if n_problems:
        raise typer.Exit(2)


@app.command("stats")
def stats(
    data: _Data,
    plots: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="PNG", help="Picture to write.")
    ] = None,
) -> None:
    """Count what is in DATA: splits, looks, themes, tempi, hits of each drum, hours and bytes.

    Examples:

      clavilux dataset stats data -o stats.png
    """
    from clavilux.core import arguments
    from clavilux.dataset.counting import count, plot, table

    if plots is not None:
        arguments.target(plots, (".png",))
    found = count(data)
    print(table(found))
    if plots is not None:
        plot(found, plots)
        print(plots)


@app.command("export")
def export(
    data: _Data,
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="OUT", help="A new or empty folder.")
    ],
    format: Annotated[
        Format, typer.Option("--format", help="For Hugging Face, or shards for WebDataset.")
    ] = Format.VIDEOFOLDER,
    shard_mb: Annotated[
        int, typer.Option("--shard-mb", metavar="MB", min=1, help="Size of a shard, about.")
    ] = 500,
    name: Annotated[str, typer.Option(metavar="NAME", help="What the card calls it.")] = "",
    license: Annotated[
        str, typer.Option(metavar="ID", help="The licence that the card names.")
    ] = "cc0-1.0",
) -> None:
    """Write DATA for others: a Hugging Face videofolder with a card, or WebDataset shards.

    Examples:

      clavilux dataset export data -o hub --name you/midivideo

      clavilux dataset export data -o shards --format webdataset
    """
    from clavilux.cli.progress import shown
    from clavilux.core.errors import ArgumentError
    from clavilux.dataset.exporting import to_videofolder, to_webdataset

    if format is Format.VIDEOFOLDER and shard_mb != 500:
        raise ArgumentError("`shard_mb` is for WebDataset's shards; leave it out")
    if format is Format.WEBDATASET and (name or license != "cc0-1.0"):
        useless = "name" if name else "license"
        raise ArgumentError(f"`{useless}` is for the card of a videofolder; leave it out")
    with shown() as progress:
        if format is Format.VIDEOFOLDER:
            to_videofolder(data, output, name=name or data.name, license=license, progress=progress)
        else:
            to_webdataset(data, output, shard_bytes=shard_mb * 1_000_000, progress=progress)
    print(output)


@app.command("fetch")
def fetch(
    record: Annotated[Record, typer.Argument(metavar="NAME", help="v2midi or muvi-sync.")],
    output: Annotated[Path, typer.Option("-o", "--output", metavar="OUT", help="Where to put it.")],
    data: Annotated[
        Path | None,
        typer.Option("--data", metavar="DIR", help="A copy you have, checked instead of fetched."),
    ] = None,
    only: Annotated[
        str | None, typer.Option(metavar="GLOB", help="Only files whose names match.")
    ] = None,
) -> None:
    """Fetch a public data set from its record, every file checked against its checksum.

    What is there and right is not fetched again.

    Examples:

      clavilux dataset fetch muvi-sync -o muvi

      clavilux dataset fetch v2midi -o v2midi --data /mnt/copies/v2midi
    """
    from clavilux.cli.progress import shown
    from clavilux.core.errors import ArgumentError
    from clavilux.dataset.fetching import fetch as fetch_dataset

    if data is not None and not data.is_dir():
        raise ArgumentError(f"`data` {data} is no folder; expected one with a copy of the files")
    _check_folder(output)

    with shown() as progress:
        n = fetch_dataset(record.value, output, local=data, only=only, progress=progress)
    print(f"{n} files", file=sys.stderr)
    print(output)
