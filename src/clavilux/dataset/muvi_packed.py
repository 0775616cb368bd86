"""MuVi-Sync packed in a few files; read and written.

songs.json             an entry a song: id, title, split, seconds, key, transpose
seconds.npz            a row a second: chord, emotion, motion, loudness …
chord_intervals.npz    the recogniser's chords with exact times, in the original key
semantic.npz           CLIP features as 8-bit principal components; semantic_pca.npz the basis
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clavilux.compose.vocabulary import END, index_of_label, label_of, transpose
from clavilux.core.errors import DocumentError
from clavilux.core.files import atomic_output, write_text
from clavilux.dataset.muvi_song import COLUMNS, EMOTIONS, SPLITS, Song, normalised

_WHOLE = {"scene_offset", "note_density"}
"""Columns stored as whole numbers, -1 for a missing one."""
_MAX_COMPONENTS = 392
"""Principal components kept at most: 95 % of MuVi-Sync's variance."""


def is_layout(folder: Path) -> bool:
    """Return True if `folder` holds packed songs."""
    return (folder / "songs.json").is_file()


def read(path: Path, split: str | None, semantic: bool) -> list[Song]:
    """Read the songs of one split, or all; see `clavilux.dataset.muvi_sync.read`."""
    try:
        index = json.loads((path / "songs.json").read_text("utf-8"))["songs"]
        with np.load(path / "seconds.npz") as rows:
            table = {name: rows[name] for name in rows.files}
        with np.load(path / "chord_intervals.npz") as kept:
            intervals = {name: kept[name] for name in kept.files}
        clip = _Semantic(path) if semantic and (path / "semantic.npz").is_file() else None
        labels = [str(label) for label in intervals["labels"]]
        numbers = np.array([[normalised(label, n) for label in labels] for n in range(12)])
        edges = np.searchsorted(intervals["song"], np.arange(len(index) + 1))
        songs = []
        for number, entry in enumerate(index):
            if split is not None and entry["split"] != split:
                continue
            rows_of = slice(table["song_start"][number], table["song_start"][number + 1])
            changes = slice(edges[number], edges[number + 1])
            songs.append(
                Song(
                    id=entry["id"],
                    split=entry["split"],
                    minor=entry["key"].endswith("minor"),
                    transpose=entry["transpose"] % 12,
                    chords=table["chord"][rows_of].astype(np.int64),
                    emotion=table["emotion"][rows_of],
                    change_s=intervals["start"][changes].astype(np.float64),
                    change_chord=numbers[entry["transpose"] % 12][intervals["label"][changes]],
                    semantic=clip(rows_of) if clip else None,
                    title=entry.get("title", ""),
                    **{name: _missing_as_nan(table[name][rows_of], name) for name in COLUMNS},
                )
            )
    except (KeyError, TypeError, ValueError, OSError, IndexError) as error:
        raise DocumentError(f"{path}: not a packed MuVi-Sync data set: {error}") from error
    return songs


def write(songs: Sequence[Song], target: Path) -> Path:
    """Write songs in the packed layout; the folder appears when it is whole.

    CLIP features are reduced by principal components and quantised to 8 bits, as in
    the pack of MuVi-Sync. Songs without them are rows without features.
    """
    starts = np.concatenate([[0], np.cumsum([len(song) for song in songs])]).astype(np.int32)
    with atomic_output(target) as partial:
        partial.mkdir()
        _write_index(songs, partial)
        columns: dict[str, Any] = {
            "song_start": starts,
            "song": np.repeat(np.arange(len(songs)), np.diff(starts)).astype(np.int16),
            "second": np.concatenate([np.arange(len(song)) for song in songs]).astype(np.int16),
            "chord": np.concatenate([song.chords for song in songs]).astype(np.uint8),
            "emotion": np.concatenate([song.emotion for song in songs]).astype(np.float32),
        }
        for name in COLUMNS:
            values = np.concatenate([getattr(song, name) for song in songs])
            columns[name] = (
                np.where(np.isnan(values), -1, values).astype(np.int16)
                if name in _WHOLE
                else values.astype(np.float32)
            )
        np.savez_compressed(partial / "seconds.npz", **columns)
        _write_intervals(songs, partial)
        _write_semantic(songs, partial)
    return target


