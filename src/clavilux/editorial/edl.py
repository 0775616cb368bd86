"""CMX 3600 edit decision lists, with the markers of Avid, Premiere and Resolve.

Conventions
-----------
- An event's line ends in four time codes: source in, out, record in, out. Before
  them stand its number, the reel (which may hold blanks), the track and the edit type.
- Markers are ``* LOC: 01:00:04:12 RED NAME`` comments, or events of one frame with
  Resolve's ``|C:ResolveColorBlue |M:NAME |D:1`` below, timed by their record-in.
- ``FCM: DROP FRAME`` holds for all time codes after it, whatever separates their numbers.
- An EDL does not say at which time code its timeline begins: see `likely_start`.
"""

import re
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

from clavilux.core.errors import DocumentError
from clavilux.editorial.timecode import from_seconds, is_timecode, likely_start, to_seconds
from clavilux.editorial.timeline import Clip, Marker, Timeline, check_count, in_order

_LOCATOR = re.compile(r"\*?\s*LOC\b\s*:?\s*(\S+)\s*(\S*)\s*(.*)", re.IGNORECASE)
_FCM = re.compile(r"FCM\s*:?\s*(.*)", re.IGNORECASE)
_NAME = re.compile(r"\*\s*(?:FROM|TO) CLIP NAME\s*:\s*(.*)", re.IGNORECASE)
_LONGEST_LINE = 10_000
_RESOLVE_COLOR = "ResolveColor"


@dataclass(slots=True)
class _Event:
    reel: str
    track: str
    source_in: str
    record_in: Fraction
    record_out: Fraction
    drop_frame: bool
    name: str = ""
    marker: tuple[str, str, int] | None = None
    """Color, name and duration in frames, where the event is one of Resolve's markers."""


@dataclass(slots=True)
class _Reading:
    title: str = "Timeline"
    drop_frame: bool | None = None
    """None until an FCM line says it."""
    events: list[_Event] = field(default_factory=list)
    locators: list[Marker] = field(default_factory=list)
    """Their times still count from 00:00:00:00."""


def parse(text: str, path: Path, frame_rate: Fraction, duration: Fraction | None) -> Timeline:
    """Read an EDL; one without events or markers gives an empty timeline.

    Raises:
        DocumentError: A time code cannot be; names the line.
    """
    reading = _Reading()
    for number, line in enumerate(re.split(r"\r\n|\r|\n", text), start=1):
        if len(line) <= _LONGEST_LINE:
            try:
                _read_line(line.strip(), reading, frame_rate)
                check_count(len(reading.events) + len(reading.locators))
            except DocumentError as error:
                raise DocumentError(f"{path}, line {number}: {error}") from error
    return _timeline(reading, frame_rate, duration)


def _read_line(line: str, reading: _Reading, rate: Fraction) -> None:
    if locator := _LOCATOR.fullmatch(line):
        code, color, name = locator.groups()
        if is_timecode(code):
            time = to_seconds(code, rate, drop_frame=_drops(reading, code))
            reading.locators.append(Marker(time, name.strip(), color=color.lower()))
    elif fcm := _FCM.fullmatch(line):
        reading.drop_frame = re.match(r"NON", fcm[1].strip(), re.IGNORECASE) is None
    elif line[:6].upper() == "TITLE:":
        reading.title = line[6:].strip() or reading.title
    elif "|M:" in line and reading.events:
        reading.events[-1].marker = _resolve_marker(line)
    elif (name_line := _NAME.fullmatch(line)) and reading.events:
        reading.events[-1].name = name_line[1]
    elif line[:1].isdigit():
        words = line.split()
        event = _event(words, _drops(reading, words[-1]), rate)
        if event is not None:
            reading.events.append(event)


def _drops(reading: _Reading, code: str) -> bool:
    """Return True if `code` is drop-frame: as FCM says or, where nothing does, its last mark."""
    if reading.drop_frame is None:
        reading.drop_frame = is_timecode(code) and code.rstrip("0123456789")[-1:] in (".", ";", ",")
    return reading.drop_frame


def is_event(line: str) -> bool:
    """Return True if `line` has the form of an event: a number, and four time codes at its end."""
    words = line[:_LONGEST_LINE].split()
    return len(words) > 4 and words[0].isdecimal() and all(map(is_timecode, words[-4:]))


def _event(words: list[str], drop_frame: bool, rate: Fraction) -> _Event | None:
    if not words[0].isdecimal() or len(words[0]) > 8:
        return None
    codes = [i for i in range(1, len(words) - 3) if all(map(is_timecode, words[i : i + 4]))]
    if not codes:
        return None
    first = codes[-1]
    body = words[1:first]
    if len(body) > 1 and body[-1].isdecimal():  # a transition's length in frames
        body.pop()
    source_in, _, record_in, record_out = words[first : first + 4]
    return _Event(
        reel=" ".join(body[:-2]),
        track=body[-2].upper() if len(body) > 1 else "V",
        source_in=source_in,
        record_in=to_seconds(record_in, rate, drop_frame=drop_frame),
        record_out=to_seconds(record_out, rate, drop_frame=drop_frame),
        drop_frame=drop_frame,
    )


