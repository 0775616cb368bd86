"""``clavilux looks``: every look on one sheet."""

from typing import Annotated

import typer

from clavilux.cli.options import Seed


def looks(
    output: Annotated[
        str,
        typer.Option("-o", "--output", metavar="PICTURE", help="To write: .png, .jpg or .webp."),
    ] = "looks.png",
    look: Annotated[
        list[str] | None,
        typer.Option("--look", metavar="NAME", help="Only this one; may be given again."),
    ] = None,
    palette: Annotated[
        list[str] | None,
        typer.Option(
            "--palette",
            metavar="NAME|COLOURS|PICTURE",
            help="Also show them in this; may be given again.",
        ),
    ] = None,
    seed: Seed = 0,
) -> None:
    """Draw every look, with other seeds and in other palettes, on one sheet.

    The path of the picture goes to standard output.

    Examples:

      clavilux looks -o sheet.png

      clavilux looks --look paper --palette photo.jpg --palette moss
    """
    from clavilux.cli.progress import shown
    from clavilux.pipelines.looks import look_sheet

    with shown() as progress:
        made = look_sheet(
            output, looks=look or (), palettes=palette or (), seed=seed, progress=progress
        )
    print(made)
