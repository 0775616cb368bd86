"""Options that several commands share, so that they read and mean the same everywhere."""

import re
from typing import Annotated

import typer

from clavilux.core.errors import InputError


def parse_size(text: str) -> tuple[int, int]:
    """Read a picture size: ``512``, ``1280x720``, ``720p``, ``4k``.

    Raises:
        InputError: It is none of those, or outside 16 to 8192 pixels.
    """
    named = {"480p": (854, 480), "720p": (1280, 720), "1080p": (1920, 1080), "4k": (3840, 2160)}
    match = re.fullmatch(r"(\d{1,5})(?:[x×](\d{1,5}))?", text.strip().lower())
    if text.lower() in named:
        size = named[text.lower()]
    elif match:
        size = int(match[1]), int(match[2] or match[1])
    else:
        raise InputError(f"size {text!r} is not a size; write 512, 1280x720, 720p or 4k")
    if not all(16 <= side <= 8192 for side in size):
        raise InputError(f"size {text} is outside 16 to 8192 pixels a side")
    return size


def parse_time(text: str) -> float:
    """Read a time: seconds (``12.5``) or minutes and seconds (``1:12.5``, ``1:02:03``).

    Raises:
        InputError: It is neither, or negative.
    """
    try:
        parts = [float(part) for part in text.split(":")]
    except ValueError:
        parts = []
    if not 1 <= len(parts) <= 3 or any(not 0 <= part < 1e7 for part in parts):
        raise InputError(f"time {text!r} is not a time; write seconds or minutes:seconds")
    seconds = 0.0
    for part in parts:
        seconds = seconds * 60 + part
    return seconds


def parse_offset(text: str) -> float:
    """Read a time that may be negative, such as ``-0.35`` or ``-1:02``.

    Raises:
        InputError: It is not a time.
    """
    sign = -1 if text.startswith("-") else 1
    return sign * parse_time(text.removeprefix("-"))


Fps = Annotated[
    str | None,
    typer.Option(
        "--fps",
        metavar="FPS",
        help="Video frames per second, 1 to 240; 24000/1001 works. 24 unless a document says.",
    ),
]
SizeText = Annotated[
    str | None,
    typer.Option(
        "--size", metavar="WxH", help="Picture size: 512 (the default), 1280x720, 720p, 4k."
    ),
]
Seed = Annotated[int, typer.Option("--seed", metavar="N", help="Same seed, same result.")]
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
Start = Annotated[
    str,
    typer.Option("--start", metavar="TIME", help="Where to begin: seconds, or minutes:seconds."),
]
Duration = Annotated[
    str | None,
    typer.Option("--duration", metavar="TIME", help="How long; the rest of the music if absent."),
]
