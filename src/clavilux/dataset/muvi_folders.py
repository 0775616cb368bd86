"""MuVi-Sync in its authors' folders: a text file a song and feature; read and written.

vevo_chord/lab_v2_norm/all/001.lab       key C major / 0 A:min / 1 A:min …
vevo_chord/lab/all/001.lab               0.000 2.963 B:min  (original key; optional)
vevo_emotion/6c_l14p/all/001.lab         a header, then 0 .0515 .0131 …
vevo_motion|scene_offset|loudness|note_density/all/001.lab     0 0.0000 …
vevo_semantic/all/2d/clip_l14p/001.npy   (n_seconds, 768)
vevo_meta/split/v1/train.txt …           an id a line
vevo_meta/chord.json, …                  numbers of chords, roots and qualities; only written,
                                         for the authors' own reader
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clavilux.compose.harmony import NAMES
from clavilux.compose.vocabulary import (
    END,
    QUALITY_ORDER,
    index_of_label,
    label_of,
    transpose,
)
from clavilux.core.errors import DocumentError
from clavilux.core.files import atomic_output, write_text
from clavilux.dataset.muvi_song import COLUMNS, EMOTIONS, SPLITS, Song, normalised

_CHORDS = Path("vevo_chord/lab_v2_norm/all")
_INTERVALS = Path("vevo_chord/lab/all")
_EMOTION = Path("vevo_emotion/6c_l14p/all")
_SEMANTIC = Path("vevo_semantic/all/2d/clip_l14p")
_META = Path("vevo_meta/split/v1")


def is_layout(folder: Path) -> bool:
    """Return True if `folder` holds the authors' folders."""
    return (folder / _CHORDS).is_dir()


def read(folder: Path, split: str | None, semantic: bool) -> list[Song]:
    """Read the songs of one split, or all; see `clavilux.dataset.muvi_sync.read`."""
    split_of = {
        name: each
        for each in SPLITS
        if (folder / _META / f"{each}.txt").is_file()
        for name in (folder / _META / f"{each}.txt").read_text("utf-8").split()
    }
    names = sorted(path.stem for path in (folder / _CHORDS).glob("*.lab"))
    chosen = [name for name in names if split in (None, split_of.get(name))]
    return [_read_song(folder, name, split_of.get(name, "none"), semantic) for name in chosen]


def write(songs: Sequence[Song], folder: Path) -> Path:
    """Write songs into the authors' folders; missing features become shorter files or none."""
    with atomic_output(folder) as partial:
        for place in (_CHORDS, _INTERVALS, _EMOTION, _SEMANTIC, _META):
            (partial / place).mkdir(parents=True)
        for name in COLUMNS:
            (partial / f"vevo_{name}/all").mkdir(parents=True)
        for song in songs:
            _write_song(song, partial)
        _write_vocabulary(partial / _META.parts[0])
        for split in SPLITS:
            ids = [song.id for song in songs if song.split == split]
            write_text(partial / _META / f"{split}.txt", "".join(f"{name}\n" for name in ids))
    return folder


def _read_song(folder: Path, name: str, split: str, semantic: bool) -> Song:
    path = folder / _CHORDS / f"{name}.lab"
    try:
        (_, _, mode), *rows = [line.split() for line in path.read_text("utf-8").splitlines()]
        chords = np.array([index_of_label(label) for _, label in rows], np.int64)
        n, minor = len(chords), mode == "minor"
        starts, labels = _read_intervals(folder / _INTERVALS / f"{name}.lab")
        shift = _shift(chords, starts, labels)
        if not labels:  # the seconds themselves are all that is known
            edges = np.flatnonzero(np.diff(chords, prepend=-1))
            starts, numbers = edges.astype(np.float64), chords[edges]
        else:
            numbers = np.array([normalised(label, shift) for label in labels], np.int64)
        clip = folder / _SEMANTIC / f"{name}.npy"
        features = np.full((n, 768), np.nan, np.float32)
        if semantic and clip.is_file():
            found = np.load(clip, allow_pickle=False)[:n]
            features[: len(found)] = found

        def one(column: str) -> NDArray[np.float32]:
            return _table(folder / f"vevo_{column}/all/{name}.lab", n, 1)[:, 0]

        return Song(
            id=name, split=split, minor=minor, transpose=shift, chords=chords,
            emotion=_table(folder / _EMOTION / f"{name}.lab", n, len(EMOTIONS)),
            change_s=starts, change_chord=numbers, semantic=features if semantic else None,
            motion=one("motion"), scene_offset=one("scene_offset"), loudness=one("loudness"),
            note_density=one("note_density"),
        )  # fmt: skip
    except (ValueError, IndexError) as error:
        raise DocumentError(f"{path}: not a chord file of MuVi-Sync: {error}") from error


