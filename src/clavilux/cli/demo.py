"""``clavilux demo``: a short piece of our own becomes a film."""

from typing import Annotated

import typer

from clavilux.cli.options import Seed, SizeText


def demo(
    output: Annotated[
        str,
        typer.Option("-o", "--output", metavar="FOLDER", help="Where the film and its MIDI go."),
    ] = "out",
    look: Annotated[
        str, typer.Option("--look", metavar="NAME", help="What it is made of.")
    ] = "ink",
    size: SizeText = None,
    seed: Seed = 0,
) -> None:
    """Compose a short piece, turn it into a film and say what to try next.

    Example:

      clavilux demo -o out
    """
    from pathlib import Path

    from clavilux import score
    from clavilux.cli.progress import shown
    from clavilux.compose.demo import demo_score
    from clavilux.core.errors import ArgumentError
    from clavilux.pipelines.drawing import Drawing
    from clavilux.pipelines.see import see
    from clavilux.pipelines.settings import SeeOptions

    folder = Path(output)
    if folder.exists() and not folder.is_dir():
        raise ArgumentError(f"`output` {folder} is a file; expected a folder")
    Drawing.of(SeeOptions(look=look, size=size, seed=seed))  # what is wrong is said before any work
    music, film = folder / "demo.mid", folder / "demo.mp4"
    score.write(demo_score(), music)
    with shown() as progress:
        see(music, film, look=look, size=size, seed=seed, progress=progress)
    print(film)
    typer.echo(
        f"\nThe film is {film}, its music {music}. Try next:\n"
        f"  clavilux see {music} -o {folder / 'glass.mp4'} --look glass --size 720p\n"
        f"  clavilux see YOUR.mid -o film.mp4 --sound YOUR-MIX.wav\n"
        f"  clavilux --help",
        err=True,
    )
