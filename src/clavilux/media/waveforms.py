"""Waveforms: sound made from sound, block by block, without ever holding it whole."""

from collections.abc import Iterator, Sequence

import numpy as np
import soxr
from numpy.typing import NDArray

from clavilux.core.values import Sound

Block = NDArray[np.float32]

_BLOCK = 1 << 16


def resample(sound: Sound, sample_rate: int) -> Sound:
    """Change the sample rate, exact in length to half a sample and without lag."""
    if sample_rate <= 0:
        raise ValueError(f"sample_rate is {sample_rate}; expected samples per second above 0")
    if sample_rate == sound.sample_rate:
        return sound

    def samples(n: int) -> int:
        return round(n * sample_rate / sound.sample_rate)

    def blocks() -> Iterator[Block]:
        stream = soxr.ResampleStream(sound.sample_rate, sample_rate, sound.n_channels)
        taken = given = 0
        for block in sound:
            taken += len(block)
            out = stream.resample_chunk(block)
            given += len(out)
            if len(out):
                yield out
        # The resampler may be off by a sample at the end: hold the promised length.
        rest = stream.resample_chunk(np.zeros((0, sound.n_channels), np.float32), last=True)
        rest = _exactly(rest, max(0, samples(taken) - given))
        if len(rest):
            yield rest

    n_samples = None if sound.n_samples is None else samples(sound.n_samples)
    return Sound(sample_rate, sound.n_channels, n_samples, blocks)


class Converter:
    """Brings blocks of any rate and number of channels to one rate and number.

    A stream of web radio, or files joined end to end, may change both on the way.
    """

    def __init__(self, sample_rate: int, n_channels: int) -> None:
        self._rate, self._n_channels = sample_rate, n_channels
        self._stream: soxr.ResampleStream | None = None
        self._from_rate = sample_rate

    def convert(self, block: Block, sample_rate: int) -> Block:
        """Return what of `block` is ready; the rest comes with the next or at the end."""
        block = _with_channels(block, self._n_channels)
        before = np.zeros((0, self._n_channels), np.float32)
        if sample_rate != self._from_rate:
            before = self.finish()
            self._from_rate = sample_rate
            if sample_rate != self._rate:
                self._stream = soxr.ResampleStream(sample_rate, self._rate, self._n_channels)
        if self._stream is not None:
            block = self._stream.resample_chunk(block)
        return np.concatenate([before, block]) if len(before) else block

    def finish(self) -> Block:
        """Return what is left in the resampler."""
        nothing = np.zeros((0, self._n_channels), np.float32)
        if self._stream is None:
            return nothing
        rest = self._stream.resample_chunk(nothing, last=True)
        self._stream = None
        return np.asarray(rest, dtype=np.float32)


def _with_channels(block: Block, n_channels: int) -> Block:
    if block.shape[1] == n_channels:
        return block
    return np.repeat(block.mean(axis=1, keepdims=True), n_channels, axis=1)


def mono(sound: Sound) -> Sound:
    """Mix all channels down to one, their mean."""
    if sound.n_channels == 1:
        return sound

    def blocks() -> Iterator[Block]:
        for block in sound:
            yield block.mean(axis=1, keepdims=True, dtype=np.float32)

    return Sound(sound.sample_rate, 1, sound.n_samples, blocks)


def cut(sound: Sound, start_s: float, duration_s: float | None = None) -> Sound:
    """Keep `duration_s` seconds from `start_s` on, or all the rest; less where it ends sooner."""
    if start_s < 0 or (duration_s is not None and duration_s < 0):
        raise ValueError(f"cannot cut {duration_s} s from {start_s} s on; expected seconds from 0")
    first = round(start_s * sound.sample_rate)
    last = None if duration_s is None else first + round(duration_s * sound.sample_rate)

    def blocks() -> Iterator[Block]:
        position = 0
        for block in sound:
            kept = block[max(0, first - position) : None if last is None else last - position]
            position += len(block)
            if len(kept):
                yield kept
            if last is not None and position >= last:
                return

    n_samples = sound.n_samples
    if n_samples is not None:
        n_samples = max(0, min(n_samples, n_samples if last is None else last) - first)
    return Sound(sound.sample_rate, sound.n_channels, n_samples, blocks)


