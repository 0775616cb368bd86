"""Film outputs: where encoded pictures and sound are put together into a film.

One for containers (MP4, MOV, Matroska, WebM), one for PNG sequences; that for
GIF, which needs all pictures before the first, is in `clavilux.media.gif`.
All take the packets of one `Encoding`, whoever encoded them and when.
"""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from fractions import Fraction
from pathlib import Path
from typing import Protocol

import av.error
from av.video.stream import VideoStream

from clavilux.core.errors import MediaError, OutputError
from clavilux.core.files import atomic_output, check_writable
from clavilux.core.values import Sound
from clavilux.media.encoding import Encoding, VideoPacket, film_kind
from clavilux.media.sound_track import SoundTrack, coded_rate
from clavilux.media.sound_writer import open_output

SOUND_OF_SEQUENCE = "sound.wav"
"""The name of the sound beside the pictures of a PNG sequence."""


class FilmOutput(Protocol):
    """A film being put together."""

    def add(self, packet: VideoPacket) -> None:
        """Take the next packet of pictures."""
        ...

    def advance_sound(self, n_frames: int) -> None:
        """Take sound up to the end of the first `n_frames` pictures."""
        ...

    def finish(self, n_frames: int) -> None:
        """End the film, which has `n_frames` pictures."""
        ...


@contextmanager
def open_film_output(target: Path, encoding: Encoding, sound: Sound | None) -> Iterator[FilmOutput]:
    """Open the output that an encoding needs; the film appears if the block ends well.

    Raises:
        OutputError: It cannot be written.
    """
    with ExitStack() as stack:
        if encoding.container == "png":
            folder = _sequence_folder(target)
            partial = stack.enter_context(translated_output(folder))
            yield stack.enter_context(_png_output(partial, target, encoding, sound))
            return
        partial = stack.enter_context(translated_output(target))
        if encoding.container == "gif":
            from clavilux.media.gif import GifOutput

            gif = GifOutput(partial, encoding)
            stack.callback(gif.close)
            yield gif
            return
        yield stack.enter_context(_muxed_output(partial, encoding, sound))


def check_film_target(target: str | os.PathLike[str]) -> None:
    """Find out now, before any work, whether a film could be written to `target`.

    Raises:
        OutputError: It cannot: the message says why.
    """
    target = Path(target)
    if film_kind(target) == "png":
        folder = _sequence_folder(target)
        target = folder / SOUND_OF_SEQUENCE if folder.is_dir() else folder
    check_writable(target)


def _sequence_folder(target: Path) -> Path:
    """Return the folder of a PNG sequence; refuse one that holds anything else.

    Raises:
        OutputError: It is a file, or the folder holds other files, which would be lost.
    """
    folder = target.parent if target.suffix else target
    if not folder.is_dir():
        if folder.exists():
            raise OutputError(f"cannot write a PNG sequence to {folder}: it is not a folder")
        return folder
    others = [
        p.name for p in folder.iterdir() if p.suffix != ".png" and p.name != SOUND_OF_SEQUENCE
    ]
    if others or folder.resolve() == Path.cwd():
        held = f"it holds {others[0]}" if others else "it is the folder you are in"
        raise OutputError(
            f"cannot write a PNG sequence to {folder}: {held}; name a new or empty folder"
        )
    return folder


@contextmanager
def translated_output(target: Path) -> Iterator[Path]:
    """Return an atomic output in which libav's errors count as failures to write."""
    with atomic_output(target) as partial:
        try:
            yield partial
        except av.error.FFmpegError as error:
            if isinstance(error, OSError):
                raise
            raise OutputError(f"cannot write {target}: {str(error).lower()}") from error


class _MuxedOutput:
    """A film in a container."""

    def __init__(self, path: Path, encoding: Encoding, sound: Sound | None) -> None:
        self._encoding = encoding
        ticks = 1000
        if sound is not None and encoding.sound_codec is not None:
            ticks = coded_rate(encoding.sound_codec, sound.sample_rate)
        self.container = open_output(path, encoding.container, ticks=ticks)
        # An encoder that only describes the packets which others encoded just so.
        stream = self.container.add_stream(encoding.codec, rate=encoding.frame_rate)
        assert isinstance(stream, VideoStream)
        encoding.apply(stream)
        stream.time_base = 1 / encoding.frame_rate
        self._stream = stream
        self._track = None
        if sound is not None and encoding.sound_codec is not None:
            self._track = SoundTrack(self.container, sound, encoding.sound_codec)
        self.container.start_encoding()
        self._delay = stream.codec_context.reorder_depth
        self._n_packets = 0

    def add(self, packet: VideoPacket) -> None:
        # Packets come in the order of decoding, one a picture. Encoders of very short segments
        # count their delay otherwise: count it here, the same for all.
        packet.dts = self._n_packets - self._delay
        self._n_packets += 1
        packet.stream = self._stream
        self.container.mux(packet)

    def advance_sound(self, n_frames: int) -> None:
        if self._track is not None:
            self._track.advance(Fraction(n_frames) / self._encoding.frame_rate)

    def finish(self, n_frames: int) -> None:
        _refuse_empty(n_frames)
        self.advance_sound(n_frames)
        if self._track is not None:
            self._track.finish()
        self.container.close()


@contextmanager
def _muxed_output(path: Path, encoding: Encoding, sound: Sound | None) -> Iterator[_MuxedOutput]:
    output = _MuxedOutput(path, encoding, sound)
    try:
        yield output
    finally:
        with suppress(av.error.FFmpegError):
            output.container.close()  # after `finish` it does nothing


class _PngOutput:
    """A film as a folder of PNG files, with its sound beside them."""

    def __init__(self, folder: Path, pattern: str, encoding: Encoding, sound: Sound | None) -> None:
        self._folder, self._pattern, self._encoding = folder, pattern, encoding
        self._track = None
        self.container = None
        if sound is not None and encoding.sound_codec is not None:
            self.container = open_output(folder / SOUND_OF_SEQUENCE, "wav")
            self._track = SoundTrack(self.container, sound, encoding.sound_codec)

    def add(self, packet: VideoPacket) -> None:
        (self._folder / (self._pattern % (packet.pts or 0))).write_bytes(bytes(packet))

    def advance_sound(self, n_frames: int) -> None:
        if self._track is not None:
            self._track.advance(Fraction(n_frames) / self._encoding.frame_rate)

    def finish(self, n_frames: int) -> None:
        _refuse_empty(n_frames)
        self.advance_sound(n_frames)
        if self._track is not None and self.container is not None:
            self._track.finish()
            self.container.close()


@contextmanager
def _png_output(
    partial: Path, target: Path, encoding: Encoding, sound: Sound | None
) -> Iterator[_PngOutput]:
    pattern = target.name if target.suffix else "%05d.png"
    try:
        distinct = pattern % 1 != pattern % 2
    except (TypeError, ValueError):
        distinct = False
    if not distinct:
        raise MediaError(f"{pattern} is no pattern of a PNG sequence; expected one like %05d.png")
    partial.mkdir()
    output = _PngOutput(partial, pattern, encoding, sound)
    try:
        yield output
    finally:
        if output.container is not None:
            with suppress(av.error.FFmpegError):
                output.container.close()


def _refuse_empty(n_frames: int) -> None:
    if n_frames == 0:
        raise MediaError("there is no picture to make a film of; expected one or more")
