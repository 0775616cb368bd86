"""Mixing: music laid into a film, with its own sound and what is said in it.

Streams in, a stream out: nothing is held but a block of each.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from clavilux import media, perform
from clavilux.core.values import Sound
from clavilux.listen import speech

_UNDER = 0.7
"""Gain of music beside a film's own sound."""


def faded(
    sound: Sound,
    fade_s: float,
    *,
    fade_in_s: float = 0.0,
    start_s: float = 0.0,
    end_s: float | None = None,
) -> Sound:
    """Let a sound of known length rise at its start and go down to silence at its end.

    Args:
        sound: What is heard.
        fade_s: How long it takes to go down.
        fade_in_s: How long it takes to rise.
        start_s: Where it begins; before, it is silent.
        end_s: Where it is silent; the sound's own end if None.
    """
    if sound.n_samples is None:
        raise ValueError("only a sound of known length can be faded out")
    rate = sound.sample_rate
    first = round(start_s * rate)
    last = sound.n_samples if end_s is None else min(round(end_s * rate), sound.n_samples)
    n_in, n_out = round(fade_in_s * rate), max(1, round(fade_s * rate))

    def gain(sample: NDArray[np.int64]) -> NDArray[np.float64]:
        down = np.clip((last - sample - 1) / n_out, 0, 1)
        up = np.clip((sample - first) / n_in, 0, 1) if n_in else (sample >= first).astype(float)
        return np.asarray(np.minimum(down, up), dtype=np.float64)

    return _times(sound, gain)


def over(own: Sound, music: Sound, *, duck_db: float | None) -> Sound:
    """Lay music under a film's own sound.

    The music is as long as the pictures; what the film's sound has beyond them is left out.

    Args:
        own: The film's sound.
        music: The music.
        duck_db: By how much the music steps back while somebody speaks; not if None.
    """
    own = media.resample(own, music.sample_rate)
    if music.n_samples is not None:
        own = media.fit(own, music.n_samples)
    if own.n_channels != music.n_channels:
        own = media.mono(own)  # which `mix` sends to every channel
    if duck_db is not None:
        stretches = speech.spoken(speech.likelihood(own))
        rate = music.sample_rate
        music = _times(music, lambda s: speech.gain_under(stretches, s / rate, duck_db))
    return perform.limit(media.mix([(own, 1.0), (music, _UNDER)]))


def _times(sound: Sound, gain: Callable[[NDArray[np.int64]], NDArray[np.float64]]) -> Sound:
    """Multiply a stream by a gain that depends on the sample's place."""

    def blocks() -> Iterator[NDArray[np.float32]]:
        position = 0
        for block in sound:
            share = gain(position + np.arange(len(block))).astype(np.float32)
            yield block if share.min() == 1 else block * share[:, None]
            position += len(block)

    return replace(sound, open=blocks)
