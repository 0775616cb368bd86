"""Documents as films: what a Parseq or Deforum document asks of a renderer.

A document of either kind in, curves out: the same that a mapping gives, so that
what was written for Deforum can be seen without it.
"""

from dataclasses import dataclass
from fractions import Fraction
from os import PathLike
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clavilux.core.errors import DocumentError
from clavilux.core.parameters import PARAMETERS
from clavilux.core.timeline import parse_frame_rate
from clavilux.core.values import Curves, Size
from clavilux.schedule.deforum.manifest import MOVES
from clavilux.schedule.deforum.settings import DeforumSettings
from clavilux.schedule.parseq.document import ParseqDocument, load_json, read_bytes
from clavilux.schedule.parseq.js import to_number

# A diffusion model redraws a picture at strength 0.6 and keeps what it shows; a mixer that
# lets in 40 % of other matter a frame does not, and nothing could be followed. The fourth
# power keeps as much from frame to frame as such a model does.
_HOLD = 4
# Of the noise it is given a model leaves little; a mixer shows it all.
_GRAIN = 0.05


@dataclass(frozen=True, slots=True, eq=False)
class Scheduled:
    """What a document asks for."""

    curves: Curves
    size: Size | None
    """The pictures' size, where the document names one."""


def open_document(path: str | PathLike[str]) -> Scheduled:
    """Read a Parseq document or Deforum's settings and evaluate every frame.

    Raises:
        DocumentError: It is neither, or wrong; the message names the place.
    """
    content = load_json(read_bytes(Path(path)), str(path))
    if "keyframes" in content:
        return Scheduled(curves_of_parseq(ParseqDocument(content)), None)
    if "max_frames" in content:
        settings = DeforumSettings(content)
        return Scheduled(curves_of_deforum(settings), _size(settings))
    raise DocumentError(
        f"{path} is neither a Parseq document (it has no keyframes) "
        "nor Deforum settings (it has no max_frames)"
    )


def curves_of_parseq(document: ParseqDocument, *, seed: int = 0) -> Curves:
    """Render a document and give what it asks of a renderer.

    Movements are the changes from frame to frame, as Deforum takes them; the
    rest are values. Fields that no renderer of ours shows are left out.
    """
    rendered = document.render(seed)
    values: dict[str, NDArray[np.float64]] = {}
    for name in rendered.fields:
        if name in PARAMETERS:
            column = rendered.column(f"{name}_delta" if name in MOVES else name)
            values[name] = np.asarray(column, dtype=np.float64)
    rate = parse_frame_rate(to_number(document.options["output_fps"]))
    return Curves(rate, _filled(values, rendered.n_frames), _prompts(rendered.prompts))


def curves_of_deforum(settings: DeforumSettings) -> Curves:
    """Evaluate Deforum's schedules and give what they ask of a renderer."""
    values = {
        name.removesuffix("_schedule"): column
        for name, column in settings.columns().items()
        if name.removesuffix("_schedule") in PARAMETERS
    }
    rate: Fraction = parse_frame_rate(settings.content.get("fps", 15))
    return Curves(rate, _filled(values, settings.n_frames), _prompts(settings.prompt_texts()))


def _filled(
    values: dict[str, NDArray[np.float64]], n_frames: int
) -> dict[str, NDArray[np.float64]]:
    """Turn what a diffusion model makes of strength and noise into what a mixer must.

    Deforum's pictures move only as they are told to: nothing flows by itself.
    """
    if "strength" in values:
        values["strength"] = 1 - (1 - np.clip(values["strength"], 0, 1)) ** _HOLD
    if "noise" in values:
        values["noise"] = _GRAIN * values["noise"]
    return {"flow": np.zeros(n_frames)} | values


def _prompts(texts: list[str] | None) -> tuple[tuple[int, str], ...]:
    changes: list[tuple[int, str]] = []
    for frame, text in enumerate(texts or []):
        if not changes or changes[-1][1] != text:
            changes.append((frame, text))
    return tuple(changes)


def _size(settings: DeforumSettings) -> Size | None:
    width, height = settings.content.get("W"), settings.content.get("H")
    if isinstance(width, int) and isinstance(height, int):
        return Size(width // 2 * 2, height // 2 * 2)
    return None