def _missing_as_nan(values: NDArray[Any], name: str) -> NDArray[np.float32]:
    values = values.astype(np.float32)
    return np.where(values < 0, np.float32(np.nan), values) if name in _WHOLE else values


class _Semantic:
    """CLIP features rebuilt from quantised principal components."""

    def __init__(self, path: Path) -> None:
        with np.load(path / "semantic.npz") as kept, np.load(path / "semantic_pca.npz") as pca:
            self._q, self._has, scale = kept["q"], kept["has"], kept["scale"]
            self._basis, self._mean = pca["basis"] * scale, pca["mean"]

    def __call__(self, rows: slice) -> NDArray[np.float32]:
        values = self._q[rows].astype(np.float32) @ self._basis.T + self._mean
        values[~self._has[rows]] = np.nan
        return np.asarray(values, np.float32)


def _write_index(songs: Sequence[Song], folder: Path) -> None:
    def key(minor: bool, shift: int) -> str:
        root = label_of(transpose(index_of_label("A" if minor else "C"), -shift))
        return f"{root} {'minor' if minor else 'major'}"

    entries = [
        {"id": song.id, "title": song.title, "split": song.split, "seconds": len(song),
         "key": key(song.minor, 0), "original_key": key(song.minor, song.transpose),
         "transpose": song.transpose}
        for song in songs
    ]  # fmt: skip
    index = {"chords": [label_of(i) for i in range(END)], "end": END, "pad": END + 1,
             "emotions": list(EMOTIONS), "songs": entries}  # fmt: skip
    write_text(folder / "songs.json", json.dumps(index, indent=1, ensure_ascii=False) + "\n")
    splits = {name: [song.id for song in songs if song.split == name] for name in SPLITS}
    write_text(folder / "splits.json", json.dumps(splits) + "\n")


def _write_intervals(songs: Sequence[Song], folder: Path) -> None:
    start = np.concatenate([song.change_s for song in songs])
    end = np.concatenate([np.append(song.change_s[1:], len(song)) for song in songs])
    original = [
        label_of(transpose(int(c), -song.transpose)) for song in songs for c in song.change_chord
    ]
    labels, label = np.unique(original, return_inverse=True)
    np.savez_compressed(
        folder / "chord_intervals.npz",
        song=np.repeat(np.arange(len(songs)), [len(s.change_s) for s in songs]).astype(np.int16),
        start=start.astype(np.float32), end=end.astype(np.float32),
        label=label.astype(np.uint8), labels=labels,
    )  # fmt: skip


def _write_semantic(songs: Sequence[Song], folder: Path) -> None:
    known = [song.semantic for song in songs if song.semantic is not None]
    width = known[0].shape[1] if known else 768
    rows = np.concatenate(
        [
            np.full((len(song), width), np.nan) if song.semantic is None else song.semantic
            for song in songs
        ]
    )
    has = ~np.isnan(rows).any(axis=1)
    if not has.any():
        return
    mean = rows[has].mean(axis=0)
    _, spread, axes = np.linalg.svd(rows[has] - mean, full_matrices=False)
    basis = axes[:_MAX_COMPONENTS].T
    z = np.where(has[:, None], (rows - mean) @ basis, 0)
    scale = np.maximum(np.abs(z).max(axis=0) / 127, 1e-12)
    np.savez_compressed(
        folder / "semantic.npz", q=np.rint(z / scale).astype(np.int8), has=has,
        scale=scale.astype(np.float32),
    )  # fmt: skip
    np.savez_compressed(
        folder / "semantic_pca.npz", mean=mean.astype(np.float32), basis=basis.astype(np.float32),
        eigenvalues=(spread**2 / has.sum()).astype(np.float32), scale=scale.astype(np.float32),
    )  # fmt: skip