def _resolve_marker(line: str) -> tuple[str, str, int]:
    before, _, rest = line.partition("|M:")
    name, mark, frames = rest.rpartition("|D:")
    color = before.rpartition("|C:")[2].strip().removeprefix(_RESOLVE_COLOR).lower()
    count = frames.strip()
    is_count = bool(mark) and count.isdecimal() and len(count) < 10
    return color, (name if mark else rest).strip(), int(count) if is_count else 1


def _timeline(reading: _Reading, rate: Fraction, duration: Fraction | None) -> Timeline:
    flagged = [event for event in reading.events if event.marker is not None]
    pictured = [event for event in reading.events if _shows_picture(event)]
    edits = [] if flagged else pictured or reading.events
    markers = [
        Marker(event.record_in, name, color=color, duration=frames / rate if frames > 1 else _ZERO)
        for event in flagged
        for color, name, frames in [event.marker or ("", "", 1)]
    ]
    markers += reading.locators
    begins = [event.record_in for event in edits]
    hits = [marker.time for marker in markers] or begins
    drop_frame = reading.drop_frame or False
    if not hits:
        return Timeline(rate, name=reading.title, duration=duration)
    start = _start(hits, edits, drop_frame, rate, duration)
    return Timeline(
        rate,
        markers=in_order([_shifted(marker, start) for marker in markers]),
        clips=_clips(edits, start, rate),
        name=reading.title,
        start_timecode=from_seconds(start, rate, drop_frame=drop_frame),
        drop_frame=drop_frame,
        duration=duration,
        is_cut_list=True,
    )


_ZERO = Fraction(0)


def _shows_picture(event: _Event) -> bool:
    return "V" in event.track or event.track == "B"


def _start(
    hits: list[Fraction],
    edits: list[_Event],
    drop_frame: bool,
    rate: Fraction,
    duration: Fraction | None,
) -> Fraction:
    begins = [event.record_in for event in edits]
    if edits and duration is not None:
        length = max(event.record_out for event in edits) - min(begins)
        if abs(length - duration) * rate <= 2:  # the events are the film, from end to end
            return min(begins)

    def hour(number: int) -> Fraction:
        return to_seconds(f"{number:02}:00:00:00", rate, drop_frame=drop_frame)

    return likely_start(hits, hour, events=begins, duration=duration)


def _shifted(marker: Marker, start: Fraction) -> Marker:
    return Marker(marker.time - start, marker.name, marker.comment, marker.color, marker.duration)


def _clips(edits: list[_Event], start: Fraction, rate: Fraction) -> tuple[Clip, ...]:
    """Return the events as clips; a dissolve's first, empty line is not one of its own."""
    clips = []
    for event in edits:
        if event.record_out > event.record_in:
            try:
                source_start = to_seconds(event.source_in, rate, drop_frame=event.drop_frame)
            except DocumentError:  # sources may run at another frame rate
                source_start = _ZERO
            clips.append(
                Clip(
                    event.record_in - start,
                    event.record_out - event.record_in,
                    event.name,
                    event.reel,
                    source_start,
                )
            )
    return tuple(sorted(clips, key=lambda clip: clip.start))


def dump(timeline: Timeline) -> str:
    """Return a timeline as an EDL.

    With clips, markers are ``* LOC`` comments (Avid, Premiere); without, each is an
    event that Resolve imports by "Timeline markers from EDL".
    """
    rate, drop = timeline.frame_rate, timeline.drop_frame
    start = to_seconds(timeline.start_timecode, rate, drop_frame=drop)

    def code(time: Fraction) -> str:
        return from_seconds(start + time, rate, drop_frame=drop)

    lines = [f"TITLE: {_one_line(timeline.name)}"]
    lines += ["FCM: DROP FRAME" if drop else "FCM: NON-DROP FRAME", ""]
    waiting = list(timeline.markers)
    for number, clip in enumerate(timeline.clips, start=1):
        source = [
            from_seconds(time, rate)
            for time in (clip.source_start, clip.source_start + clip.duration)
        ]
        record = [code(clip.start), code(clip.start + clip.duration)]
        reel = re.sub(r"\W+", "_", Path(clip.source).stem)[:32] or "AX"
        lines.append(f"{number:03}  {reel:<8} V     C        {' '.join(source + record)}")
        lines.append(f"* FROM CLIP NAME: {_one_line(clip.name or clip.source)}")
        is_last = number == len(timeline.clips)
        while waiting and (is_last or waiting[0].time < clip.start + clip.duration):
            marker = waiting.pop(0)
            color = _one_line(marker.color).upper().replace(" ", "") or "RED"
            lines.append(f"* LOC: {code(marker.time)} {color:<7} {_one_line(marker.name)}")
    for number, marker in enumerate(waiting, start=1):
        frames = max(1, round(marker.duration * rate))
        span = f"{code(marker.time)} {code(marker.time + frames / rate)}"
        lines.append(f"{number:03}  001      V     C        {span} {span}  ")
        color = marker.color.title().replace(" ", "") or "Blue"
        name = _one_line(marker.name or f"Marker {number}")
        lines += [f" |C:{_RESOLVE_COLOR}{color} |M:{name} |D:{frames}", ""]
    return "\n".join(lines).rstrip("\n") + "\n"


def _one_line(text: str) -> str:
    return " ".join(text.split())
