"""Rendering: a document's fields and prompts, evaluated at every frame.

Fields are computed in the document's order, since one may look at those before it.
Each field's frames are split where a keyframe gives it a new expression.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from clavilux.schedule.parseq.document.fields import default_of
from clavilux.schedule.parseq.document.rendered import RenderedDocument
from clavilux.schedule.parseq.evaluation import columns, frames, waves
from clavilux.schedule.parseq.evaluation.scene import (
    Chance,
    Effort,
    Fault,
    Labels,
    ParseqError,
    Scene,
    Slow,
    Waves,
)
from clavilux.schedule.parseq.javascript.values import (
    UNDEFINED,
    Undefined,
    is_truthy,
    to_number,
    to_string,
)
from clavilux.schedule.parseq.language.parser import ParseqSyntaxError, parse_expression
from clavilux.schedule.parseq.language.tree import Node, Variable

if TYPE_CHECKING:
    from clavilux.schedule.parseq.document.document import Keyframe, ParseqDocument

Column = NDArray[np.float64]

LINE = Variable("L")
"""What holds until a keyframe names an expression."""


def render(document: "ParseqDocument", seed: int = 0) -> RenderedDocument:
    """Evaluate a document; see `ParseqDocument.render`."""
    with np.errstate(all="ignore"):
        return _Rendering(document, seed).run()


@dataclass(frozen=True, slots=True)
class _Segment:
    """Frames that share an expression."""

    start: int
    stop: int
    written: object
    """The expression as the keyframe at its start has it; None before the first."""


class _Rendering:
    """One document being rendered."""

    def __init__(self, document: "ParseqDocument", seed: int) -> None:
        self.document = document
        self.n_frames = document.n_frames
        self.frames = np.arange(document.n_frames, dtype=np.float64)
        self.clock = document.clock
        self.series = document.series
        self.chance = Chance(seed)
        self.effort = Effort()
        keyframes = document.keyframes
        self.labels = Labels(
            [float(keyframe["frame"]) for keyframe in keyframes],
            [keyframe.get("info") for keyframe in keyframes],
        )
        self.last_keyframe = len(keyframes) - 1
        self.are_apart = len({keyframe["frame"] for keyframe in keyframes}) == len(keyframes)
        """Whether no two keyframes share a frame."""
        self.declared: dict[float, Keyframe] = {}
        """The keyframe whose expressions count at a frame: the first there."""
        self.values: defaultdict[str, list[tuple[int, object]]] = defaultdict(list)
        """What keyframes say, by name: number of the keyframe and value."""
        for i, keyframe in enumerate(keyframes):
            self.declared.setdefault(keyframe["frame"], keyframe)
            for name, value in keyframe.items():
                self.values[name].append((i, value))
        self.always_active = self._active(self.labels.frames)
        self.rendered: dict[str, Column] = {}
        self.waves: Waves = {}

    def run(self) -> RenderedDocument:
        fields: dict[str, Column] = {}
        self.waves = waves.together(self._lone_expressions(), self.frames, self.clock)
        for name in self.document.managed_fields:
            column = self._field(name)
            column.flags.writeable = False
            fields[name] = self.rendered[name] = column
            self.rendered["frame"] = self.frames
        prompts = None
        if self.document.prompts.is_enabled:
            prompts = self.document.prompts.render(self._prompt_scene(fields))
        return RenderedDocument(self.document, fields, prompts)

    def _prompt_scene(self, fields: dict[str, Column]) -> Scene:
        return Scene(
            field_name="prompt",
            frames=self.frames,
            active=self.frames,
            defined_frames=self.labels.frames,
            defined_values=None,
            clock=self.clock,
            labels=self.labels,
            series=self.series,
            chance=self.chance,
            effort=self.effort,
            variables=fields,
            is_prompt=True,
        )

    def _lone_expressions(self) -> Iterator[str]:
        """Return the expressions that hold for a field at all frames."""
        for name in self.document.managed_fields:
            said = self.values.get(f"{name}_i", ())
            if len(said) == 1 and said[0][0] == 0 and isinstance(said[0][1], str):
                yield said[0][1]

    # One field ------------------------------------------------------------------------------------

    def _field(self, name: str) -> Column:
        segments = self._segments(name)
        rests = len(segments) == 1 and segments[0].written is None and self.are_apart
        if rests and (value := self._only_value(name)) is not None:
            column = np.empty(self.n_frames)
            column.fill(value)
            return column
        defined_frames, defined_values = self._defined(name)
        always = defined_frames is self.labels.frames
        scene = Scene(
            field_name=name,
            frames=self.frames,
            active=self.always_active if always else self._active(defined_frames),
            defined_frames=defined_frames,
            defined_values=defined_values,
            clock=self.clock,
            labels=self.labels,
            series=self.series,
            chance=self.chance,
            effort=self.effort,
            rendered=self.rendered,
            waves=self.waves,
            default=default_of(name),
        )
        out = np.empty(self.n_frames)
        for segment in segments:
            here, part = slice(segment.start, segment.stop), scene
            if len(segments) > 1:
                part = replace(
                    scene, frames=scene.frames[here], active=scene.active[here], waves={}
                )
            out[here] = self._segment(part, self._tree(name, segment), len(segments) > 1)
        return out

    def _only_value(self, name: str) -> float | None:
        """Return what a field is worth if all keyframes say the same number, or nothing."""
        said = self.values.get(name)
        if not said:
            return default_of(name)
        value = said[0][1]
        if type(value) is not float and type(value) is not int:
            return None
        return value if all(other == value for _, other in said) else None

    def _defined(self, name: str) -> tuple[Column, Column]:
        """Return frames and values of the keyframes that have one, and always of both ends."""
        said = self.values.get(name, ())
        if len(said) == self.last_keyframe + 1 and {type(v) for _, v in said} <= {int, float}:
            numbers = np.array([value for _, value in said], dtype=np.float64)
            if not np.isnan(numbers).any():
                return self.labels.frames, numbers
        valid = [(i, number) for i, value in said if (number := _valid(value)) == number]
        at = [self.labels.frames[i] for i, _ in valid]
        values = [number for _, number in valid]
        first, last = (values[0], values[-1]) if valid else (default_of(name), default_of(name))
        if not valid or valid[0][0] != 0:
            at.insert(0, self.labels.frames[0])
            values.insert(0, first)
        if not valid or valid[-1][0] != self.last_keyframe:
            at.append(self.labels.frames[-1])
            values.append(last)
        return np.array(at, dtype=np.float64), np.array(values, dtype=np.float64)

    def _active(self, defined_frames: Column) -> Column:
        """Return the keyframe at or before each frame; one between two frames is never met."""
        met = defined_frames[defined_frames == np.floor(defined_frames)]
        return np.asarray(met[met.searchsorted(self.frames, side="right") - 1])

    def _segments(self, name: str) -> list[_Segment]:
        key = f"{name}_i"
        starts: list[tuple[int, object]] = []
        for i, written in self.values.get(key, ()):
            keyframe = self.document.keyframes[i]
            frame = keyframe["frame"]
            is_first = self.declared[frame] is keyframe
            if is_first and frame == int(frame) and is_truthy(written):
                starts.append((int(frame), written))
        if not starts or starts[0][0] != 0:
            starts.insert(0, (0, None))
        stops = [start for start, _ in starts[1:]] + [self.n_frames]
        return [
            _Segment(start, stop, written)
            for (start, written), stop in zip(starts, stops, strict=True)
        ]

    def _tree(self, name: str, segment: _Segment) -> Node:
        if segment.written is None:
            return LINE
        text = to_string(segment.written)
        try:
            return parse_expression(text)
        except ParseqSyntaxError as error:
            raise ParseqError(
                f"Error parsing interpolation for {name} at frame {segment.start} ({text}): "
                f"{error.original}",
                f"{name} at frame {segment.start}: {error}"
                if str(error) != error.original
                else None,
            ) from None

    def _segment(self, scene: Scene, tree: Node, keep: bool) -> Column:
        """Evaluate one expression over its frames; `keep` if later ones may look back."""
        view = scene.view()
        try:
            out = columns.as_number_column(columns.evaluate(tree, view), view)
        except (Slow, Fault):
            return self._frame_by_frame(scene, tree)
        if keep:
            scene.computed.extend(out.tolist())
        return out

    def _frame_by_frame(self, scene: Scene, tree: Node) -> Column:
        at = frames.evaluate(tree, scene.view())
        computed, start = scene.computed, len(scene.computed)
        try:
            for i in range(len(scene.frames)):
                computed.append(at(i))
        except Fault as fault:
            frame = len(computed)
            declared = self.declared.get(frame)
            key = f"{scene.field_name}_i"
            written = "" if declared is None else to_string(declared.get(key, UNDEFINED))
            where = f"Error calculating {scene.field_name} at frame {frame} ({written})"
            raise ParseqError(f"{where}: {fault}", f"{where}: {fault.plain}") from None
        return np.array([_as_number(value) for value in computed[start:]])


def _valid(value: Any) -> float:
    """Return a keyframe's value as a number; NaN for what counts as no value."""
    if type(value) is float or type(value) is int:
        return float(value)
    return float("nan") if isinstance(value, str) and value == "" else to_number(value)


def _as_number(value: object) -> float:
    return float("nan") if isinstance(value, Undefined) else to_number(value)
