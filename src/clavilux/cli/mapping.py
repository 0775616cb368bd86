"""``clavilux mapping``: look at what a mapping does before a film is made with it."""

from typing import Annotated

import typer

from clavilux.cli.options import Duration, Fps, OwnSeed, Start

app = typer.Typer(
    help="Check a mapping, or plot what it makes of a piece of music.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

_File = Annotated[
    str, typer.Argument(metavar="MAPPING", help="A mapping's file, or a preset's name.")
]


@app.command("check")
def check(
    file: _File,
    music: Annotated[
        str | None,
        typer.Option("--music", metavar="MUSIC", help="Also count what each rule hears in it."),
    ] = None,
) -> None:
    """Read MAPPING and say what each rule does; exit 2 where it is wrong.

    Examples:

      clavilux mapping check my.yaml

      clavilux mapping check clavilux --music song.mid
    """
    from clavilux.schedule import mapping as mappings

    mapping = mappings.load(file)
    heard: list[int | None] = [None] * len(mapping.rules)
    if music is not None:
        from clavilux.pipelines.music import open_music

        opened = open_music(music)
        found = mappings.pulses(mapping, opened.heard, facts=opened.facts)
        heard = [len(part.time_s) for part in found]
    print(f"{mapping.name}: {len(mapping.rules)} rules, {len(mapping.parameters)} parameters")
    for rule, count in zip(mapping.rules, heard, strict=True):
        times = "" if count is None else f"  {count} times" if count else "  never"
        print(f"  {rule.source.kind:>10} → {rule.target:<15} {rule.mode:<10} {rule.name}{times}")


@app.command("plot")
def plot(
    file: _File,
    music: Annotated[
        str | None,
        typer.Option(
            "--music", metavar="MUSIC", help="A MIDI file or a recording; a short beat if absent."
        ),
    ] = None,
    output: Annotated[
        str, typer.Option("-o", "--output", metavar="PNG", help="Picture to write.")
    ] = "mapping.png",
    fps: Fps = "24",
    seed: OwnSeed = None,
    start: Start = "0",
    duration: Duration = None,
) -> None:
    """Draw the curves that MAPPING makes of a piece of music.

    The path of the picture goes to standard output.

    Examples:

      clavilux mapping plot clavilux --music song.mid -o plot.png

      clavilux mapping plot my.yaml --music song.mid --start 0:30 --duration 8
    """
    from clavilux.cli.progress import tell
    from clavilux.core import arguments
    from clavilux.core.errors import ArgumentError
    from clavilux.core.timeline import FrameClock
    from clavilux.core.values import Facts, Score
    from clavilux.draw.curves import plot_curves
    from clavilux.schedule import mapping as mappings
    from clavilux.schedule.mapping import example

    mapping, frame_rate = mappings.load(file), arguments.frame_rate(fps)
    start_s = arguments.seconds(start, "start")
    wanted_s = None if duration is None else arguments.length(duration)
    arguments.target(output, (".png",), file, music)
    heard: Score | Facts = example.beat()
    facts, length_s, title = None, 4.0, "a short beat"
    if music is not None:
        from clavilux.pipelines.music import open_music

        opened = open_music(music)
        heard, facts = opened.heard, opened.facts
        length_s, title = opened.duration_s, opened.path.name
        if seed is None:
            seed = opened.own_seed()
            tell(f"{title}: seed {seed}, from the music")
    left_s = length_s - start_s
    if left_s <= 0:
        raise ArgumentError(f"`start` is {start_s:g} s, but {title} ends at {length_s:.1f} s")
    n_frames = max(1, FrameClock(frame_rate).n_frames(min(wanted_s or left_s, left_s)))
    curves = mappings.apply(
        mapping,
        heard,
        frame_rate=frame_rate,
        n_frames=n_frames,
        start_s=start_s,
        seed=seed or 0,
        facts=facts,
    )
    marks = mappings.marks(heard, facts=facts)
    plot_curves(curves, output, marks=marks, start_s=start_s, title=f"{mapping.name}: {title}")
    print(output)
