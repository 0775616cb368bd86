"""Documents: a folder of MIDI files becomes a folder of dense Parseq documents."""

import os
from fractions import Fraction
from os import PathLike
from pathlib import Path

from clavilux.core.errors import InputError, OutputError
from clavilux.core.files import atomic_output
from clavilux.core.timeline import FrameClock
from clavilux.schedule.from_music import dense_of_each
from clavilux.schedule.mapping import Mapping
from clavilux.score import SUFFIXES

_FOR_WRITING = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


def dense_documents(
    folder: str | PathLike[str],
    output: str | PathLike[str],
    mapping: Mapping,
    *,
    frame_rate: Fraction,
    duration_s: float | None = None,
    prompt: str = "",
    seed: int = 0,
) -> list[Path]:
    """Write for every MIDI file a keyframe a frame, and beside it what renders from that.

    ``song.mid`` becomes ``song.json`` and ``song_rendered.json``, as V2MIDI's scripts write them.

    Args:
        folder: MIDI files; other files are passed over.
        output: A folder that is not there yet; it appears when it is complete.
        mapping: Which events move which fields.
        frame_rate: Video frames per second.
        duration_s: How much of each piece; the whole if None.
        prompt: What pictures should show.
        seed: Draws what the mapping leaves to chance.

    Returns:
        The MIDI files, in order.

    Raises:
        InputError: The folder holds no MIDI file, or two of one name; or one cannot be read.
        OutputError: `output` is there already, or cannot be written.
    """
    folder, output = Path(folder), Path(output)
    if output.exists():
        raise OutputError(f"{output} is there already; name a folder that is not")
    files = sorted(path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES)
    if not files:
        raise InputError(f"{folder} holds no MIDI file; expected some such as song.mid")
    names = [file.stem for file in files]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise InputError(f"{folder} holds several MIDI files called {twice!r}; rename one")
    n_frames = None if duration_s is None else max(2, FrameClock(frame_rate).n_frames(duration_s))
    made = dense_of_each(
        files, mapping, frame_rate=frame_rate, n_frames=n_frames, prompt=prompt, seed=seed
    )
    with atomic_output(output) as partial:
        partial.mkdir()
        for name, (schedule, rendered) in zip(names, made, strict=True):
            for ending, pieces in (("", schedule), ("_rendered", rendered)):
                _write(f"{partial}/{name}{ending}.json", b"".join(pieces))
    return files


def _write(path: str, content: bytes) -> None:
    """Write a new file; to make a file object costs as much as to write a small one."""
    file = os.open(path, _FOR_WRITING, 0o666)
    try:
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(file, rest) :]
    finally:
        os.close(file)
