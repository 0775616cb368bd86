"""Exporting: a data set becomes what others load.

A *videofolder* is what ``datasets.load_dataset`` reads: a folder a split with the films
and a ``metadata.jsonl``, what else belongs to them beside, and a card. *WebDataset
shards* are plain tar files in which an example's files share a name; a rendered
document, which can be made again from the schedule, stays out of both.

Conventions
-----------
- The same data set gives the same bytes: no dates, users or machines get in.
"""

import io
import shutil
import tarfile
from collections.abc import Iterator, Mapping
from os import PathLike
from pathlib import Path
from typing import Any

import orjson

from clavilux.core.errors import OutputError
from clavilux.core.files import atomic_output, world_errors
from clavilux.core.progress import Progress, silent
from clavilux.dataset.card import card
from clavilux.dataset.layout import ENDINGS, Found, find, splits_of

PASSED_ON = ("film", "midi", "schedule", "mp3", "flac")


def to_videofolder(
    data: str | PathLike[str],
    output: str | PathLike[str],
    *,
    name: str,
    license: str = "cc0-1.0",
    progress: Progress = silent,
) -> None:
    """Write a Hugging Face videofolder with a card.

    Args:
        data: A data set of any layout.
        output: A new or empty folder.
        name: What the card calls it, such as ``you/midivideo``.
        license: The licence the card names, as the hub spells it.
        progress: Hears how many examples are done.

    Raises:
        InputError: There are no examples.
        OutputError: The folder holds something, or cannot be written.
    """
    found, target = find(Path(data)), _empty(Path(output))
    n_done = 0
    with atomic_output(target) as folder, world_errors(target):
        for split, items in splits_of(found):
            films = folder / "data" / split
            beside = folder / "files" / split
            films.mkdir(parents=True)
            beside.mkdir(parents=True)
            rows = []
            for item in items:
                rows.append(_metadata(item, split))
                for role in item.files.keys() & set(PASSED_ON):
                    place = films if role == "film" else beside
                    shutil.copyfile(item.files[role], place / f"{item.name}{ENDINGS[role]}")
                if item.record is not None:
                    target_record = beside / f"{item.name}{ENDINGS['record']}"
                    target_record.write_bytes(_record(item.record))
                n_done += 1
                progress(n_done, len(found), "examples")
            (films / "metadata.jsonl").write_bytes(b"".join(_line(row) for row in rows))
        (folder / "README.md").write_text(card(found, name=name, license=license), "utf-8")


def to_webdataset(
    data: str | PathLike[str],
    output: str | PathLike[str],
    *,
    shard_bytes: int = 500_000_000,
    progress: Progress = silent,
) -> None:
    """Write WebDataset shards: ``train-000000.tar`` and so on.

    Args:
        data: A data set of any layout.
        output: A new or empty folder.
        shard_bytes: About how large a shard shall be; one holds an example at least.
        progress: Hears how many examples are done.

    Raises:
        InputError: There are no examples.
        OutputError: The folder holds something, or cannot be written.
    """
    found, target = find(Path(data)), _empty(Path(output))
    n_done = 0
    with atomic_output(target) as folder, world_errors(target):
        folder.mkdir()
        for split, items in splits_of(found):
            for number, shard in enumerate(_shards(items, shard_bytes)):
                with tarfile.open(folder / f"{split}-{number:06d}.tar", "w") as tar:
                    for item in shard:
                        _add(tar, item, split)
                        n_done += 1
                        progress(n_done, len(found), "examples")


def _shards(items: list[Found], shard_bytes: int) -> Iterator[list[Found]]:
    shard: list[Found] = []
    filled = 0
    for item in items:
        size = sum(item.files[role].stat().st_size for role in item.files.keys() & set(PASSED_ON))
        if shard and filled + size > shard_bytes:
            yield shard
            shard, filled = [], 0
        shard.append(item)
        filled += size
    if shard:
        yield shard


def _add(tar: tarfile.TarFile, item: Found, split: str) -> None:
    members = [(ENDINGS[r], item.files[r].read_bytes()) for r in PASSED_ON if r in item.files]
    if item.record is not None:
        members.append((ENDINGS["record"], _record(item.record)))
    members.append((".json", _line(_metadata(item, split))))
    for ending, content in members:
        about = tarfile.TarInfo(f"{item.name}{ending}")
        about.size, about.mode = len(content), 0o644
        tar.addfile(about, io.BytesIO(content))


def _metadata(item: Found, split: str) -> dict[str, Any]:
    """Describe an example in one flat row."""
    row: dict[str, Any] = {"file_name": f"{item.name}.mp4", "name": item.name}
    for role in ("midi", "schedule", "mp3", "flac"):
        if role in item.files:
            row[role] = f"files/{split}/{item.name}{ENDINGS[role]}"
    if item.record is None:
        return row
    about = item.record["example"]
    hits = item.record["hits"]
    return row | {
        "n_frames": item.record["n_frames"],
        "frame_rate": about["frame_rate"],
        "tempo_bpm": item.record["tempo_bpm"],
        "source": about["source"]["kind"],
        "look": about["look"],
        "palette": about["palette"] or "",
        "mapping": Path(about["mapping"]).name,
        "theme": about["theme"],
        "prompt": about["prompt"],
        "seed": about["seed"],
        "hit_time_s": [hit[0] for hit in hits],
        "hit_drum": [hit[1] for hit in hits],
        "hit_note": [hit[2] for hit in hits],
        "hit_velocity": [hit[3] for hit in hits],
    }


def _record(record: Mapping[str, Any]) -> bytes:
    return orjson.dumps(record, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _line(row: dict[str, Any]) -> bytes:
    return orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE)


def _empty(folder: Path) -> Path:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise OutputError(f"cannot write {folder}: it is not empty; name a new or empty folder")
    return folder
