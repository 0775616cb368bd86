"""Check: what in a Parseq document or Deforum settings trips people, and how to mend it.

A document in, findings out: each says where, what is wrong and what to do. Those that
can be put right without changing what a working document renders are fixed on demand.
"""

import copy
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from clavilux.core.errors import DocumentError, InputError
from clavilux.core.parameters import PARAMETERS
from clavilux.schedule.deforum import lint as settings_lint
from clavilux.schedule.deforum.curves import from_manifest
from clavilux.schedule.deforum.manifest import MOVES
from clavilux.schedule.document import neither
from clavilux.schedule.parseq.document.document import DEFAULT_OPTIONS, load_json, parse, read_bytes
from clavilux.schedule.parseq.document.fields import DEFAULTS
from clavilux.schedule.parseq.document.places import Expression, Keys, expressions
from clavilux.schedule.parseq.evaluation import lint
from clavilux.schedule.parseq.javascript.values import is_truthy, to_number
from clavilux.schedule.parseq.language.parser import ParseqSyntaxError, parse_expression

_OPTIONS = frozenset((*DEFAULT_OPTIONS, "cc_window_width", "cc_window_slide_rate", "cc_use_input"))
_KEYS = frozenset(
    (
        "meta", "options", "managedFields", "displayedFields", "timeSeries", "prompts",
        "keyframes", "keyframeLock", "reverseRender", "rendered_frames", "rendered_frames_meta",
    )
)  # fmt: skip
_TEMPO_TOLERANCE = 0.005
_OF_PARSEQ = {"keyframes", "options", "managedFields", "prompts", "timeSeries"}
"""By any of these a document is known as Parseq's, whatever it lacks."""


@dataclass(frozen=True, slots=True)
class Music:
    """What a document's timing can be held against."""

    tempo_bpm: float
    duration_s: float


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, or will surprise."""

    place: str
    """Where, in words."""
    reason: str
    remedy: str
    is_error: bool = False
    """Whether the document cannot be rendered, or not rightly, because of it."""
    fix: "Fix | None" = field(default=None, compare=False)

    @property
    def is_fixable(self) -> bool:
        """Whether `fix` may be applied without asking."""
        return self.fix is not None

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}; {self.remedy}"


@dataclass(frozen=True, slots=True)
class Fix:
    """A value to set in a document."""

    path: Keys
    value: Any


def read_raw(document: dict[str, Any] | str | Path) -> dict[str, Any]:
    """Read a document that may be wrong: only its being JSON is asked."""
    if isinstance(document, dict):
        return copy.deepcopy(document)
    return load_json(read_bytes(Path(document)), str(document))


def check(document: dict[str, Any] | str | Path, *, music: Music | None = None) -> list[Finding]:
    """Find what is wrong with a document.

    Args:
        document: The document or its file; it need not be one that renders.
        music: The music it is made for, to hold its tempo and length against.

    Raises:
        DocumentError: It is not even JSON, or a file of something else.
    """
    content = read_raw(document)
    if "max_frames" in content and "keyframes" not in content:
        notices = settings_lint.notices(content)
        return [Finding(n.place, n.reason, n.remedy, n.is_error) for n in notices]
    if "rendered_frames" in content and "keyframes" not in content:
        return list(_manifest(content))
    if not isinstance(document, dict) and not _OF_PARSEQ & content.keys():
        raise neither(document)
    found = [*_keys(content), *_times(content), *_fields(content), *_expressions(content)]
    found += _prompts(content)
    if music is not None:
        found += _against(content, music)
    if not any(finding.is_error for finding in found):
        found += _rendering(content)
    return list(dict.fromkeys(found))


def _manifest(content: dict[str, Any]) -> Iterator[Finding]:
    try:
        from_manifest(content)
    except InputError as error:
        yield Finding("the manifest", str(error), "render it again", is_error=True)


def fix(
    document: dict[str, Any] | str | Path, *, music: Music | None = None
) -> tuple[dict[str, Any], list[Finding]]:
    """Put right what can be put right safely.

    Returns:
        The document, changed where needed, and the findings that were dealt with.
    """
    content = read_raw(document)
    dealt: list[Finding] = []
    for _ in range(100):
        waiting = [f for f in check(content, music=music) if f.is_fixable]
        if not waiting:
            break
        assert waiting[0].fix is not None
        _apply(content, waiting[0].fix)
        dealt.append(waiting[0])
    return content, dealt


def _apply(content: dict[str, Any], change: Fix) -> None:
    target: Any = content
    for key in change.path[:-1]:
        target = target[key]
    target[change.path[-1]] = change.value


# Structure ----------------------------------------------------------------------------------------


def _keyframes(content: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the keyframes that are at least objects with a frame."""
    found = content.get("keyframes")
    return [
        keyframe
        for keyframe in (found if isinstance(found, list) else [])
        if isinstance(keyframe, dict)
        and isinstance(keyframe.get("frame"), (int, float))
        and not isinstance(keyframe.get("frame"), bool)
    ]


