"""Layouts: under which names the files of an example lie, and how they are found again.

``clavilux`` is our own: ``train/3f/3f09…/film.mp4``. ``v2midi`` is V2MIDI's: a folder
``midi_parseq_rendered_12`` an example, with the MIDI file, its Parseq document as
``…_parseq_config.json`` and ``…_parseq_rendered.json``, and a film named by fourteen
digits as Deforum names it. The original's folders, without our records, are read too,
and so are exports: a videofolder, or WebDataset's shards unpacked into a folder a split.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import orjson

from clavilux.core.errors import InputError
from clavilux.dataset.recipe import SPLITS, Example

RECORD = "record.json"
RECORD_FORMAT = "clavilux.example/1"
NAMES: Mapping[str, str] = MappingProxyType(
    {
        "midi": "music.mid",
        "schedule": "schedule.json",
        "rendered": "rendered.json",
        "film": "film.mp4",
        "mp3": "sound.mp3",
        "flac": "sound.flac",
    }
)
"""What each file of an example is called in our own layout."""
ENDINGS: Mapping[str, str] = MappingProxyType(
    {
        "film": ".mp4",
        "midi": ".mid",
        "schedule": ".parseq.json",
        "mp3": ".mp3",
        "flac": ".flac",
        "record": ".record.json",
    }
)
"""How the files of an exported example end; what comes before is its name."""
_V2MIDI = re.compile(r"midi_parseq_rendered_(\d+)$")
_FILM_NAME = re.compile(r"\d{14}\.mp4$")


@dataclass(frozen=True, slots=True)
class Found:
    """An example on disk."""

    folder: Path
    files: Mapping[str, Path]
    """Role, as in `NAMES`, to file."""
    record: Mapping[str, Any] | None
    """What its maker wrote down; None in folders that are not ours."""
    folder_split: str = "train"
    """The split in whose folder it lies, for those without a record."""

    @property
    def name(self) -> str:
        """Its name: ours, its folder's, or in an export its film's."""
        if self.record:
            return str(self.record["name"])
        return self.files["film"].stem if self.folder.name in SPLITS else self.folder.name

    @property
    def split(self) -> str:
        """Its split; training where none is given."""
        return str(self.record["example"]["split"]) if self.record else self.folder_split


def folder_of(layout: str, example: Example) -> Path:
    """Where an example lies in its data set."""
    if layout == "v2midi":
        return Path(f"midi_parseq_rendered_{example.number + 1}")
    return Path(example.split) / example.name[:2] / example.name


def names_of(layout: str, example: Example) -> dict[str, str]:
    """What the files of an example are called."""
    if layout != "v2midi":
        return dict(NAMES)
    stem = example.name
    return {
        "midi": f"{stem}.mid",
        "schedule": f"{stem}_parseq_config.json",
        "rendered": f"{stem}_parseq_rendered.json",
        "film": f"{example.number + 1:014d}.mp4",
        "mp3": f"{stem}.mp3",
        "flac": f"{stem}.flac",
    }


def find(folder: Path) -> list[Found]:
    """Find every example in a data set of any layout, or in an export.

    Raises:
        InputError: There is none.
    """
    found = [_ours(path) for split in SPLITS for path in sorted(folder.glob(f"{split}/??/*/"))]
    numbered = [(int(m[1]), p) for p in folder.glob("*/") if (m := _V2MIDI.search(p.name))]
    for _, path in sorted(numbered):
        item = _ours(path) if (path / RECORD).exists() else _theirs(path)
        if item is not None:
            found.append(item)
    for split in SPLITS:
        found += _exported(folder / "data" / split, folder / "files" / split, split)
        found += _exported(folder / split, folder / split, split)
    if not found and (shards := sorted(folder.glob("*.tar"))):
        split = shards[0].name.partition("-")[0]
        raise InputError(
            f"{folder} holds WebDataset shards; unpack those of each split into a folder of its "
            f"name: mkdir {split}; tar -xf {shards[0].name} -C {split}"
        )
    if not found:
        raise InputError(
            f"{folder} holds no examples; expected train, validation and test folders, "
            "V2MIDI's midi_parseq_rendered_1, _2 …, or an export"
        )
    return found


def is_data_set(folder: Path) -> bool:
    """Return whether a folder is a data set, of any layout, or an export."""
    places = [*SPLITS, *(f"data/{split}" for split in SPLITS)]
    return any((folder / place).is_dir() for place in places) or any(
        _V2MIDI.search(path.name) for path in folder.glob("*/")
    )


def read_record(folder: Path) -> dict[str, Any]:
    """Read what the maker of an example wrote down.

    Raises:
        InputError: There is nothing, or nothing of ours.
    """
    return _read_record(folder / RECORD)


def _read_record(path: Path) -> dict[str, Any]:
    try:
        content = orjson.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise InputError(f"{path} cannot be read as a record") from error
    if not isinstance(content, dict) or content.get("format") != RECORD_FORMAT:
        raise InputError(f"{path} is no record of format {RECORD_FORMAT}")
    return content


def _ours(folder: Path) -> Found:
    record = read_record(folder)
    files = {role: folder / about["name"] for role, about in record["files"].items()}
    return Found(folder, files, record)


def _theirs(folder: Path) -> Found | None:
    """Read a folder of V2MIDI's own; None where its film was never made."""
    midi = next(iter(sorted(folder.glob("*.mid*"))), None)
    films = sorted(folder.glob("*.mp4"), key=lambda p: (not _FILM_NAME.search(p.name), p.name))
    if midi is None or not films:
        return None
    files = {"midi": midi, "film": films[0]}
    for role, ending in (
        ("schedule", "_parseq_config.json"),
        ("rendered", "_parseq_rendered.json"),
    ):
        for path in folder.glob(f"*{ending}"):
            files[role] = path
    for path in folder.glob("*.mp3"):
        files["mp3"] = path
    return Found(folder, files, None)


def _exported(films: Path, beside: Path, split: str) -> Iterator[Found]:
    """Yield the examples of a split of an export, whose other files lie in `beside`."""
    for film in sorted(films.glob(f"*{ENDINGS['film']}")):
        files = {role: beside / f"{film.stem}{ending}" for role, ending in ENDINGS.items()}
        files = {role: path for role, path in files.items() if path.exists()} | {"film": film}
        record = files.pop("record", None)
        if "midi" in files:
            yield Found(films, files, _read_record(record) if record else None, split)


def splits_of(found: list[Found]) -> Iterator[tuple[str, list[Found]]]:
    """Return the examples of each split that has any."""
    for split in SPLITS:
        chosen = [item for item in found if item.split == split]
        if chosen:
            yield split, chosen
