"""``clavilux listen``: what was heard in music, as data."""

from typing import Annotated

import typer

from clavilux.cli.complaints import warnings_as_lines


def listen(
    music: Annotated[str, typer.Argument(metavar="MUSIC", help="A MIDI file or a recording.")],
    output: Annotated[
        str,
        typer.Option(
            "-o", "--output", metavar="FILE", help="What to write: .json, .csv, .mid or .png."
        ),
    ],
) -> None:
    """Write what is heard in MUSIC: beats, sections, onsets, drums, loudness, pitch.

    JSON holds everything, CSV ten rows a second, MIDI the drums under a tempo map
    through the beats, a picture the whole on one page.

    Examples:

      clavilux listen song.mp3 -o heard.json

      clavilux listen song.mp3 -o beats.mid
    """
    from clavilux.cli.progress import shown
    from clavilux.pipelines.listening import listen as listen_to

    with shown() as progress, warnings_as_lines():
        print(listen_to(music, output, progress=progress))