def _managed(content: dict[str, Any]) -> list[str]:
    managed = content.get("managedFields")
    return [str(name) for name in managed] if isinstance(managed, list) else list(DEFAULTS)


def _options(content: dict[str, Any]) -> dict[str, Any]:
    options = content.get("options")
    return {**DEFAULT_OPTIONS, **(options if isinstance(options, dict) else {})}


def _keys(content: dict[str, Any]) -> Iterator[Finding]:
    for key in content:
        near = lint.nearest(key, _KEYS - content.keys())
        if key not in _KEYS and near:
            yield Finding("the document", f"sd-parseq knows no {key!r}", f"did you mean {near}?")
    for key in _options({"options": content.get("options")}):
        near = lint.nearest(key, _OPTIONS)
        if key not in _OPTIONS and near:
            yield Finding("options", f"there is no option {key!r}", f"did you mean {near}?")


def _times(content: dict[str, Any]) -> Iterator[Finding]:
    keyframes = _keyframes(content)
    if not keyframes:
        return
    first = min(keyframe["frame"] for keyframe in keyframes)
    if first != 0:
        start = min(keyframes, key=lambda keyframe: keyframe["frame"])
        yield Finding(
            f"keyframe at frame {first}",
            "the first keyframe is not at frame 0; sd-parseq fails on that",
            "add one at frame 0",
            is_error=True,
            fix=Fix(("keyframes",), [{**start, "frame": 0}, *content["keyframes"]])
            if first > 0
            else None,
        )
    seen: set[float] = set()
    for keyframe in keyframes:
        frame = keyframe["frame"]
        if frame in seen:
            yield Finding(
                f"keyframe at frame {frame}",
                "there are several keyframes at this frame; expressions count from the first only",
                "merge them",
            )
        seen.add(frame)
        if frame != int(frame):
            yield Finding(
                f"keyframe at frame {frame}",
                "no frame is ever at a fraction, so its expressions do nothing",
                f"move it to frame {round(frame)}",
            )


