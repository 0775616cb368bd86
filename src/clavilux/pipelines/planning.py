"""Plan: music becomes a plan of shots, cut on its bars, for whatever draws the film.

A plan is written as JSON, to be edited and read back, or as a timeline for an editor.
"""

import warnings
from collections.abc import Sequence
from fractions import Fraction
from os import PathLike as OsPath
from pathlib import Path
from typing import Annotated, Any

import numpy as np

from clavilux import editorial
from clavilux.core import arguments
from clavilux.core.arguments import (
    BeatsField,
    FrameRateField,
    FrameRateLike,
    LengthField,
    NamesLike,
    OffsetField,
    Options,
    PathField,
    PathLike,
    TextField,
    TextsField,
    TimeLike,
    field,
    number,
    whole,
)
from clavilux.core.errors import ArgumentError, DocumentError
from clavilux.core.files import write_text
from clavilux.core.progress import Progress, silent
from clavilux.core.timeline import FrameClock
from clavilux.core.values import Facts, Section
from clavilux.editorial.hits import inside, parse_hits, read_markers
from clavilux.pipelines.music import Music, check_length, open_music
from clavilux.pipelines.production import DEFAULT_FRAME_RATE
from clavilux.pipelines.words import words_by_section
from clavilux.schedule import shots
from clavilux.schedule.shots import ShotPlan
from clavilux.schedule.shots import models as clip_models
from clavilux.schedule.shots.cuts import Grid
from clavilux.schedule.shots.models import ClipModel

SUFFIXES = (".json", *editorial.WRITABLE_SUFFIXES)
DEFAULT_MODEL = "procedural"
SHORTEST_S = 1.5
LONGEST_S = 6.0
"""Seconds of a shot: about what models of 2026 make in one clip; a bar, if that is longer."""


def _times(value: Any, name: str) -> str:
    listed = value if isinstance(value, (list, tuple)) else (value,)
    return ",".join(str(item) for item in listed)


class PlanOptions(Options):
    """What shots are wanted; names and defaults are those of the command line."""

    model: PathField | None = None
    """What makes the clips: a name of the table, or a YAML file; `DEFAULT_MODEL`, or that of
    the plan that is read, if None."""
    fps: FrameRateField | None = None
    """Video frames per second; the model's own, or 24 where it makes any, if None."""
    shortest: LengthField | None = None
    """Seconds of a shot at least, where bars allow it: the shell's ``--min``."""
    longest: LengthField | None = None
    """Seconds of a shot at most: the shell's ``--max``."""
    cut: Annotated[str, field(_times)] | None = None
    """Instants at which there must be a cut: ``12.4,1:05``."""
    markers: PathField | None = None
    """The same from an editor's export."""
    overlap: Annotated[int, field(whole(0, 10_000))] | None = None
    """Generated frames by which later clips of a shot repeat those before; 0 if None."""
    prompt: TextsField = ()
    """Words of shots: for all, or of a section's, as ``B: a red storm``."""
    neg: TextField = ""
    """Words for what is not wanted."""
    sound: PathField | None = None
    """The musician's own mix, if the film is to last as long as it does."""
    offset: OffsetField = 0.0
    """The second of the music at which that mix begins."""
    drums: TextField | None = None
    """Which track or channel of a MIDI file is drums, where the rule is wrong, or ``none``."""
    to_end: arguments.FlagField = False
    """Go on through the silence after a MIDI file's last note."""
    tempo: Annotated[float, field(number(20, 400))] | None = None
    """A recording's tempo; heard if None."""
    meter: TextField | None = None
    """A recording's time signature, such as ``3/4``; heard if None."""
    beats: BeatsField | None = None
    """A recording's beats: their seconds, or a file of them."""

    def model_post_init(self, context: object) -> None:
        """Raise an error if options contradict one another, or one does nothing."""
        if self.shortest and self.longest and self.shortest > self.longest:
            raise ArgumentError(
                f"`shortest` is {self.shortest:g} s, more than `longest`, {self.longest:g} s"
            )
        if self.offset and self.sound is None:
            raise ArgumentError("`offset` says where your mix begins; name the mix with `sound`")


