"""The scene: what an expression can see while it is evaluated.

A `Scene` is one field of one document over a run of frames that share an expression;
a `View` is some of those frames. Functions take views, so that the same code
evaluates whole columns, the frames for which an ``if`` holds, or one frame alone.

Conventions
-----------
- All columns of a scene have one value for each of its frames, shape (n,).
- Keyframe frames are sorted; several may share one frame.
"""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clavilux.core.errors import DocumentError
from clavilux.schedule.parseq.evaluation.timeseries import TimeSeries
from clavilux.schedule.parseq.javascript.regex import pattern
from clavilux.schedule.parseq.javascript.values import Value, divide, is_truthy, to_number

Column = NDArray[np.float64]
Index = NDArray[np.int64]
Waves = dict[tuple[float, float], Column]
"""Sines by period and phase in frames."""


class Fault(Exception):  # noqa: N818 - an error of the document's, not of ours
    """Evaluation fails as the original's does; the message is the original's."""

    def __init__(self, original: str, plain: str | None = None) -> None:
        super().__init__(original)
        self.plain = plain or original
        """The same for a user, where the original's words are JavaScript's own."""


class ParseqError(DocumentError):
    """A document cannot be rendered.

    The message is sd-parseq's; where that is JavaScript's own ("Cannot read properties of
    undefined") it says what is missing, and `original` keeps sd-parseq's.
    """

    def __init__(self, original: str, plain: str | None = None) -> None:
        super().__init__(plain or original)
        self.original = original


class Slow(Exception):  # noqa: N818 - not an error: evaluate frame by frame instead
    """This cannot be evaluated over whole columns."""


@dataclass(frozen=True)
class Clock:
    """How frames, seconds and beats relate; as written, strings allowed."""

    output_fps: object
    bpm: object
    cadence: object

    @cached_property
    def fps(self) -> float:
        return to_number(self.output_fps)

    @cached_property
    def tempo_bpm(self) -> float:
        return to_number(self.bpm)

    @cached_property
    def cadence_number(self) -> float:
        return to_number(self.cadence)

    @cached_property
    def frames_per_beat(self) -> float:
        """Frames in a beat; the original divides by it or multiplies with it."""
        return self.beats(1.0)

    def beats(self, count: float) -> float:
        """Return the frames in some beats."""
        return divide(count * (self.fps * 60), self.tempo_bpm)


class Labels:
    """The ``info`` of all keyframes, searched by patterns."""

    def __init__(self, frames: list[float], infos: list[Any]) -> None:
        self.frames = np.array(frames, dtype=np.float64)
        self.infos = infos
        self._found: dict[str, NDArray[np.bool_]] = {}

    @property
    def last_frame(self) -> float:
        return float(self.frames.max()) if len(self.frames) else 0.0

    def found(self, text: str) -> NDArray[np.bool_]:
        """Return for each keyframe whether its info matches.

        Raises:
            PatternError: The pattern is not a regular expression.
            Fault: An info is not text.
        """
        if text not in self._found:
            labels = [info for info in self.infos if info is not None]
            texts = [label for label in labels if isinstance(label, str)]
            if len(texts) < len(labels):
                raise Fault(
                    "TypeError: kf.info?.match is not a function",
                    "the info of a keyframe is not text, so that no pattern can be found in it",
                )
            distinct = list(dict.fromkeys(texts))
            hits = dict(
                zip(distinct, pattern(text).search(distinct) if distinct else [], strict=True)
            )
            self._found[text] = np.array(
                [info is not None and hits[info] for info in self.infos], dtype=bool
            )
        return self._found[text]


@dataclass(slots=True, eq=False)
class Chance:
    """Where unseeded randomness comes from: a count in place of the original's clock."""

    seed: int
    count: int = 0

    def next(self) -> float:
        """Return another seed, never the same in one rendering."""
        self.count += 1
        return self.seed * 1000.0 + self.count / 8