def _fields(content: dict[str, Any]) -> Iterator[Finding]:
    managed = _managed(content)
    text = " ".join(expression.whole for expression in expressions(content))
    written: dict[str, float] = {}
    for keyframe in _keyframes(content):
        for key in keyframe:
            name = key.removesuffix("_i")
            if name not in ("frame", "info") and not _is_blank(keyframe[key]):
                written.setdefault(name, keyframe["frame"])
    for name, frame in written.items():
        if name in managed:
            continue
        near = lint.nearest(name, managed)
        yield Finding(
            f"keyframe at frame {frame}, {name}",
            f"{name} is set but not among managedFields, so it does nothing",
            f"did you mean {near}?" if near else "manage it or take it out",
        )
    for name in managed:
        if name not in DEFAULTS and name not in PARAMETERS:
            near = lint.nearest(name, DEFAULTS.keys() - set(managed))
            if near:
                yield Finding(
                    f"managedFields, {name}", f"Deforum knows no {name}", f"did you mean {near}?"
                )
        if isinstance(content.get("managedFields"), list) and name not in written:
            yield Finding(
                f"managedFields, {name}",
                f"{name} is managed but no keyframe sets it; it rests at {DEFAULTS.get(name, 0):g}",
                "set it or stop managing it",
            )
        elif name.startswith("prompt_weight_") and name not in text and name in written:
            yield Finding(
                f"managedFields, {name}",
                f"{name} drives nothing: no prompt or expression uses it",
                f"use ${{{name}}} in a prompt or stop managing it",
            )
    yield from _series(content, text)


def _series(content: dict[str, Any], text: str) -> Iterator[Finding]:
    options = _options(content)
    last = max((keyframe["frame"] for keyframe in _keyframes(content)), default=0)
    for i, entry in enumerate(_time_series(content)):
        alias = str(entry.get("alias"))
        if alias not in text:
            yield Finding(
                f"time series {i}", f"{alias} is used nowhere", "use its name in an expression"
            )
        series = entry.get("ts") if isinstance(entry.get("ts"), dict) else {}
        assert isinstance(series, dict)
        data = series.get("data")
        points = [p for p in (data if isinstance(data, list) else []) if isinstance(p, dict)]
        frames = [to_number(point.get("x")) for point in points]
        if series.get("timestampType") == 1:
            frames = [x / 1000 * to_number(options["output_fps"]) for x in frames]
        if frames and min(frames) > last:
            yield Finding(
                f"time series {i}",
                f"{alias} begins at frame {min(frames):.0f}, past the end at {last}",
                "check whether its points are frames or milliseconds",
            )


