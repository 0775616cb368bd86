"""Fetching: public data sets, from their records, every file held against its checksum.

A *record* lists files with their checksums: Zenodo's MD5, the hub's SHA-256 (Git's own
hash for small files). A file that is there and right is not fetched again; one that is
wrong is not kept. Copies that one has are checked the same way and linked, not fetched.
"""

import hashlib
import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import partial
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Any

from clavilux.core.errors import InputError, ServiceError
from clavilux.core.files import atomic_output, write_bytes
from clavilux.core.progress import Progress, silent

_CHUNK = 1 << 20
_TIMEOUT_S = 60.0
CHECKSUMS = "checksums.txt"
"""Written beside what was fetched: kind, checksum and name of every file of the record."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of a record."""

    name: str
    """Path within the data set, with slashes."""
    url: str
    size: int
    kind: str
    """``md5``, ``sha256`` or ``git``: how its checksum is made."""
    checksum: str


@dataclass(frozen=True, slots=True)
class Record:
    """Where a data set is published."""

    url: str
    """Its list of files."""
    read: Callable[[str, Any], tuple[list[Entry], str]]
    """Takes that list's address and content; gives files, and the next page's address."""


def fetch(
    name: str,
    output: str | os.PathLike[str],
    *,
    local: str | os.PathLike[str] | None = None,
    only: str | None = None,
    records: Mapping[str, Record] | None = None,
    progress: Progress = silent,
) -> int:
    """Fetch a public data set.

    Args:
        name: One of `RECORDS`.
        output: The folder to put it in.
        local: A folder with a copy, checked and taken instead of fetching.
        only: A glob that names of files must match.
        records: Records by name; the public ones if None.
        progress: Hears of bytes.

    Returns:
        How many files are there, all of them right.

    Raises:
        InputError: No file matches, or the copy is not what the record says.
        ServiceError: The record or a file cannot be had, or is not what the record says.
    """
    known = RECORDS if records is None else records
    target = Path(output)
    entries = _listed(known[name], target, local)
    chosen = [e for e in entries if only is None or fnmatch(e.name, only)]
    if not chosen:
        raise InputError(f"{name} has no file that matches {only!r}; it has {len(entries)} files")
    total = sum(entry.size for entry in chosen)
    done = 0
    for entry in chosen:
        path = _inside(target, entry.name)
        if not _is_right(path, entry):
            if local is None:
                _download(entry, path, partial(_tell, progress, done, total))
            else:
                _take(_inside(Path(local), entry.name), path, entry)
        done += entry.size
        progress(done, total, "bytes")
    lines = [f"{e.kind} {e.checksum} {e.size} {e.name}" for e in entries]
    write_bytes(target / CHECKSUMS, "\n".join([*lines, ""]).encode())
    return len(chosen)


def _tell(progress: Progress, done: int, total: int, written: int) -> None:
    progress(done + written, total, "bytes")


def _listed(record: Record, target: Path, local: str | os.PathLike[str] | None) -> list[Entry]:
    """List the record's files; a copy's own list of checksums does where there is no net."""
    for folder in [Path(local)] if local is not None else []:
        if (folder / CHECKSUMS).exists():
            return _read_checksums(folder / CHECKSUMS)
    entries: list[Entry] = []
    url = record.url
    while url:
        found, url = record.read(url, _get_json(url))
        entries += found
    return entries


def _read_checksums(path: Path) -> list[Entry]:
    entries = []
    for line in path.read_text("utf-8").splitlines():
        kind, checksum, size, name = line.split(" ", 3)
        entries.append(Entry(name, "", int(size), kind, checksum))
    return entries


def _get_json(url: str) -> Any:
    import httpx

    try:
        answer = httpx.get(url, timeout=_TIMEOUT_S, follow_redirects=True)
        answer.raise_for_status()
        # The hub names its next page in a header, which travels with the content.
        return {"content": answer.json(), "next": answer.links.get("next", {}).get("url", "")}
    except (httpx.HTTPError, ValueError) as error:
        raise ServiceError(
            f"{url} cannot be read: {error}; with a copy of the data, give it as --data"
        ) from error


def _download(entry: Entry, path: Path, progress: Callable[[int], None]) -> None:
    import httpx

    try:
        with (
            atomic_output(path) as unfinished,
            httpx.stream("GET", entry.url, timeout=_TIMEOUT_S, follow_redirects=True) as answer,
        ):
            answer.raise_for_status()
            written = 0
            with unfinished.open("wb") as file:
                for chunk in answer.iter_bytes(_CHUNK):
                    file.write(chunk)
                    written += len(chunk)
                    progress(written)
            if not _is_right(unfinished, entry):
                raise ServiceError(
                    f"{entry.name} came with {written} bytes that are not what its record says "
                    f"({entry.size} bytes, {entry.kind} {entry.checksum}); fetch it again"
                )
    except httpx.HTTPError as error:
        raise ServiceError(f"{entry.url} cannot be fetched: {error}") from error


def _take(source: Path, path: Path, entry: Entry) -> None:
    if not _is_right(source, entry):
        state = "is not what its record says" if source.exists() else "is missing"
        raise InputError(f"{source} {state}: expected {entry.size} bytes, {entry.kind} "
                         f"{entry.checksum}")  # fmt: skip
    with atomic_output(path) as unfinished:
        try:
            os.link(source, unfinished)
        except OSError:  # another disk
            shutil.copyfile(source, unfinished)


def _is_right(path: Path, entry: Entry) -> bool:
    if not path.is_file() or path.stat().st_size != entry.size:
        return False
    digest = hashlib.sha256() if entry.kind == "sha256" else hashlib.new(
        "md5" if entry.kind == "md5" else "sha1", usedforsecurity=False
    )  # fmt: skip
    if entry.kind == "git":
        digest.update(f"blob {entry.size}\0".encode())
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest() == entry.checksum


def _inside(folder: Path, name: str) -> Path:
    parts = PurePosixPath(name).parts
    if not parts or ".." in parts or PurePosixPath(name).is_absolute():
        raise ServiceError(f"the record names a file {name!r} outside its folder")
    return folder.joinpath(*parts)


def read_zenodo(url: str, page: Any) -> tuple[list[Entry], str]:
    """Read the files of a Zenodo record."""
    entries = []
    for file in page["content"].get("files", []):
        kind, _, checksum = file["checksum"].partition(":")
        entries.append(Entry(file["key"], file["links"]["self"], file["size"], kind, checksum))
    return entries, ""


def read_hub(url: str, page: Any) -> tuple[list[Entry], str]:
    """Read the files of a data set on the Hugging Face hub, a page of them."""
    base = url.partition("/tree/")[0].replace("/api/datasets/", "/datasets/")
    entries = []
    for file in page["content"]:
        if file.get("type") != "file":
            continue
        large = file.get("lfs")
        kind, checksum = ("sha256", large["oid"]) if large else ("git", file["oid"])
        address = f"{base}/resolve/main/{file['path']}"
        entries.append(Entry(file["path"], address, file["size"], kind, checksum))
    return entries, page["next"]


RECORDS: Mapping[str, Record] = MappingProxyType(
    {
        "v2midi": Record(
            "https://huggingface.co/api/datasets/obvious-research/V2MIDI/tree/main?recursive=true",
            read_hub,
        ),
        "muvi-sync": Record("https://zenodo.org/api/records/10057093", read_zenodo),
    }
)
"""The public records."""
