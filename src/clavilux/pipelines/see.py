"""See: music becomes a film in which what is heard is what is seen.

A MIDI file or a recording goes in; a film with that music comes out. What is
heard becomes curves by a mapping, the curves become pictures by a renderer, and
all lie on one exact timeline with the sound.
"""

import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clavilux import media, render
from clavilux.core.errors import InputError
from clavilux.core.files import check_writable
from clavilux.core.progress import Progress, silent
from clavilux.core.timeline import FrameClock
from clavilux.core.values import Curves, Size, Sound
from clavilux.pipelines.music import Music, open_music
from clavilux.pipelines.preview import PREVIEW_HEIGHT, excerpts
from clavilux.pipelines.spool import Job, render_film
from clavilux.schedule import mapping as mappings


@dataclass(frozen=True, slots=True)
class Settings:
    """How a film is to look; every field has the default of the command line."""

    look: str = "ink"
    """What the pictures are made of; see `clavilux.matter.LOOKS`."""
    palette: str | None = None
    """Its colours; the look's own if None."""
    mapping: str = "clavilux"
    """Which notes move what: a preset's name or a mapping file."""
    size: Size = field(default=Size(512, 512))
    frame_rate: Fraction = Fraction(24)
    seed: int = 0
    start_s: float = 0.0
    duration_s: float | None = None
    """How much of the music; all that is left after `start_s` if None."""
    preview: bool = False
    """Small, and only the first bars of each section."""
    flashing: bool = False
    """Allow more than three flashes a second."""
    soundfont: str | None = None
    """What MIDI is played with; the embedded soundfont if None."""
    quality: int = 18
    """Constant rate factor of the encoder: lower is better and larger."""


def see(
    music: str | PathLike[str],
    output: str | PathLike[str],
    *,
    sound: str | PathLike[str] | None = None,
    settings: Settings | None = None,
    progress: Progress = silent,
    **changes: Any,
) -> Path:
    """Turn `music` into a film.

    Args:
        music: A MIDI file or a recording.
        output: The film to write; its suffix names the container. A run that was
            stopped goes on when it is asked for the same film again.
        sound: The musician's own mix, put under the pictures.
        settings: How it is to look; all defaults if None.
        progress: Hears how far it has come.
        changes: Fields of `Settings` by name, such as ``look="glass"``.

    Returns:
        The path of the film.

    Raises:
        InputError: The music, a name or a setting cannot be used.
        OutputError: The film cannot be written.
    """
    chosen = replace(settings or Settings(), **changes)
    target = Path(output)
    media.film_kind(target)
    check_writable(target)
    renderer = render.RENDERERS.make(
        "procedural", look=chosen.look, palette=chosen.palette, flashing=chosen.flashing
    )
    mapping = mappings.load(chosen.mapping)
    progress(0, 1, "listening")
    piece = open_music(music, soundfont=chosen.soundfont, bounce=sound)
    for line in piece.warnings:
        warnings.warn(f"{piece.path.name}: {line}", stacklevel=2)
    plan = _plan(piece, mapping, chosen)
    job = Job(
        renderer=renderer,
        curves=plan.curves,
        size=plan.size,
        seed=chosen.seed,
        description={
            "look": chosen.look,
            "palette": chosen.palette,
            "flashing": chosen.flashing,
        },
        quality=chosen.quality,
    )
    render_film(job, target, sound=plan.sound, progress=progress)
    return target


@dataclass(frozen=True, slots=True, eq=False)
class _Plan:
    """What is to be drawn and heard."""

    curves: Curves
    sound: Sound
    size: Size


def _plan(piece: Music, mapping: mappings.Mapping, settings: Settings) -> _Plan:
    left_s = piece.duration_s - settings.start_s
    if left_s <= 0:
        raise InputError(
            f"the film would start at {settings.start_s:g} s, but {piece.path} "
            f"ends at {piece.duration_s:.1f} s"
        )
    duration_s = min(left_s, settings.duration_s or left_s)
    clock = FrameClock(settings.frame_rate)
    n_frames = max(1, clock.n_frames(duration_s))
    curves = mappings.apply(
        mapping,
        piece.heard,
        frame_rate=settings.frame_rate,
        n_frames=n_frames,
        start_s=settings.start_s,
        seed=settings.seed,
    )
    if not settings.preview:
        film_s = float(n_frames / settings.frame_rate)
        return _Plan(curves, piece.sound(settings.start_s, film_s), settings.size)
    spans = excerpts(piece.facts, settings.start_s, settings.start_s + duration_s)
    frames = [
        (
            max(0, int(clock.frame_at(a - settings.start_s))),
            int(clock.frame_at(b - settings.start_s)),
        )
        for a, b in spans
    ]
    frames = [(a, min(b, n_frames)) for a, b in frames]
    picked = [curves.cut(a, b) for a, b in frames]
    sounds = [
        piece.sound(
            settings.start_s + float(a / settings.frame_rate), float((b - a) / settings.frame_rate)
        )
        for a, b in frames
    ]
    return _Plan(_joined(picked), _in_turn(sounds), _small(settings.size))


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
