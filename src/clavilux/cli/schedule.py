"""``clavilux schedule``: Parseq documents and Deforum settings, rendered, checked, exported."""

import enum
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

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
    Speed,
    Start,
    Tempo,
    ToEnd,
)

if TYPE_CHECKING:
    from clavilux.schedule.check import Finding, Music

app = typer.Typer(
    help="Render, check, export and plot schedules: Parseq documents and Deforum settings.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

_Document = Annotated[
    Path, typer.Argument(metavar="DOC", help="A Parseq document or Deforum settings.")
]


_DOCUMENTS = (".json", ".txt")
"""How files of schedules are called."""


class Format(enum.StrEnum):
    """What a document can be exported as."""

    PARSEQ = "parseq"
    MANIFEST = "parseq-manifest"
    SETTINGS = "deforum-settings"
    COMFYUI = "comfyui"


@app.command("from-music")
def from_music(
    music: Annotated[
        str,
        typer.Argument(
            metavar="MUSIC", help="A MIDI file or a recording, or a folder of MIDI files."
        ),
    ],
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="DOC", help="Document to write: song.json.")
    ],
    mapping: Annotated[
        str,
        typer.Option(
            "--mapping", metavar="NAME|FILE", help="Which notes move what: a preset or a file."
        ),
    ] = "clavilux",
    intensity: Intensity = 1.0,
    speed: Speed = 1.0,
    calm: Calm = False,
    dense: Annotated[
        bool, typer.Option("--dense", help="A keyframe a frame, every field in each, as V2MIDI.")
    ] = False,
    prompt: Annotated[str, typer.Option(metavar="WORDS", help="What pictures should show.")] = "",
    story: Annotated[
        str | None,
        typer.Option(
            metavar="auto|FILE",
            help="Prompts that follow the music: auto, or a story of clavilux describe.",
        ),
    ] = None,
    fps: Fps = "24",
    seed: OwnSeed = None,
    start: Start = "0",
    duration: Duration = None,
    drums: Drums = None,
    to_end: ToEnd = False,
    tempo: Tempo = None,
    meter: Meter = None,
    beats: Beats = None,
) -> None:
    """Write a Parseq document that moves with MUSIC.

    It has keyframes where something is played, which their info labels name, so that
    info_match("kick") works; time series and expressions say how fields move.

    Of a folder, with --dense, each MIDI file's document and what renders from it go into
    the new folder DOC.

    Examples:

      clavilux schedule from-music song.mid -o song.json

      clavilux schedule from-music song.mid -o song.json --mapping v2midi --dense

      clavilux schedule from-music song.mp3 -o song.json --story auto

      clavilux schedule from-music songs -o documents --mapping v2midi --dense --duration 16
    """
    from clavilux.cli.progress import tell
    from clavilux.core import arguments
    from clavilux.core.errors import ArgumentError
    from clavilux.core.files import write_bytes
    from clavilux.core.timeline import FrameClock
    from clavilux.schedule import from_music as documents
    from clavilux.schedule import mapping as mappings

    rule_book, frame_rate, start_s = (
        mappings.load(mapping).scaled(
            intensity=arguments.number(0, 4)(intensity, "intensity"),
            speed=arguments.number(0, 4)(speed, "speed"),
            calm=calm,
        ),
        arguments.frame_rate(fps),
        arguments.seconds(start, "start"),
    )
    length_s = None if duration is None else arguments.length(duration)
    if Path(music).is_dir():
        if not dense or start_s:
            raise ArgumentError(f"{music} is a folder: give `dense`, no `start`, or name one file")
        if story is not None:
            raise ArgumentError(f"`story` goes with one piece of music, and {music} is a folder")
        if (tempo, meter, beats) != (None, None, None):
            raise ArgumentError(f"`tempo`, `meter` and `beats` are for one recording, not {music}")
        from clavilux.pipelines.documents import dense_documents

        dense_documents(
            music, output, rule_book,
            frame_rate=frame_rate, duration_s=length_s, prompt=prompt, seed=seed, drums=drums,
            to_end=to_end,
        )  # fmt: skip
        print(output)
        return
    from clavilux.pipelines.music import check_length, open_music
    from clavilux.pipelines.settings import SeeOptions
    from clavilux.pipelines.storied import Telling, with_story

    arguments.target(output, _DOCUMENTS, music)
    telling = Telling.read(SeeOptions(story=story))
    piece = open_music(music, drums=drums, to_end=to_end, tempo=tempo, meter=meter, beats=beats)
    left_s = piece.duration_s - start_s
    if left_s <= 0:
        raise ArgumentError(f"`start` {start} is past the end of {music}, {piece.duration_s:.1f} s")
    wanted_s = left_s if length_s is None else min(length_s, left_s)
    check_length(piece.path, wanted_s)
    for line in piece.warnings:
        print(f"clavilux: warning: {piece.path.name}: {line}", file=sys.stderr)
    if seed is None:
        seed = piece.own_seed()
        tell(f"{piece.path.name}: seed {seed}, from the music")
    n_frames = max(2, FrameClock(frame_rate).n_frames(wanted_s))
    heading = documents.heading_of(piece.heard, name=Path(music).stem, prompt=prompt)
    if telling is not None:
        heading = with_story(heading, telling, piece, frame_rate, start_s, n_frames)
    document = documents.from_music(
        piece.heard,
        rule_book,
        frame_rate=frame_rate,
        n_frames=n_frames,
        heading=heading,
        start_s=start_s,
        seed=seed,
        facts=piece.facts,
        is_dense=dense,
    )
    write_bytes(output, documents.to_bytes(document))
    print(output)


