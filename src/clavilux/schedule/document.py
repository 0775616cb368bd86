"""Documents as films: what a Parseq or Deforum document asks of a renderer.

A document of either kind in, curves out: the same that a mapping gives, so that
what was written for Deforum can be seen without it.
"""

from dataclasses import dataclass, replace
from os import PathLike
from pathlib import Path

import numpy as np

from clavilux.core.errors import DocumentError
from clavilux.core.values import Curves, Size
from clavilux.schedule.deforum.curves import from_parseq, from_settings
from clavilux.schedule.deforum.settings import DeforumSettings
from clavilux.schedule.parseq.document import ParseqDocument, load_json, read_bytes

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
    """Render a document and give what it asks of a renderer; see `deforum.curves.from_parseq`."""
    rendered = document.render(seed)
    return _for_a_mixer(from_parseq(rendered), rendered.n_frames)


def curves_of_deforum(settings: DeforumSettings) -> Curves:
    """Evaluate Deforum's schedules and give what they ask of a renderer."""
    return _for_a_mixer(from_settings(settings), settings.n_frames)


def _for_a_mixer(asked: Curves, n_frames: int) -> Curves:
    """Turn what a diffusion model makes of strength and noise into what a mixer must.

    Deforum's pictures move only as they are told to: nothing flows by itself.
    """
    values = {"flow": np.zeros(n_frames)} | dict(asked.values)
    if "strength" in values:
        values["strength"] = 1 - (1 - np.clip(values["strength"], 0, 1)) ** _HOLD
    if "noise" in values:
        values["noise"] = _GRAIN * values["noise"]
    return replace(asked, values=values)


def _size(settings: DeforumSettings) -> Size | None:
    width, height = settings.content.get("W"), settings.content.get("H")
    if isinstance(width, int) and isinstance(height, int):
        return Size(width // 2 * 2, height // 2 * 2)
    return None
