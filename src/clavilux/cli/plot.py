"""``clavilux plot``: a piece of music and its curves on one page."""

import sys
from typing import Annotated

import typer

from clavilux.cli.complaints import warnings_as_lines
from clavilux.cli.options import (
    Beats,
    Drums,
    Duration,
    Fps,
    Meter,
    OwnSeed,
    Soundfont,
    Start,
    Tempo,
    ToEnd,
)


def plot(
    music: Annotated[str, typer.Argument(metavar="MUSIC", help="A MIDI file or a recording.")],
    output: Annotated[
        str, typer.Option("-o", "--output", metavar="PNG", help="Picture to write.")
    ] = "plot.png",
    mapping: Annotated[
        str,
        typer.Option(
            "--mapping", metavar="NAME|FILE", help="Which notes move what: a preset or a file."
        ),
    ] = "clavilux",
    fps: Fps = None,
    seed: OwnSeed = None,
    start: Start = "0",
    duration: Duration = None,
    soundfont: Soundfont = None,
    drums: Drums = None,
    to_end: ToEnd = False,
    tempo: Tempo = None,
    meter: Meter = None,
    beats: Beats = None,
) -> None:
    """Draw MUSIC: waveform, notes or hits, sections, beats and what a mapping makes of them.

    The path of the picture goes to standard output; what of a MIDI file is drums, and
    why, to standard error.

    Examples:

      clavilux plot song.mid -o plot.png

      clavilux plot song.mp3 --start 0:30 --duration 16
    """
    from clavilux.cli.progress import shown
    from clavilux.pipelines.plot import plot as draw

    with shown() as progress, warnings_as_lines():
        made = draw(
            music,
            output,
            mapping=mapping,
            fps=fps or "24",
            seed=seed,
            start=start,
            duration=duration,
            soundfont=soundfont,
            drums=drums,
            to_end=to_end,
            tempo=tempo,
            meter=meter,
            beats=beats,
            progress=progress,
            tell=lambda line: print(f"clavilux: {line}", file=sys.stderr),
        )
    print(made)