@app.command("render")
def render(
    document: _Document,
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="OUT", help="File to write, such as out.json.")
    ],
    reverse: Annotated[
        bool | None,
        typer.Option(
            "--reverse/--forward", help="Frames from last to first; as DOC says if absent."
        ),
    ] = None,
    seed: Annotated[
        int, typer.Option(metavar="N", min=0, help="For rand and noise that DOC gives no seed.")
    ] = 0,
) -> None:
    """Evaluate every field and prompt of DOC at every frame, as sd-parseq does.

    The path of the result goes to standard output.

    Examples:

      clavilux schedule render song.json -o rendered.json
    """
    import orjson

    from clavilux.core import arguments
    from clavilux.core.files import write_bytes
    from clavilux.schedule.document import open_rendered

    arguments.target(output, (".json",), document)
    rendered = open_rendered(document, seed=seed)
    if rendered.document.is_reversed if reverse is None else reverse:
        rendered = rendered.reversed()
    write_bytes(output, orjson.dumps(rendered.to_dict(), option=orjson.OPT_INDENT_2))
    print(output)


@app.command("check")
def check(
    document: _Document,
    music: Annotated[
        Path | None,
        typer.Option("--music", metavar="MIDI", help="Hold its tempo and length against this."),
    ] = None,
    fix: Annotated[
        bool, typer.Option("--fix", help="Put right what is safe, in DOC itself.")
    ] = False,
) -> None:
    """Find what trips people in DOC: each with its place, the reason and the remedy.

    Findings go to standard output. Exits 0 when DOC renders as it stands, 2 when it holds an error.

    Examples:

      clavilux schedule check song.json --music song.mid

      clavilux schedule check song.json --fix
    """
    from clavilux.schedule import check as checks

    against = None if music is None else _music(music)
    if fix:
        content, dealt = checks.fix(document, music=against)
        if dealt:
            _write_json(document, content)
        for finding in dealt:
            print(f"fixed: {finding}")
    found = checks.check(document, music=against)
    for finding in found:
        print(_line(finding))
    if not found:
        print(f"{document}: nothing to complain about")
    if any(finding.is_error for finding in found):
        raise typer.Exit(2)


@app.command("export")
def export(
    document: _Document,
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="OUT", help="File to write, such as out.json.")
    ],
    format: Annotated[Format, typer.Option("--format", help="What to write.")] = Format.MANIFEST,
    seed: Annotated[
        int, typer.Option(metavar="N", min=0, help="For rand and noise that DOC gives no seed.")
    ] = 0,
) -> None:
    """Write DOC for another program.

    parseq is the document itself as sd-parseq loads it, parseq-manifest what Deforum's Parseq
    field takes, deforum-settings a settings file that needs no Parseq, comfyui the texts of
    FizzNodes' schedule nodes.

    Examples:

      clavilux schedule export song.json --format deforum-settings -o settings.txt
    """
    from clavilux.core import arguments
    from clavilux.core.errors import ArgumentError, InputError
    from clavilux.schedule.comfyui import comfyui
    from clavilux.schedule.deforum.export import settings_with_schedules
    from clavilux.schedule.deforum.manifest import manifest
    from clavilux.schedule.document import is_settings, open_rendered
    from clavilux.schedule.parseq.document.document import load_json, parse, read_bytes

    arguments.target(output, _DOCUMENTS, document)
    if format is Format.PARSEQ and seed:
        raise ArgumentError("`seed` draws nothing in the document itself; leave it out")
    if format is Format.PARSEQ:
        raw = load_json(read_bytes(document), str(document))
        if is_settings(raw):
            raise InputError(
                f"{document} holds Deforum settings, which have no keyframes; export "
                "--format parseq-manifest"
            )
        parse(raw).write(output)
    else:
        rendered = open_rendered(document, seed=seed)
        if rendered.document.is_reversed:
            rendered = rendered.reversed()
        make = {
            Format.MANIFEST: manifest,
            Format.SETTINGS: settings_with_schedules,
            Format.COMFYUI: comfyui,
        }[format]
        with warnings_as_lines():
            _write_json(output, make(rendered))
    print(output)


@app.command("plot")
def plot(
    document: _Document,
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="PNG", help="Picture to write.")
    ],
    seed: Annotated[
        int, typer.Option(metavar="N", min=0, help="For rand and noise that DOC gives no seed.")
    ] = 0,
) -> None:
    """Draw the fields of DOC over time.

    Examples:

      clavilux schedule plot song.json -o curves.png
    """
    from clavilux.core import arguments
    from clavilux.draw.curves import plot_curves
    from clavilux.schedule.deforum.curves import fields_as_curves, label_times
    from clavilux.schedule.document import open_rendered

    arguments.target(output, (".png",), document)
    rendered = open_rendered(document, seed=seed)
    drawn = fields_as_curves(rendered)
    plot_curves(drawn, output, marks=label_times(rendered.document), title=document.stem)
    print(output)


def _music(path: Path) -> "Music":
    """Read a MIDI file's longest tempo and its length."""
    import numpy as np

    from clavilux.schedule.check import Music
    from clavilux.score import read

    score = read(path)
    tempo = score.tempo_map
    ends = np.append(tempo.start_tick[1:], max(score.end_tick, int(tempo.start_tick[-1]) + 1))
    lengths = np.diff(tempo.seconds(np.concatenate([tempo.start_tick[:1], ends])))
    return Music(float(tempo.tempi_bpm[int(np.argmax(lengths))]), score.duration_s)


def _line(finding: "Finding") -> str:
    kind = "error" if finding.is_error else "note"
    return f"{kind}: {finding}" + (" (--fix can)" if finding.is_fixable else "")


def _write_json(path: Path, content: object) -> None:
    import json

    from clavilux.core.files import write_bytes

    write_bytes(path, json.dumps(content, indent=4, ensure_ascii=False).encode())
