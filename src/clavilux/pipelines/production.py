"""Productions: what a film shows and sounds like, before anything is drawn.

Music and a mapping, or a document, in; curves, sound and size out.
"""

import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clavilux import media
from clavilux.core.errors import ArgumentError
from clavilux.core.lyrics import Lyrics
from clavilux.core.notes import PlayedNotes
from clavilux.core.timeline import FrameClock
from clavilux.core.values import Curves, Score, Size, Sound
from clavilux.pipelines import storied
from clavilux.pipelines.looping import bars, looped
from clavilux.pipelines.music import Music, check_length
from clavilux.pipelines.planned import check_plan, follow, joined_shots, starts_within
from clavilux.pipelines.preview import PREVIEW_HEIGHT, excerpts
from clavilux.pipelines.scenes import Scenes, brings_scenes, without_scenes
from clavilux.pipelines.settings import DOCUMENT_LOOK, SeeOptions
from clavilux.pipelines.storied import Telling
from clavilux.pipelines.words import is_by_section, words_of_all
from clavilux.render import ShotStart
from clavilux.render.notation import NOTE_LOOKS
from clavilux.schedule import mapping as mappings
from clavilux.schedule.document import open_document
from clavilux.schedule.shots import ShotPlan

DEFAULT_SIZE = Size(512, 512)
DEFAULT_FRAME_RATE = Fraction(24)


@dataclass(frozen=True, slots=True, eq=False)
class Production:
    """What is to be drawn and heard."""

    curves: Curves
    sound: Sound | None
    size: Size
    look: str | None = None
    """What it is made of unless a word means a look; if None, any word may choose."""
    notes: PlayedNotes | None = None
    """What is played, for looks that show notes."""
    shots: tuple[ShotStart, ...] = ()
    """Shots of a plan, from the first frame on; one shot if empty."""
    seed: int = 0
    """Decides what is left to chance."""
    lyrics: Lyrics = field(default_factory=Lyrics)
    """What is sung, in the time of the music."""
    hue_range: float | None = None
    """Degrees by which hues may turn, unless a palette or a range is given: of a document, all."""


def production_of_music(
    piece: Music,
    mapping: mappings.Mapping,
    options: SeeOptions,
    plan: ShotPlan | None = None,
    telling: Telling | None = None,
) -> Production:
    """Decide what of a piece of music is shown, and how its curves run.

    Raises:
        ArgumentError: The film would begin after the music's end, or the plan is not for it.
    """
    frame_rate, size = options.fps or DEFAULT_FRAME_RATE, _even(options.size)
    if plan is not None:
        check_plan(plan, piece, options)
        frame_rate = plan.frame_rate
    seed = options.seed or 0
    scenes = None
    if plan is None and options.loop is None and _has_scenes(mapping, options):
        scenes = Scenes.of(piece.facts, seed, options.looks, options.prompt)
        mapping = without_scenes(mapping)
    if options.loop is not None:
        return _loop_of_music(piece, mapping, options)
    left_s = piece.duration_s - options.start
    if left_s <= 0:
        raise ArgumentError(
            f"`start` is {options.start:g} s, but {piece.path} ends at {piece.duration_s:.1f} s"
        )
    duration_s = min(left_s, options.duration or left_s)
    if options.duration is not None and options.duration > left_s + 1 / frame_rate:
        warnings.warn(
            f"`duration` is {options.duration:g} s, but {piece.path.name} ends after "
            f"{left_s:.1f} s: the film ends there",
            stacklevel=2,
        )
    check_length(piece.path, duration_s)
    clock = FrameClock(frame_rate)
    n_frames = max(1, clock.n_frames(duration_s))
    curves = mappings.apply(
        mapping,
        piece.heard,
        frame_rate=frame_rate,
        n_frames=n_frames,
        start_s=options.start,
        seed=seed,
        facts=piece.facts,
    )
    shots: tuple[ShotStart, ...] = ()
    if plan is not None:
        first = round(Fraction(options.start) * frame_rate)
        curves, shots = follow(curves, plan, first), starts_within(plan, first, first + n_frames)
    elif scenes is not None:
        curves, shots = scenes.follow(curves, options.start)
        if options.looks and len(shots) == 1:
            warnings.warn(
                f"{piece.path.name} has one section here: only the first of `looks` is seen",
                stacklevel=2,
            )
    curves = _worded(curves, options) if scenes is None else curves
    lyrics = Lyrics()
    if telling is not None:
        told, lyrics = telling.of(piece)
        if told is not None:
            beats = piece.facts.beats_s
            curves = storied.follow(curves, told, beats, options.start, telling.teller)
            # A story has colours of its own: sections are not to turn them.
            shots = tuple(replace(shot, variation=0) for shot in shots)
    curves = curves if scenes is None else _unwanted(curves, options)
    if not options.preview:
        film_s = float(n_frames / frame_rate)
        sound = piece.sound(options.start, film_s)
        notes = _notes(piece, options)
        return Production(curves, sound, size, notes=notes, shots=shots, seed=seed, lyrics=lyrics)
    spans = excerpts(piece.facts, options.start, options.start + duration_s)
    frames = [
        (
            max(0, int(clock.frame_at(a - options.start))),
            int(clock.frame_at(b - options.start)),
        )
        for a, b in spans
    ]
    frames = [(a, min(b, n_frames)) for a, b in frames]
    picked = [curves.cut(a, b) for a, b in frames]
    sounds = [
        piece.sound(options.start + float(a / frame_rate), float((b - a) / frame_rate))
        for a, b in frames
    ]
    shots = joined_shots(shots, frames)
    return Production(_joined(picked), _in_turn(sounds), _small(size), shots=shots, seed=seed)