_OF_PLANS = ("model", "overlap", "prompt", "neg")
"""Options that change a plan which is read; the others made its cuts."""


def plan(
    music: PathLike,
    output: PathLike | None = None,
    *,
    model: PathLike | None = None,
    fps: FrameRateLike | None = None,
    shortest: TimeLike | None = None,
    longest: TimeLike | None = None,
    cut: str | Sequence[TimeLike] | None = None,
    markers: PathLike | None = None,
    overlap: int | None = None,
    prompt: NamesLike = (),
    neg: str = "",
    sound: PathLike | None = None,
    offset: TimeLike = 0.0,
    drums: str | None = None,
    to_end: bool = False,
    tempo: float | None = None,
    meter: str | None = None,
    beats: PathLike | Sequence[float] | None = None,
    progress: Progress = silent,
) -> ShotPlan:
    """Plan the shots of a film to `music`, cut on its bars, and the clips they are made of.

    Args:
        music: A MIDI file, a recording, or a plan as JSON, whose shots are kept.
        output: What to write: ``.json``, or for editors ``.edl``, ``.otio``, ``.fcpxml``,
            ``.xml``, ``.csv`` or ``.srt``; nothing if None.
        progress: Progress callback, called with (done, total, stage).

    The others are the options of ``clavilux plan``, with the same names and forms
    (``cut="12.4,1:05"``), but `shortest` and `longest`, its ``--min`` and ``--max``.

    Returns:
        The plan.

    Raises:
        InputError: The music or an argument cannot be used; the message names it.
        OutputError: The output cannot be written.
    """
    options = PlanOptions(
        model=model, fps=fps, shortest=shortest, longest=longest, cut=cut, markers=markers,
        overlap=overlap, prompt=prompt, neg=neg, sound=sound, offset=offset, drums=drums,
        to_end=to_end, tempo=tempo, meter=meter, beats=beats,
    )  # fmt: skip
    return plan_with(options, music, output, progress=progress)


def plan_with(
    options: PlanOptions,
    music: PathLike,
    output: PathLike | None = None,
    *,
    progress: Progress = silent,
) -> ShotPlan:
    """Plan by options that are checked; else as `plan`."""
    source = Path(arguments.path(music, "music"))
    target = None if output is None else Path(arguments.path(output, "output"))
    if target is not None:
        arguments.target(target, SUFFIXES)
    model = None if options.model is None else clip_models.find(options.model)
    if shots.is_plan(source):
        made = _changed(source, options, model)
    else:
        if target is not None and target.exists() and source.exists() and target.samefile(source):
            raise ArgumentError(f"`output` {target} is the music itself; name another file")
        made = _of_music(source, options, model or clip_models.find(DEFAULT_MODEL), progress)
    if target is not None:
        write(made, target)
    return made


def write(plan: ShotPlan, target: str | OsPath[str]) -> None:
    """Write a plan as its target's suffix says: one of `SUFFIXES`.

    Raises:
        OutputError: The file cannot be written.
    """
    suffix = Path(target).suffix.lower()
    if suffix == ".json":
        write_text(target, plan.dump())
    else:
        editorial.write(shots.timeline_of(plan, suffix), target)


def _of_music(source: Path, options: PlanOptions, model: ClipModel, progress: Progress) -> ShotPlan:
    progress(0, 1, "listening")
    piece = open_music(
        source,
        bounce=options.sound,
        offset_s=options.offset,
        drums=options.drums,
        to_end=options.to_end,
        tempo=options.tempo,
        meter=options.meter,
        beats=options.beats,
    )
    for line in piece.warnings:
        warnings.warn(f"{piece.path.name}: {line}", stacklevel=4)
    check_length(piece.path, piece.duration_s)
    frame_rate = options.fps or (
        DEFAULT_FRAME_RATE if model.frame_rate is None else Fraction(model.frame_rate)
    )
    n_frames = max(1, FrameClock(frame_rate).n_frames(piece.duration_s))
    shortest_s, longest_s = _lengths(options, piece.facts)
    labels = [section.label for section in piece.facts.sections]
    words = words_by_section(options.prompt, labels)

    def prompt(section: Section | None) -> str:
        return words(section.label if section else "")

    made = shots.plan_shots(
        piece.facts,
        model,
        music=source.name,
        n_frames=n_frames,
        frame_rate=frame_rate,
        shortest_s=shortest_s,
        longest_s=longest_s,
        locked_s=_locked(options, piece, frame_rate),
        overlap=_overlap(options.overlap or 0, model),
        prompt=prompt,
        negative_prompt=options.neg,
    )
    _warn(made, piece.facts, shortest_s)
    return made


