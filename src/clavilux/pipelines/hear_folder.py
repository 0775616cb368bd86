"""Hear a folder: every film of it gets music."""

from collections.abc import Iterator
from pathlib import Path

from clavilux import media
from clavilux.core.arguments import PathLike
from clavilux.core.errors import ArgumentError, InputError
from clavilux.core.progress import Progress, silent
from clavilux.pipelines.album import Entry, films_of
from clavilux.pipelines.hear import hear_with
from clavilux.pipelines.hear_options import HearOptions

_OF_ONE = ("stems", "report", "hits", "markers", "again")
"""Options about one film."""


def hear_folder(
    folder: PathLike,
    output: PathLike,
    options: HearOptions | None = None,
    *,
    overwrite: bool = False,
    progress: Progress = silent,
) -> Iterator[Entry]:
    """Write every film in `folder` and its subfolders with music, as ``.mp4``.

    What is there already is kept as `clavilux.pipelines.album.album` keeps it.

    Args:
        folder: Films, known by their suffixes; other files are passed over.
        output: The folder of scored films, made if need be; in the same subfolders.
        options: What is to be heard; a soundtrack by default if None.
        overwrite: Make every film anew, whatever is there.
        progress: Progress callback, called with (done, total, stage).

    Yields:
        An entry a film, as each is finished.

    Raises:
        InputError: The folder holds no film, an option is for one film alone, or `output`
            is a file.
        OutputError: Nothing can be written.
    """
    chosen, source, target = options or HearOptions(), Path(folder), Path(output)
    for name in _OF_ONE:
        if getattr(chosen, name) is not None:
            raise ArgumentError(f"`{name}` goes with one film, not with a folder; leave it out")
    if target.suffix and not target.is_dir():
        raise ArgumentError(
            f"{source} is a folder of films, and {target} names one file; give a folder"
        )
    if target.is_file():
        raise ArgumentError(f"cannot write films into {target}: it is a file, not a folder")
    if target.resolve() == source.resolve():
        raise ArgumentError(f"{target} is the folder of the films themselves; name another")
    requests = {file: repr(chosen) for file in _film_files(source, target)}
    if not requests:
        raise InputError(f"{source} holds no film; expected such as .mp4, .mov, .mkv or .avi")

    def made(file: Path, film: Path, heard: Progress) -> None:
        film.parent.mkdir(parents=True, exist_ok=True)
        hear_with(chosen, file, film, progress=heard)

    yield from films_of(requests, source, target, made, overwrite=overwrite, progress=progress)


def _film_files(folder: Path, without: Path) -> list[Path]:
    """List a folder's films by their names; hidden files and `without` are passed over."""
    apart = without.resolve()
    return sorted(
        path
        for path in folder.rglob("*")
        if path.suffix.lower() in media.READABLE_FILM_SUFFIXES
        and path.is_file()
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
        and apart not in path.resolve().parents
    )
