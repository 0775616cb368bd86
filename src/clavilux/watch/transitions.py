"""Transitions: cuts, dissolves, fades and flashes, read from what was seen.

In come columns of a film that has been watched; out come video frames at which
something changed, with strengths.

- A *cut* is a frame that no motion of the camera can make out of the last one, that
  differs from it far more than its neighbours do from theirs, and after which the
  old picture does not come back.
- A *flash* is the same, but the old picture comes back within `_FLASH` frames.
- A *dissolve* is a stretch whose middle is the mean of its ends, and whose ends
  have nothing to do with each other.
- A *fade* is darkness or whiteness between pictures, reached and left by degrees.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import median_filter

from clavilux.watch.lookback import BACK, SPANS
from clavilux.watch.seeing import Seen

_UNLIKE = 1.1
"""Whole and fine agreement together stay below this across a cut."""
_ALIKE = 1.75
"""At this, together, two pictures are the same one moved, whatever the light."""
_RECOLOURED = 40.0
"""A content score above this is a cut, unless the pictures are the same one."""
_TINTED = 15.0
"""So large a change of colour, or of anything where there is no structure, is a cut too."""
_PLAIN = 0.06
"""Contrast, of full scale, below which there is no structure to compare."""
_VISIBLE = 5.0
"""A change that can be seen, mean absolute difference on the 8-bit scale."""
_STANDS_OUT = 2.0
"""How many times the usual change around it a cut or flash is."""
_RETURN = 0.45
"""Of the change, what may be left for the old picture to count as come back."""
_FLASH = max(BACK) - 1
"""The longest flash, in video frames."""
_LEAST_SHOT_S = 0.1
_BENT = 0.25
"""How far a dissolve's middle may lie off the mean of its ends, of their distance."""
_RELATED = 0.75
"""Correlation from which the ends of a stretch may well be one picture that has moved."""
_BY_DEGREES = 0.4
"""The largest step of a fade, of all the way it goes."""
_EVEN = 0.035
"""Contrast, of full scale, below which a picture is one even colour."""
_DARK, _BRIGHT = 0.11, 0.87
"""Luma, of full scale with black at 16, below and above which an even picture is a fade's end."""


class Change(NamedTuple):
    """Something that happened between two video frames, or about a video frame."""

    frame: int
    """For a cut the first frame of the new shot; else the frame of the greatest effect."""
    kind: str
    """``cut``, ``dissolve``, ``fade`` or ``flash``."""
    strength: float
    """How different the two sides look, or how bright the flash is; 0 to 1."""


def changes(seen: Seen) -> list[Change]:
    """Find everything that changes in a film, in order of time."""
    jumps = _jumps(seen)
    fades = list(_fades(seen))
    near_fade = _near(fades, round(float(seen.frame_rate) / 4))
    jumps = [jump for jump in jumps if jump.kind == "flash" or not near_fade(jump.frame)]
    cuts = [jump for jump in jumps if jump.kind == "cut"]
    off_limits = _near(cuts, min(SPANS)), _near(fades, max(SPANS) // 2)
    dissolves = [d for d in _dissolves(seen) if not any(near(d.frame) for near in off_limits)]
    return sorted([*jumps, *fades, *dissolves])


def boundaries(found: list[Change]) -> list[int]:
    """Return the first video frame of every shot but the first."""
    return [change.frame for change in found if change.kind != "flash" and change.frame > 0]


def _jumps(seen: Seen) -> list[Change]:
    """Find cuts and flashes: changes from one frame to the next that nothing explains."""
    step = seen.column("back_1")
    alike = seen.column("agreement") + np.maximum(seen.column("fine_agreement"), 0)
    plain = seen.column("contrast") < _PLAIN
    plain[1:] &= plain[:-1]
    recoloured = (alike < _ALIKE) & (seen.column("content") > _RECOLOURED)
    recoloured |= (seen.column("tint") > _TINTED) | (plain & (step > _TINTED))
    usual = median_filter(step, 9, mode="nearest")
    stands_out = (step > _VISIBLE) & (step > _STANDS_OUT * usual)
    back = _returns(seen)
    least = max(1, round(_LEAST_SHOT_S * float(seen.frame_rate)))
    found: list[Change] = []
    lit_until = -1
    last_cut = -least
    for n in np.flatnonzero(stands_out).tolist():
        if n <= lit_until:
            continue
        if n in back:
            found.append(Change(n, "flash", _flash_strength(seen, n)))
            lit_until = back[n]
        elif (alike[n] < _UNLIKE or recoloured[n]) and n - last_cut >= least:
            found.append(Change(n, "cut", _strength(step[n])))
            last_cut = n
    return found


def _returns(seen: Seen) -> dict[int, int]:
    """Map frames at which a picture was interrupted to those at which it came back."""
    step = seen.column("back_1")
    found: dict[int, int] = {}
    for length in range(min(_FLASH, len(step) - 1), 0, -1):
        across = seen.column(f"back_{length + 1}")[length:]
        jump = step[: len(step) - length]
        leave = step[length:]
        back = (across < _RETURN * np.minimum(jump, leave)) & (jump > _VISIBLE)
        found |= {int(n): int(n) + length for n in np.flatnonzero(back)}
    return found


def _fades(seen: Seen) -> Iterator[Change]:
    """Find stretches of one even colour between pictures, entered or left by degrees."""
    luma, step = seen.column("luma"), seen.column("back_1")
    even = _empty(seen)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], even, [False]]).astype(int)))
    for first, end in edges.reshape(-1, 2).tolist():
        if first == 0 or end == len(even):
            continue
        span = 255 * float(np.ptp(luma[max(0, first - 12) : end + 12]))
        if span > 4 * _VISIBLE and max(step[first], step[end]) < _BY_DEGREES * span:
            yield Change((first + end) // 2, "fade", _strength(span))


def _empty(seen: Seen) -> NDArray[np.bool_]:
    """Return which video frames are black or white all over."""
    luma = seen.column("luma")
    empty: NDArray[np.bool_] = (luma < _DARK) | (luma > _BRIGHT)
    return empty & (seen.column("contrast") < _EVEN)


def _dissolves(seen: Seen) -> list[Change]:
    """Find stretches that pass from one picture to another in a straight line."""
    best: list[tuple[float, Change]] = []
    shown = ~_empty(seen)
    for length in SPANS:
        span, bend = seen.column(f"span_{length}"), seen.column(f"bend_{length}")
        straight = 1 - bend / np.maximum(span, 1e-6)
        unlike = seen.column(f"likeness_{length}") < _RELATED
        good = (span > 3 * _VISIBLE) & (straight > 1 - _BENT) & unlike & shown
        good[length:] &= shown[:-length]
        for n in np.flatnonzero(good).tolist():
            change = Change(n - length // 2, "dissolve", _strength(span[n]))
            best.append((span[n] * straight[n], change))
    chosen: list[Change] = []
    for _, change in sorted(best, reverse=True):
        if not _near(chosen, max(SPANS))(change.frame):
            chosen.append(change)
    return chosen


def _strength(difference: float) -> float:
    return float(min(1.0, difference / 110))


def _flash_strength(seen: Seen, n: int) -> float:
    return _strength(float(seen.column("back_1")[n]))


def _near(found: list[Change], reach: int) -> Callable[[int], bool]:
    frames = np.array([change.frame for change in found])
    return lambda frame: bool(np.any(np.abs(frames - frame) <= reach))
