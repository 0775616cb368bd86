"""Album: a folder of music becomes a folder of films."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import orjson

from clavilux import __version__, media
from clavilux.core.arguments import PathLike
from clavilux.core.errors import ArgumentError, InputError
from clavilux.core.files import write_bytes
from clavilux.core.progress import Progress, silent
from clavilux.pipelines.music import is_midi, music_files
from clavilux.pipelines.see import MIDI_ONLY, see_with
from clavilux.pipelines.settings import SeeOptions

RECORD = ".clavilux-films.json"
"""Lies beside the films; says by which request each was made."""


OF_ONE = ("sound", "plan", "stems", "tempo", "meter", "beats", "lyrics", "subtitles", "story")
"""Options about one piece of music."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What became of one file of the folder."""

    music: Path
    film: Path
    problem: str = ""
    """Why there is no film; empty when there is one."""
    kept: str = ""
    """Why a film that was there already was left alone; empty if it was not."""


def album(
    folder: PathLike,
    output: PathLike,
    options: SeeOptions | None = None,
    *,
    overwrite: bool = False,
    progress: Progress = silent,
    tell: Callable[[str], None] = lambda _: None,
) -> Iterator[Entry]:
    """Turn every piece of music in `folder` and its subfolders into a film.

    A film that the same request has made already is kept, so that a run which was stopped
    goes on; one that another request made is made anew; a file that is not one of our films
    is never written over unless `overwrite` says so. A piece that cannot be used is reported
    and the others are made all the same.

    Args:
        folder: MIDI files and recordings; other files are passed over.
        output: The folder of films, made if need be; they are named as the music, in the
            same subfolders.
        options: How the films are to look; all defaults if None.
        overwrite: Make every film anew, whatever is there.
        progress: Progress callback, called with (done, total, stage).
        tell: Called with a line on the seed of each piece, as in `see_with`.

    Yields:
        An entry a file, as each is finished.

    Raises:
        InputError: The folder holds no music, an option does nothing with any of it, or
            `output` is a file.
        OutputError: Nothing can be written.
    """
    chosen, source, target = options or SeeOptions(), Path(folder), Path(output)
    for name in OF_ONE:
        if getattr(chosen, name) not in (None, "auto"):
            raise ArgumentError(
                f"`{name}` goes with one piece of music, not with a folder; leave it out"
            )
    if target.suffix.lower() in media.FILM_SUFFIXES and not target.is_dir():
        raise ArgumentError(
            f"{source} is a folder of music, and {target} names one film; give a folder as `output`"
        )
    if target.is_file():
        raise ArgumentError(f"cannot write films into {target}: it is a file, not a folder")
    files = music_files(source, target)
    if not files:
        raise InputError(f"{source} holds no music; expected MIDI files or recordings")
    options_of = _options_of(files, chosen)

    def made(file: Path, film: Path, heard: Progress) -> None:
        see_with(options_of[file], file, film, progress=heard, tell=tell)

    requests = {file: repr(options_of[file]) for file in files}
    yield from films_of(requests, source, target, made, overwrite=overwrite, progress=progress)


def films_of(
    requests: dict[Path, str],
    source: Path,
    target: Path,
    make: Callable[[Path, Path, Progress], None],
    *,
    overwrite: bool,
    progress: Progress,
) -> Iterator[Entry]:
    """Make one film of every file of a folder; see `album` for what is kept.

    Args:
        requests: The files, each with all that is asked for, in words.
        source: Their folder.
        target: The folder of films.
        make: Makes one: called with the file, the film's path and a progress callback.
        overwrite, progress: As in `album`.
    """
    files, record = list(requests), _Record(target)
    for i, (file, film) in enumerate(_films(files, source, target)):
        request = _request(file, requests[file])
        if film.exists() and not overwrite:
            made_by = record.of(film)
            if made_by is None:
                yield Entry(file, film, kept="it was there before; `overwrite` makes it anew")
                continue
            if made_by == request:
                yield Entry(file, film, kept="it is finished")
                continue
        name = str(file.relative_to(source))

        def heard(done: float, total: float, stage: str = "", name: str = name, i: int = i) -> None:
            progress(done, total, f"{i + 1}/{len(files)} {name}: {stage}")

        try:
            make(file, film, heard)
        except InputError as error:
            yield Entry(file, film, problem=str(error))
        else:
            record.add(film, request)
            yield Entry(file, film)


def _options_of(files: list[Path], options: SeeOptions) -> dict[Path, SeeOptions]:
    """Return the options for each file: those for MIDI do nothing with recordings.

    Raises:
        ArgumentError: One of these is given, and no file is of its kind.
    """
    midi = {file: is_midi(file) for file in files}
    for name in MIDI_ONLY:
        if getattr(options, name) and not any(midi.values()):
            raise ArgumentError(f"`{name}` is for MIDI, and the folder holds none; leave it out")
    played = {True: options, False: options.but(soundfont=None, drums=None, to_end=False)}
    return {file: played[midi[file]] for file in files}


def _films(files: list[Path], folder: Path, target: Path) -> Iterator[tuple[Path, Path]]:
    """Return each piece with its film; of two that differ in the suffix alone, both keep it."""
    stems = [file.with_suffix("") for file in files]
    for file, stem in zip(files, stems, strict=True):
        name = file.stem if stems.count(stem) == 1 else file.name
        yield file, target / file.parent.relative_to(folder) / f"{name}.mp4"


def _request(file: Path, options: str) -> str:
    """Return a digest of a file and of all that is asked for."""
    digest = hashlib.sha256(f"{__version__} {options}".encode())
    with file.open("rb") as content:
        while block := content.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


class _Record:
    """Which film was made by which request."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._path = folder, folder / RECORD
        self._known: dict[str, str] = {}
        try:
            known = orjson.loads(self._path.read_bytes())
        except (OSError, ValueError):
            return
        if isinstance(known, dict):
            self._known = known

    def of(self, film: Path) -> str | None:
        return self._known.get(film.relative_to(self._folder).as_posix())

    def add(self, film: Path, request: str) -> None:
        self._known[film.relative_to(self._folder).as_posix()] = request
        write_bytes(self._path, orjson.dumps(self._known, option=orjson.OPT_INDENT_2))
