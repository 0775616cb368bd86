"""``clavilux loop``: music becomes a film, the film becomes drums, and both are compared."""

from typing import Annotated

import typer

from clavilux.cli.options import OwnSeed


def loop(
    midi: Annotated[str, typer.Argument(metavar="MIDI", help="A MIDI file with drums.")],
    picture: Annotated[
        str | None,
        typer.Option("-o", "--output", metavar="FILE", help="Both piano rolls, as .png."),
    ] = None,
    json: Annotated[
        str | None, typer.Option("--json", metavar="FILE", help="Write every figure there.")
    ] = None,
    film: Annotated[
        str | None, typer.Option("--film", metavar="FILE", help="Keep the film.")
    ] = None,
    look: Annotated[str, typer.Option("--look", metavar="NAME")] = "ink",
    mapping: Annotated[
        str, typer.Option("--mapping", metavar="NAME", help="A preset or a mapping file.")
    ] = "clavilux",
    size: Annotated[str, typer.Option("--size", metavar="WxH")] = "256",
    fps: Annotated[str, typer.Option("--fps", metavar="FPS")] = "24",
    duration: Annotated[
        str | None, typer.Option("--duration", metavar="TIME", help="Only so much of it.")
    ] = None,
    quality: Annotated[
        int, typer.Option("--quality", metavar="CRF", min=0, max=51, help="Of the film.")
    ] = 18,
    seed: OwnSeed = None,
) -> None:
    """Make a film of MIDI, hear the drums in it, and compare them with those played.

    Says how legible a mapping or a look is: the higher, the more of the music is
    to be seen.

    Example:

      clavilux loop drums.mid -o rolls.png --look coral --mapping v2midi
    """
    from clavilux.cli.progress import shown, tell
    from clavilux.core import arguments
    from clavilux.evaluation.drum_films import FolderReport, lines
    from clavilux.evaluation.loop import draw_loop, go_round, write_loop
    from clavilux.pipelines.settings import SeeOptions

    for target, suffix, name in ((picture, ".png", "output"), (json, ".json", "json")):
        if target:
            arguments.target(target, (suffix,), midi, name=name)
    options = SeeOptions(
        look=look,
        mapping=mapping,
        size=size,
        fps=fps,
        seed=seed,
        duration=duration,
        quality=quality,
    )
    with shown() as progress:
        found = go_round(midi, options=options, film=film, progress=progress, tell=tell)
    for line in lines(FolderReport({found.midi.name: found.report}))[:2]:
        print(line)
    for drum, agreement in found.report.by_drum().items():
        print(f"  {drum:12} {agreement.f1:.3f}  ({agreement.n_reference} played)")
    if picture:
        draw_loop(found, picture)
    if json:
        write_loop(found, json)
