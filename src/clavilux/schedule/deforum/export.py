"""Export: Deforum settings that play a rendered document without Parseq.

Every driven field becomes a schedule string with one number where its line bends, so
that Deforum's straight lines pass through every frame's value.
"""

import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clavilux.schedule.deforum.manifest import MOVES, driven, manifest_text, overrides
from clavilux.schedule.deforum.modes import is_obeyed
from clavilux.schedule.parseq.document.rendered import RenderedDocument
from clavilux.schedule.parseq.javascript.values import number_text

TOLERANCE = 1e-13
"""How far a frame's value may lie from the line, relative to the field's reach."""


def settings_with_manifest(rendered: RenderedDocument) -> dict[str, Any]:
    """Return settings which hand Deforum the document as a Parseq manifest."""
    return {
        **overrides(rendered),
        "parseq_manifest": manifest_text(rendered),
        "parseq_use_deltas": True,
        "parseq_non_schedule_overrides": True,
    }


def settings_with_schedules(rendered: RenderedDocument) -> dict[str, Any]:
    """Return settings which hold the document as Deforum's own schedules."""
    settings: dict[str, Any] = {**overrides(rendered), "animation_mode": "3D"}
    for entry in driven(rendered):
        if entry.column == "deforum_prompt":
            settings["prompts"] = prompt_changes(rendered.prompts or [])
        else:
            settings[entry.setting] = schedule_text(rendered.column(entry.column))
    moves = MOVES & set(rendered.fields)
    flat = {name for name in moves if not is_obeyed(name, "3D")}
    if not moves or (flat and all(is_obeyed(name, "2D") for name in moves)):
        settings["animation_mode"] = "2D"
    elif flat:
        warnings.warn(
            f"Deforum's 3D mode ignores {', '.join(sorted(flat))}; its 2D mode would ignore "
            "the movements in depth",
            stacklevel=2,
        )
    return settings


def schedule_text(column: NDArray[np.float64]) -> str:
    """Write a column as a schedule string, with keys only where its line bends."""
    values = np.nan_to_num(column)
    keys = _bends(values)
    return ", ".join(f"{i}:({_plain(float(values[i]))})" for i in keys)


def _plain(value: float) -> str:
    text = number_text(value)
    return f"{value:.12f}".rstrip("0") if "e" in text else text


def _bends(values: NDArray[np.float64]) -> list[int]:
    if len(values) < 3:
        return list(range(len(values)))
    reach = max(float(np.max(np.abs(values))), 1e-12)
    bent = np.abs(np.diff(values, 2)) > TOLERANCE * reach
    return [0, *(np.flatnonzero(bent) + 1).tolist(), len(values) - 1]


def prompt_changes(texts: list[str]) -> dict[str, str]:
    """Return each prompt under the frame, as text, from which it holds."""
    found: dict[str, str] = {}
    for frame, text in enumerate(texts):
        if frame == 0 or text != texts[frame - 1]:
            found[str(frame)] = text
    return found
