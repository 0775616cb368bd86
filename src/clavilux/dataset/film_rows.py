"""One film as rows of MuVi-Sync's features, taken as its authors took them.

A film with its sound in, a record of arrays out, which can be stored and read back.

- motion, scene offset: `clavilux.watch.muvi`;
- emotion, CLIP features: a CLIP model, by name or folder; NaN without one;
- chords: a back end of `clavilux.listen.chords`, in the original key;
- loudness: RMS amplitude of each second of the mono sound;
- note density: notes that sound at any moment of a second, in the MIDI file of the same
  name beside the film, or as basic-pitch's model hears them; NaN without either.

Source:
    The scripts ``loudness_feature.py``, ``note_density_feature.py`` and others of
    github.com/AMAAI-Lab/Video2Music (MIT). Ours measures loudness at the sound's own rate,
    and transcribes by another network than theirs, which isn't named.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clavilux import media, score, watch
from clavilux.core.errors import DocumentError, MissingExtra
from clavilux.core.files import atomic_output
from clavilux.core.progress import Progress, silent
from clavilux.core.values import Sound
from clavilux.dataset.muvi_song import EMOTIONS
from clavilux.listen import chords
from clavilux.listen.notes import create_notes
from clavilux.listen.pitch_model import find_model, hear_keys
from clavilux.listen.spectrum import finite

N_CLIP = 768
_FORMAT = "clavilux.film-rows/1"


@dataclass(frozen=True, slots=True)
class Readers:
    """What reads a film's features; the same readers give the same rows."""

    chords: str = "template"
    """A name in `clavilux.listen.chords.FAMILY`."""
    clip: str | None = None
    """A CLIP model, by folder or name in the hub cache."""
    pitch_model: str | None = None
    """basic-pitch's model file; looked for in an installed basic-pitch if None."""

    def absent(self) -> dict[str, str]:
        """Return the features that no reader is there for, each with the way to have it."""
        missing = {}
        if self.clip is None:
            missing["emotion and semantic"] = "name a CLIP model with `clip`"
        if _pitch_model(self.pitch_model) is None:
            missing["note_density (of films without MIDI beside them)"] = (
                "pip install --no-deps basic-pitch, or give its nmp.onnx with `pitch_model`"
            )
        return missing


@dataclass(frozen=True, slots=True, eq=False)
class FilmRows:
    """What was read of one film; arrays have one row a second, NaN where nothing is known."""

    duration_s: float
    chord_start_s: NDArray[np.float64]
    """When each chord begins, seconds. Shape (n_chords,)."""
    chord_labels: tuple[str, ...]
    """In the original key, in Harte's syntax."""
    motion: NDArray[np.float32]
    scene_offset: NDArray[np.float32]
    emotion: NDArray[np.float32]
    """Shape (n_seconds, 6)."""
    loudness: NDArray[np.float32]
    note_density: NDArray[np.float32]
    semantic: NDArray[np.float32] | None
    """Shape (n_seconds, 768)."""

    def __len__(self) -> int:
        return len(self.motion)


def read_film(path: Path, readers: Readers, progress: Progress = silent) -> FilmRows:
    """Read one film.

    Raises:
        MediaError: It cannot be read, or has no sound.
        InputError: A reader cannot be made.
    """
    sound = media.open_sound(path)
    reader = None if readers.clip is None else _clip(readers.clip)
    watched = watch.watch(media.open_film(path), reader=reader, progress=progress)
    rows, n = watched.muvi, len(watched.muvi.motion)
    heard = _chord_hearer(readers.chords).hear(sound)
    known = reader is not None
    return FilmRows(
        duration_s=watched.facts.duration_s,
        chord_start_s=heard.start_s,
        chord_labels=heard.labels,
        motion=rows.motion.astype(np.float32),
        scene_offset=rows.scene_offset.astype(np.float32),
        emotion=rows.emotion if known else np.full((n, len(EMOTIONS)), np.nan, np.float32),
        loudness=_fitted(loudness_rows(sound), n),
        note_density=_density(path, sound, readers, n),
        semantic=rows.semantic if known and rows.semantic.shape[1] == N_CLIP else None,
    )


