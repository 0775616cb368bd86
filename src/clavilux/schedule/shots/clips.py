"""Clips: a shot split into pieces that a model can make.

Conventions
-----------
- A shot's length counts in the film's frames, a clip's in the model's own. Frame ``i`` of
  a clip in the film shows the generated frame ``first + floor(i * rate / frame_rate)``.
- With an *overlap*, the first frames of a later clip of a shot repeat the end of the clip
  before, from which the model went on; they are not used.
"""

from dataclasses import dataclass
from fractions import Fraction

from clavilux.schedule.shots.models import ClipModel


@dataclass(frozen=True, slots=True)
class ClipSpan:
    """A clip as generated, and which of its frames are used."""

    n_frames: int
    """Frames of the film it fills."""
    generate: int
    """Frames to generate, a number the model can make."""
    first: int
    """The first generated frame that is used."""
    used: int
    """How many generated frames are used, from `first` on."""


def split(
    n_frames: int, model: ClipModel, frame_rate: Fraction, *, overlap: int = 0
) -> tuple[ClipSpan, ...]:
    """Split a shot into the fewest clips, of nearly equal length and with the least surplus.

    Args:
        n_frames: The shot's length, frames of the film.
        model: What makes the clips.
        frame_rate: The film's.
        overlap: Generated frames by which later clips repeat those before.

    Raises:
        ValueError: The shot has no frame, or the overlap leaves nothing of a clip.
    """
    if n_frames < 1:
        raise ValueError(f"a shot of {n_frames} frames cannot be split; expected 1 or more")
    if not 0 <= overlap < model.longest:
        raise ValueError(f"an overlap of {overlap} frames leaves nothing of {model.longest}")
    rate = model.rate(frame_rate)

    def fills(count: int, before: int) -> int:
        """Return how many frames of the film a clip fills whose first `before` are not used."""
        return max(0, -int(-(count - before) * frame_rate // rate))

    whole, later = fills(model.longest, 0), fills(model.longest, overlap)
    n_clips = 1 + max(0, -(-(n_frames - whole) // later))
    unused = [0] + [overlap] * (n_clips - 1)
    n_steps = n_clips * (model.longest - model.shortest) // model.step
    low, high = 0, n_steps  # the least number of steps, shared evenly, that fills the shot
    while low < high:
        middle = (low + high) // 2
        counts = _counts(model, n_clips, middle)
        filled = sum(fills(c, u) for c, u in zip(counts, unused, strict=True))
        low, high = (low, middle) if filled >= n_frames else (middle + 1, high)
    counts = _counts(model, n_clips, low)
    most = [fills(c, u) for c, u in zip(counts, unused, strict=True)]
    lengths = _shared(most, sum(most) - n_frames)
    return tuple(
        _span(length, before, model, rate / frame_rate)
        for length, before in zip(lengths, unused, strict=True)
    )


def used_of(n_frames: int, ratio: Fraction) -> int:
    """Return how many generated frames are seen in `n_frames` of the film.

    Args:
        n_frames: At least 1.
        ratio: The clip's frame rate, over the film's.
    """
    return (n_frames - 1) * ratio.numerator // ratio.denominator + 1


def _counts(model: ClipModel, n_clips: int, n_steps: int) -> list[int]:
    """Return legal clips that are together `n_steps` steps longer than the shortest."""
    each, more = divmod(n_steps, n_clips)
    return [model.shortest + model.step * (each + (i < more)) for i in range(n_clips)]


def _shared(most: list[int], surplus: int) -> list[int]:
    """Return lengths shorter than `most` by `surplus` in all, none of them 0."""
    each, more = divmod(surplus, len(most))
    lengths = [n - each - (i >= len(most) - more) for i, n in enumerate(most)]
    for i, n in enumerate(lengths):
        if n < 1:  # of a clip that an overlap fills nearly whole: the longest gives
            lengths[i], lack = 1, 1 - n
            lengths[lengths.index(max(lengths))] -= lack
    return lengths


def _span(n_frames: int, before: int, model: ClipModel, ratio: Fraction) -> ClipSpan:
    used = used_of(n_frames, ratio)
    return ClipSpan(n_frames, model.smallest(before + used), before, used)
