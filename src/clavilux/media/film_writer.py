"""Writing films: pictures and sound go in, one by one; a whole file comes out.

Conventions
-----------
- Video frame ``i`` is shown from ``i / frame_rate`` on, exactly, in every
  container whose clock can say so (Matroska and WebM count milliseconds, GIF
  hundredths: there it is the nearest; the frame rate itself is stored exactly).
- The sound starts with the first video frame and ends with the last: what is
  over is cut, what is missing is silence.
- The same pictures and sound give the same bytes.
"""

import os
from collections.abc import Iterable
from contextlib import ExitStack
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Self

from clavilux.core.progress import Progress, silent
from clavilux.core.values import FilmFrame, Picture, Size, Sound
from clavilux.media.codecs import DEFAULT_PRESET
from clavilux.media.encoding import Encoding, encoding_for
from clavilux.media.outputs import FilmOutput, open_film_output
from clavilux.media.segment_file import PictureEncoder


class FilmWriter:
    """A film being written; a context manager.

    The film appears when the block ends well, and not at all otherwise.

        with FilmWriter("film.mp4", frame_rate=Fraction(24), size=Size(512, 512)) as film:
            film.write(picture)
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        frame_rate: Fraction,
        size: Size,
        sound: Sound | None = None,
        quality: int = 18,
        preset: str = DEFAULT_PRESET,
        threads: int = 1,
        codec: str | None = None,
        transparent: bool = False,
    ) -> None:
        """Describe the film; see `encoding_for` for the options.

        Raises:
            MediaError: No film can be written under that name, or so.
        """
        self.path = Path(path)
        self.encoding: Encoding = encoding_for(
            path,
            frame_rate=frame_rate,
            size=size,
            quality=quality,
            preset=preset,
            threads=threads,
            codec=codec,
            transparent=transparent,
        )
        self._sound = sound
        self._stack = ExitStack()
        self._encoder: PictureEncoder | None = None
        self._output: FilmOutput | None = None

    @property
    def n_frames(self) -> int:
        """Video frames written so far."""
        return 0 if self._encoder is None else self._encoder.n_frames

    def write(self, picture: Picture) -> None:
        """Add the next picture. It may be overwritten once this has returned.

        Raises:
            ValueError: It is not of the film's size.
        """
        if self._encoder is None or self._output is None:
            raise ValueError("the film is not open; write inside its with block")
        for packet in self._encoder.encode(picture):
            self._output.add(packet)
        self._output.advance_sound(self._encoder.n_frames)

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self._output = stack.enter_context(
                open_film_output(self.path, self.encoding, self._sound)
            )
            self._encoder = PictureEncoder(self.encoding)
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
            if self._encoder is not None and self._output is not None:
                for packet in self._encoder.flush():
                    self._output.add(packet)
                self._output.finish(self._encoder.n_frames)


def write_film(
    frames: Iterable[Picture | FilmFrame],
    path: str | os.PathLike[str],
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
    n_frames: int | None = None,
) -> int:
    """Write pictures, in order, as a film of constant frame rate.

    Args:
        frames: Pictures, or the frames of a `Film` of constant rate (see `steady`).
        path: Where the film shall appear; the suffix says which kind.
        frame_rate, size, quality, preset, threads, codec, transparent: See `encoding_for`.
        sound: What is heard with it; cut or filled up to the film's length.
        progress: Hears of video frames done, of those there are.
        n_frames: How many there will be, if that is known.

    Returns:
        The number of video frames written.

    Raises:
        MediaError: No film can be written under that name, or there is no picture.
        OutputError: The file cannot be written.
    """
    writer = FilmWriter(
        path,
        frame_rate=frame_rate,
        size=size,
        sound=sound,
        quality=quality,
        preset=preset,
        threads=threads,
        codec=codec,
        transparent=transparent,
    )
    with writer as film:
        for frame in frames:
            film.write(frame.picture if isinstance(frame, FilmFrame) else frame)
            progress(film.n_frames, max(film.n_frames, n_frames or 0), "encoding")
    return writer.n_frames
