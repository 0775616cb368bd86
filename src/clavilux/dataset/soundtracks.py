"""A data set in MuVi-Sync's layout from one's own films: chord writers train on it.

Films in, a folder out that `clavilux.dataset.muvi_sync` reads. The rows of each film are
kept in ``records/`` as soon as they are read, so that what was stopped goes on, and a data
set grows by what is new.

Conventions
-----------
- An *origin* is what may not stand in two splits: a folder of VIDEOS, or a film that lies
  in none; films that are the same to the byte, or whose chords are (24 changes in a row),
  are of one origin.
- ``films.json`` says where each song came from, who read it, and what nobody read.
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import numpy as np

from clavilux import media
from clavilux.compose.harmony import Key
from clavilux.compose.vocabulary import index_of_label, normalising_shift, transpose
from clavilux.core.errors import ArgumentError, ClaviluxError, InputError
from clavilux.core.files import atomic_output, remove, write_text
from clavilux.core.progress import Progress, silent
from clavilux.dataset import film_rows, muvi_folders, muvi_packed, muvi_sync
from clavilux.dataset.executors import EXECUTORS, Task
from clavilux.dataset.film_rows import FilmRows, Readers
from clavilux.dataset.muvi_song import SPLITS, Song, runs_of
from clavilux.dataset.song_key import key_of_chords

RECORDS, INDEX = "records", "films.json"
SHARES = (8, 1, 1)
_INDICES = ("songs.json", "vevo_chord")
"""What tells that a folder is a data set, in either layout."""


@dataclass(frozen=True, slots=True)
class Source:
    """One film to be read."""

    path: Path
    name: str
    """Its path below the folder that was given."""
    origin: str
    digest: str
    """SHA-256 of the file."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a run came to."""

    n_songs: int
    n_read: int
    """Films that were read in this run."""
    n_origins: int
    counts: Mapping[str, int]
    """Songs of each split."""
    absent: Mapping[str, str]
    """Features that are NaN, each with the way to have it."""
    failures: Mapping[str, str] = field(default_factory=dict)
    """Why each film that could not be read could not."""


def make(
    videos: Sequence[Path],
    folder: Path,
    *,
    readers: Readers | None = None,
    layout: str = "packed",
    shares: tuple[int, int, int] = SHARES,
    seed: int = 0,
    workers: int = 1,
    progress: Progress = silent,
) -> Report:
    """Read films that have not been read yet, and write all as a data set.

    Args:
        videos: Films, or folders of films.
        folder: The data set's folder; one that was begun goes on.
        readers: What reads the features.
        layout: One of `clavilux.dataset.muvi_sync.LAYOUTS`.
        shares: Of origins in train, val and test.
        seed: What decides which origin goes where.
        workers: Processes; one is this one.
        progress: Progress callback, called with (films, films, stage).

    Raises:
        InputError: There are no films, or none can be read.
        OutputError: The folder cannot be written.
    """
    readers = readers or Readers()
    if layout not in muvi_sync.LAYOUTS:
        raise InputError(
            f"no layout is called {layout!r}; there are: {', '.join(muvi_sync.LAYOUTS)}"
        )
    _check_folder(folder, layout)
    sources = find_films(videos)
    film_rows.check(readers)
    places = {source: _place(folder, source, readers) for source in sources}
    missing = [source for source in sources if not places[source].is_file()]
    failures = _read(missing, places, readers, workers, len(sources), progress)
    read = [source for source in sources if source.name not in failures]
    if not read:
        name, why = next(iter(failures.items()))
        raise InputError(f"none of {len(sources)} films could be read; {name}: {why}")
    names = _ids(read)
    songs = [song_of(film_rows.load(places[source]), names[source.name], source.name)
             for source in read]  # fmt: skip
    origins = joined_origins(read, songs)
    split_of = split_origins(sorted(set(origins)), shares, seed)
    songs = [
        replace(song, split=split_of[origin]) for song, origin in zip(songs, origins, strict=True)
    ]
    _write(songs, folder, layout)
    counts = {split: sum(song.split == split for song in songs) for split in SPLITS}
    absent = _absent(readers, songs)
    index = {
        "format": "clavilux.soundtrack-set/1",
        "readers": asdict(readers),
        "absent": absent,
        "seed": seed,
        "shares": list(shares),
        "songs": [
            {"id": song.id, "film": source.name, "sha256": source.digest, "origin": origin,
             "split": song.split}
            for song, source, origin in zip(songs, read, origins, strict=True)
        ],
        "failures": failures,
    }  # fmt: skip
    write_text(folder / INDEX, json.dumps(index, indent=1, ensure_ascii=False) + "\n")
    return Report(len(songs), len(missing) - len(failures), len(set(origins)), counts, absent,
                  failures)  # fmt: skip