def _notes(piece: Music, options: SeeOptions) -> PlayedNotes | None:
    """Return the notes of a piece, if the look shows them."""
    if options.look not in NOTE_LOOKS.names():
        return None
    start_s = options.start
    if isinstance(piece.heard, Score):
        return PlayedNotes.of(piece.heard, start_s=start_s)
    heard = PlayedNotes.heard(piece.heard, start_s=start_s)
    if options.notes != "transcribe":
        return heard
    from clavilux import listen  # loads what only recordings need

    written = listen.transcribe(piece.sound(0.0, piece.duration_s))
    return PlayedNotes.of(written, start_s=start_s).joined(heard.where(heard.is_drum))


def _loop_of_music(piece: Music, mapping: mappings.Mapping, options: SeeOptions) -> Production:
    frame_rate = options.fps or DEFAULT_FRAME_RATE
    span = bars(piece, options.start, options.loop or 0, frame_rate)
    # At this rate the bars last a whole number of frames; it differs from the film's by
    # half a frame in the whole loop at most, and the sound is stretched by as much.
    rate = Fraction(span.n_frames) / Fraction(span.duration_s).limit_denominator(10**7)
    curves = mappings.apply(
        mapping,
        piece.heard,
        frame_rate=rate,
        n_frames=span.n_frames,
        start_s=span.start_s,
        seed=options.seed or 0,
        facts=piece.facts,
    )
    curves = _worded(Curves(frame_rate, curves.values), options)
    sound = looped(piece, span, float(span.n_frames / frame_rate))
    return Production(curves, sound, _even(options.size), seed=options.seed or 0)


def _has_scenes(mapping: mappings.Mapping, options: SeeOptions) -> bool:
    """Return True if sections are shots of their own: asked for, or new scenes by the mapping.

    A picture that is started from is one film, to which it comes back.
    """
    if options.look in NOTE_LOOKS.names():
        return False
    asked = bool(options.looks) or any(map(is_by_section, options.prompt))
    return asked or (brings_scenes(mapping) and options.image is None)


def _worded(curves: Curves, options: SeeOptions) -> Curves:
    """Add the words of the options: they hold from the first frame on.

    Raises:
        ArgumentError: Some are for a section, of which nothing is known here.
    """
    prompts = curves.prompts
    if options.prompt:
        later = [(frame, text) for frame, text in prompts if frame > 0]
        prompts = ((0, words_of_all(options.prompt)), *later)
    return _unwanted(Curves(curves.frame_rate, curves.values, prompts), options)


def _unwanted(curves: Curves, options: SeeOptions) -> Curves:
    """Add the words for what is not wanted to all others."""
    if not options.neg:
        return curves
    prompts = tuple((f, f"{text} --neg {options.neg}") for f, text in curves.prompts or ((0, ""),))
    return Curves(curves.frame_rate, curves.values, prompts)


def production_of_document(
    path: Path, options: SeeOptions, telling: Telling | None = None
) -> Production:
    """Evaluate a Parseq or Deforum document and lay a sound under it, if one is given.

    Raises:
        DocumentError: It cannot be evaluated.
        ArgumentError: Another frame rate than the document's is asked for.
    """
    scheduled = open_document(path)
    curves = scheduled.curves
    if options.fps not in (None, curves.frame_rate):
        raise ArgumentError(
            f"{path} is written for {curves.frame_rate} frames a second; leave `fps` out"
        )
    clock = FrameClock(curves.frame_rate)
    first = int(clock.frame_at(options.start))
    if first >= curves.n_frames:
        raise ArgumentError(
            f"`start` is {options.start:g} s, but {path} ends at "
            f"{float(curves.n_frames / curves.frame_rate):.1f} s"
        )
    last = curves.n_frames
    if options.duration is not None:
        last = min(last, first + max(1, clock.n_frames(options.duration)))
    sound = None
    if options.sound is not None:
        sound = media.delay(media.open_sound(options.sound), options.offset)
    if sound is not None:
        length_s = float((last - first) / curves.frame_rate)
        sound = media.cut(sound, float(first / curves.frame_rate), length_s)
    size = _even(options.size or scheduled.size)
    cut = _worded(curves.cut(first, last), options)
    size = _small(size) if options.preview else size
    return Production(
        cut, sound, size, look=DOCUMENT_LOOK, seed=options.seed or 0, hue_range=180.0,
        lyrics=Lyrics() if telling is None else telling.timed(),
    )  # fmt: skip


def _even(size: Size | None) -> Size:
    """Video's colour planes are half as wide and high: odd sides grow by one."""
    width, height = size or DEFAULT_SIZE
    return Size(width + width % 2, height + height % 2)


def _joined(parts: list[Curves]) -> Curves:
    names = parts[0].values
    values = {name: np.concatenate([part.values[name] for part in parts]) for name in names}
    prompts, first = [], 0
    for part in parts:
        prompts += [(first + frame, words) for frame, words in part.prompts]
        first += part.n_frames
    return Curves(parts[0].frame_rate, values, tuple(prompts))


def _in_turn(sounds: list[Sound]) -> Sound:
    def blocks() -> Iterator[NDArray[np.float32]]:
        for sound in sounds:
            yield from sound

    lengths = [sound.n_samples for sound in sounds]
    total = sum(n for n in lengths if n is not None) if None not in lengths else None
    return Sound(sounds[0].sample_rate, sounds[0].n_channels, total, blocks)


def _small(size: Size) -> Size:
    scale = min(1.0, PREVIEW_HEIGHT / min(size))
    return Size(round(size.width * scale / 2) * 2, round(size.height * scale / 2) * 2)
