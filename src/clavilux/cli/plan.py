"""``clavilux plan``: music becomes a plan of shots."""

from typing import Annotated

import typer

from clavilux.cli.complaints import warnings_as_lines
from clavilux.cli.options import Beats, Drums, Meter, Tempo, ToEnd


def plan(
    music: Annotated[
        str,
        typer.Argument(
            metavar="MUSIC", help="A MIDI file, a recording, or a plan whose shots are kept."
        ),
    ],
    output: Annotated[
        str,
        typer.Option(
            "-o",
            "--output",
            metavar="FILE",
            help="What to write: .json, .srt, .csv, .edl, .otio, .fcpxml or .xml.",
        ),
    ],
    model: Annotated[
        str | None,
        typer.Option(
            "--model",
            metavar="NAME|FILE",
            help="What makes the clips: procedural (the default), deforum, cogvideox, wan-2.2-5b, "
            "ltx-2 …; docs/plan.md lists them. Or a YAML file for one of yours.",
        ),
    ] = None,
    fps: Annotated[
        str | None,
        typer.Option(
            "--fps", metavar="FPS", help="Of the film: the model's own, or 24 where it makes any."
        ),
    ] = None,
    shortest: Annotated[
        str | None,
        typer.Option("--min", metavar="TIME", help="Shots last that long at least. [default: 1.5]"),
    ] = None,
    longest: Annotated[
        str | None,
        typer.Option("--max", metavar="TIME", help="Shots last that long at most. [default: 6]"),
    ] = None,
    cut: Annotated[
        str | None,
        typer.Option(
            "--cut", metavar="TIMES", help="Where there must be a cut: '12.4,1:05', time code too."
        ),
    ] = None,
    markers: Annotated[
        str | None,
        typer.Option(
            "--markers",
            metavar="FILE",
            help="The same from an editor: EDL, FCPXML, XML, OTIO or CSV.",
        ),
    ] = None,
    overlap: Annotated[
        int | None,
        typer.Option(
            "--overlap",
            metavar="FRAMES",
            min=0,
            help="By how many frames clips of a shot repeat those before. [default: 0]",
        ),
    ] = None,
    prompt: Annotated[
        list[str] | None,
        typer.Option(
            "--prompt",
            metavar="WORDS",
            help="What is to be seen, in all shots or those of a section: 'B: a red storm'. "
            "May be given again.",
        ),
    ] = None,
    neg: Annotated[
        str, typer.Option("--neg", metavar="WORDS", help="Words for what is not wanted.")
    ] = "",
    sound: Annotated[
        str | None,
        typer.Option("--sound", metavar="BOUNCE", help="Your own mix, as given to see."),
    ] = None,
    offset: Annotated[
        str, typer.Option("--offset", metavar="TIME", help="Where in MUSIC your mix begins.")
    ] = "0",
    drums: Drums = None,
    to_end: ToEnd = False,
    tempo: Tempo = None,
    meter: Meter = None,
    beats: Beats = None,
) -> None:
    """Plan the shots of a film to MUSIC: cut on its bars, each made of clips of a model.

    Clips have the smallest number of frames that the model can make and that covers
    them; the plan says which of these are used. Used frames add up to the music.
    The plan goes to FILE as JSON, to be edited and given to see --plan, or as a
    timeline for editors; how much is generated beyond it to standard error.

    Examples:

      clavilux plan song.mp3 -o plan.json --model wan-2.2-5b

      clavilux plan song.mid -o plan.edl --model cogvideox --fps 24 --cut 12.4,1:05

      clavilux plan song.mp3 -o plan.json --prompt "a lake in fog" --prompt "B: a red storm"

      clavilux plan plan.json -o plan.csv --model ltx-2
    """
    import sys

    from clavilux.cli.progress import shown
    from clavilux.pipelines.planning import PlanOptions, plan_with

    options = PlanOptions(
        model=model,
        fps=fps,
        shortest=shortest,
        longest=longest,
        cut=cut,
        markers=markers,
        overlap=overlap,
        prompt=tuple(prompt or ()),
        neg=neg,
        sound=sound,
        offset=offset,
        drums=drums,
        to_end=to_end,
        tempo=tempo,
        meter=meter,
        beats=beats,
    )
    with shown() as progress, warnings_as_lines():
        made = plan_with(options, music, output, progress=progress)
    print(made.summary, file=sys.stderr)
    print(output)
