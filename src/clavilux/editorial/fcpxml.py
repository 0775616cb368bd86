"""FCPXML, Final Cut Pro's interchange format, versions 1.0 to 1.13.

Conventions
-----------
- Times are rational seconds. An element lies at `offset` in its parent's time and has a
  time of its own that begins at `start`: what it holds at local time t lies at
  ``offset + t - start`` of the parent.
- The sequence's own time begins at `tcStart`.
- Only what the timeline shows counts: markers in the part of a clip that is cut off,
  in clips of the browser and inside compound clips do not.
"""

import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from urllib.parse import quote
from xml.etree.ElementTree import Element, SubElement

from clavilux.core.errors import DocumentError
from clavilux.editorial import xml
from clavilux.editorial.timecode import from_seconds, to_seconds
from clavilux.editorial.timeline import (
    Clip,
    Marker,
    Timeline,
    check_count,
    exact_rate,
    in_order,
)

_MARKERS = ("marker", "chapter-marker", "todo-marker")
_CLIPS = ("clip", "asset-clip", "ref-clip", "sync-clip", "mc-clip", "video", "audio", "title")
_STORY = (*_CLIPS, "gap", "spine", "audition")
_NAMED_RATE = re.compile(r"FFVideoFormat\w*?(?:\d+[pi]|_)(2398|24|25|2997|30|50|5994|60)$")
_INFINITE = Fraction(10**9)
_ZERO = Fraction(0)


@dataclass(slots=True)
class _Walk:
    path: Path
    asset_starts: dict[str, Fraction]
    markers: list[Marker] = field(default_factory=list)
    n_visited: int = 0

    def time(self, element: Element, name: str, default: Fraction = _ZERO) -> Fraction:
        text = element.get(name)
        return default if text is None else xml.seconds(text, self.path)

    def start(self, element: Element) -> Fraction:
        """Return where an element's own time begins: by default where its asset does."""
        return self.time(element, "start", self.asset_starts.get(element.get("ref", ""), _ZERO))

    def children(self, parent: Element, shift: Fraction, window: tuple[Fraction, Fraction]) -> None:
        """Gather the markers under `parent`.

        Args:
            parent: A story element.
            shift: Add it to a time of `parent` for the time of the timeline.
            window: The part of the timeline in which `parent` is seen.
        """
        for child in parent:
            self.n_visited += 1
            check_count(self.n_visited)
            if child.tag in _MARKERS:
                time = self.time(child, "start") + shift
                if window[0] <= time < window[1]:
                    self.markers.append(
                        Marker(
                            time,
                            child.get("value", ""),
                            child.get("note", ""),
                            duration=self.time(child, "duration"),
                        )
                    )
            elif child.tag in _STORY:
                self.story(child, shift, window)

    def story(self, element: Element, shift: Fraction, window: tuple[Fraction, Fraction]) -> None:
        """Gather markers of a clip, gap, storyline or audition and of what it holds."""
        if element.tag == "audition":
            chosen = next((child for child in element if child.tag in _STORY), None)
            if chosen is not None:  # the first is the one that is shown
                self.story(chosen, shift, window)
            return
        begin = shift + self.time(element, "offset")
        if element.tag == "spine":
            self.children(element, begin, window if element.get("lane") is None else _EVERYWHERE)
            return
        end = begin + self.time(element, "duration", _INFINITE)
        if element.get("lane") is None:  # else it is connected, and may reach beyond its parent
            seen = max(begin, window[0]), min(end, window[1])
        else:
            seen = begin, end
        self.children(element, begin - self.start(element), seen)


_EVERYWHERE = (-_INFINITE, _INFINITE)


def parse(text: str, path: Path, frame_rate: Fraction, duration: Fraction | None) -> Timeline:
    """Read the first project of an FCPXML document.

    Raises:
        DocumentError: It is not well-formed, a time is none, or there is nothing to read.
    """
    root = xml.parse(text, path)
    starts = {
        asset.get("id", ""): xml.seconds(asset.get("start", "0s"), path)
        for asset in root.iterfind("resources/asset")
    }
    walk = _Walk(path, starts)
    sequences = [s for project in root.iter("project") for s in project.findall("sequence")]
    sequences = sequences or root.findall("sequence")
    if not sequences:
        return _browser_clip(root, walk, frame_rate, duration)
    if len(sequences) > 1:
        names = [project.get("name", "unnamed") for project in root.iter("project")]
        warnings.warn(
            f"{path} holds {len(names)} projects; {names[0]!r} is read, not "
            f"{', '.join(map(repr, names[1:4]))}",
            stacklevel=2,
        )
    sequence = sequences[0]
    rate = _frame_rate(root, sequence.get("format", ""), path) or frame_rate
    start = walk.time(sequence, "tcStart")
    walk.children(sequence, -start, _EVERYWHERE)
    spine = sequence.find("spine")
    drop = sequence.get("tcFormat") == "DF"
    project = next(root.iter("project"), None)
    return Timeline(
        rate,
        markers=in_order(walk.markers),
        clips=_clips(spine, walk, start),
        name=(project.get("name") if project is not None else None) or "Timeline",
        start_timecode=from_seconds(max(start, _ZERO), rate, drop_frame=drop),
        drop_frame=drop,
        duration=walk.time(sequence, "duration") or duration,
    )


