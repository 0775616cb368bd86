"""``clavilux hear``: a film becomes music."""

from typing import Annotated

import typer

from clavilux.cli.complaints import warnings_as_lines
from clavilux.cli.options import Soundfont
from clavilux.core.errors import InputError

_NAMES = {"start": "--in", "end": "--out"}
"""Arguments of Python that the shell calls otherwise here."""


def hear(
    film: Annotated[
        str,
        typer.Argument(metavar="FILM", help="A film of any kind and length, or a folder."),
    ],
    output: Annotated[
        str,
        typer.Option(
            "-o",
            "--output",
            metavar="FILE",
            help="What to write: .mp4 (the film and its music), .mid, .wav, .mp3; drums .json too.",
        ),
    ],
    what: Annotated[
        str, typer.Option("--as", metavar="KIND", help="soundtrack, drums or both.")
    ] = "soundtrack",
    key: Annotated[
        str | None, typer.Option("--key", metavar="KEY", help="Such as C, Am or 'Eb dorian'.")
    ] = None,
    mode: Annotated[
        str | None,
        typer.Option("--mode", metavar="MODE", help="major, minor, dorian, lydian …"),
    ] = None,
    tempo: Annotated[
        float | None,
        typer.Option("--tempo", metavar="BPM", min=30, max=240, help="Beats a minute."),
    ] = None,
    mood: Annotated[
        str | None,
        typer.Option(
            "--mood",
            metavar="MOOD",
            help="exciting, happy, relaxing, sad, tense …; by time: '0:00 calm, 0:40 tense'.",
        ),
    ] = None,
    style: Annotated[
        str | None,
        typer.Option(
            "--style",
            metavar="NAME",
            help="orchestral, piano, lofi, electronic, ambient, rock, trailer or folk.",
        ),
    ] = None,
    harmony: Annotated[
        str,
        typer.Option(
            "--harmony",
            metavar="NAME",
            help="Who writes the chords: theory (rules), form (learnt) or amt (Video2Music).",
        ),
    ] = "theory",
    clip: Annotated[
        str | None,
        typer.Option("--clip", metavar="MODEL", help="Let a CLIP model in that folder see moods."),
    ] = None,
    primer: Annotated[
        str | None,
        typer.Option("--primer", metavar="CHORDS", help="Chords to begin with: 'C Am F G'."),
    ] = None,
    instruments: Annotated[
        str | None,
        typer.Option("--instruments", metavar="NAMES", help="Exactly these: 'piano,cello,drums'."),
    ] = None,
    without: Annotated[
        str | None,
        typer.Option("--without", metavar="NAMES", help="Leave these out: 'drums'."),
    ] = None,
    hits: Annotated[
        str | None,
        typer.Option(
            "--hits", metavar="TIMES", help="Instants that must be hit: '12.4,1:05', time code too."
        ),
    ] = None,
    markers: Annotated[
        str | None,
        typer.Option(
            "--markers",
            metavar="FILE",
            help="The same from an EDL, FCPXML, Premiere XML, OTIO, CSV.",
        ),
    ] = None,
    seed: Annotated[
        int | None, typer.Option("--seed", metavar="N", help="Same seed, same result. [default: 0]")
    ] = None,
    again: Annotated[
        str | None,
        typer.Option(
            "--from", metavar="JSON", help="Compose by the plan beside an earlier output."
        ),
    ] = None,
    only_part: Annotated[
        str | None,
        typer.Option("--only-part", metavar="LABEL", help="With --from: only that part anew."),
    ] = None,
    start: Annotated[
        str | None, typer.Option("--in", metavar="TIME", help="Where the music begins: 0:05.")
    ] = None,
    end: Annotated[
        str | None, typer.Option("--out", metavar="TIME", help="Where it ends: 1:10.")
    ] = None,
    fade_in: Annotated[
        float, typer.Option("--fade-in", metavar="S", min=0, help="Seconds it takes to rise.")
    ] = 0.0,
    fade_out: Annotated[
        float, typer.Option("--fade-out", metavar="S", min=0, help="Seconds it takes to fall.")
    ] = 0.4,
    loudness: Annotated[
        float,
        typer.Option("--loudness", metavar="LUFS", min=-40, max=-6, help="How loud, such as -14."),
    ] = -16.0,
    takes: Annotated[
        int, typer.Option("--takes", metavar="N", min=1, max=99, help="So many versions.")
    ] = 1,
    stems: Annotated[
        str | None,
        typer.Option("--stems", metavar="FOLDER", help="Write each instrument's sound there too."),
    ] = None,
    keep_sound: Annotated[
        bool, typer.Option("--keep-sound", help="Keep the film's own sound as well.")
    ] = False,
    duck: Annotated[
        bool, typer.Option("--duck", help="Step back while somebody speaks in the film.")
    ] = False,
    duck_by: Annotated[
        float | None,
        typer.Option("--duck-by", metavar="DB", min=0, max=60, help="By so much. [default: 12]"),
    ] = None,
    soundfont: Soundfont = None,
    report: Annotated[
        str | None,
        typer.Option("--report", metavar="FILE", help="Show the reasons: a .png or .html."),
    ] = None,
    model: Annotated[
        str,
        typer.Option(
            "--model", metavar="NAME", help="Of drums: auto, geometry, r3d18 or scenes (made up)."
        ),
    ] = "auto",
    weights: Annotated[
        str | None,
        typer.Option(
            "--weights",
            metavar="FILE",
            help="Of --harmony, a folder from train chords; of drums, the model's .onnx.",
        ),
    ] = None,
    head: Annotated[
        str, typer.Option("--head", metavar="NAME", help="Of r3d18: binary or multilabel.")
    ] = "multilabel",
    quantise: Annotated[
        str | None,
        typer.Option("--quantise", metavar="NOTE", help="Put drums on the grid: 1/8, 1/16 …"),
    ] = None,
    sensitivity: Annotated[
        float,
        typer.Option(
            "--sensitivity", metavar="SHARE", min=0, max=1, help="How readily drums are heard."
        ),
    ] = 0.5,
    kit: Annotated[
        str,
        typer.Option("--kit", metavar="NAME", help="standard, room, power, electronic, jazz …"),
    ] = "standard",
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="In a folder, make films anew that are there.")
    ] = False,
) -> None:
    """Turn FILM into music in time with what is seen.

    The soundtrack is composed for the film: as long as it, to the frame, its
    cuts on beats, its great cuts on downbeats. Progress goes to standard error,
    the path of what was written to standard output.

    Examples:

      clavilux hear film.mp4 -o scored.mp4

      clavilux hear film.mp4 -o score.mid --key Am --mood tense --hits 12.4,31

      clavilux hear film.mp4 -o scored.mp4 --keep-sound --duck --report why.html

      clavilux hear film.mp4 -o scored.mp4 --style piano --mood "0:00 calm, 0:40 tense"

      clavilux hear film.mp4 -o b.mp4 --from scored.plan.json --only-part B --seed 9

      clavilux hear holiday/ -o scored/

      clavilux hear film.mp4 --as drums -o drums.mid --quantise 1/16
    """
    from pathlib import Path

    from clavilux.cli.entries import print_entries
    from clavilux.cli.progress import shown
    from clavilux.pipelines.hear import hear_with
    from clavilux.pipelines.hear import takes as several
    from clavilux.pipelines.hear_folder import hear_folder
    from clavilux.pipelines.hear_options import HearOptions

    with warnings_as_lines(_NAMES):
        options = HearOptions(
            what=what,
            key=key,
            mode=mode,
            tempo=tempo,
            mood=mood,
            style=style,
            harmony=harmony,
            clip=clip,
            primer=primer,
            instruments=instruments or (),
            without=without or (),
            hits=hits,
            markers=markers,
            seed=seed,
            again=again,
            only_part=only_part,
            start=start,
            end=end,
            fade_in=fade_in,
            fade_out=fade_out,
            loudness=loudness,
            stems=stems,
            keep_sound=keep_sound,
            duck=duck,
            duck_by=duck_by,
            soundfont=soundfont,
            report=report,
            model=model,
            weights=weights,
            head=head,
            quantise=quantise,
            sensitivity=sensitivity,
            kit=kit,
        )
    if Path(film).is_dir():
        if takes > 1:
            raise InputError("--takes goes with one film, not with a folder; leave it out")
        with shown() as progress, warnings_as_lines(_NAMES):
            print_entries(
                hear_folder(film, output, options, overwrite=overwrite, progress=progress)
            )
        return
    if overwrite:
        raise InputError("--overwrite is for a folder of films; leave it out")
    with shown() as progress, warnings_as_lines(_NAMES):
        if takes == 1:
            print(hear_with(options, film, output, progress=progress))
            return
        for path in several(options, film, output, takes, progress=progress):
            print(path)
