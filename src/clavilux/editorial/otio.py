"""OpenTimelineIO's JSON (``.otio``): Timeline.1, Track.1, Clip.2, Gap.1, Marker.2.

Read and written as the JSON that its schema describes: the library has no wheel for
Python 3.14 (see docs/decisions/0021). Tests compare with the library where it is installed.

Conventions
-----------
- A RationalTime is `value` frames at `rate`.
- Items of a track follow one another; a transition takes no time of its own.
- An item's markers lie in its own time, of which `source_range` is shown.
"""

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

from clavilux.core.errors import DocumentError
from clavilux.editorial.timecode import from_seconds, to_seconds
from clavilux.editorial.timeline import (
    Clip,
    Marker,
    Timeline,
    check_count,
    exact_rate,
    in_order,
)

_DEEPEST = 100
_ITEMS = ("Clip", "Gap", "Stack", "Track")
_ZERO = Fraction(0)
_EVERYWHERE = (-Fraction(10**9), Fraction(10**9))


def looks_like(text: str) -> bool:
    """Return True if `text` begins as an OpenTimelineIO document does."""
    return text.lstrip().startswith("{") and '"OTIO_SCHEMA"' in text


def parse(text: str, path: Path, frame_rate: Fraction, duration: Fraction | None) -> Timeline:
    """Read an OpenTimelineIO timeline.

    Raises:
        DocumentError: It is not one, or a time in it cannot be.
    """
    try:
        root = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise DocumentError(f"{path} is not valid JSON: {error}") from error
    if not isinstance(root, dict) or _schema(root) != "Timeline":
        raise DocumentError(f"{path} is not an OpenTimelineIO timeline; export the timeline")
    stack = root.get("tracks")
    if not isinstance(stack, dict):
        raise DocumentError(f"{path} is an OpenTimelineIO timeline without tracks")
    start = _time(root.get("global_start_time"), path)
    rate = _rate(root, path) or frame_rate
    reading = _Reading(path)
    length = reading.item(stack, _ZERO, _EVERYWHERE, 0)
    own = [
        # Some programs count a timeline's markers from its start time code.
        Marker(m.time - start, m.name, m.comment, m.color, m.duration)
        if start and m.time >= max(start, length)
        else m
        for m in reading.own
    ]
    return Timeline(
        rate,
        markers=in_order(own + reading.markers),
        clips=tuple(sorted(reading.clips, key=lambda clip: clip.start)),
        name=str(root.get("name") or "Timeline"),
        start_timecode=from_seconds(max(start, _ZERO), rate) if start < 360_000 else "00:00:00:00",
        duration=length or duration,
    )


class _Reading:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.own: list[Marker] = []
        self.markers: list[Marker] = []
        self.clips: list[Clip] = []

    def item(
        self, item: Any, begin: Fraction, window: tuple[Fraction, Fraction], depth: int
    ) -> Fraction:
        """Gather what `item`, which lies at `begin`, shows; return how long it is."""
        if not isinstance(item, dict) or _schema(item) not in _ITEMS:
            return _ZERO
        if depth > _DEEPEST:
            raise DocumentError(f"{self.path} nests tracks more than {_DEEPEST} deep")
        source = item.get("source_range")
        first, length = self.range(source)
        if source is None and _schema(item) == "Clip":
            first, length = self.range(_media(item).get("available_range"))
        is_cut = source is not None
        seen = (max(window[0], begin), min(window[1], begin + length)) if is_cut else window
        inside = self.children(item, begin - first, seen, depth)
        length = length if is_cut or _schema(item) in ("Clip", "Gap") else inside
        for marker in _list(item, "markers"):
            if isinstance(marker, dict):
                mark = self.marker(marker, begin - first)
                if seen[0] <= mark.time < seen[1]:
                    (self.markers if depth else self.own).append(mark)
        if _schema(item) == "Clip" and length > 0:
            media = _media(item)
            source_name = str(media.get("target_url") or media.get("name") or "")
            name = str(item.get("name") or "")
            self.clips.append(Clip(begin, length, name, source_name, first))
        return length

    def children(
        self, item: dict[str, Any], begin: Fraction, window: tuple[Fraction, Fraction], depth: int
    ) -> Fraction:
        at, longest = _ZERO, _ZERO
        for child in _list(item, "children"):
            check_count(len(self.clips))
            is_sound = isinstance(child, dict) and child.get("kind") == "Audio"
            n_clips = len(self.clips)
            length = self.item(child, begin + at, window, depth + 1)
            if is_sound:
                del self.clips[n_clips:]
            if _schema(item) == "Track":
                at += length
            longest = max(longest, length)
        return at if _schema(item) == "Track" else longest

    def marker(self, marker: dict[str, Any], shift: Fraction) -> Marker:
        first, length = self.range(marker.get("marked_range"))
        comment = marker.get("comment") or ""
        return Marker(
            first + shift,
            str(marker.get("name") or ""),
            str(comment),
            str(marker.get("color") or "").lower(),
            length,
        )

    def range(self, value: Any) -> tuple[Fraction, Fraction]:
        if not isinstance(value, dict):
            return _ZERO, _ZERO
        return _time(value.get("start_time"), self.path), _time(value.get("duration"), self.path)


