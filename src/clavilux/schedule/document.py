"""Documents as films: what a Parseq or Deforum document asks of a renderer.

A document of either kind in, curves out: the same that a mapping gives, so that
what was written for Deforum can be seen without it.
"""

import warnings
from dataclasses import dataclass, replace
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np

from clavilux.core.errors import DocumentError
from clavilux.core.values import Curves, Size
from clavilux.schedule.deforum.curves import from_manifest, from_parseq, from_settings
from clavilux.schedule.deforum.modes import is_obeyed, not_drawn
from clavilux.schedule.deforum.rendered import rendered_settings
from clavilux.schedule.deforum.settings import DeforumSettings
from clavilux.schedule.parseq.document.document import ParseqDocument, load_json, read_bytes
from clavilux.schedule.parseq.document.rendered import RenderedDocument

# A diffusion model redraws a picture at strength 0.6 and keeps what it shows; a mixer that
# lets in 40 % of other matter a frame does not, and nothing could be followed. The fourth
# power keeps as much from frame to frame as such a model does.
_HOLD = 4
# Of the noise it is given a model leaves little; a mixer shows it all.
_GRAIN = 0.05


MAX_SIDE = 16_384


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
        for line in not_drawn(content):
            warnings.warn(f"{path}: not drawn: {line}", stacklevel=2)
        manifest = _manifest_in(settings, str(path))
        if manifest is not None:
            return Scheduled(manifest, _size(settings))
        return Scheduled(curves_of_deforum(settings), _size(settings))
    if "rendered_frames" in content:
        return Scheduled(curves_of_manifest(content), None)
    raise neither(path)


def neither(path: str | PathLike[str]) -> DocumentError:
    """Return the error of a file that is JSON, but no schedule."""
    return DocumentError(
        f"{path} is neither a Parseq document (it has no keyframes), nor a Parseq manifest "
        "(no rendered_frames), nor Deforum settings (no max_frames)"
    )


def open_rendered(path: str | PathLike[str], *, seed: int = 0) -> RenderedDocument:
    """Read a Parseq document or Deforum's settings and evaluate every field and prompt.

    Raises:
        DocumentError: It is neither, wrong, or rendered already.
    """
    content = load_json(read_bytes(Path(path)), str(path))
    if is_settings(content):
        return rendered_settings(DeforumSettings(content))
    if "rendered_frames" in content and "keyframes" not in content:
        raise DocumentError(
            f"{path} is a Parseq manifest: it is rendered already; clavilux see draws it"
        )
    if "keyframes" not in content:
        raise neither(path)
    return ParseqDocument(content).render(seed)


def is_settings(content: dict[str, Any]) -> bool:
    """Return True if a document is Deforum's settings."""
    return "max_frames" in content and "keyframes" not in content


def curves_of_parseq(document: ParseqDocument, *, seed: int = 0) -> Curves:
    """Render a document and return what it asks of a renderer; see `deforum.curves.from_parseq`."""
    rendered = document.render(seed)
    return _for_a_mixer(from_parseq(rendered), rendered.n_frames)


def curves_of_manifest(content: dict[str, Any]) -> Curves:
    """Return what a manifest, which Deforum's Parseq field takes, asks of a renderer."""
    curves = from_manifest(content)
    return _for_a_mixer(curves, curves.n_frames)


def _manifest_in(settings: DeforumSettings, name: str) -> Curves | None:
    """Return the curves of the Parseq manifest that settings hold, if they hold one."""
    text = settings.content.get("parseq_manifest")
    if not isinstance(text, str) or not text.strip():
        return None
    if not text.lstrip().startswith("{"):
        raise DocumentError(f"{name}: parseq_manifest is an address; put the manifest itself there")
    content = load_json(text.encode("utf-8", "replace"), f"{name}: parseq_manifest")
    frames = content.get("rendered_frames")
    if not isinstance(frames, list):
        raise DocumentError(f"{name}: parseq_manifest holds no rendered_frames; render it first")
    theirs, own = from_manifest(content), from_settings(settings)
    n_frames = theirs.n_frames
    kept = {
        field: np.concatenate([column, np.full(max(0, n_frames - len(column)), column[-1])])
        for field, column in own.values.items()
    }
    obeyed = {f: c for f, c in theirs.values.items() if is_obeyed(f, settings.mode)}
    values = {f: c[:n_frames] for f, c in kept.items()} | obeyed
    prompts = theirs.prompts or own.prompts
    return _for_a_mixer(Curves(theirs.frame_rate, values, prompts), n_frames)


def curves_of_deforum(settings: DeforumSettings) -> Curves:
    """Evaluate Deforum's schedules and return what they ask of a renderer."""
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
        if not (2 <= width <= MAX_SIDE and 2 <= height <= MAX_SIDE):
            raise DocumentError(f"W and H are {width} and {height}; expected 2 to {MAX_SIDE}")
        return Size(width // 2 * 2, height // 2 * 2)
    return None
