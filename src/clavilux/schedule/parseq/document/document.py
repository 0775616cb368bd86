"""Documents: what sd-parseq saves and loads.

A JSON document in, a `ParseqDocument` out, and the same document back: whatever is
not understood is kept. What the original would fill in on load is filled in here for
rendering, without touching what was read.

Conventions
-----------
- Keyframes are numbered from 0 in messages, in the order in which they are written.
- Numbers may be written as strings, as the original's page sometimes does.
"""

import copy
import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from clavilux.core.errors import DocumentError
from clavilux.core.files import write_bytes
from clavilux.core.text import decode
from clavilux.schedule.parseq.document.fields import DEFAULTS
from clavilux.schedule.parseq.document.prompts import Prompts
from clavilux.schedule.parseq.document.render import render
from clavilux.schedule.parseq.document.rendered import RenderedDocument
from clavilux.schedule.parseq.evaluation.scene import Clock, ParseqError
from clavilux.schedule.parseq.evaluation.timeseries import TimeSeries
from clavilux.schedule.parseq.javascript.values import UNDEFINED, is_truthy, to_number

DEFAULT_OPTIONS: dict[str, Any] = {"input_fps": 20, "bpm": 140, "output_fps": 20, "cadence": 1}
MAX_BYTES = 64_000_000
MAX_FRAMES = 1_000_000
MAX_FIELDS = 1_000
MAX_FIELD_FRAMES = 40_000_000
MAX_KEYFRAMES = 200_000
MAX_VALUE = 1e300
"""Numbers beyond have no room left to be interpolated."""

Keyframe = dict[str, Any]


@dataclass(frozen=True, eq=False)
class ParseqDocument:
    """A Parseq document, as read."""

    content: dict[str, Any]
    """The whole document as JSON values; nothing in it is changed."""

    def __post_init__(self) -> None:
        _check_shape(self.content)

    # What it says ---------------------------------------------------------------------------------

    @cached_property
    def keyframes(self) -> list[Keyframe]:
        """Keyframes in order of time; several at one frame keep their order."""
        return sorted(self.content["keyframes"], key=lambda keyframe: keyframe["frame"])

    @cached_property
    def options(self) -> dict[str, Any]:
        """Its options, over the original's defaults."""
        return {**DEFAULT_OPTIONS, **(self.content.get("options") or {})}

    @property
    def managed_fields(self) -> list[str]:
        """The fields it drives, in order; all there are if it names none."""
        managed = self.content.get("managedFields")
        return list(DEFAULTS) if managed is None else list(managed)

    @cached_property
    def series(self) -> dict[str, TimeSeries]:
        """Its time series by alias; of several with one alias the first."""
        found: dict[str, TimeSeries] = {}
        for entry in self.content.get("timeSeries") or []:
            if isinstance(entry, dict) and isinstance(entry.get("ts"), dict):
                series = TimeSeries.from_document(entry)
                found.setdefault(series.alias, series)
        return found

    @cached_property
    def prompts(self) -> Prompts:
        """Its prompts, whichever of the three forms they have."""
        return Prompts.from_document(self.content.get("prompts"), self.last_frame)

    @property
    def clock(self) -> Clock:
        """Frame rate, tempo and cadence."""
        cadence = self.options.get("cadence")
        return Clock(
            self.options["output_fps"], self.options["bpm"], 1.0 if cadence is None else cadence
        )

    @property
    def first_frame(self) -> float:
        return float(self.keyframes[0]["frame"])

    @property
    def last_frame(self) -> float:
        return float(self.keyframes[-1]["frame"])

    @property
    def n_frames(self) -> int:
        """How many frames it renders to."""
        return int(self.last_frame - self.first_frame) + 1

    @property
    def is_reversed(self) -> bool:
        """Whether its frames are to be given from last to first."""
        return is_truthy(self.content.get("reverseRender", False))

    # What becomes of it ---------------------------------------------------------------------------

    def render(self, seed: int = 0) -> RenderedDocument:
        """Evaluate every field and prompt at every frame.

        Args:
            seed: Chooses the randomness of rand, smrand, perlin and vibe where the document
                gives no seed; the original takes its clock there.

        Raises:
            ParseqError: It cannot be rendered; the message is the original's.
            DocumentError: It asks for more than is sane.
        """
        return render(self, seed)

    def to_dict(self) -> dict[str, Any]:
        """Return the document as it was read."""
        return copy.deepcopy(self.content)

    def write(self, path: str | Path) -> None:
        """Write it as JSON that sd-parseq loads, whole or not at all."""
        write_bytes(path, json.dumps(self.content, indent=4, ensure_ascii=False).encode())


def parse(document: dict[str, Any] | str | Path) -> ParseqDocument:
    """Read a Parseq document.

    Args:
        document: The document itself, its JSON text, or the path of a file that holds it.

    Raises:
        DocumentError: It is no Parseq document; the message names the place.
    """
    if isinstance(document, dict):
        return ParseqDocument(copy.deepcopy(document))
    if isinstance(document, str) and document.lstrip()[:1] == "{":
        return ParseqDocument(load_json(document.encode(), "the text"))
    return ParseqDocument(load_json(read_bytes(Path(document)), str(document)))


