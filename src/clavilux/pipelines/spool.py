"""The spool: a film being rendered, kept as closed segments so that a kill costs little.

Beside the target lies a hidden folder with the segments that are finished, each
encoded for good, and the renderer's state at the end of the last. The same
command, given again, goes on from there and ends with the same bytes; another
command finds another fingerprint and starts afresh. Rendering and encoding run
in two threads: both leave Python's lock most of the time.
"""

import hashlib
import io
import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from clavilux import __version__, media, render
from clavilux.core.files import remove, world_errors, write_bytes, write_text
from clavilux.core.platform import lock
from clavilux.core.progress import Progress, silent
from clavilux.core.values import Size, Sound, Yuv
from clavilux.pipelines.finish import Finish
from clavilux.render import Renderer, Request, State

SEGMENT_S = 10
"""Length of a segment: what a kill may cost."""
_QUEUE_BYTES = 2_000_000
"""About how much waits between the two threads, if that is 8 to 32 pictures: where both share
a core, it turns from one work to the other more rarely, with its caches full of the right one."""


@dataclass(frozen=True, slots=True, eq=False)
class Job:
    """Everything that determines the pictures of a film."""

    renderer: Renderer
    request: Request
    quality: int = 18
    """Constant rate factor of the encoder: lower is better and larger."""
    preset: str = media.DEFAULT_PRESET
    """The encoder's preset; see `clavilux.media.codecs`."""
    codec: str | None = None
    """The codec by name; the usual one of the film's suffix if None."""
    finish: Finish | None = None
    """What is laid over the pictures."""
    threads: int = 1
    """Of the encoder; part of the film's identity, since its bytes hang on it."""

    @property
    def frame_rate(self) -> Fraction:
        """Video frames per second."""
        return self.request.curves.frame_rate

    @property
    def encoding(self) -> dict[str, Any]:
        """How the film is encoded, as `media.SegmentWriter` takes it."""
        return {
            "frame_rate": self.frame_rate,
            "size": self.request.size,
            "quality": self.quality,
            "preset": self.preset,
            "threads": self.threads,
            "codec": self.codec,
            "transparent": self.request.transparent,
        }

    @property
    def fingerprint(self) -> str:
        """A hash that differs whenever the pictures could."""
        finish = None if self.finish is None else self.finish.digest
        about = (__version__, self.renderer.name, self.request.digest, finish)
        encoding = (self.quality, self.preset, self.threads, self.codec)
        return hashlib.sha256(repr((about, encoding)).encode()).hexdigest()


def render_film(
    job: Job, target: Path, *, sound: Sound | None, progress: Progress = silent
) -> None:
    """Render a film segment by segment, then join the segments and the sound.

    Raises:
        OutputError: The target cannot be written, or another process is writing it.
    """
    folder = target.with_name(f".{target.name}.spool")
    with world_errors(target):
        folder.mkdir(parents=True, exist_ok=True)
    with lock(folder / "lock", busy=f"another process is rendering {target} right now"):
        _forget_other_work(folder, job.fingerprint + target.suffix)
        try:
            segments = _render_segments(job, folder, target, progress)
            heard = sound if job.finish is None else job.finish.heard(sound)
            media.join_segments(segments, target, sound=heard, **job.encoding)
        except BaseException:
            if not any(folder.glob("segment-*")):
                remove(folder)
            raise
        remove(folder)


def _render_segments(job: Job, folder: Path, target: Path, progress: Progress) -> list[Path]:
    per_segment = max(1, round(SEGMENT_S * job.frame_rate))
    n_frames = job.request.curves.n_frames
    starts = range(0, n_frames, per_segment)
    paths = [folder / f"segment-{i:05d}" for i in range(len(starts))]
    done = next((i for i, path in enumerate(paths) if not path.exists()), len(paths))
    while done and not _state_path(folder, done).exists():
        done -= 1
    if done == len(paths):
        return paths
    state = _load_state(_state_path(folder, done)) if done else None
    run = render.start(job.renderer, job.request, first_frame=done * per_segment, state=state)
    for i in range(done, len(paths)):
        length = min(per_segment, n_frames - starts[i])
        writer = media.SegmentWriter(paths[i], target=target, **job.encoding)
        with writer, _encoder_thread(writer, job.request.size) as pictures:
            for k in range(length):
                picture = next(run)
                if job.finish is not None:
                    picture = job.finish.applied(picture, starts[i] + k)
                pictures.put(picture)
                progress(starts[i] + k + 1, n_frames, "pictures")
            # The state is written before the segment is closed: one without
            # the other would be no place to go on from.
            write_bytes(_state_path(folder, i + 1), _dump_state(run.state()))
        remove(_state_path(folder, i))
    return paths


def queue_length(size: Size) -> int:
    """Return how many pictures of `size` may wait to be encoded."""
    return min(32, max(8, _QUEUE_BYTES // (size.width * size.height * 3 // 2)))


class _Pictures:
    """A queue to the encoder that raises here what failed there."""

    def __init__(self, size: Size) -> None:
        self.queue: queue.Queue[Yuv | None] = queue.Queue(queue_length(size))
        self.failure: list[BaseException] = []

    def put(self, picture: Yuv | None) -> None:
        while not self.failure:
            try:
                return self.queue.put(picture, timeout=0.5)
            except queue.Full:
                continue
        raise self.failure[0]


@contextmanager
def _encoder_thread(writer: "media.SegmentWriter", size: Size) -> Iterator[_Pictures]:
    pictures = _Pictures(size)

    def encode() -> None:
        try:
            while (picture := pictures.queue.get()) is not None:
                writer.write(picture)
        except BaseException as error:
            pictures.failure.append(error)

    thread = threading.Thread(target=encode, daemon=True)
    thread.start()
    try:
        yield pictures
        pictures.put(None)
    except BaseException:
        pictures.failure.append(KeyboardInterrupt())
        while thread.is_alive():  # make room for the word to stop
            with pictures.queue.mutex:
                pictures.queue.queue.clear()
                pictures.queue.queue.append(None)
                pictures.queue.not_empty.notify()
            thread.join(0.1)
        raise
    thread.join()
    if pictures.failure:
        raise pictures.failure[0]


def _forget_other_work(folder: Path, fingerprint: str) -> None:
    note = folder / "fingerprint"
    if note.exists() and note.read_text() == fingerprint:
        return
    for path in folder.iterdir():
        if path.name != "lock":
            remove(path)
    write_text(note, fingerprint)


def _state_path(folder: Path, segment: int) -> Path:
    return folder / f"state-{segment:05d}.npz"


def _dump_state(state: State) -> bytes:
    buffer = io.BytesIO()
    arrays: dict[str, Any] = {name: np.asarray(value) for name, value in state.items()}
    np.savez(buffer, **arrays)
    return buffer.getvalue()


def _load_state(path: Path) -> State:
    with np.load(path, allow_pickle=False) as arrays:
        return {name: arrays[name] for name in arrays.files}