def _time_series(content: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the time series that are at least objects."""
    found = content.get("timeSeries")
    return [e for e in found if isinstance(e, dict)] if isinstance(found, list) else []


def _is_blank(value: object) -> bool:
    return value is None or value == ""


# Expressions --------------------------------------------------------------------------------------


def _expressions(content: dict[str, Any]) -> Iterator[Finding]:
    aliases = {str(entry.get("alias")) for entry in _time_series(content)}
    for expression in expressions(content):
        try:
            tree = parse_expression(expression.text)
        except ParseqSyntaxError as error:
            yield _unreadable(expression, error)
            continue
        except DocumentError as error:
            yield Finding(expression.place, str(error), "shorten it", is_error=True)
            continue
        also = aliases | (set(_managed(content)) if expression.in_prompt else set())
        notices = [
            *lint.surprises(tree, expression.text),
            *lint.unknown_names(tree, expression.text, also),
        ]
        for notice in notices:
            yield Finding(
                expression.place,
                notice.reason,
                notice.remedy,
                notice.is_error,
                _fix_of(expression, notice.fixed),
            )


def _fix_of(expression: Expression, fixed: str | None) -> Fix | None:
    if fixed is None:
        return None
    if expression.whole == expression.text:
        return Fix(expression.path, fixed)
    if "}" in fixed:
        return None
    whole = expression.whole.replace("${" + expression.text + "}", "${" + fixed + "}")
    return Fix(expression.path, whole)


def _unreadable(expression: Expression, error: ParseqSyntaxError) -> Finding:
    first = error.original.removeprefix("Error: ").splitlines()[0].rstrip(":")
    if str(error) != error.original:
        return Finding(expression.place, str(error), "complete it", is_error=True)
    return Finding(
        expression.place,
        f"{expression.text!r} cannot be read: {first[:1].lower()}{first[1:]}",
        "correct it there",
        is_error=True,
    )


# Prompts, music, rendering ------------------------------------------------------------------------


def _prompts(content: dict[str, Any]) -> Iterator[Finding]:
    prompts = content.get("prompts")
    listed = prompts if isinstance(prompts, list) else []
    path: Keys = ("prompts",)
    if isinstance(prompts, dict) and prompts.get("format") == "v2":
        many = prompts.get("promptList")
        listed, path = (many if isinstance(many, list) else []), ("prompts", "promptList")
    last = max((keyframe["frame"] for keyframe in _keyframes(content)), default=None)
    for i, prompt in enumerate(listed):
        if isinstance(prompt, dict) and prompt.get("overlap") is None:
            none = {"type": "none", "inFrames": 0, "outFrames": 0}
            yield Finding(
                f"prompt {i}",
                "it lacks overlap; sd-parseq fails on that",
                'add "overlap": {"type": "none"}',
                is_error=True,
                fix=Fix((*path, i, "overlap"), none),
            )
        if (
            not isinstance(prompt, dict)
            or is_truthy(prompt.get("allFrames", False))
            or last is None
        ):
            continue
        start, end = to_number(prompt.get("from")), to_number(prompt.get("to"))
        if start > last:
            yield Finding(
                f"prompt {i}", f"it begins at frame {start:g}, past the end at {last}",
                "move it or add a keyframe there",
            )  # fmt: skip
        elif end > last:
            yield Finding(
                f"prompt {i}", f"it ends at frame {end:g}, past the end at {last}",
                f"end it at {last}", fix=_end_at(path, i, prompt, last),
            )  # fmt: skip


def _end_at(path: Keys, i: int, prompt: dict[str, Any], last: float) -> Fix | None:
    overlap = prompt.get("overlap")
    fades = isinstance(overlap, dict) and overlap.get("type") == "linear"
    return None if fades else Fix((*path, i, "to"), last)  # a fade would move with its end


def _against(content: dict[str, Any], music: Music) -> Iterator[Finding]:
    options = _options(content)
    bpm, fps = to_number(options["bpm"]), to_number(options["output_fps"])
    if abs(bpm - music.tempo_bpm) > _TEMPO_TOLERANCE * music.tempo_bpm:
        yield Finding(
            "options, bpm",
            f"bpm is {bpm:g} but the music has {music.tempo_bpm:.4g} beats a minute",
            f"set it to {music.tempo_bpm:.6g}",
            is_error=True,
        )
    last = max((keyframe["frame"] for keyframe in _keyframes(content)), default=0)
    if fps > 0 and music.duration_s > 0:
        length = last / fps
        if abs(length - music.duration_s) > max(1.0, 0.02 * music.duration_s):
            near = last / music.duration_s
            yield Finding(
                "options, output_fps",
                f"at {fps:g} frames a second the {last:g} frames last {length:.1f} s, the music "
                f"{music.duration_s:.1f} s",
                f"end at frame {music.duration_s * fps:.0f}, or set output_fps near {near:.4g}",
            )


def _rendering(content: dict[str, Any]) -> Iterator[Finding]:
    """Render, and report what fails or comes to nothing."""
    try:
        rendered = parse(content).render()
    except DocumentError as error:
        lines = str(error).splitlines()
        yield Finding("rendering", lines[0], "correct it there", is_error=True)
        return
    for name, column in rendered.fields.items():
        broken = [i for i, value in enumerate(column.tolist()) if value - value != 0]
        if broken:
            yield Finding(
                f"field {name}",
                f"it is no finite number at {len(broken)} frames, first at frame {broken[0]}",
                "avoid division by nothing and roots and logarithms of negative numbers",
            )
        if (
            name in MOVES
            and column[0] != (1 if name == "zoom" else 0)
            and rendered.extent(name).is_flat
        ):
            yield Finding(
                f"field {name}",
                f"it stays at {column[0]:g}; Deforum reads its change: nothing moves after frame 0",
                "let it grow from keyframe to keyframe, or turn parseq_use_deltas off in Deforum",
            )
