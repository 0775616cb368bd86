"""xmeml, the XML of Final Cut Pro 7 and Premiere.

Conventions
-----------
- Times are whole frames of the nearest `rate`: `timebase` frames a second, or
  1000/1001 of that where `ntsc` is TRUE; -1 stands for "none".
- A sequence's markers count from its first frame, whatever its time code; a clip's
  count from the first frame of its media, of which it shows `in` to `out`.
"""

import warnings
from fractions import Fraction
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement

from clavilux.core.errors import DocumentError
from clavilux.editorial import xml
from clavilux.editorial.timeline import (
    Clip,
    Marker,
    Timeline,
    check_count,
    exact_rate,
    in_order,
)

_LONGEST = 10**9
_ZERO = Fraction(0)


def parse(text: str, path: Path, frame_rate: Fraction, duration: Fraction | None) -> Timeline:
    """Read the first sequence of an xmeml document.

    Raises:
        DocumentError: It is not well-formed, or a number in it cannot be.
    """
    root = xml.parse(text, path)
    sequences = _sequences(root)
    if not sequences:
        return _single_clip(root, path, frame_rate, duration)
    if len(sequences) > 1:
        names = [xml.child_text(sequence, "name", "unnamed") for sequence in sequences]
        warnings.warn(
            f"{path} holds {len(names)} sequences; {names[0]!r} is read, not "
            f"{', '.join(map(repr, names[1:4]))}",
            stacklevel=2,
        )
    sequence = sequences[0]
    rate = _rate(sequence, path) or frame_rate
    markers = _markers(sequence, path, rate, _ZERO, (_ZERO, Fraction(_LONGEST)))
    clips = []
    for kind in ("video", "audio"):
        for track in sequence.iterfind(f"media/{kind}/track"):
            for clip, item in _clips(track, path, rate):
                own = _rate(item, path) or rate
                shift = clip.start - clip.source_start
                seen = clip.start, clip.start + clip.duration
                markers += _markers(item, path, own, shift, seen)
                clips += [clip] if kind == "video" else []
    code = sequence.find("timecode")
    start = xml.child_text(code, "string") if code is not None else ""
    n_frames = _frames(sequence, "duration", path)
    return Timeline(
        rate,
        markers=in_order(markers),
        clips=tuple(sorted(clips, key=lambda clip: clip.start)),
        name=xml.child_text(sequence, "name") or "Timeline",
        start_timecode=start or "00:00:00:00",
        drop_frame=code is not None and xml.child_text(code, "displayformat") == "DF",
        duration=n_frames / rate if n_frames else duration,
    )


def _sequences(root: Element) -> list[Element]:
    """Return sequences in order, without those that are nested in a clip."""
    found, waiting = [], [root]
    while waiting:
        element = waiting.pop()
        if element.tag == "sequence":
            found.append(element)
        elif element.tag != "clipitem":
            waiting += reversed(element)
    return found


def _single_clip(root: Element, path: Path, rate: Fraction, duration: Fraction | None) -> Timeline:
    clips = list(root.iter("clip"))
    if len(clips) > 1:
        raise DocumentError(f"{path} holds {len(clips)} clips and no sequence; export the sequence")
    markers = []
    for clip in clips:
        own = _rate(clip, path) or rate
        markers += _markers(clip, path, own, _ZERO, (_ZERO, Fraction(_LONGEST)))
    return Timeline(rate, markers=in_order(markers), duration=duration)


def _rate(element: Element, path: Path) -> Fraction | None:
    rate = element.find("rate")
    if rate is None:
        return None
    timebase = xml.child_text(rate, "timebase")
    try:
        base = Fraction(timebase) if len(timebase) < 12 and "e" not in timebase.lower() else _ZERO
    except (ValueError, ZeroDivisionError):
        base = _ZERO
    if not 1 <= base <= 1000:
        raise DocumentError(f"{path}: timebase {timebase[:20]!r} is not a frame rate")
    ntsc = xml.child_text(rate, "ntsc").upper() == "TRUE"
    return base * Fraction(1000, 1001) if ntsc and base.denominator == 1 else exact_rate(base)


def _frames(element: Element, tag: str, path: Path) -> int | None:
    """Return a number of frames; None where it is missing or -1."""
    text = xml.child_text(element, tag)
    if not text:
        return None
    try:
        value = int(float(text)) if len(text) < 20 else _LONGEST
    except (ValueError, OverflowError) as error:
        raise DocumentError(f"{path}: <{tag}> {text[:20]!r} is not a number of frames") from error
    if abs(value) >= _LONGEST:
        raise DocumentError(f"{path}: <{tag}> {text[:20]} lies beyond any film")
    return None if value < 0 else value


