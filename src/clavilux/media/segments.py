"""Segments: a film rendered stretch by stretch, so that a killed render resumes.

Each stretch is encoded by itself, in the film's final codec, into a file which
is complete or absent; at the end the segments are joined with the sound, without
encoding any picture again. The same segments give the same film, byte for byte,
whatever happened between them. Why so: docs/decisions/0002-segments.md.
"""

import os
from collections.abc import Sequence
from contextlib import ExitStack
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Self

from clavilux.core.errors import MediaError
from clavilux.core.files import atomic_output
from clavilux.core.progress import Progress, silent
from clavilux.core.values import Picture, Size, Sound
from clavilux.media.codecs import DEFAULT_PRESET
from clavilux.media.encoding import Encoding, encoding_for
from clavilux.media.outputs import open_film_output
from clavilux.media.segment_file import (
    PictureEncoder,
    SegmentFile,
    describe,
    read_head,
    read_packets,
)


class SegmentWriter:
    """One segment being written; a context manager.

    The file appears when the block ends well, and not at all otherwise.

        with SegmentWriter("00000.seg", target="film.mp4", frame_rate=…, size=…) as segment:
            segment.write(picture)
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        target: str | os.PathLike[str],
        frame_rate: Fraction,
        size: Size,
        quality: int = 18,
        preset: str = DEFAULT_PRESET,
        threads: int = 1,
        codec: str | None = None,
        transparent: bool = False,
    ) -> None:
        """Describe the film of which this is a segment; see `encoding_for`.

        Args:
            path: The segment's own file; any name.
            target: The film's name, whose suffix says how pictures are encoded.
        """
        self.path = Path(path)
        self.encoding: Encoding = encoding_for(
            target,
            frame_rate=frame_rate,
            size=size,
            quality=quality,
            preset=preset,
            threads=threads,
            codec=codec,
            transparent=transparent,
        )
        self._stack = ExitStack()
        self._file: SegmentFile | None = None
        self._encoder = PictureEncoder(self.encoding)

    @property
    def n_frames(self) -> int:
        """Video frames written so far."""
        return self._encoder.n_frames

    def write(self, picture: Picture) -> None:
        """Add the next picture. It may be overwritten once this has returned.

        Raises:
            ValueError: It is not of the film's size.
        """
        if self._file is None:
            raise ValueError("the segment is not open; write inside its with block")
        for packet in self._encoder.encode(picture):
            self._file.add(packet)

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            partial = stack.enter_context(atomic_output(self.path))
            self._file = SegmentFile(partial, self.encoding)
            stack.callback(self._file.close)
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is not None:
            self._stack.__exit__(kind, error, trace)
            return
        with self._stack:  # an error while the rest is encoded leaves nothing behind either
            if self._file is not None:
                for packet in self._encoder.flush():
                    self._file.add(packet)
                self._file.finish(self._encoder.n_frames)


def segment_frames(path: str | os.PathLike[str]) -> int:
    """Return how many video frames a segment holds.

    Raises:
        MediaError: It is missing, or no segment.
    """
    return read_head(Path(path)).n_frames


def join_segments(
    segments: Sequence[str | os.PathLike[str]],
    target: str | os.PathLike[str],
    *,
    frame_rate: Fraction,
    size: Size,
    sound: Sound | None = None,
    quality: int = 18,
    preset: str = DEFAULT_PRESET,
    threads: int = 1,
    codec: str | None = None,
    transparent: bool = False,
    progress: Progress = silent,
) -> int:
    """Join segments, in order, and a sound into a film.

    Args:
        segments: Segment files, written with the same options.
        target: Where the film shall appear.
        frame_rate, size, quality, preset, threads, codec, transparent: As given to `SegmentWriter`.
        sound: What is heard with it; cut or filled up to the film's length.
        progress: Hears of video frames joined, of those there are.

    Returns:
        The number of video frames in the film.

    Raises:
        MediaError: A segment is missing, damaged or encoded otherwise.
        OutputError: The film cannot be written.
    """
    target = Path(target)
    encoding = encoding_for(
        target,
        frame_rate=frame_rate,
        size=size,
        quality=quality,
        preset=preset,
        threads=threads,
        codec=codec,
        transparent=transparent,
    )
    paths = [Path(segment) for segment in segments]
    counts = [_checked(path, encoding) for path in paths]
    total = sum(counts)
    with open_film_output(target, encoding, sound) as output:
        first = done = 0
        for path, n_frames in zip(paths, counts, strict=True):
            for packet in read_packets(path, 1 / encoding.frame_rate):
                packet.pts = (packet.pts or 0) + first
                done += 1
                output.add(packet)
                output.advance_sound(done)
            first += n_frames
            progress(first, total, "joining")
        output.finish(total)
    return total


def _checked(path: Path, encoding: Encoding) -> int:
    head = read_head(path)
    if head.encoding != describe(encoding):
        raise MediaError(
            f"segment {path} was encoded with other options; remove it and render it again"
        )
    return head.n_frames