def find_films(videos: Sequence[Path]) -> list[Source]:
    """List the films that were named, or that lie in the folders that were named.

    Raises:
        InputError: A path is not there, or a folder holds no films.
    """
    found: dict[Path, Source] = {}
    for given in videos:
        if not given.exists():
            raise InputError(f"there is no film or folder {given}")
        inside = [given] if given.is_file() else sorted(filter(_is_film, given.rglob("*")))
        if not inside:
            raise InputError(f"{given} holds no film; expected such as .mp4, .mov, .mkv or .avi")
        for path in inside:
            below = path.relative_to(given if given.is_dir() else given.parent)
            if any(part.startswith(".") for part in below.parts):
                continue
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            origin = below.parts[0] if len(below.parts) > 1 else below.as_posix()
            found.setdefault(path.resolve(), Source(path, below.as_posix(), origin, digest))
    return list(found.values())


def song_of(rows: FilmRows, name: str, title: str) -> Song:
    """Return a film's rows as a song, in the normalised key."""
    n = len(rows)
    known = [index_of_label(label) for label in rows.chord_labels] or [0]
    starts = rows.chord_start_s if len(rows.chord_start_s) else np.zeros(1)
    inside = starts < n
    changes, starts = np.array(known, np.int64)[inside], starts[inside]
    at = np.maximum(np.searchsorted(starts, np.arange(n), "right") - 1, 0)
    original = changes[at]
    key: Key = key_of_chords(original)
    shift = normalising_shift(key)
    return Song(
        id=name, split="none", minor=key.minor, transpose=shift, title=title,
        chords=_moved(original, shift), change_s=starts, change_chord=_moved(changes, shift),
        emotion=rows.emotion, motion=rows.motion, scene_offset=rows.scene_offset,
        loudness=rows.loudness, note_density=rows.note_density, semantic=rows.semantic,
    )  # fmt: skip


def joined_origins(sources: Sequence[Source], songs: Sequence[Song]) -> list[str]:
    """Return the origin of each film, the same for films that are one recording."""
    leader = {source.origin: source.origin for source in sources}

    def top(name: str) -> str:
        while leader[name] != name:
            name = leader[name]
        return name

    first: dict[object, str] = {}
    for source, song in zip(sources, songs, strict=True):
        for mark in (source.digest, *runs_of(song)):
            other = first.setdefault(mark, source.origin)
            leader[max(top(other), top(source.origin))] = min(top(other), top(source.origin))
    return [top(source.origin) for source in sources]


def split_origins(
    origins: Sequence[str], shares: tuple[int, int, int], seed: int
) -> dict[str, str]:
    """Divide origins among the splits; from three on, none with a share stays empty."""
    if min(shares) < 0 or not shares[0]:
        raise ArgumentError(f"`split` is {':'.join(map(str, shares))}; expected such as 8:1:1")
    ordered = sorted(origins, key=lambda o: hashlib.sha256(f"{seed}:{o}".encode()).digest())
    n, whole = len(ordered), sum(shares)
    if n < sum(share > 0 for share in shares):
        return dict.fromkeys(origins, "train")
    n_val, n_test = (max(1, round(n * share / whole)) if share else 0 for share in shares[1:])
    names = ["test"] * n_test + ["val"] * n_val
    names = names[: n - 1] + ["train"] * (n - len(names[: n - 1]))
    return dict(zip(ordered, names, strict=True))


def _is_film(path: Path) -> bool:
    return path.suffix.lower() in media.READABLE_FILM_SUFFIXES and path.is_file()


