"""Lint of Deforum settings: what cannot be evaluated, is ignored, or is not drawn.

Settings in, notices out: a place, a reason, a remedy, and whether it is an error.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from clavilux.core.errors import DocumentError, InputError
from clavilux.core.parameters import PARAMETERS
from clavilux.schedule.deforum.modes import is_obeyed, not_drawn
from clavilux.schedule.deforum.schedules import read_schedule
from clavilux.schedule.deforum.settings import DeforumSettings


@dataclass(frozen=True, slots=True)
class SettingsNotice:
    """Something noticed in Deforum settings."""

    place: str
    reason: str
    remedy: str
    is_error: bool = False


def notices(content: dict[str, Any]) -> Iterator[SettingsNotice]:
    """Return what is wrong with settings, or will surprise."""
    try:
        settings = DeforumSettings(content)
    except DocumentError as error:
        yield SettingsNotice("the settings", str(error), "correct it there", is_error=True)
        return
    try:
        _ = settings.frame_rate
    except InputError as error:
        yield SettingsNotice("fps", str(error), "set it to 15 or another rate", is_error=True)
    for name in settings.schedules:
        yield from _schedule(settings, name)
    try:
        settings.prompt_texts()
    except DocumentError as error:
        yield SettingsNotice("prompts", str(error), "correct it there", is_error=True)
    for line in not_drawn(content):
        name, _, words = line.partition(" " if line.startswith("animation_mode") else ": ")
        yield SettingsNotice(name, f"{words}: not drawn here", "Deforum itself draws it")


def _schedule(settings: DeforumSettings, name: str) -> Iterator[SettingsNotice]:
    try:
        column = settings.column(name)
        keys = read_schedule(name, settings.schedules[name], settings.n_frames).keys
    except DocumentError as error:
        reason = str(error).removeprefix(f"schedule {name!r}").lstrip(":, ")
        yield SettingsNotice(name, reason, "correct it there", is_error=True)
        return
    if any(part.count(":") > 1 for part in settings.schedules[name].split(",")):
        yield SettingsNotice(
            name, "Deforum ignores what follows a second colon", "write one colon a key"
        )
    late = [frame for frame in keys if frame >= settings.n_frames]
    if late:
        yield SettingsNotice(
            name, f"its key at frame {late[0]} lies past the end at {settings.n_frames - 1}",
            "move it or raise max_frames",
        )  # fmt: skip
    ours = name.removesuffix("_schedule")
    rest = PARAMETERS[ours].default if ours in PARAMETERS else 0.0
    moves = ours in PARAMETERS and ours != "fov" and bool(np.any(column != rest))
    if moves and not is_obeyed(ours, settings.mode):
        yield SettingsNotice(
            name, f"animation_mode {settings.mode} ignores it", "set another mode, or let it be"
        )
