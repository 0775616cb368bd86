"""Sound: decoding the waveform of a sound file or of a film, block by block.

Conventions
-----------
- Blocks are float32 in [-1, 1], shape ``(n, n_channels)``.
- Sample 0 of a film's sound is at its first video frame: what was recorded
  earlier is left out, and a late start or a hole is filled with silence.
- What an encoder put before the first sample (priming) is not part of the sound.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from av.audio.frame import AudioFrame, format_dtypes
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import InputContainer
from numpy.typing import NDArray

from clavilux.core.errors import MediaError
from clavilux.core.values import Sound
from clavilux.media.clock import Clock, Joined, film_clock
from clavilux.media.containers import (
    MAX_DURATION_S,
    decoded,
    duration_s,
    film_stream,
    open_input,
    sound_stream,
    start_s,
)
from clavilux.media.ogg import links
from clavilux.media.riff import open_wav
from clavilux.media.waveforms import Converter, resample
from clavilux.media.waveforms import mono as mixed_down

Block = NDArray[np.float32]

_FULL_SCALE = {"u1": 128.0, "i2": 32768.0, "i4": 2147483648.0}
_HOLE_S = 0.05
"""Shorter gaps between time stamps are a container's rounding."""
_EXACT = ("flac", "aiff", "w64")
"""Containers whose claimed length is a count of samples."""
_ROUNDED_S = 0.02
"""So little may lack at the end: some AIFF writers claim a few samples more than there are."""
_TIMED = ("mov", "matroska", "webm", "avi", "mpegts")
"""Containers that give every packet a time, so that there can be holes."""
_LONGEST_BLOCK = 1 << 16
_LISTED_PLANES = 8
"""So many planes (AV_NUM_DATA_POINTERS) lie in libav's frame itself; then nothing ends them."""


def open_sound(
    path: str | os.PathLike[str], *, sample_rate: int | None = None, mono: bool = False
) -> Sound:
    """Open the sound of a sound file or film as a stream of blocks.

    Args:
        path: The file; what it is, is told by its content.
        sample_rate: Resample to so many samples per second; None leaves it.
        mono: Mix the channels down to one.

    Raises:
        MediaError: The file cannot be read, or holds no sound. While iterating:
            it is damaged, or ends before it says it does.
    """
    path = Path(path)
    with open_input(path) as container:
        stream = sound_stream(container)
        if stream is None:
            raise MediaError(f"{path} holds no sound; expected a sound file, or a film that has it")
        rate, n_channels = stream.codec_context.sample_rate, stream.codec_context.layout.nb_channels
        if not rate or not n_channels:  # it begins late in a film: only its first sound tells
            first = next(decoded(container, stream, path), None)
            if first is not None:
                rate, n_channels = first.sample_rate, first.layout.nb_channels
        n_samples = _claimed_samples(container, stream)
        is_wav = container.format.name == "wav"
        is_ogg = container.format.name == "ogg" and film_stream(container) is None
    if not (1000 <= rate <= 768_000 and 1 <= n_channels <= 64):
        raise MediaError(f"cannot read {path}: its sound claims {n_channels} channels at {rate} Hz")
    spans = links(path) if is_ogg else []
    parts = spans if len(spans) > 1 else [None]
    plain = open_wav(path) if is_wav else None
    opener = _opener(path, rate, n_channels, n_samples, parts, film_clock(path))
    sound = plain or Sound(rate, n_channels, n_samples, opener)
    sound = mixed_down(sound) if mono else sound
    return sound if sample_rate is None else resample(sound, sample_rate)


def _claimed_samples(container: InputContainer, stream: AudioStream) -> int | None:
    if container.format.name not in _EXACT:
        return None
    length = duration_s(container, stream)
    return None if length is None else round(length * stream.codec_context.sample_rate)


