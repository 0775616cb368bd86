"""Album: a folder of music becomes a folder of films."""

from collections.abc import Iterator
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any

from clavilux.core.errors import InputError, OutputError
from clavilux.core.progress import Progress, silent
from clavilux.pipelines.music import music_files
from clavilux.pipelines.see import see


@dataclass(frozen=True, slots=True)
class Entry:
    """What became of one file of the folder."""

    music: Path
    film: Path
    problem: str = ""
    """Why there is no film; empty when there is one."""
    kept: bool = False
    """Whether the film was there already and was left alone."""


def album(
    folder: str | PathLike[str],
    output: str | PathLike[str],
    *,
    overwrite: bool = False,
    progress: Progress = silent,
    **options: Any,
) -> Iterator[Entry]:
    """Turn every piece of music in `folder` into a film in the folder `output`.

    A film that is there already is kept, so that a run which was stopped goes on;
    a file that cannot be used is reported and the others are made all the same.

    Args:
        folder: MIDI files and recordings; other files are passed over.
        output: The folder of films, made if need be; they are named as the music.
        overwrite: Make films anew that are there.
        progress: Hears how far each film has come.
        options: What `see` takes besides.

    Yields:
        An entry a file, as each is finished.

    Raises:
        InputError: The folder holds no music.
        OutputError: `output` is a file, or nothing can be written.
    """
    files = music_files(Path(folder))
    if not files:
        raise InputError(f"{folder} holds no music; expected MIDI files or recordings")
    target = Path(output)
    if target.is_file():
        raise OutputError(f"cannot write films into {target}: it is a file, not a folder")
    stems = [file.stem for file in files]
    for i, file in enumerate(files):
        name = file.stem if stems.count(file.stem) == 1 else file.name
        film = target / f"{name}.mp4"
        if film.exists() and not overwrite:
            yield Entry(file, film, kept=True)
            continue

        def heard(done: float, total: float, stage: str = "", name: str = name, i: int = i) -> None:
            progress(done, total, f"{i + 1}/{len(files)} {name}: {stage}")

        try:
            see(file, film, progress=heard, **options)
        except InputError as error:
            yield Entry(file, film, problem=str(error))
        else:
            yield Entry(file, film)
