"""The spectrum of a sound as a stream: one short-time transform that all of `listen` shares.

A sound of any rate and any number of channels in, blocks of spectral frames
out. No more than a block is held at a time, so an hour of music needs no more
memory than a bar of it.

Conventions
-----------
- Analysis runs at `RATE` samples a second with `HOP` samples between audio frames:
  exactly `FRAME_RATE` frames a second. Channels become mid and side, whose powers add up.
- Frame ``i`` is centred on second ``i / FRAME_RATE``; both ends are padded
  with silence. A sound of n seconds has ``ceil(n * FRAME_RATE)`` frames.
- Power is that of a Hann window scaled so that a full-scale sine peaks at 1.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
import scipy.fft
import soxr
from numpy.typing import NDArray

from clavilux.core.values import Sound

RATE = 24_000
HOP = 240
WINDOW = 1024
FRAME_RATE = 100.0
N_MELS = 48
LOWEST_HZ, HIGHEST_HZ = 30.0, 11_500.0
LONG_WINDOW = 8192
LONG_EVERY = 10
"""One long frame, fine enough to tell semitones apart, for so many short ones."""
_BLOCK_FRAMES = 200
_FAINT = 1e-6
"""A part this share of a block's energy (-60 dB) or less adds nothing to its power: the side of
a mono recording in two channels isn't transformed."""
_ANTIPHASE = 4.0
"""Difference over mean, in energy, from which channels are in antiphase: 1 is one channel
alone or two unrelated ones, and wide stereo seldom passes 2."""
FLOOR = 1e-7
"""Power below this, 70 dB under full scale, is silence."""


@dataclass(frozen=True, slots=True, eq=False)
class SpectralBlock:
    """A run of audio frames."""

    mel: NDArray[np.float32]
    """Power in mel bands, shape (n_frames, N_MELS)."""
    rms: NDArray[np.float32]
    """Root mean square of each frame's own `HOP` samples, shape (n_frames,)."""
    centroid_hz: NDArray[np.float32]
    """Mean frequency weighted by magnitude; 0 in silence. Shape (n_frames,)."""
    long_power: NDArray[np.float32]
    """Power of the long frames, one for `LONG_EVERY` short ones, at their first.
    Shape (n_frames / LONG_EVERY, LONG_WINDOW // 2 + 1)."""


def finite(sound: Sound) -> Iterator[NDArray[np.float32]]:
    """Return a sound's blocks with what a float file may hold besides numbers made silent."""
    for block in sound:
        line = block.reshape(-1)
        yield block if np.isfinite(line @ line) else np.nan_to_num(block, posinf=0, neginf=0)


def mono(
    blocks: Iterable[NDArray[np.float32]], *, n_channels: int, sample_rate: int, rate: int = RATE
) -> Iterator[NDArray[np.float32]]:
    """Mix blocks of shape (n, n_channels) down and bring them to `rate`, block by block.

    Channels in antiphase would cancel out: where their difference is far louder than
    their mean, the difference is heard instead.
    """
    resampler = soxr.ResampleStream(sample_rate, rate, 1, dtype="float32", quality="HQ")
    middle = np.full(n_channels, 1 / n_channels, dtype=np.float32)
    side = middle * np.where(np.arange(n_channels) % 2, -1, 1).astype(np.float32)
    energy = np.zeros(2)
    for block in blocks:
        mixed = block @ middle
        if n_channels > 1:
            apart = block @ side
            energy = 0.9 * energy + (float(mixed @ mixed), float(apart @ apart))
            if energy[1] > _ANTIPHASE * energy[0]:
                mixed = apart
        yield np.asarray(resampler.resample_chunk(mixed), dtype=np.float32)
    nothing = np.zeros(0, dtype=np.float32)
    yield np.asarray(resampler.resample_chunk(nothing, last=True), dtype=np.float32)


def blocks(sound: Sound) -> Iterator[SpectralBlock]:
    """Transform a sound, block by block; see `transform`."""
    return transform(
        mid_and_side(finite(sound), n_channels=sound.n_channels, sample_rate=sound.sample_rate)
    )


def mid_and_side(
    blocks: Iterable[NDArray[np.float32]], *, n_channels: int, sample_rate: int, rate: int = RATE
) -> Iterator[NDArray[np.float32]]:
    """Bring blocks of shape (n, n_channels) to `rate` as mid and side, shape (n, 2).

    Mid is the mean of the channels and side half the difference of the even and the odd
    ones, so that their powers add up to the mean power of left and right. One channel
    stays one: shape (n, 1).
    """
    middle = np.full(n_channels, 1 / n_channels, dtype=np.float32)
    side = middle * np.where(np.arange(n_channels) % 2, -1, 1).astype(np.float32)
    matrix = np.column_stack([middle, side]) if n_channels > 1 else np.ones((1, 1), np.float32)
    width = matrix.shape[1]
    resampler = soxr.ResampleStream(sample_rate, rate, width, dtype="float32", quality="HQ")
    for block in blocks:
        yield _shaped(resampler.resample_chunk(np.ascontiguousarray(block @ matrix)), width)
    yield _shaped(resampler.resample_chunk(np.zeros((0, width), np.float32), last=True), width)


def _shaped(samples: NDArray[np.float32], width: int) -> NDArray[np.float32]:
    return np.asarray(samples, dtype=np.float32).reshape(-1, width)


