"""From music: a piece of music becomes a Parseq document, by any mapping.

Two documents say the same. The *dense* one has a keyframe a frame, as V2MIDI
writes it, and is what data sets hold. The *compact* one has keyframes only where
something is played, named in their info labels, so that ``info_match("kick")``
works; how fields move between is written as expressions and time series.

Conventions
-----------
- Fields which Deforum takes the change of (rotations, translations, zoom) are
  written as positions: their deltas are what the mapping asks for at each frame.
- Rendered, compact and dense agree within `TOLERANCE`.
"""

from collections.abc import Mapping as Table
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from clavilux import __version__
from clavilux.core.values import Curves, Facts, Score
from clavilux.schedule import mapping as mappings
from clavilux.schedule.deforum.manifest import MOVES
from clavilux.schedule.mapping import Base, Mapping
from clavilux.schedule.polyline import decimals, levels, polyline

Column = NDArray[np.float64]

TOLERANCE = 1e-6
"""Largest difference between a compact and a dense document, rendered."""
_FIT = 1e-9
"""Of what is written as an expression."""
_DECIMALS = 10
"""Of numbers in dense documents."""
NEGATIVE = (
    "watermark, logo, text, signature, lettering, low quality, artefacts, cropped, lowres, blurry"
)
"""What pictures should not show, where nothing else is asked for."""


@dataclass(frozen=True, slots=True)
class Heading:
    """What a document says besides its keyframes."""

    name: str = "music"
    tempo_bpm: float = 120.0
    positive: str = ""
    negative: str = NEGATIVE
    prompts: tuple[tuple[int, str], ...] = ()
    """Words that come one after the other, each with its first frame; none if empty."""
    fade: int = 0
    """Frames in which one passes over into the next, from the next one's first frame on."""


def heading_of(music: Score | Facts, *, name: str = "music", prompt: str = "") -> Heading:
    """Return a document its name, its prompt and the music's first tempo."""
    tempo = 120.0
    if isinstance(music, Score):
        tempo = float(music.tempo_map.tempi_bpm[0])
    elif len(music.beats_s) > 1:
        tempo = 60 / float(np.median(np.diff(music.beats_s)))
    return Heading(name, round(tempo, 6), prompt)


def positions(curves: Curves) -> dict[str, Column]:
    """Return every curve as Parseq writes it: movements as positions, the rest as they are."""
    return {name: _position(name, column) for name, column in curves.values.items()}


def _position(name: str, values: Column) -> Column:
    """Write a field as Parseq does."""
    if name == "zoom":
        return np.asarray(np.cumsum(values - 1.0) + 1.0)
    return np.asarray(np.cumsum(values)) if name in MOVES else values


# Dense --------------------------------------------------------------------------------------------


def dense(curves: Curves, heading: Heading) -> dict[str, Any]:
    """Write curves as V2MIDI does: one keyframe a frame, every field in each."""
    columns = {name: np.round(column, _DECIMALS) for name, column in positions(curves).items()}
    return _document(heading, curves.frame_rate, list(columns), _rows(columns))