def _opener(
    path: Path,
    rate: int,
    n_channels: int,
    n_samples: int | None,
    parts: Sequence[tuple[int, int] | None],
    clock: Clock,
) -> Callable[[], Iterator[Block]]:
    def blocks() -> Iterator[Block]:
        read, is_decoded = 0, False
        for part in parts:
            with open_input(path, span=part) as container:
                stream = sound_stream(container)
                if stream is None:
                    if part is not None:
                        continue  # a link of a chain that holds no sound
                    raise MediaError(f"{path} has changed while it was read")
                for block in _on_film_clock(container, stream, path, rate, n_channels, clock):
                    read, is_decoded = read + len(block), True
                    if len(block):
                        yield block
        if not is_decoded:
            raise MediaError(f"cannot read {path}: no sound in it can be decoded")
        if n_samples is not None and read < n_samples - rate * _ROUNDED_S:
            raise MediaError(
                f"{path} is cut short or damaged: it holds {read / rate:.3f} s "
                f"of sound where it claims {n_samples / rate:.3f} s"
            )

    return blocks


def _on_film_clock(
    container: InputContainer,
    stream: AudioStream,
    path: Path,
    rate: int,
    n_channels: int,
    clock: Clock,
) -> Iterator[Block]:
    """Yield decoded blocks, cut or filled so that time stamps and sample count agree.

    Those that lie wholly before a film's first picture are empty.
    """
    timed = container.format.name.split(",")[0] in _TIMED
    origin, joined = clock.sound_origin, Joined(clock.joins)
    end = _end_sample(container, stream, origin, rate) if timed else None
    position = 0
    converter = Converter(rate, n_channels)
    for frame in decoded(container, stream, path, joined.moved):
        block = converter.convert(_block(frame), frame.sample_rate)
        if timed and frame.pts is not None and frame.time_base:
            now = frame.pts * frame.time_base
            origin = now if origin is None else origin
            where = round((now - origin) * rate)
            if where > MAX_DURATION_S * rate:
                raise MediaError(f"cannot read {path}: it claims sound at {float(now):.0f} s")
            missing = where - position
            if missing > 0 and (position == 0 or missing > _HOLE_S * rate):
                yield from _silence(missing, n_channels)
                position += missing
            elif missing < 0 and (position == 0 or -missing > _HOLE_S * rate):
                block = block[-missing:]
        if end is not None:
            block = block[: max(0, end - position)]
        position += len(block)
        yield block
    rest = converter.finish()
    if len(rest):
        yield rest


def _silence(n_samples: int, n_channels: int) -> Iterator[Block]:
    for start in range(0, n_samples, _LONGEST_BLOCK):
        yield np.zeros((min(_LONGEST_BLOCK, n_samples - start), n_channels), dtype=np.float32)


def _end_sample(
    container: InputContainer, stream: AudioStream, origin: Fraction | None, rate: int
) -> int | None:
    """Return where an MP4 says its sound ends; what follows is the encoder's padding."""
    if not stream.duration or "mov" not in container.format.name or not stream.time_base:
        return None
    first = start_s(stream)
    return round(
        (first + stream.duration * stream.time_base - (first if origin is None else origin)) * rate
    )


def _block(frame: AudioFrame) -> Block:
    n_channels = frame.layout.nb_channels
    samples = _samples(frame, n_channels)
    scale = _FULL_SCALE.get(samples.dtype.str[1:])
    block = samples.astype(np.float32)
    if scale is not None:
        block = (block - 128.0 if samples.dtype == np.uint8 else block) / np.float32(scale)
    return np.ascontiguousarray(block)


def _samples(frame: AudioFrame, n_channels: int) -> NDArray[Any]:
    """Return a frame's samples, shape (n, n_channels), in the file's own type.

    PyAV looks for the end of libav's list of planes where there is none if it has eight or
    more: what it finds behind the list it takes for planes, and reading those ends the process.
    """
    if frame.format.is_planar and n_channels >= _LISTED_PLANES:
        packed = AudioResampler(format=frame.format.packed)
        parts = [part.to_ndarray() for part in (*packed.resample(frame), *packed.resample(None))]
        return np.concatenate(parts, axis=1).reshape(-1, n_channels)
    if frame.format.is_planar:
        kind = np.dtype(format_dtypes[frame.format.name])
        planes = frame.planes[:n_channels]
        return np.stack(
            [np.frombuffer(memoryview(plane), kind, frame.samples) for plane in planes], axis=1
        )
    whole: NDArray[Any] = frame.to_ndarray()  # (1, n * n_channels)
    return whole.reshape(-1, n_channels)
