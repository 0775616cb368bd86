"""Documents: a folder of MIDI files becomes a folder of dense Parseq documents."""

from fractions import Fraction
from os import PathLike
from pathlib import Path

from clavilux.core.errors import InputError, OutputError
from clavilux.core.files import atomic_output
from clavilux.core.timeline import FrameClock
from clavilux.pipelines import seeds
from clavilux.pipelines.music import check_length
from clavilux.schedule import mapping as mappings
from clavilux.schedule.from_music import dense_bytes, heading_of
from clavilux.schedule.mapping import Mapping
from clavilux.score import SUFFIXES, read, settle_drums, without_silence_at_end


def dense_documents(
    folder: str | PathLike[str],
    output: str | PathLike[str],
    mapping: Mapping,
    *,
    frame_rate: Fraction,
    duration_s: float | None = None,
    prompt: str = "",
    seed: int | None = None,
    drums: str | None = None,
    to_end: bool = False,
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
        seed: Draws what the mapping leaves to chance; that of each piece if None.
        drums: What of each file is drums; see `clavilux.score.find_drums`.
        to_end: Keep the silence after a file's last note.

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
    clock = FrameClock(frame_rate)
    n_frames = None if duration_s is None else max(2, clock.n_frames(duration_s))
    with atomic_output(output) as partial:
        partial.mkdir()
        for file, name in zip(files, names, strict=True):
            piece = settle_drums(read(file), drums)
            if not to_end:
                piece = without_silence_at_end(piece)
            check_length(file, duration_s or piece.duration_s)
            length = n_frames or max(2, clock.n_frames(piece.duration_s))
            own = seeds.of_score(piece) if seed is None else seed
            curves = mappings.apply(
                mapping, piece, frame_rate=frame_rate, n_frames=length, seed=own
            )
            heading = heading_of(piece, name=name, prompt=prompt)
            schedule, rendered = dense_bytes(curves, heading)
            (partial / f"{name}.json").write_bytes(schedule)
            (partial / f"{name}_rendered.json").write_bytes(rendered)
    return files
