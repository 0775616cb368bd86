"""Options that several commands share, so that they read and mean the same everywhere."""

from typing import Annotated

import typer

Fps = Annotated[
    str | None,
    typer.Option(
        "--fps",
        metavar="FPS",
        help="Video frames per second, 1 to 240; 24000/1001 works. 24 unless a document says.",
    ),
]
OwnSeed = Annotated[
    int | None,
    typer.Option(
        "--seed", metavar="N", min=0, help="Same seed, same result; drawn from the music if absent."
    ),
]
SizeText = Annotated[
    str | None,
    typer.Option(
        "--size",
        metavar="WxH",
        help="Picture size: 512 (the default), 1280x720, 720p, 1080p, 4k, square, story (upright).",
    ),
]
Seed = Annotated[int, typer.Option("--seed", metavar="N", min=0, help="Same seed, same result.")]
Intensity = Annotated[
    float,
    typer.Option(
        "--intensity", metavar="FACTOR", help="How far the music moves the picture, 0 to 4."
    ),
]
Speed = Annotated[
    float,
    typer.Option("--speed", metavar="FACTOR", help="How fast the scene flows and drifts, 0 to 4."),
]
Calm = Annotated[bool, typer.Option("--calm", help="Half the intensity and half the speed.")]
Soundfont = Annotated[
    str | None,
    typer.Option("--soundfont", metavar="SF2", help="Soundfont to play MIDI with."),
]
Drums = Annotated[
    str | None,
    typer.Option(
        "--drums",
        metavar="TRACK|CHANNEL|none",
        help="What of a MIDI file is drums: a track's name, a channel (1 to 16), track 3, none.",
    ),
]
ToEnd = Annotated[
    bool, typer.Option("--to-end", help="Keep the silence after the last note of a MIDI file.")
]
Tempo = Annotated[
    float | None,
    typer.Option("--tempo", metavar="BPM", help="A recording's tempo, where it is heard wrong."),
]
Meter = Annotated[
    str | None,
    typer.Option("--meter", metavar="N/D", help="A recording's time signature, such as 3/4."),
]
Beats = Annotated[
    str | None,
    typer.Option(
        "--beats",
        metavar="FILE",
        help="A recording's beats: a time in seconds a line, and 1 where a bar begins.",
    ),
]
Start = Annotated[
    str,
    typer.Option("--start", metavar="TIME", help="Where to begin: seconds, or minutes:seconds."),
]
Duration = Annotated[
    str | None,
    typer.Option("--duration", metavar="TIME", help="How long; the rest of the music if absent."),
]
