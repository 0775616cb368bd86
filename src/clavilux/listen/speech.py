"""Speech: when somebody speaks in a sound, by Silero's network.

A sound goes in as a stream, a likelihood every 32 ms comes out: two hours need
no more memory than ten seconds, but for one number in each 32 ms.

Source:
    Silero VAD 6.2, https://github.com/snakers4/silero-vad (MIT): its ONNX file for
    16 kHz, fed 512 samples at a time after the 64 before them, as its authors do.
"""

import numpy as np
from numpy.typing import NDArray

from clavilux import media, models
from clavilux.core.values import Section, Series, Sound

SAMPLE_RATE = 16_000
_HOP, _CONTEXT = 512, 64  # samples
_LIKELY, _UNLIKELY = 0.5, 0.35
"""Likelihoods at which speech begins and ends, as its authors set them."""
_SHORTEST_S, _LONGEST_GAP_S = 0.25, 0.3
"""Speech shorter than the one is dropped, pauses shorter than the other are bridged."""


def likelihood(sound: Sound) -> Series:
    """Return how likely somebody speaks, 0 to 1, at 31.25 values a second."""
    model = models.load("speech")
    reader = media.BlockReader(media.resample(media.mono(sound), SAMPLE_RATE))
    state = np.zeros((2, 1, 128), dtype=np.float32)
    context = np.zeros(_CONTEXT, dtype=np.float32)
    rate = np.array(SAMPLE_RATE, dtype=np.int64)
    found: list[float] = []
    while len(block := reader.read(_HOP)):
        window = np.zeros(_HOP, dtype=np.float32)
        window[: len(block)] = block[:, 0]
        (share, state) = model(np.concatenate([context, window])[None], state, rate)
        context = window[-_CONTEXT:]
        found.append(float(share[0, 0]))
    return Series(SAMPLE_RATE / _HOP, np.array(found))


def spoken(heard: Series) -> tuple[Section, ...]:
    """Return the stretches in which somebody speaks, labelled ``speech``."""
    edges: list[list[float]] = []
    speaking = False
    for i, share in enumerate(heard.values.tolist()):
        time = i / heard.rate
        if not speaking and share >= _LIKELY:
            if edges and time - edges[-1][1] <= _LONGEST_GAP_S:
                edges[-1][1] = time
            else:
                edges.append([time, time])
            speaking = True
        if speaking:
            edges[-1][1] = time + 1 / heard.rate
            speaking = share >= _UNLIKELY
    return tuple(Section(a, b, "speech") for a, b in edges if b - a >= _SHORTEST_S)


def gain_under(
    stretches: tuple[Section, ...], times_s: NDArray[np.float64], amount_db: float
) -> NDArray[np.float64]:
    """Return the gain, as a factor, of music that steps back while somebody speaks.

    It goes down within a quarter of a second before the first word, and comes back
    within six tenths after the last.

    Args:
        stretches: When somebody speaks, as `spoken` returns them.
        times_s: Seconds.
        amount_db: By how much it steps back.
    """
    down = np.zeros(len(times_s))
    for start, end, _ in stretches:
        fall = np.clip((times_s - (start - 0.3)) / 0.25, 0, 1)
        rise = np.clip((end + 0.15 + 0.6 - times_s) / 0.6, 0, 1)
        down = np.maximum(down, np.minimum(fall, rise))
    return np.asarray(10 ** (-amount_db * down / 20), dtype=np.float64)
