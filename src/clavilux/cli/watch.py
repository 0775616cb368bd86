"""``clavilux watch``: what was seen in a film, as data."""

from typing import Annotated

import typer

from clavilux.cli.complaints import warnings_as_lines


def watch(
    film: Annotated[str, typer.Argument(metavar="FILM", help="A film of any kind and length.")],
    output: Annotated[
        str,
        typer.Option(
            "-o",
            "--output",
            metavar="FILE",
            help="What to write: .json, .csv, .png, or .edl, .otio, .fcpxml, .xml, .srt.",
        ),
    ],
) -> None:
    """Write what is seen in FILM: cuts, dissolves, fades, motion, colours, mood, drums.

    JSON holds everything, CSV ten rows a second, a timeline shots as clips and
    changes as markers, a picture the film with its curves.

    Examples:

      clavilux watch film.mp4 -o seen.json

      clavilux watch film.mp4 -o cuts.edl
    """
    from clavilux.cli.progress import shown
    from clavilux.pipelines.watching import watch as watch_film

    with shown() as progress, warnings_as_lines():
        print(watch_film(film, output, progress=progress))