def _markers(
    parent: Element, path: Path, rate: Fraction, shift: Fraction, seen: tuple[Fraction, Fraction]
) -> list[Marker]:
    markers: list[Marker] = []
    for element in parent.findall("marker"):
        check_count(len(markers))
        first, last = _frames(element, "in", path), _frames(element, "out", path)
        if first is not None and seen[0] <= first / rate + shift < seen[1]:
            length = max(0, last - first) if last is not None else 0
            markers.append(
                Marker(
                    first / rate + shift,
                    xml.child_text(element, "name"),
                    xml.child_text(element, "comment"),
                    duration=length / rate,
                )
            )
    return markers


def _clips(track: Element, path: Path, rate: Fraction) -> list[tuple[Clip, Element]]:
    """Return a track's clips; where a transition hides a clip's edge, its edge is worked out."""
    clips: list[tuple[Clip, Element]] = []
    before: Element | None = None
    for item in track:
        if item.tag != "clipitem":
            before = item if item.tag == "transitionitem" else before
            continue
        check_count(len(clips))
        own = _rate(item, path) or rate
        start, end = _frames(item, "start", path), _frames(item, "end", path)
        first, last = _frames(item, "in", path) or 0, _frames(item, "out", path)
        length = None if last is None else (last - first) / own
        begin = None if start is None else start / rate
        if begin is None and end is not None and length is not None:
            begin = end / rate - length
        if begin is None and before is not None:  # both edges lie under transitions
            begin = (_frames(before, "start", path) or 0) / rate
        if length is None and end is not None and begin is not None:
            length = end / rate - begin
        if begin is not None and length is not None and length > 0:
            name, file = xml.child_text(item, "name"), item.find("file")
            source = "" if file is None else xml.child_text(file, "pathurl")
            clips.append((Clip(begin, length, name, source, first / own), item))
        before = None
    return clips


def dump(timeline: Timeline) -> str:
    """Return a timeline as xmeml 5, which Premiere and Resolve import."""
    rate = exact_rate(timeline.frame_rate)

    def count(time: Fraction) -> str:
        return str(round(time * rate))

    def rated(parent: Element) -> None:
        element = SubElement(parent, "rate")
        SubElement(element, "timebase").text = str(round(rate))
        SubElement(element, "ntsc").text = "TRUE" if rate.denominator == 1001 else "FALSE"

    root = Element("xmeml", version="5")
    sequence = SubElement(root, "sequence", id="sequence-1")
    SubElement(sequence, "name").text = xml.clean(timeline.name)
    SubElement(sequence, "duration").text = count(timeline.end)
    rated(sequence)
    code = SubElement(sequence, "timecode")
    rated(code)
    SubElement(code, "string").text = timeline.start_timecode
    SubElement(code, "displayformat").text = "DF" if timeline.drop_frame else "NDF"
    track = SubElement(SubElement(SubElement(sequence, "media"), "video"), "track")
    files: dict[str, str] = {}
    for number, clip in enumerate(timeline.clips, start=1):
        item = SubElement(track, "clipitem", id=f"clipitem-{number}")
        SubElement(item, "name").text = xml.clean(clip.name or clip.source)
        rated(item)
        begin, end = clip.start, clip.start + clip.duration
        for tag, time in (
            ("start", begin),
            ("end", end),
            ("in", clip.source_start),
            ("out", clip.source_start + clip.duration),
        ):
            SubElement(item, tag).text = count(time)
        is_new = clip.source not in files
        file = SubElement(item, "file", id=files.setdefault(clip.source, f"file-{len(files) + 1}"))
        if is_new:
            SubElement(file, "name").text = xml.clean(Path(clip.source).name or clip.name)
            SubElement(file, "pathurl").text = xml.clean(clip.source)
            rated(file)
    for marker in timeline.markers:
        element = SubElement(sequence, "marker")
        SubElement(element, "name").text = xml.clean(marker.name)
        SubElement(element, "comment").text = xml.clean(marker.comment)
        SubElement(element, "in").text = count(marker.time)
        has_length = round(marker.duration * rate) > 0
        SubElement(element, "out").text = (
            count(marker.time + marker.duration) if has_length else "-1"
        )
    return xml.to_text(root, "xmeml")
