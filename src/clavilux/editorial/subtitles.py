"""SubRip subtitles (``.srt``): a timeline's markers as lines of text that come and go."""

from fractions import Fraction

from clavilux.editorial.timeline import Timeline

_SHOWN = Fraction(2)
"""Seconds for which a marker without a duration is shown, unless the next comes first."""


def dump(timeline: Timeline) -> str:
    """Return a timeline's markers as subtitles; those without a name are left out."""
    named = [marker for marker in timeline.markers if marker.name.strip()]
    blocks = []
    for number, marker in enumerate(named, start=1):
        length = marker.duration
        if not length:
            following = named[number].time - marker.time if number < len(named) else _SHOWN
            length = min(_SHOWN, following) if following > 0 else _SHOWN
        text = "\n".join(line.strip() for line in marker.name.splitlines() if line.strip())
        span = f"{_clock(marker.time)} --> {_clock(marker.time + length)}"
        blocks.append(f"{number}\n{span}\n{text}\n")
    return "\n".join(blocks)


def _clock(time: Fraction) -> str:
    seconds, milliseconds = divmod(max(0, round(time * 1000)), 1000)
    minutes, seconds = divmod(seconds, 60)
    return f"{minutes // 60:02}:{minutes % 60:02}:{seconds:02},{milliseconds:03}"