@dataclass(slots=True, eq=False)
class Effort:
    """What a document may cost beyond one step a frame."""

    left: int = 400_000_000

    def spend(self, steps: int, name: str) -> None:
        """Take steps away.

        Raises:
            DocumentError: There are none left.
        """
        self.left -= steps
        if self.left < 0:
            raise DocumentError(
                f"{name} runs through too many keyframes at too many frames to be evaluated; "
                "use L or C, or fewer keyframes"
            )


@dataclass(eq=False)
class Scene:
    """One field over frames that share an expression; or the prompts."""

    field_name: str
    frames: Column
    active: Column
    """The keyframe of this field at or before each frame."""
    defined_frames: Column
    defined_values: Column | None
    """None in prompts, which have no values of their own."""
    clock: Clock
    labels: Labels
    series: dict[str, TimeSeries]
    chance: Chance
    effort: Effort = field(default_factory=Effort)
    memo: dict[str, Column] = field(default_factory=dict)
    """What was worked out once for all expressions of this field."""
    waves: Waves = field(default_factory=dict)
    """Sines of oscillators at all these frames, as far as they were worked out before."""
    variables: dict[str, Column] = field(default_factory=dict)
    rendered: dict[str, Column] | None = None
    """Whole columns of the fields before this one; None in prompts."""
    default: float = 0.0
    is_prompt: bool = False
    """In prompts nothing keeps state from frame to frame."""
    is_positive: bool | None = None
    """Which half of a prompt; None where there is none."""
    computed: list[Value] = field(default_factory=list)
    """This field's values so far, from frame 0 on."""

    def view(self, at: Index | None = None) -> "View":
        """Look at some frames, by index into the scene's; at all of them by default."""
        return View(self, at)


class View:
    """Some frames of a scene."""

    __slots__ = ("_active", "_following_index", "_frame", "at", "scene")

    def __init__(self, scene: Scene, at: Index | None) -> None:
        self.scene = scene
        self.at = at
        self._frame: Column | None = scene.frames if at is None else None
        self._active: Column | None = scene.active if at is None else None
        self._following_index: Index | None = None

    def __len__(self) -> int:
        return len(self.scene.frames) if self.at is None else len(self.at)

    def pick(self, column: Column) -> Column:
        """Take from a scene's column what belongs to these frames."""
        return column if self.at is None else column[self.at]

    def part(self, mask: NDArray[np.bool_]) -> "View":
        """Look at those frames only for which `mask` holds."""
        here = np.flatnonzero(mask)
        return View(self.scene, here if self.at is None else self.at[here])

    @property
    def frame(self) -> Column:
        if self._frame is None:
            self._frame = self.pick(self.scene.frames)
        return self._frame

    @property
    def active(self) -> Column:
        """The keyframe of this field at or before each frame."""
        if self._active is None:
            self._active = self.pick(self.scene.active)
        return self._active

    @property
    def _following(self) -> Index:
        if self._following_index is None:
            frames = self.scene.defined_frames
            self._following_index = frames.searchsorted(self.frame, side="right")
        return self._following_index

    @property
    def next_keyframe(self) -> Column:
        """The frame of the keyframe to come, or of the last."""
        last = len(self.scene.defined_frames) - 1
        return self.scene.defined_frames[np.minimum(self._following, last)]

    @property
    def active_value(self) -> Column:
        """The value at the keyframe before, or at the first."""
        values = self.scene.defined_values
        if values is None:
            raise Fault("Error: No active keyframe. Unexpected failure, please report a bug.")
        return values[np.maximum(self._following - 1, 0)]

    @property
    def next_value(self) -> Column:
        """The value at the keyframe to come; after the last, the last, and NaN in place of 0."""
        values = self.scene.defined_values
        beyond = self._following == len(self.scene.defined_frames)
        if values is None:
            if not np.all(beyond):
                raise Fault("Error: No next keyframe. Unexpected failure, please report a bug.")
            return np.full(len(self), np.nan)
        last = values[-1] if is_truthy(float(values[-1])) else np.nan
        return np.where(beyond, last, values[np.minimum(self._following, len(values) - 1)])