def _check_folder(folder: Path, layout: str) -> None:
    other = muvi_folders if layout == "packed" else muvi_packed
    if folder.is_file():
        raise InputError(f"{folder} is a file; expected a folder for the data set")
    if folder.is_dir() and other.is_layout(folder):
        raise InputError(f"{folder} holds a data set of the other layout; name another folder")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / RECORDS).is_dir():
        raise InputError(f"{folder} is not empty and no data set of this kind; name another folder")


def _place(folder: Path, source: Source, readers: Readers) -> Path:
    beside = source.path.with_suffix(".mid")
    notes = hashlib.sha256(beside.read_bytes()).hexdigest() if beside.is_file() else ""
    by = hashlib.sha256(f"{sorted(asdict(readers).items())}{notes}".encode()).hexdigest()
    return folder / RECORDS / f"{source.digest[:24]}-{by[:8]}.npz"


@dataclass(frozen=True, slots=True)
class _Part:
    """The progress of one film among all."""

    whole: Progress
    done: int
    n_films: int

    def __call__(self, done: float, total: float, stage: str = "") -> None:
        self.whole(self.done + min(done / max(total, 1), 0.99), self.n_films, "films")


def _read(
    missing: Sequence[Source],
    places: Mapping[Source, Path],
    readers: Readers,
    workers: int,
    n_films: int,
    progress: Progress,
) -> dict[str, str]:
    """Read films; return why each that could not be read could not."""
    failures: dict[str, str] = {}
    done = n_films - len(missing)
    progress(done, n_films, "films")
    if workers == 1:
        for source in missing:
            try:
                film_rows.store(
                    film_rows.read_film(source.path, readers, _Part(progress, done, n_films)),
                    places[source],
                )
            except ClaviluxError as error:
                failures[source.name] = str(error)
            done += 1
            progress(done, n_films, "films")
        return failures
    tasks = [
        Task(s.name, "clavilux.dataset.film_rows:read_into",
             (str(s.path), str(places[s]), asdict(readers)))
        for s in missing
    ]  # fmt: skip
    for outcome in EXECUTORS.make("pool", workers=workers).run(tasks):
        done += 1
        progress(done, n_films, "films")
        if outcome.problem:
            failures[outcome.task.name] = outcome.problem
    return failures


def _ids(sources: Sequence[Source]) -> dict[str, str]:
    """Return an id a film: its name, with a number where two are alike."""
    ids: dict[str, str] = {}
    for source in sources:
        plain = re.sub(r"[^A-Za-z0-9_-]+", "-", Path(source.name).stem).strip("-") or "film"
        name, number = plain, 2
        while name in ids.values():
            name, number = f"{plain}-{number}", number + 1
        ids[source.name] = name
    return ids


def _moved(chords: np.ndarray, shift: int) -> np.ndarray:
    return np.array([transpose(int(chord), shift) for chord in chords], np.int64)


def _absent(readers: Readers, songs: Sequence[Song]) -> dict[str, str]:
    """Return the features that are NaN everywhere in some song and have no reader."""
    absent = readers.absent()
    if not any(np.isnan(song.note_density).all() for song in songs):
        absent = {name: way for name, way in absent.items() if "density" not in name}
    return absent


def _write(songs: Sequence[Song], folder: Path, layout: str) -> None:
    """Write the layout's files into the folder, its index last."""
    with atomic_output(folder / ".whole") as partial:
        muvi_sync.write(songs, partial, layout)
    whole = folder / ".whole"
    for name in _INDICES:  # what is there of an earlier run is no data set until all is moved
        remove(folder / name)
    for entry in sorted(whole.iterdir(), key=lambda path: path.name in _INDICES):
        remove(folder / entry.name)
        entry.replace(folder / entry.name)
    remove(whole)


def parse_shares(text: str) -> tuple[int, int, int]:
    """Read shares of train, val and test: ``8:1:1``.

    Raises:
        ArgumentError: It is not three whole numbers.
    """
    parts = text.split(":")
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() for part in parts):
        raise ArgumentError(f"`split` is {text!r}; expected shares of train, val, test: 8:1:1")
    train, val, test = map(int, parts)
    if not train:
        raise ArgumentError(f"`split` is {text!r}: nothing would be left to train on")
    return train, val, test