def _changed(source: Path, options: PlanOptions, model: ClipModel | None) -> ShotPlan:
    """Return the plan in a file with its shots split anew and what `options` change."""
    for name in PlanOptions.model_fields:
        given = getattr(options, name) != PlanOptions.model_fields[name].default
        if given and name not in _OF_PLANS:
            raise ArgumentError(f"`{name}` is for music; {source} is a plan, whose cuts are kept")
    read = shots.read(source)
    update: dict[str, Any] = {}
    words = words_by_section(options.prompt, [shot.section for shot in read.shots])
    changed = []
    for shot in read.shots:
        update = {"prompt": words(shot.section) or shot.prompt}
        update["negative_prompt"] = options.neg or shot.negative_prompt
        changed.append(shot.model_copy(update=update))
    overlap = read.overlap if options.overlap is None else options.overlap
    _overlap(overlap, model or read.model)
    return read.model_copy(update={"shots": tuple(changed)}).split_anew(model, overlap)


def _overlap(overlap: int, model: ClipModel) -> int:
    if overlap >= model.longest:
        raise ArgumentError(
            f"`overlap` is {overlap}; expected less than {model.longest}, the frames of the "
            f"longest clip of {model.name}"
        )
    return overlap


def _lengths(options: PlanOptions, facts: Facts) -> tuple[float, float]:
    """Return the least and the greatest length of a shot, seconds."""
    bars = np.diff(facts.downbeats_s)
    bar_s = float(np.median(bars)) if len(bars) else 0.0
    longest = options.longest or max(LONGEST_S, 1.05 * bar_s, 2 * (options.shortest or 0.0))
    return options.shortest or min(SHORTEST_S, longest), longest


def _locked(options: PlanOptions, piece: Music, frame_rate: Fraction) -> tuple[float, ...]:
    """Return where there must be a cut, seconds."""
    found: tuple[float, ...] = ()
    if options.cut is not None:
        found += inside(_typed(options.cut, frame_rate), piece.duration_s, "`cut`")
    if options.markers is not None:
        length = Fraction(piece.duration_s)
        listed = read_markers(options.markers, frame_rate, length)
        found += inside(listed, piece.duration_s, options.markers)
    return found


def _typed(text: str, frame_rate: Fraction) -> tuple[float, ...]:
    try:
        return parse_hits(text, frame_rate)
    except DocumentError as error:
        raise ArgumentError(f"`cut`: {str(error).removeprefix('hit ')}") from error


def _warn(made: ShotPlan, facts: Facts, shortest_s: float) -> None:
    """Warn of cuts on no bar, and of shots shorter than was asked."""
    bars = set(Grid.of(facts, made.frame_rate, made.n_frames).bars)
    off = [s.start_frame for s in made.shots[1:] if not s.locked and s.start_frame not in bars]
    if off:
        first = float(off[0] / made.frame_rate)
        warnings.warn(
            f"{len(off)} of {len(made.shots) - 1} cuts fall on no bar, the first at {first:.2f} s: "
            "bars are heard too far apart there, or not at all",
            stacklevel=5,
        )
    free = [
        n
        for shot, later, n in zip(made.shots, [*made.shots[1:], None], made.lengths, strict=True)
        if not shot.locked and not (later and later.locked)
    ]
    least = round(Fraction(shortest_s) * made.frame_rate)
    short = [n for n in free if n < least]
    if short and len(made.shots) > 1:
        warnings.warn(
            f"{len(short)} shots are shorter than {shortest_s:g} s, the shortest "
            f"{float(min(short) / made.frame_rate):.2f} s: bars and sections allow no better",
            stacklevel=5,
        )
