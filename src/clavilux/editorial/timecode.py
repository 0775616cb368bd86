"""SMPTE time code to seconds and back, drop-frame or not.

Conventions
-----------
- Time code numbers frames by the rate rounded to a whole: 30 a second at 29.97.
- Drop-frame leaves out numbers (never frames): two a minute at 29.97, four at
  59.94, except in minutes 0, 10, 20 … It exists at multiples of 30 alone.
- Any of ``: ; . ,`` separates. ``;`` and ``,`` mean drop-frame wherever they stand.
"""

import re
from collections.abc import Callable, Sequence
from fractions import Fraction

from clavilux.core.errors import DocumentError
from clavilux.editorial.timeline import exact_rate

TIMECODE = re.compile(r"(\d{1,2})[:;.,](\d{1,2})[:;.,](\d{1,2})([:;.,])(\d{1,3})", re.ASCII)
_HOUR = 3600


def is_timecode(text: str) -> bool:
    """Return True if `text` has the form of a time code: four numbers, separated."""
    return TIMECODE.fullmatch(text) is not None


def to_seconds(text: str, frame_rate: Fraction, *, drop_frame: bool = False) -> Fraction:
    """Return the seconds from 00:00:00:00 to a time code.

    Args:
        text: Such as ``01:00:04:12``.
        frame_rate: Video frames per second.
        drop_frame: Whether it is drop-frame even where no ``;`` says so.

    Raises:
        DocumentError: It is no time code, or has a number that cannot be.
    """
    match = TIMECODE.fullmatch(text)
    if not match:
        raise DocumentError(f"{text!r} is not a time code; expected such as 01:00:04:12")
    hours, minutes, seconds, frames = (int(match[i]) for i in (1, 2, 3, 5))
    nominal = round(frame_rate)
    if minutes > 59 or seconds > 59:
        raise DocumentError(f"time code {text} has more than 59 minutes or seconds")
    if frames >= nominal:
        raise DocumentError(
            f"time code {text} has frame {frames}, but the film has {nominal} frames a second; "
            "was it exported at another frame rate?"
        )
    drops = (drop_frame or ";" in text or "," in text) and nominal % 30 == 0
    rate = exact_rate(frame_rate)
    count = ((hours * 60 + minutes) * 60 + seconds) * nominal + frames
    if drops:
        left_out = nominal // 15
        if seconds == 0 and minutes % 10:
            count += max(0, left_out - frames)  # a number that is left out means the next one
        total = hours * 60 + minutes
        count -= left_out * (total - total // 10)
    return Fraction(count) / rate


def from_seconds(time: Fraction, frame_rate: Fraction, *, drop_frame: bool = False) -> str:
    """Return the time code of the frame nearest to `time` seconds after 00:00:00:00.

    Raises:
        DocumentError: The time is negative, or a hundred hours or more.
    """
    rate = exact_rate(frame_rate)
    count, nominal = round(time * rate), round(frame_rate)
    drops = drop_frame and nominal % 30 == 0
    if drops:
        left_out = nominal // 15
        per_ten = 600 * nominal - 9 * left_out
        tens, rest = divmod(count, per_ten)
        minutes = (
            0 if rest < 60 * nominal else 1 + (rest - 60 * nominal) // (60 * nominal - left_out)
        )
        count += left_out * (9 * tens + minutes)
    seconds, frames = divmod(count, nominal)
    if not 0 <= seconds < 100 * _HOUR:
        raise DocumentError(f"{float(time):g} s has no time code; expected 0 to 100 hours")
    text = f"{seconds // _HOUR:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return f"{text}{';' if drops else ':'}{frames:02}"


def likely_start(
    hits: Sequence[Fraction],
    hour: Callable[[int], Fraction],
    *,
    events: Sequence[Fraction] = (),
    usual: Sequence[int] = (1, 10),
    duration: Fraction | None = None,
) -> Fraction:
    """Return the time code, in seconds, at which a timeline most likely begins.

    Formats such as EDL do not say it. Of the usual starts (01:00:00:00, 10:00:00:00,
    the whole hour before the first time, the first event), the first that puts most
    times inside the film is taken.

    Args:
        hits: Times of markers or cuts, seconds of time code; at least one.
        hour: Seconds of the time code of a whole hour.
        events: Times at which events begin, where the file has events.
        usual: Hours at which its program begins timelines by default.
        duration: The film's, seconds, where it is known.
    """
    first = min([*hits, *events])
    begin = min(events, default=first)
    whole = max((hour(n) for n in range(100) if hour(n) <= first), default=first)
    if duration is None:
        late = first - whole > _HOUR // 2 and max(hits) >= whole + _HOUR
        return begin if late else whole
    candidates = [hour(n) for n in usual if hour(n) <= first]
    candidates += [whole, begin]

    def inside(start: Fraction) -> int:
        return sum(0 <= time - start <= duration for time in hits)

    return max(candidates, key=inside)  # the first of several equally good
