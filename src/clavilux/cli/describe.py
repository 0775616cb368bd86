"""``clavilux describe``: music becomes words."""

from typing import Annotated

import typer

from clavilux.cli.complaints import warnings_as_lines
from clavilux.cli.options import Beats, Drums, Meter, Seed, Tempo, ToEnd


def describe(
    music: Annotated[str, typer.Argument(metavar="MUSIC", help="A MIDI file or a recording.")],
    output: Annotated[
        str,
        typer.Option(
            "-o",
            "--output",
            metavar="FILE",
            help="What to write: .jsonl (to be edited), .srt, .txt, .md or .png, a picture.",
        ),
    ],
    every: Annotated[
        str,
        typer.Option(
            "--every",
            metavar="TIME|bar|phrase|section",
            help="How long spans are: seconds, or by the music's form.",
        ),
    ] = "1",
    voice: Annotated[
        str,
        typer.Option("--voice", metavar="NAME", help="How it speaks: poetic, or aimv, as AIMV."),
    ] = "poetic",
    words: Annotated[
        str | None,
        typer.Option(
            "--words", metavar="FILE", help="What instruments become in words: a YAML file; docs."
        ),
    ] = None,
    abstract: Annotated[
        str,
        typer.Option(
            "--abstract",
            metavar="WAY",
            help="Where abstract words come from: words (the file), or similar in meaning.",
        ),
    ] = "words",
    vectors: Annotated[
        str | None,
        typer.Option(
            "--vectors",
            metavar="FILE",
            help="Word vectors for similar: word2vec's .bin or text, GloVe's text.",
        ),
    ] = None,
    allow_pickle: Annotated[
        bool,
        typer.Option(
            "--allow-pickle", help="Read vectors of gensim's own format, which can run code."
        ),
    ] = False,
    lyrics: Annotated[
        str | None,
        typer.Option(
            "--lyrics", metavar="FILE", help="The song's words: .lrc, .srt, or .txt without times."
        ),
    ] = None,
    seed: Seed = 0,
    drums: Drums = None,
    to_end: ToEnd = False,
    tempo: Tempo = None,
    meter: Meter = None,
    beats: Beats = None,
) -> None:
    """Write what MUSIC says in words: what plays, how loud, in which colour, and what is sung.

    JSONL is made to be changed and given to see --story; a picture shows the whole song.

    Examples:

      clavilux describe song.mid -o story.jsonl --every phrase

      clavilux describe song.mp3 -o song.png --lyrics song.lrc

      clavilux describe song.mp3 -o song.srt --voice aimv
    """
    from clavilux.cli.progress import shown
    from clavilux.pipelines.describe import describe_with
    from clavilux.pipelines.story import TellingOptions

    options = TellingOptions(
        every=every,
        voice=voice,
        words=words,
        abstract=abstract,
        vectors=vectors,
        allow_pickle=allow_pickle,
        lyrics=lyrics,
        seed=seed,
        drums=drums,
        to_end=to_end,
        tempo=tempo,
        meter=meter,
        beats=beats,
    )
    with shown() as progress, warnings_as_lines():
        print(describe_with(options, music, output, progress=progress))
