"""Looping: which bars a loop holds, and their sound without a click at the join.

A loop holds whole bars and a whole number of video frames. Where the two don't
meet, the bars are stretched to the nearest frame: by half a frame in the whole loop
at most, sound and pictures alike, so that the beat never stumbles at the join.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from clavilux import media
from clavilux.core.errors import InputError
from clavilux.core.values import Sound
from clavilux.pipelines.music import Music

JOIN_S = 0.02
"""Seconds in which the end of the sound passes over into what precedes its beginning."""


@dataclass(frozen=True, slots=True)
class Bars:
    """The music a loop holds."""

    start_s: float
    duration_s: float
    n_frames: int
    """The whole number of video frames nearest to its length."""


def bars(piece: Music, start_s: float, n_bars: int, frame_rate: Fraction) -> Bars:
    """Find `n_bars` bars, from the first downbeat at or after `start_s`.

    Raises:
        InputError: The music has no beat, or fewer bars than that.
    """
    downbeats = piece.facts.downbeats_s
    first = int(np.searchsorted(downbeats, start_s - 0.02))
    found = downbeats[first:]
    if len(found) < 2:
        raise InputError(
            f"{piece.path} has no bars from {start_s:g} s on that a loop could hold; "
            "use `duration` for a film without a beat"
        )
    ends = np.append(found[1:], 2 * found[-1] - found[-2])  # the last bar is as its neighbour
    if n_bars > len(ends):
        raise InputError(
            f"{piece.path} has {len(ends)} bars from {start_s:g} s on; `loop` asks for {n_bars}"
        )
    length = float(ends[n_bars - 1] - found[0])
    return Bars(float(found[0]), length, max(1, round(length * frame_rate)))


def looped(piece: Music, span: Bars, film_s: float) -> Sound:
    """Return the sound of `span`, stretched to `film_s` seconds, its end led to its beginning."""
    before = min(JOIN_S, span.start_s)
    sound = piece.sound(span.start_s - before, before + span.duration_s)
    rate = sound.sample_rate
    told = Sound(  # the same samples, told to pass a little faster or slower
        max(1, round(rate * span.duration_s / film_s)),
        sound.n_channels,
        sound.n_samples,
        sound.open,
    )
    stretched = media.resample(told, rate)
    return joined(stretched, round(before * rate), round(film_s * rate))


def joined(sound: Sound, lead: int, n_samples: int) -> Sound:
    """Drop the first `lead` samples and let the end of the rest pass over into them.

    Args:
        sound: At least `lead` samples long.
        lead: Samples before the loop's beginning.
        n_samples: Length of the loop.
    """
    fade = max(1, min(round(JOIN_S * sound.sample_rate), n_samples))
    whole = media.fit(sound, lead + n_samples)

    def blocks() -> Iterator[NDArray[np.float32]]:
        reader = media.BlockReader(whole)
        opening = np.zeros((fade, sound.n_channels), dtype=np.float32)
        if lead:
            ahead = reader.read(lead)
            opening[fade - min(fade, len(ahead)) :] = ahead[-fade:]
        left = n_samples - fade
        while left > 0:
            block = reader.read(min(left, 1 << 16))
            if not len(block):
                break
            left -= len(block)
            yield block
        rest = reader.read(fade)
        share = np.linspace(0, 1, len(rest), dtype=np.float32)[:, None]
        yield rest * (1 - share) + opening[: len(rest)] * share

    return Sound(sound.sample_rate, sound.n_channels, n_samples, blocks)