def loudness_rows(sound: Sound) -> NDArray[np.float32]:
    """Return the RMS amplitude of each second of a sound, 0 to 1; the last may be shorter."""
    rate, squares, n_samples = sound.sample_rate, [0.0], 0
    for block in finite(sound):
        line = np.rint(block.mean(axis=1).astype(np.float64) * 32768)  # as 16-bit samples
        for piece in np.split(line, range((-n_samples) % rate, len(line), rate)):
            if len(piece):
                if n_samples // rate == len(squares):
                    squares.append(0.0)
                squares[-1] += float(piece @ piece)
                n_samples += len(piece)
    lengths = np.full(len(squares), float(rate))
    lengths[-1] = n_samples - rate * (len(squares) - 1) or 1
    rms = np.floor(np.sqrt(np.array(squares) / lengths))
    amplitude = np.asarray(np.minimum(rms, 32767) / 32767, dtype=np.float32)
    return amplitude[: math.ceil(n_samples / rate)]


def density_rows(
    onset_s: NDArray[np.float64], offset_s: NDArray[np.float64], n_seconds: int
) -> NDArray[np.float32]:
    """Count the notes that sound at any moment in each second. Shape (n_seconds,)."""
    first = np.clip(np.floor(onset_s).astype(int), 0, n_seconds)
    end = np.clip(np.ceil(offset_s).astype(int), first, n_seconds)
    change = np.bincount(first, minlength=n_seconds + 1)
    change = change - np.bincount(end, minlength=n_seconds + 1)
    return np.cumsum(change)[:n_seconds].astype(np.float32)


def store(rows: FilmRows, target: Path) -> Path:
    """Write rows to a file, whole or not at all."""
    meta = {"format": _FORMAT, "duration_s": rows.duration_s, "labels": rows.chord_labels}
    arrays = {name: getattr(rows, name) for name in _ARRAYS}
    if rows.semantic is not None:
        arrays["semantic"] = rows.semantic
    with atomic_output(target) as partial:
        np.savez_compressed(partial, meta=np.array(json.dumps(meta)), **arrays)
    return target


def load(path: Path) -> FilmRows:
    """Read what `store` wrote.

    Raises:
        DocumentError: It is not such a file.
    """
    try:
        with np.load(path, allow_pickle=False) as stored:
            meta = json.loads(str(stored["meta"]))
            if meta["format"] != _FORMAT:
                raise ValueError(f"its format is {meta['format']}")
            return FilmRows(
                duration_s=float(meta["duration_s"]),
                chord_labels=tuple(meta["labels"]),
                semantic=stored["semantic"] if "semantic" in stored.files else None,
                **{name: stored[name] for name in _ARRAYS},
            )
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise DocumentError(f"{path}: not the rows of a film: {error}") from error


_ARRAYS = (
    "chord_start_s", "motion", "scene_offset", "emotion", "loudness", "note_density"
)  # fmt: skip


def read_into(film: str, target: str, settings: dict[str, Any]) -> str:
    """Read one film and store its rows: a job for `clavilux.dataset.executors`."""
    return str(store(read_film(Path(film), Readers(**settings)), Path(target)))


@lru_cache(maxsize=1)
def _clip(name: str) -> watch.semantics.Semantics:
    return watch.semantics.make("clip", model=name)


@lru_cache(maxsize=1)
def _chord_hearer(name: str) -> chords.ChordHearer:
    return chords.make(name)


def _pitch_model(path: str | None) -> Path | None:
    try:
        return find_model(path)
    except MissingExtra:
        return None


def _density(path: Path, sound: Sound, readers: Readers, n: int) -> NDArray[np.float32]:
    beside = path.with_suffix(".mid")
    if beside.is_file():
        written = score.read(beside)
        spans: Sequence[tuple[float, float]] = [
            span
            for track in written.tracks
            for span in zip(
                written.onsets_s(track.notes), written.offsets_s(track.notes), strict=True
            )
        ]
    else:
        model = _pitch_model(readers.pitch_model)
        if model is None:
            return np.full(n, np.nan, np.float32)
        notes = create_notes(hear_keys(sound, model=model))
        spans = [(note.onset_s, note.offset_s) for note in notes]
    onset, offset = np.array(spans, dtype=np.float64).reshape(-1, 2).T
    return density_rows(onset, offset, n)


def _fitted(values: NDArray[np.float32], n: int) -> NDArray[np.float32]:
    return np.concatenate([values, np.full(max(0, n - len(values)), np.nan, np.float32)])[:n]


def check(readers: Readers) -> None:
    """Make the readers now, before any work.

    Raises:
        InputError: One cannot be made.
    """
    _chord_hearer(readers.chords)
    if readers.clip is not None:
        _clip(readers.clip)
    if readers.pitch_model is not None:
        find_model(readers.pitch_model)