def transform(waveform: Iterable[NDArray[np.float32]]) -> Iterator[SpectralBlock]:
    """Transform a waveform, given as blocks at `RATE`, shape (n, n_parts).

    The power of each part (mid and side) is added up, so that what is in antiphase is
    heard like anything else.

    Yields:
        Blocks of up to `_BLOCK_FRAMES` frames, in order, without gaps; all but
        the last hold a whole number of long frames.
    """
    margin = LONG_WINDOW // 2
    span = _BLOCK_FRAMES * HOP
    held = np.zeros((1, margin), dtype=np.float32)  # begins `margin` samples before the next frame
    for piece in waveform:
        if len(held) < piece.shape[1]:
            held = np.zeros((piece.shape[1], margin), dtype=np.float32)
        held = np.concatenate([held, piece.T], axis=1) if len(piece) else held
        while held.shape[1] >= span + 2 * margin:
            yield _transform(held, _BLOCK_FRAMES)
            held = held[:, span:]
    rest = -(-max(0, held.shape[1] - margin) // HOP)
    padding = rest * HOP + 2 * margin - held.shape[1] + HOP
    held = np.pad(held, ((0, 0), (0, padding)))
    while rest > 0:
        yield _transform(held, min(rest, _BLOCK_FRAMES))
        held, rest = held[:, span:], rest - _BLOCK_FRAMES


def _transform(parts: NDArray[np.float32], n_frames: int) -> SpectralBlock:
    """Transform the first `n_frames` of `parts`, shape (n_parts, n), which begin a margin early."""
    margin = LONG_WINDOW // 2
    own = parts[:, margin : margin + n_frames * HOP].reshape(len(parts), n_frames, HOP)
    squares = np.einsum("cij,cij->ci", own, own)
    loud = squares.sum(axis=1)
    heard = [part for part, energy in zip(parts, loud, strict=True) if energy > _FAINT * loud.sum()]
    heard = heard or [parts[0]]
    powers = [_powers(part, n_frames) for part in heard]
    power = sum((short for short, _ in powers[1:]), start=powers[0][0])
    magnitude = np.sqrt(power)
    total = magnitude.sum(axis=1)
    hertz = np.arange(WINDOW // 2 + 1, dtype=np.float32) * (RATE / WINDOW)
    centroid = np.where(total > 1e-3, magnitude @ hertz / np.maximum(total, 1e-9), 0)
    return SpectralBlock(
        mel=power @ mel_filters(),
        rms=np.sqrt(squares.sum(axis=0) / HOP).astype(np.float32),
        centroid_hz=centroid.astype(np.float32),
        long_power=sum((long for _, long in powers[1:]), start=powers[0][1]),
    )


def _powers(
    samples: NDArray[np.float32], n_frames: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the power of short and of long frames."""
    first = LONG_WINDOW // 2 - WINDOW // 2
    every = np.lib.stride_tricks.sliding_window_view(samples[first:], WINDOW)
    wide = np.lib.stride_tricks.sliding_window_view(samples, LONG_WINDOW)
    return (
        _power(every[: n_frames * HOP : HOP] * _window(WINDOW)),
        _power(wide[: n_frames * HOP : HOP * LONG_EVERY] * _window(LONG_WINDOW)),
    )


def _power(frames: NDArray[np.float32]) -> NDArray[np.float32]:
    spectrum = np.asarray(scipy.fft.rfft(frames, axis=1))
    return np.asarray(spectrum.real**2 + spectrum.imag**2, dtype=np.float32)


@cache
def _window(length: int) -> NDArray[np.float32]:
    """Build a Hann window whose transform of a full-scale sine peaks at 1."""
    window = np.hanning(length + 1)[:-1]
    return np.asarray(window * 2 / window.sum(), dtype=np.float32)


@cache
def mel_edges_hz() -> NDArray[np.float64]:
    """Return the corner frequencies of the mel bands, shape (N_MELS + 2,)."""
    low, high = (2595 * np.log10(1 + hz / 700) for hz in (LOWEST_HZ, HIGHEST_HZ))
    mels = np.linspace(low, high, N_MELS + 2)
    return np.asarray(700 * (10 ** (mels / 2595) - 1), dtype=np.float64)


@cache
def mel_filters() -> NDArray[np.float32]:
    """Build triangular filters on the mel scale, shape (WINDOW // 2 + 1, N_MELS).

    A triangle narrower than two bins is widened to two, so that none is empty.
    """
    hertz = np.arange(WINDOW // 2 + 1)[:, None] * (RATE / WINDOW)
    edges = mel_edges_hz()
    centre = edges[1:-1]
    bin_hz = RATE / WINDOW
    below = np.maximum(centre - edges[:-2], bin_hz)
    above = np.maximum(edges[2:] - centre, bin_hz)
    rising, falling = (hertz - centre + below) / below, (centre + above - hertz) / above
    return np.asarray(np.maximum(0, np.minimum(rising, falling)), dtype=np.float32)


def log_mel(mel: NDArray[np.float32]) -> NDArray[np.float32]:
    """Compress mel power to about 0 (silence) … 1 (full scale); shape kept."""
    decades = np.float32(-np.log10(FLOOR))
    return np.asarray(np.log10(mel + np.float32(FLOOR)) / decades + 1, dtype=np.float32)