def length_s(sound: Sound) -> float:
    """Return how long a sound is, in seconds; where its file doesn't say, by decoding it."""
    known = sound.duration_s
    return sum(map(len, sound)) / sound.sample_rate if known is None else known


def delay(sound: Sound, by_s: float) -> Sound:
    """Begin a sound `by_s` seconds later, after silence; earlier, cut, if it is negative."""
    if by_s <= 0:
        return cut(sound, -by_s)
    n_silent = round(by_s * sound.sample_rate)

    def blocks() -> Iterator[Block]:
        for start in range(0, n_silent, _BLOCK):
            yield np.zeros((min(_BLOCK, n_silent - start), sound.n_channels), np.float32)
        yield from sound

    n_samples = None if sound.n_samples is None else sound.n_samples + n_silent
    return Sound(sound.sample_rate, sound.n_channels, n_samples, blocks)


def fit(sound: Sound, n_samples: int) -> Sound:
    """Make a sound exactly so long: cut what is over, add silence for what is missing."""

    def blocks() -> Iterator[Block]:
        left = n_samples
        for block in sound:
            if left <= 0:
                return
            yield block[:left]
            left -= len(block[:left])
        while left > 0:
            yield np.zeros((min(left, _BLOCK), sound.n_channels), np.float32)
            left -= _BLOCK

    return Sound(sound.sample_rate, sound.n_channels, n_samples, blocks)


def mix(parts: Sequence[tuple[Sound, float]]) -> Sound:
    """Add sounds, each times its gain; as long as the longest.

    The first gives the sample rate, to which the others are resampled. A mono
    sound goes to every channel; other numbers of channels must agree.
    """
    if not parts:
        raise ValueError("there is nothing to mix; expected one sound or more")
    rate = parts[0][0].sample_rate
    sounds = [resample(sound, rate) for sound, _ in parts]
    gains = [gain for _, gain in parts]
    n_channels = max(sound.n_channels for sound in sounds)
    if any(sound.n_channels not in (1, n_channels) for sound in sounds):
        counts = [sound.n_channels for sound in sounds]
        raise ValueError(f"cannot mix sounds of {counts} channels; expected equal numbers or mono")

    def blocks() -> Iterator[Block]:
        readers = [BlockReader(sound) for sound in sounds]
        while True:
            pieces = [reader.read(_BLOCK) for reader in readers]
            length = max(len(piece) for piece in pieces)
            if length == 0:
                return
            total = np.zeros((length, n_channels), np.float32)
            for piece, gain in zip(pieces, gains, strict=True):
                total[: len(piece)] += piece * np.float32(gain)
            yield total

    lengths = [sound.n_samples for sound in sounds]
    known = [length for length in lengths if length is not None]
    n_samples = max(known) if len(known) == len(lengths) else None
    return Sound(rate, n_channels, n_samples, blocks)


class BlockReader:
    """Reads a sound in pieces of the length one asks for."""

    def __init__(self, sound: Sound) -> None:
        self._blocks = iter(sound)
        self._rest = np.zeros((0, sound.n_channels), np.float32)

    def read(self, n_samples: int) -> Block:
        """Return the next `n_samples`; fewer only at the end, where at last there are none."""
        pieces, length = [self._rest], len(self._rest)
        while length < n_samples and (block := next(self._blocks, None)) is not None:
            pieces.append(block)
            length += len(block)
        whole = pieces[0] if len(pieces) == 1 else np.concatenate(pieces)
        self._rest = whole[n_samples:]
        return whole[:n_samples]


def _exactly(block: Block, length: int) -> Block:
    missing = length - len(block)
    if missing <= 0:
        return block[:length]
    return np.concatenate([block, np.zeros((missing, block.shape[1]), np.float32)])
