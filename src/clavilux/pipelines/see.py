"""See: music becomes a film in which what is heard is what is seen.

A MIDI file or a recording goes in; a film with that music comes out. What is
heard becomes curves by a mapping, the curves become pictures by a renderer, and
all lie on one exact timeline with the sound.
"""

import warnings
from dataclasses import replace
from os import PathLike
from pathlib import Path
from typing import Any

from clavilux import media
from clavilux.core.errors import InputError
from clavilux.core.progress import Progress, silent
from clavilux.pipelines.drawing import Drawing
from clavilux.pipelines.music import is_document, open_music
from clavilux.pipelines.plan import Plan, plan_document, plan_music
from clavilux.pipelines.settings import Settings
from clavilux.pipelines.spool import Job, render_film
from clavilux.schedule import mapping as mappings


def see(
    music: str | PathLike[str],
    output: str | PathLike[str],
    *,
    sound: str | PathLike[str] | None = None,
    offset_s: float = 0.0,
    settings: Settings | None = None,
    progress: Progress = silent,
    **changes: Any,
) -> Path:
    """Turn `music` into a film.

    Args:
        music: A MIDI file, a recording, or a Parseq or Deforum document.
        output: The film to write; its suffix names the container. A run that was
            stopped goes on when it is asked for the same film again.
        sound: The musician's own mix, put under the pictures.
        offset_s: The second of the music at which that mix begins; below 0 if the mix
            begins before the music does.
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
    media.check_film_target(target)
    _check(chosen)
    drawing = Drawing.of(chosen)  # before any work: a wrong name should cost no time
    plan = _plan(Path(music), sound, offset_s, chosen, progress)
    job = Job(
        renderer=drawing.renderer,
        request=drawing.request(plan),
        quality=chosen.quality,
        preset="ultrafast" if chosen.preview else "veryfast",
    )
    render_film(job, target, sound=plan.sound, progress=progress)
    return target


def _check(settings: Settings) -> None:
    """Refuse settings that contradict one another."""
    if settings.loop is None:
        return
    if settings.loop < 1:
        raise InputError(f"--loop is {settings.loop}; expected a number of bars from 1 up")
    if settings.preview or settings.duration_s is not None:
        other = "--preview" if settings.preview else "--duration"
        raise InputError(f"--loop says how long the film is; leave {other} out")


def _plan(
    music: Path,
    bounce: str | PathLike[str] | None,
    offset_s: float,
    settings: Settings,
    progress: Progress,
) -> Plan:
    if offset_s and bounce is None:
        raise InputError("--offset says where your mix begins; name the mix with --sound")
    if is_document(music):
        for option, given in (
            ("--drums", settings.drums is not None),
            ("--to-end", settings.to_end),
        ):
            if given:
                raise InputError(f"{option} is for MIDI files; {music} is a document")
        return plan_document(music, bounce, settings, offset_s=offset_s)
    mapping = mappings.load(settings.mapping)
    progress(0, 1, "listening")
    piece = open_music(
        music,
        soundfont=settings.soundfont,
        bounce=bounce,
        offset_s=offset_s,
        stems=settings.stems,
        drums=settings.drums,
        to_end=settings.to_end,
    )
    for line in piece.warnings:
        warnings.warn(f"{piece.path.name}: {line}", stacklevel=3)
    return plan_music(piece, mapping, settings)
