"""``clavilux see``: music becomes a film."""

from typing import Annotated

import typer

from clavilux.cli.complaints import warnings_as_lines
from clavilux.cli.options import (
    Beats,
    Calm,
    Drums,
    Duration,
    Fps,
    Intensity,
    Meter,
    OwnSeed,
    SizeText,
    Soundfont,
    Speed,
    Start,
    Tempo,
    ToEnd,
)


def see(
    music: Annotated[
        str,
        typer.Argument(metavar="MUSIC", help="A MIDI file, a recording, a document, or a folder."),
    ],
    output: Annotated[
        str,
        typer.Option(
            "-o",
            "--output",
            metavar="FILM",
            help="File to write: .mp4, .mov, .mkv, .webm, .gif, or a folder for .png pictures.",
        ),
    ],
    sound: Annotated[
        str | None,
        typer.Option("--sound", metavar="BOUNCE", help="Your own mix, to put under the pictures."),
    ] = None,
    offset: Annotated[
        str,
        typer.Option(
            "--offset",
            metavar="TIME",
            help="Where in MUSIC your mix begins; negative if the mix begins earlier.",
        ),
    ] = "0",
    look: Annotated[
        str | None,
        typer.Option(
            "--look",
            metavar="NAME",
            help="What it is made of, unless words say: ink; of a document, stained; or, "
            "to see the notes themselves, roll, spiral or contours.",
        ),
    ] = None,
    looks: Annotated[
        str,
        typer.Option(
            "--looks",
            metavar="NAMES",
            help="Looks by section, such as ink,glass: of the first label, the second, and so on.",
        ),
    ] = "",
    notes: Annotated[
        str,
        typer.Option(
            "--notes",
            metavar="WAY",
            help="Where notes of a recording come from, for the looks roll, spiral and contours: "
            "heard, or transcribe.",
        ),
    ] = "heard",
    palette: Annotated[
        str | None,
        typer.Option(
            "--palette",
            metavar="NAME|COLOURS|PICTURE",
            help="Its colours: a name, '#102030, oklch(0.8 0.1 80)', or a picture that has them.",
        ),
    ] = None,
    hue_range: Annotated[
        float | None,
        typer.Option(
            "--hue-range",
            metavar="DEGREES",
            help="How far the music may turn the palette's hues: few degrees where a palette is "
            "given, 30 else; 180 lets it turn them all round.",
        ),
    ] = None,
    prompt: Annotated[
        list[str] | None,
        typer.Option(
            "--prompt",
            metavar="WORDS",
            help="Words that steer the picture, or that of a section: 'B: a red storm'. May be "
            "given again.",
        ),
    ] = None,
    neg: Annotated[
        str, typer.Option("--neg", metavar="WORDS", help="Words for what is not wanted.")
    ] = "",
    lexicon: Annotated[
        str | None,
        typer.Option("--lexicon", metavar="FILE", help="Your own meanings of words; see docs."),
    ] = None,
    image: Annotated[
        str | None,
        typer.Option("--image", metavar="PICTURE", help="A picture of yours to start from."),
    ] = None,
    plan: Annotated[
        str | None,
        typer.Option(
            "--plan", metavar="JSON", help="Cut as this plan of shots says; clavilux plan makes it."
        ),
    ] = None,
    story: Annotated[
        str | None,
        typer.Option(
            "--story",
            metavar="auto|FILE",
            help="What the film tells: auto, what the music says, or a file that clavilux describe "
            "wrote and you changed.",
        ),
    ] = None,
    lyrics: Annotated[
        str | None,
        typer.Option(
            "--lyrics",
            metavar="FILE",
            help="The song's words, drawn as they are sung: .lrc, .srt, or .txt without times.",
        ),
    ] = None,
    lyrics_style: Annotated[
        str | None,
        typer.Option(
            "--lyrics-style",
            metavar="NAME",
            help="How: caption (the default), karaoke, typewriter, word or kinetic. Without "
            "--lyrics, the words of the story or the MIDI file.",
        ),
    ] = None,
    subtitles: Annotated[
        str | None,
        typer.Option(
            "--subtitles",
            metavar="FILE",
            help="Write the lyrics to .srt, .lrc or .ass instead of drawing them.",
        ),
    ] = None,
    loop: Annotated[
        int | None,
        typer.Option("--loop", metavar="BARS", help="So many bars, whose end joins their start."),
    ] = None,
    mapping: Annotated[
        str,
        typer.Option(
            "--mapping", metavar="NAME|FILE", help="Which notes move what: a preset or a file."
        ),
    ] = "clavilux",
    intensity: Intensity = 1.0,
    speed: Speed = 1.0,
    calm: Calm = False,
    size: SizeText = None,
    fps: Fps = None,
    seed: OwnSeed = None,
    fade: Annotated[
        str | None,
        typer.Option(
            "--fade",
            metavar="TIME[,TIME]",
            help="How long picture and sound take to come and to go, such as 2 or 0.5,3.",
        ),
    ] = None,
    title: Annotated[
        str,
        typer.Option(
            "--title",
            metavar="TEXT",
            help="Type over the first seconds; \\n begins a line, smaller than the first.",
        ),
    ] = "",
    font: Annotated[
        str | None,
        typer.Option(
            "--font",
            metavar="FILE",
            help="Of title and lyrics: a .ttf, .otf or .ttc file, or an installed one's file name.",
        ),
    ] = None,
    start: Start = "0",
    duration: Duration = None,
    preview: Annotated[
        bool,
        typer.Option("--preview", help="Quick and small: a few bars of each section."),
    ] = False,
    flashing: Annotated[
        bool,
        typer.Option(
            "--flashing", help="Allow more than three flashes a second; some viewers are harmed."
        ),
    ] = False,
    stems: Annotated[
        str | None,
        typer.Option(
            "--stems", metavar="FOLDER", help="Your own stems of the recording, heard apart."
        ),
    ] = None,
    soundfont: Soundfont = None,
    drums: Drums = None,
    to_end: ToEnd = False,
    tempo: Tempo = None,
    meter: Meter = None,
    beats: Beats = None,
    renderer: Annotated[
        str,
        typer.Option(
            "--renderer", metavar="NAME", help="Renderer to use: procedural or deforum-api."
        ),
    ] = "procedural",
    url: Annotated[
        list[str] | None,
        typer.Option("--url", metavar="URL", help="A Deforum server; may be given again."),
    ] = None,
    start_server: Annotated[
        str | None,
        typer.Option("--start-server", metavar="CMD", help="Starts a server of your own at {url}."),
    ] = None,
    quality: Annotated[
        str,
        typer.Option(
            "--quality",
            metavar="LEVEL|CRF",
            help="draft (a quarter of good's encoding time), good, best (1.6 times as large), "
            "archive (3.4 times); or a constant rate factor, 0 (lossless) to 51.",
        ),
    ] = "good",
    codec: Annotated[
        str | None,
        typer.Option(
            "--codec",
            metavar="NAME",
            help="h264, av1 (for archives), vp9, prores; or of a graphics processor: h264_nvenc, "
            "h264_qsv, h264_amf, h264_videotoolbox. As FILM's suffix says if absent.",
        ),
    ] = None,
    transparent: Annotated[
        bool,
        typer.Option(
            "--transparent",
            help="To be laid over other pictures, in .mov (ProRes 4444), .webm (VP9) or .png: "
            "notes without a ground, or, without a look, lyrics and a title alone.",
        ),
    ] = False,
    overwrite: Annotated[
        bool,
        typer.Option("--overwrite", help="In a folder, make every film anew, whatever is there."),
    ] = False,
) -> None:
    """Turn MUSIC into a film in which what is heard is what is seen.

    A folder of music, with its subfolders, becomes a folder of films; those that the
    same command has made already are kept. Progress goes to standard
    error; the path of the film goes to standard output, so it can be piped.
    A run that was stopped goes on where it was when the same command is given.
    Exits 0 when the film is complete, 2 on bad input or arguments, 1 when the
    world failed (no space left).

    Examples:

      clavilux see song.mid -o film.mp4

      clavilux see song.mid -o film.mp4 --sound mix.wav --size 720p --fps 30

      clavilux see song.mp3 -o film.mp4 --look aurora

      clavilux see song.mid -o film.mp4 --prompt "a red whale in fog"

      clavilux see song.mid -o film.mp4 --looks ink,glass,paper

      clavilux see song.mid -o loop.mp4 --loop 8 --start 0:30 --image cover.jpg

      clavilux see song.mid -o film.mp4 --plan plan.json

      clavilux see song.mp3 -o film.mp4 --story auto --lyrics song.lrc --lyrics-style kinetic

      clavilux see parseq.json -o film.mp4 --sound song.wav

      clavilux see album/ -o films/
    """
    from pathlib import Path

    from clavilux.cli.entries import print_entries
    from clavilux.cli.progress import shown, tell
    from clavilux.pipelines.album import album
    from clavilux.pipelines.see import see_with
    from clavilux.pipelines.settings import SeeOptions

    options = SeeOptions(
        sound=sound,
        offset=offset,
        look=look,
        looks=looks,
        notes=notes,
        palette=palette,
        hue_range=hue_range,
        prompt=tuple(prompt or ()),
        neg=neg,
        lexicon=lexicon,
        image=image,
        plan=plan,
        story=story,
        lyrics=lyrics,
        lyrics_style=lyrics_style,
        subtitles=subtitles,
        loop=loop,
        mapping=mapping,
        intensity=intensity,
        speed=speed,
        calm=calm,
        size=size,
        fps=fps,
        seed=seed,
        fade=fade,
        title=title,
        font=font,
        start=start,
        duration=duration,
        preview=preview,
        flashing=flashing,
        stems=stems,
        soundfont=soundfont,
        drums=drums,
        to_end=to_end,
        tempo=tempo,
        meter=meter,
        beats=beats,
        renderer=renderer,
        url=tuple(url or ()),
        start_server=start_server,
        quality=quality,
        codec=codec,
        transparent=transparent,
    )

    with shown() as progress, warnings_as_lines():
        if not Path(music).is_dir():
            print(see_with(options, music, output, progress=progress, tell=tell))
            return
        entries = album(music, output, options, overwrite=overwrite, progress=progress, tell=tell)
        print_entries(entries)
