"""``clavilux transcribe``: a recording becomes notes."""

from typing import Annotated

import typer


def transcribe(
    song: Annotated[str, typer.Argument(metavar="SONG", help="A recording, or a film's sound.")],
    output: Annotated[
        str, typer.Option("-o", "--output", metavar="MIDI", help="File to write, such as out.mid.")
    ],
    model: Annotated[
        str | None,
        typer.Option(
            "--model",
            metavar="ONNX",
            help="basic-pitch's nmp.onnx; found by itself where basic-pitch is installed.",
        ),
    ] = None,
    tempo: Annotated[
        float | None,
        typer.Option(
            "--tempo",
            metavar="BPM",
            min=20,
            max=400,
            help="The tempo, if known; found by listening if absent.",
        ),
    ] = None,
    sensitivity: Annotated[
        float,
        typer.Option(
            "--sensitivity", min=0, max=1, help="Towards 1 more notes are found, and more wrong."
        ),
    ] = 0.5,
) -> None:
    """Write down the notes of SONG, a recording of pitched instruments or a voice.

    Needs basic-pitch's small model: pip install --no-deps basic-pitch.

    Examples:

      clavilux transcribe song.wav -o song.mid

      clavilux transcribe humming.m4a -o melody.mid --tempo 96
    """
    from clavilux import listen, media, score
    from clavilux.core import arguments

    arguments.target(output, (".mid", ".midi"), song)
    written = listen.transcribe(
        media.open_sound(song),
        model=model,
        tempo_bpm=tempo,
        onset_threshold=1 - sensitivity,
        note_threshold=0.6 * (1 - sensitivity),
    )
    score.write(written, output)
    print(output)