def read_bytes(path: Path) -> bytes:
    """Read a document's file, if it is not absurdly large."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise DocumentError(
                f"{path} has {path.stat().st_size} bytes; at most {MAX_BYTES} are read"
            )
        return path.read_bytes()
    except OSError as error:
        raise DocumentError(
            f"{path} cannot be read: {(error.strerror or str(error)).lower()}"
        ) from error
    except ValueError as error:  # a null character in the name
        raise DocumentError(f"{str(path)!r} cannot be read: {error}") from error


def load_json(raw: bytes, name: str) -> dict[str, Any]:
    """Read JSON that must be an object, in UTF-8 or UTF-16, with a byte order mark or without.

    Raises:
        DocumentError: It is not.
    """
    import orjson

    try:
        content = orjson.loads(decode(raw))
    except (orjson.JSONDecodeError, UnicodeEncodeError) as error:
        raise DocumentError(
            f"{name} is not JSON: {str(error).splitlines()[0].lower()}; save it again from the "
            "program that wrote it"
        ) from None
    if not isinstance(content, dict):
        raise DocumentError(f"{name} holds {_kind(content)}; expected a JSON object")
    return content


# Checks -------------------------------------------------------------------------------------------


def _check_shape(content: dict[str, Any]) -> None:
    keyframes = content.get("keyframes")
    if keyframes is None:
        raise ParseqError("No keyframes found.")
    if not isinstance(keyframes, list):
        raise DocumentError(f"keyframes is {_kind(keyframes)}; expected a list of keyframes")
    if len(keyframes) < 2:
        raise ParseqError("There must be at least 2 keyframes to render.")
    if len(keyframes) > MAX_KEYFRAMES:
        raise DocumentError(
            f"there are {len(keyframes)} keyframes; at most {MAX_KEYFRAMES} are read: "
            "put dense data into a time series"
        )
    _check_options(content)
    _check_fields(content)
    _check_series(content)
    for i, keyframe in enumerate(keyframes):
        _check_keyframe(keyframe, i)
    _check_extent(content, keyframes)


def _check_options(content: dict[str, Any]) -> None:
    options = content.get("options") or {}
    if not isinstance(options, dict):
        raise DocumentError(f"options is {_kind(options)}; expected an object")
    if not is_truthy(options.get("output_fps", DEFAULT_OPTIONS["output_fps"])):
        raise ParseqError("No output_fps found.")
    if not is_truthy(options.get("bpm", DEFAULT_OPTIONS["bpm"])):
        raise ParseqError("No bpm found.")
    for name in ("output_fps", "bpm", "cadence"):
        value = options.get(name)
        if value is not None and (
            isinstance(value, (list, dict)) or not abs(to_number(value)) <= MAX_VALUE
        ):
            raise DocumentError(f"options.{name} is {value!r}; expected a number")


def _check_fields(content: dict[str, Any]) -> None:
    fields = content.get("managedFields")
    if fields is None:
        return
    if not isinstance(fields, list) or not all(isinstance(field, str) for field in fields):
        raise DocumentError('managedFields must be a list of names, such as ["zoom", "seed"]')
    if len(fields) > MAX_FIELDS:
        raise DocumentError(
            f"managedFields names {len(fields)} fields; at most {MAX_FIELDS} are read"
        )


def _check_series(content: dict[str, Any]) -> None:
    series = content.get("timeSeries")
    if series is not None and not isinstance(series, list):
        raise DocumentError(f"timeSeries is {_kind(series)}; expected a list")


def _check_keyframe(keyframe: Any, i: int) -> None:
    if not isinstance(keyframe, dict):
        raise DocumentError(f"keyframe {i} is {_kind(keyframe)}; expected an object")
    frame = keyframe.get("frame", UNDEFINED)
    if isinstance(frame, bool) or not isinstance(frame, (int, float)):
        found = "no frame" if frame is UNDEFINED else f"the frame {frame!r}"
        raise DocumentError(f"keyframe {i} has {found}; expected a number of frames from 0")
    for name, value in keyframe.items():
        if isinstance(value, (int, float)) and not abs(value) <= MAX_VALUE:
            is_number = "no number in JSON" if value != value else f"beyond ±{MAX_VALUE:g}"
            raise DocumentError(f"keyframe {i}: {name} is {value!r}, which is {is_number}")
        is_value = isinstance(value, str) and name != "info" and not name.endswith("_i")
        if is_value and abs(to_number(value)) > MAX_VALUE:
            raise DocumentError(f"keyframe {i}: {name} is {value!r}, beyond ±{MAX_VALUE:g}")


def _check_extent(content: dict[str, Any], keyframes: list[Keyframe]) -> None:
    first = min(keyframe["frame"] for keyframe in keyframes)
    last = max(keyframe["frame"] for keyframe in keyframes)
    n_frames = last - first + 1
    if n_frames > MAX_FRAMES:
        raise DocumentError(
            f"the keyframes reach from frame {first} to {last}: {n_frames:.0f} frames; at most "
            f"{MAX_FRAMES} are rendered: split the document"
        )
    managed = content.get("managedFields")
    n_fields = len(DEFAULTS) if managed is None else len(managed)
    if n_fields * n_frames > MAX_FIELD_FRAMES:
        raise DocumentError(
            f"{n_fields} fields over {n_frames} frames are more than {MAX_FIELD_FRAMES} values; "
            "manage fewer fields or split the document"
        )
    if first != 0:
        raise DocumentError(
            f"the first keyframe is at frame {first}; it must be at frame 0: "
            "`schedule check --fix` adds one there"
        )
    if last != math.floor(last):
        raise DocumentError(f"the last keyframe is at frame {last}; expected a whole number")


def _kind(value: object) -> str:
    names: Iterable[tuple[type, str]] = (
        (bool, "true or false"), (str, "text"), (dict, "an object"), (list, "a list"),
        (int, "a number"), (float, "a number"),
    )  # fmt: skip
    return next((name for kind, name in names if isinstance(value, kind)), "null")