def _read_intervals(path: Path) -> tuple[NDArray[np.float64], list[str]]:
    if not path.is_file():
        return np.zeros(0), []
    rows = [line.split() for line in path.read_text("utf-8").splitlines() if line.strip()]
    return np.array([float(row[0]) for row in rows]), [row[2] for row in rows]


def _shift(chords: NDArray[np.int64], starts: NDArray[np.float64], labels: list[str]) -> int:
    """Return the transposition under which the most seconds agree with the intervals."""
    if not labels:
        return 0
    at = np.searchsorted(starts, np.arange(len(chords)), "right") - 1
    agree = [
        sum(normalised(labels[i], n) == chord for i, chord in zip(at, chords, strict=True))
        for n in range(12)
    ]
    return int(np.argmax(agree))


def _table(path: Path, n_seconds: int, width: int) -> NDArray[np.float32]:
    table = np.full((n_seconds, width), np.nan, np.float32)
    if path.is_file():
        for line in path.read_text("utf-8").splitlines():
            first, *values = line.split()
            if first != "time" and int(first) < n_seconds:
                table[int(first)] = [float(value) for value in values]
    return table


def _write_vocabulary(folder: Path) -> None:
    chords = {label_of(i): i for i in range(END)}
    tables = {
        "chord": chords,
        "chord_inv": {str(i): label for label, i in chords.items()},
        "chord_root": {"N": 0} | {name: i + 1 for i, name in enumerate(NAMES)},
        "chord_attr": {"N": 0} | {name: i + 1 for i, name in enumerate(QUALITY_ORDER)},
    }
    for name, table in tables.items():
        write_text(folder / f"{name}.json", json.dumps(table) + "\n")


def _write_song(song: Song, folder: Path) -> None:
    def lines(values: NDArray[Any], form: str) -> str:
        table = values.reshape(len(values), -1)
        known = ~np.isnan(table).any(axis=1)
        return "".join(
            f"{t} {' '.join(form.format(v) for v in row)}\n"
            for t, row in enumerate(table.tolist())
            if known[t]
        )

    name = f"{song.id}.lab"
    key = "A minor" if song.minor else "C major"
    text = "".join(f"{t} {label_of(int(c))}\n" for t, c in enumerate(song.chords))
    write_text(folder / _CHORDS / name, f"key {key}\n{text}")
    ends = np.append(song.change_s[1:], len(song))
    original = [label_of(transpose(int(c), -song.transpose)) for c in song.change_chord]
    text = "".join(
        f"{a:.3f} {b:.3f} {label}\n"
        for a, b, label in zip(song.change_s, ends, original, strict=True)
    )
    write_text(folder / _INTERVALS / name, text)
    header = "time " + " ".join(f"{emotion}_prob" for emotion in EMOTIONS) + "\n"
    write_text(folder / _EMOTION / name, header + lines(song.emotion, "{:.4f}"))
    for column in COLUMNS:
        form = "{:.0f}" if column == "scene_offset" else "{:.4f}"
        write_text(folder / f"vevo_{column}/all/{name}", lines(getattr(song, column), form))
    if song.semantic is not None and not np.isnan(song.semantic).all():
        np.save(folder / _SEMANTIC / f"{song.id}.npy", song.semantic)