def _schema(item: dict[str, Any]) -> str:
    return str(item.get("OTIO_SCHEMA", "")).partition(".")[0]


def _list(item: dict[str, Any], key: str) -> list[Any]:
    value = item.get(key)
    return value if isinstance(value, list) else []


def _media(clip: dict[str, Any]) -> dict[str, Any]:
    """Return a clip's active media reference: of Clip.2 or the older Clip.1."""
    several = clip.get("media_references")
    if isinstance(several, dict):
        found = several.get(str(clip.get("active_media_reference_key", "DEFAULT_MEDIA")))
    else:
        found = clip.get("media_reference")
    return found if isinstance(found, dict) else {}


def _time(value: Any, path: Path) -> Fraction:
    if not isinstance(value, dict):
        return _ZERO
    count, rate = value.get("value", 0), value.get("rate", 1)
    if not all(isinstance(n, int | float) and abs(n) < 1e12 for n in (count, rate)) or rate <= 0:
        raise DocumentError(f"{path}: {count!r} frames at {rate!r} a second is not a time")
    time = Fraction(count) / exact_rate(Fraction(rate))
    if abs(time) > 10**7:
        raise DocumentError(f"{path}: the time {float(time):g} s lies beyond any film")
    return time


def _rate(root: dict[str, Any], path: Path) -> Fraction | None:
    """Return the rate of the first time in the document."""
    waiting: list[Any] = [root.get("global_start_time"), root]
    while waiting:
        value = waiting.pop(0)
        if isinstance(value, dict) and _schema(value) == "RationalTime":
            _time(value, path)
            rate = exact_rate(Fraction(value.get("rate", 1)))
            return rate if 1 <= rate <= 1000 else None
        if isinstance(value, dict):
            waiting += [value.get(k) for k in ("source_range", "duration", "tracks", "children")]
            waiting += [value.get("markers"), value.get("marked_range")]
        elif isinstance(value, list):
            waiting += value
    return None


def dump(timeline: Timeline) -> str:
    """Return a timeline as OpenTimelineIO's JSON: one video track, markers on the stack."""
    rate = exact_rate(timeline.frame_rate)

    def time(value: Fraction) -> dict[str, Any]:
        count = float(round(value * rate))
        return {"OTIO_SCHEMA": "RationalTime.1", "rate": float(rate), "value": count}

    def span(start: Fraction, duration: Fraction) -> dict[str, Any]:
        return {
            "OTIO_SCHEMA": "TimeRange.1",
            "start_time": time(start),
            "duration": time(duration),
        }

    def item(schema: str, name: str, **more: Any) -> dict[str, Any]:
        common = {"metadata": {}, "name": name, "effects": [], "markers": [], "enabled": True}
        return {"OTIO_SCHEMA": schema, **common, "source_range": None, **more}

    children, at = [], _ZERO
    for clip in timeline.clips:
        if clip.start > at:
            children.append(item("Gap.1", "", source_range=span(_ZERO, clip.start - at)))
        media: dict[str, Any] = {
            "OTIO_SCHEMA": "ExternalReference.1",
            "metadata": {},
            "name": "",
            "available_range": None,
            "available_image_bounds": None,
            "target_url": clip.source,
        }
        children.append(
            item(
                "Clip.2",
                clip.name,
                source_range=span(clip.source_start, clip.duration),
                media_references={"DEFAULT_MEDIA": media},
                active_media_reference_key="DEFAULT_MEDIA",
            )
        )
        at = max(at, clip.start + clip.duration)
    if timeline.end > at:
        children.append(item("Gap.1", "", source_range=span(_ZERO, timeline.end - at)))
    markers = [
        {
            "OTIO_SCHEMA": "Marker.2",
            "metadata": {},
            "name": marker.name,
            "color": (marker.color or "red").upper(),
            "comment": marker.comment,
            "marked_range": span(marker.time, marker.duration),
        }
        for marker in timeline.markers
    ]
    track = item("Track.1", "V1", kind="Video", children=children)
    start = to_seconds(timeline.start_timecode, rate, drop_frame=timeline.drop_frame)
    document = {
        "OTIO_SCHEMA": "Timeline.1",
        "metadata": {},
        "name": timeline.name,
        "global_start_time": time(start),
        "tracks": item("Stack.1", "tracks", children=[track], markers=markers),
    }
    return json.dumps(document, indent=4, ensure_ascii=False) + "\n"