def dense_rendered(document: dict[str, Any]) -> dict[str, Any]:
    """Add to a dense document what sd-parseq would render from it, without evaluating it.

    Every field of every keyframe is a plain number, so that deltas and
    percentages are differences and quotients of columns.
    """
    fields, keyframes = document["managedFields"], document["keyframes"]
    prompts = document["prompts"]
    prompt = f"{prompts['positive']} --neg {prompts['negative']}"
    columns: dict[str, list[Any]] = {"frame": [k["frame"] for k in keyframes]}
    derived: dict[str, list[Any]] = {}
    meta = {}
    for name in fields:
        column = np.array([k[name] for k in keyframes], dtype=np.float64)
        columns[name] = column.tolist()
        derived[f"{name}_delta"] = np.round(_deltas(name, column), _DECIMALS).tolist()
        derived[f"{name}_pc"] = np.round(_percent(column), _DECIMALS).tolist()
        meta[name] = _extent(column)
    columns["deforum_prompt"] = [prompt] * len(keyframes)
    columns |= derived
    names = tuple(columns)
    frames = [dict(zip(names, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    return {**document, "rendered_frames": frames, "rendered_frames_meta": meta}


def to_bytes(document: dict[str, Any]) -> bytes:
    """Write a document as JSON, without spaces."""
    return orjson.dumps(document)


def dense_bytes(curves: Curves, heading: Heading) -> tuple[bytes, bytes]:
    """Write what `dense` and `dense_rendered` give as JSON."""
    document = dense(curves, heading)
    return to_bytes(document), to_bytes(dense_rendered(document))


def _deltas(name: str, column: Column) -> Column:
    """Compute by how much (of zoom: by what factor) a field changes into each frame."""
    change = np.diff(column, prepend=0.0)
    if name == "zoom":
        change[1:] += 1
    return change


def _percent(column: Column) -> Column:
    highest = float(np.max(np.abs(column)))
    return column if highest == 0 else column / highest * 100


def _extent(column: Column) -> dict[str, Any]:
    highest, lowest = float(np.max(np.abs(column))), float(np.min(column))
    return {"max": highest, "min": lowest, "isFlat": lowest == highest}


def _rows(columns: Table[str, Column]) -> list[dict[str, Any]]:
    names = ("frame", *columns)
    values = [range(len(next(iter(columns.values())))), *(c.tolist() for c in columns.values())]
    return [dict(zip(names, row, strict=True)) for row in zip(*values, strict=True)]


# Compact ------------------------------------------------------------------------------------------


def compact(
    curves: Curves,
    heading: Heading,
    *,
    marks: Table[str, Column] | None = None,
    start_s: float = 0.0,
    periods_s: Table[str, float] | None = None,
) -> dict[str, Any]:
    """Write curves with keyframes only where something is played.

    Args:
        curves: What a mapping made of the music.
        heading: Name, tempo and prompts.
        marks: Seconds of what is played, by the name its keyframes are labelled with.
        start_s: The time of the first frame.
        periods_s: Periods of the slow sways of fields, which become a sine each.
    """
    n = curves.n_frames
    first: dict[str, Any] = {"frame": 0}
    series = []
    for name, column in positions(curves).items():
        period = (periods_s or {}).get(name, 0.0) * float(curves.frame_rate)
        value, expression, points = _written(name, column, period)
        first[name] = value
        if expression:
            first[f"{name}_i"] = expression
        if points is not None:
            series.append(points)
    labelled = _labels(marks or {}, curves.frame_rate, n, start_s)
    keyframes = [first] + [{"frame": frame} for frame in sorted(labelled) if frame]
    if n > 1 and n - 1 not in labelled:
        keyframes.append({"frame": n - 1})
    for keyframe in keyframes:
        if label := labelled.get(keyframe["frame"]):
            keyframe["info"] = label
    fields = list(curves.values)
    return _document(heading, curves.frame_rate, fields, keyframes, series)


def _written(name: str, column: Column, period: float) -> tuple[float, str, dict[str, Any] | None]:
    """Write one field: its first value, an expression, and a series if it needs one."""
    ground, sway = _sway(column, period)
    rest = column - ground
    start = float(rest[0])
    if np.max(np.abs(rest - start)) < TOLERANCE / 4:
        constant = decimals(start)
        return constant, f"{constant:.9f} + {sway}".replace("+ -", "- ") if sway else "", None
    tolerance = TOLERANCE / 4
    lines, steps = polyline(rest, tolerance), levels(rest, tolerance)
    alias = f"m_{name}"
    read = f"{alias}(f, 1)" if len(lines.x) <= len(steps.x) else f"{alias}(f)"
    chosen = lines if len(lines.x) <= len(steps.x) else steps
    points = [{"x": x, "y": y} for x, y in zip(chosen.x, chosen.y, strict=True)]
    series = {"alias": alias, "ts": {"data": points, "timestampType": 0}}
    return decimals(float(column[0])), f"{read} + {sway}" if sway else read, series


def _sway(column: Column, period: float) -> tuple[Column, str]:
    """Find the slow sway in a column: a sine of `period` frames and a line, and what it is worth.

    Hits disturb a field, mostly for a moment or for good: the sway is found in the second
    differences of the frames that they leave alone.
    """
    n = len(column)
    if period <= 0 or n < 8:
        return np.zeros(n), ""
    w = 2 * np.pi / period
    t = np.arange(n, dtype=np.float64)
    basis = np.stack([np.sin(w * t), np.cos(w * t)], axis=1)
    bent, curved = np.diff(column, 2), np.diff(basis, 2, axis=0)
    keep = np.ones(len(bent), dtype=bool)
    solution: Any = np.zeros(2)
    for _ in range(12):
        solution = np.linalg.lstsq(curved[keep], bent[keep], rcond=None)[0]
        off = np.abs(bent - curved @ solution)
        limit = max(_FIT / 1e3, float(np.median(off[keep])) * 3)
        if off[keep].max() <= limit or np.count_nonzero(off <= limit) < 6:
            break
        keep = off <= limit
    amplitude, phase = float(np.hypot(*solution)), float(np.arctan2(solution[1], solution[0]))
    if amplitude < _FIT:
        return np.zeros(n), ""
    amplitude, period = round(amplitude, 9), round(period, 9)
    shift = round(phase * period / (2 * np.pi), 6)
    swaying = amplitude * np.sin(2 * np.pi * (t + shift) / period)
    return np.asarray(swaying), f"sin(p={period:.9g}, a={amplitude:.9f}, ps={shift:.6f})".replace(
        "ps=-", "ps=0-"
    )


def _labels(
    marks: Table[str, Column], frame_rate: Fraction, n_frames: int, start_s: float
) -> dict[int, str]:
    """Name what is played in each frame."""
    found: dict[int, list[str]] = {}
    for name, times in marks.items():
        frames = np.floor((np.asarray(times) - start_s) * float(frame_rate) + 0.5).astype(int)
        for frame in sorted(set(frames.tolist())):
            if 0 <= frame < n_frames:
                found.setdefault(frame, []).append(name)
    return {frame: " ".join(names) for frame, names in found.items()}


# Both ---------------------------------------------------------------------------------------------


def from_music(
    music: Score | Facts,
    mapping: Mapping,
    *,
    frame_rate: Fraction,
    n_frames: int,
    heading: Heading | None = None,
    start_s: float = 0.0,
    seed: int = 0,
    facts: Facts | None = None,
    is_dense: bool = False,
) -> dict[str, Any]:
    """Turn music into a Parseq document.

    Args:
        music: A score, or what was heard in a recording.
        mapping: Which events move which fields.
        frame_rate: Video frames per second.
        n_frames: How many frames it covers.
        heading: Name, tempo and prompts; found in the music if None.
        start_s: When in the music the first frame is shown.
        seed: Draws what the mapping leaves to chance.
        facts: What else is known of a score; found if None.
        is_dense: Write a keyframe a frame.

    Returns:
        A document which `clavilux.schedule.parse` takes.
    """
    heading = heading or heading_of(music)
    curves = mappings.apply(
        mapping, music, frame_rate=frame_rate, n_frames=n_frames, start_s=start_s, seed=seed,
        facts=facts,
    )  # fmt: skip
    if is_dense:
        return dense(curves, heading)
    periods = {name: _period(base) for name, base in mapping.base.items()}
    marks = mappings.marks(music, facts=facts)
    return compact(curves, heading, marks=marks, start_s=start_s, periods_s=periods)


def _period(base: Base) -> float:
    return base.period_s if base.drift else 0.0


def _prompts(heading: Heading, last_frame: int) -> dict[str, Any]:
    """Return the prompts of a document: one pair of texts, or a list that passes over."""
    pair = {"positive": heading.positive, "negative": heading.negative}
    if not heading.prompts:
        return pair
    nowhere = {"type": "none", "inFrames": 0, "outFrames": 0, "custom": "prompt_weight_1"}
    whole = {"allFrames": True, "from": 0, "to": last_frame, "overlap": nowhere}
    listed = []
    starts = [frame for frame, _ in heading.prompts]
    for i, (start, words) in enumerate(heading.prompts):
        is_last = i + 1 == len(starts)
        end = last_frame if is_last else min(last_frame, starts[i + 1] + heading.fade)
        fades = {
            "type": "linear" if heading.fade else "none",
            "inFrames": heading.fade if i else 0,
            "outFrames": 0 if is_last else heading.fade,
            "custom": "prompt_weight_1",
        }
        # A "${" of somebody's words would begin an expression.
        text = words.replace("${", "$ {")
        listed.append(
            {"name": f"Prompt {i + 1}", "positive": text, "negative": "", "allFrames": False,
             "from": start, "to": end, "overlap": fades}
        )  # fmt: skip
    return {
        "format": "v2",
        "enabled": True,
        "commonPrompt": {"name": "Common", **pair, **whole},
        "commonPromptPos": "append",
        "promptList": listed,
    }


def _document(
    heading: Heading,
    frame_rate: Fraction,
    fields: list[str],
    keyframes: list[dict[str, Any]],
    series: list[dict[str, Any]] | None = None,
) -> dict[str, Any]:
    rate: float | int = frame_rate.numerator
    if frame_rate.denominator != 1:
        rate = float(frame_rate)
    return {
        "meta": {"docName": heading.name, "generated_by": "clavilux", "version": __version__},
        "prompts": _prompts(heading, int(keyframes[-1]["frame"])),
        "options": {
            "input_fps": rate, "bpm": heading.tempo_bpm, "output_fps": rate, "cadence": 1,
        },
        "managedFields": fields,
        "displayedFields": fields,
        "keyframes": keyframes,
        "timeSeries": series or [],
        "keyframeLock": "frames",
        "reverseRender": False,
    }  # fmt: skip
