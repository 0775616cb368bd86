"""Curves: Parseq documents and Deforum settings as parameters that a renderer shows.

Deforum reads of movements the change from frame to frame, and so does this: a document
whose rotation grows by 2 a frame turns by 2 degrees a frame.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clavilux.core.errors import DocumentError
from clavilux.core.parameters import PARAMETERS
from clavilux.core.timeline import parse_frame_rate
from clavilux.core.values import Curves
from clavilux.schedule.deforum.manifest import MOVES
from clavilux.schedule.deforum.modes import is_obeyed
from clavilux.schedule.deforum.settings import DeforumSettings
from clavilux.schedule.parseq.document.document import MAX_FRAMES, ParseqDocument
from clavilux.schedule.parseq.document.rendered import RenderedDocument
from clavilux.schedule.parseq.javascript.values import to_number

_ENDING = "_schedule"


def from_parseq(rendered: RenderedDocument, *, use_deltas: bool = True) -> Curves:
    """Return the fields that a renderer knows, as Deforum would read them, with the prompts.

    Args:
        rendered: The document.
        use_deltas: Deforum's ``parseq_use_deltas``: movements are changes.
    """
    values = {
        name: rendered.column(f"{name}_delta" if use_deltas and name in MOVES else name)
        for name in rendered.fields
        if name in PARAMETERS
    }
    texts = rendered.prompts
    if texts is not None and rendered.is_reversed:
        texts = texts[::-1]
    return Curves(
        frame_rate_of(rendered.document),
        {name: _finite(column) for name, column in values.items()},
        _changes(texts),
    )


def from_settings(settings: DeforumSettings) -> Curves:
    """Return the schedules that a renderer knows and the animation mode obeys, with the prompts."""
    names = {name: name.removesuffix(_ENDING) for name in settings.schedules}
    values = {
        ours: settings.column(theirs)
        for theirs, ours in names.items()
        if ours in PARAMETERS and is_obeyed(ours, settings.mode)
    }
    if not values:  # the curves still tell how long the film is
        values = {"strength": np.full(settings.n_frames, PARAMETERS["strength"].default)}
    return Curves(settings.frame_rate, values, _changes(settings.prompt_texts()))


def from_manifest(content: Mapping[str, Any]) -> Curves:
    """Return what a Parseq manifest (``rendered_frames`` alone) asks of a renderer.

    Raises:
        DocumentError: It holds no frames, or one of them is not as the first.
    """
    rows = content.get("rendered_frames")
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        raise DocumentError("rendered_frames must be a list of objects, one a frame")
    if len(rows) > MAX_FRAMES:
        raise DocumentError(f"there are {len(rows)} frames; at most {MAX_FRAMES} are read")
    values = {}
    for name in PARAMETERS:
        column = f"{name}_delta" if name in MOVES and f"{name}_delta" in rows[0] else name
        if column in rows[0]:
            numbers = [to_number(row.get(column)) for row in rows]
            values[name] = _finite(np.array(numbers, dtype=np.float64))
    if not values:
        raise DocumentError("rendered_frames names no parameter that can be drawn")
    texts = [str(row.get("deforum_prompt") or "") for row in rows]
    options = content.get("options")
    fps = options.get("output_fps") if isinstance(options, dict) else None
    rate = parse_frame_rate(20 if fps is None else fps)
    return Curves(rate, values, _changes(texts if "deforum_prompt" in rows[0] else None))


def fields_as_curves(rendered: RenderedDocument) -> Curves:
    """Return every field as it is written, to be looked at."""
    return Curves(
        frame_rate_of(rendered.document),
        {name: _finite(rendered.column(name)) for name in rendered.fields},
    )


def frame_rate_of(document: ParseqDocument) -> Fraction:
    """Return a document's frames per second.

    Raises:
        InputError: They are not between 1 and 240.
    """
    return parse_frame_rate(document.options["output_fps"])


def label_times(document: ParseqDocument) -> dict[str, NDArray[np.float64]]:
    """Return the seconds of the keyframes that have a label, by label; at most the first six."""
    rate = float(frame_rate_of(document))
    found: dict[str, list[float]] = {}
    for keyframe in document.keyframes:
        label = keyframe.get("info")
        if isinstance(label, str) and label.strip():
            found.setdefault(label.strip(), []).append(keyframe["frame"] / rate)
    return {label: np.array(times) for label, times in list(found.items())[:6]}


def _finite(column: NDArray[np.float64]) -> NDArray[np.float64]:
    """Hold the last finite value where there is none."""
    good = np.isfinite(column)
    if np.all(good):
        return column
    last = np.maximum.accumulate(np.where(good, np.arange(len(column)), -1))
    return np.where(last >= 0, column[np.maximum(last, 0)], 0.0)


def _changes(texts: list[str] | None) -> tuple[tuple[int, str], ...]:
    pairs = enumerate(texts or [])
    return tuple(
        (frame, text)
        for frame, text in pairs
        if texts is not None and (frame == 0 or text != texts[frame - 1])
    )