def _browser_clip(
    root: Element, walk: _Walk, rate: Fraction, duration: Fraction | None
) -> Timeline:
    """Read a document without a project: the one clip it holds, from its beginning."""
    clips = [
        child
        for parent in (root, *root.iter("event"), *root.iter("clips"))
        for child in parent
        if child.tag in _CLIPS
    ]
    if len(clips) > 1:
        raise DocumentError(
            f"{walk.path} holds {len(clips)} clips and no project; export the project"
        )
    for clip in clips:
        end = walk.time(clip, "duration", _INFINITE)
        walk.children(clip, -walk.start(clip), (_ZERO, end))
    return Timeline(rate, markers=in_order(walk.markers), duration=duration)


def _clips(spine: Element | None, walk: _Walk, start: Fraction) -> tuple[Clip, ...]:
    clips = []
    for child in spine if spine is not None else ():
        chosen = next(iter(child), child) if child.tag == "audition" else child
        if chosen.tag in _CLIPS:
            clips.append(
                Clip(
                    walk.time(chosen, "offset") - start,
                    walk.time(chosen, "duration"),
                    chosen.get("name", ""),
                    chosen.get("ref", ""),
                    walk.start(chosen),
                )
            )
    return tuple(sorted(clips, key=lambda clip: clip.start))


def _frame_rate(root: Element, identifier: str, path: Path) -> Fraction | None:
    for found in root.iterfind("resources/format"):
        if found.get("id") == identifier:
            if "frameDuration" in found.attrib:
                length = xml.seconds(found.attrib["frameDuration"], path)
                if not Fraction(1, 1000) <= length <= 10:
                    raise DocumentError(f"{path}: a frame cannot last {float(length):g} s")
                return 1 / length
            named = _NAMED_RATE.fullmatch(found.get("name", ""))
            if named:
                digits = named[1]
                return exact_rate(Fraction(int(digits), 100 if len(digits) == 4 else 1))
    return None


def dump(timeline: Timeline) -> str:
    """Return a timeline as FCPXML 1.8: its clips, or a gap where it has none."""
    rate = exact_rate(timeline.frame_rate)
    start = to_seconds(timeline.start_timecode, rate, drop_frame=timeline.drop_frame)

    def time(value: Fraction) -> str:
        """Return a time as a whole number of frames, as Final Cut demands."""
        exact = round(value * rate) / rate
        whole = exact.denominator == 1
        return f"{exact.numerator}s" if whole else f"{exact.numerator}/{exact.denominator}s"

    root = Element("fcpxml", version="1.8")
    resources = SubElement(root, "resources")
    SubElement(resources, "format", id="r1", frameDuration=time(1 / rate))
    event = SubElement(SubElement(root, "library"), "event", name="Clavilux")
    project = SubElement(event, "project", name=xml.clean(timeline.name))
    sequence = SubElement(
        project,
        "sequence",
        format="r1",
        duration=time(timeline.end + (0 if timeline.clips else 1 / rate)),
        tcStart=time(start),
        tcFormat="DF" if timeline.drop_frame else "NDF",
    )
    spine = SubElement(sequence, "spine")
    waiting = list(timeline.markers)

    def put(parent: Element, begin: Fraction, shift: Fraction, until: Fraction | None) -> None:
        while waiting and (until is None or waiting[0].time < until):
            marker = waiting.pop(0)
            SubElement(
                parent,
                "marker",
                start=time(marker.time - begin + shift),
                duration=time(max(marker.duration, 1 / rate)),
                value=xml.clean(marker.name) or "Marker",
                note=xml.clean(marker.comment),
            )

    at = _ZERO
    sources: dict[str, str] = {}
    for clip in timeline.clips:
        if clip.start > at:
            gap = _gap(spine, time, at, clip.start, start)
            put(gap, at, _ZERO, clip.start)
        if clip.source not in sources:
            sources[clip.source] = f"a{len(sources) + 1}"
            name = xml.clean(Path(clip.source).name or clip.name or "film")
            SubElement(
                resources,
                "asset",
                id=sources[clip.source],
                name=name,
                start="0s",
                hasVideo="1",
                format="r1",
                src=_address(clip.source or "film"),
            )
        end = clip.start + clip.duration
        element = SubElement(
            spine,
            "asset-clip",
            ref=sources[clip.source],
            name=xml.clean(clip.name or clip.source),
            offset=time(start + clip.start),
            start=time(clip.source_start),
            duration=time(clip.duration),
        )
        put(element, clip.start, clip.source_start, end)
        at = max(at, end)
    if waiting or not timeline.clips:
        last = max(timeline.end, *(m.time + max(m.duration, 1 / rate) for m in waiting), at + 1)
        put(_gap(spine, time, at, last, start), at, _ZERO, None)
    return xml.to_text(root, "fcpxml")


def _gap(
    spine: Element, time: Callable[[Fraction], str], begin: Fraction, end: Fraction, start: Fraction
) -> Element:
    return SubElement(
        spine, "gap", name="Gap", offset=time(start + begin), start="0s", duration=time(end - begin)
    )


def _address(source: str) -> str:
    return (
        source
        if "://" in source
        else "file://" + quote(source if source[0] == "/" else f"/{source}")
    )
