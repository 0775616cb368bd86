"""Verifying: is every example what its record says, and is its film in time?

A data set in, problems out, one line each. Looked at: the hash of every file; the
film, decoded to its end; its frames, size and sound; the hits, read again from the
MIDI file; and whether the film moves when it should (`timing`).
"""

from collections.abc import Iterator
from os import PathLike
from pathlib import Path

import numpy as np
import orjson
from numpy.typing import NDArray

from clavilux import media, score
from clavilux.core.errors import ClaviluxError
from clavilux.core.progress import Progress, silent
from clavilux.core.values import FilmFrame, Score
from clavilux.dataset import timing
from clavilux.dataset.example import curves_of, hits_of, pictures_of, sha256
from clavilux.dataset.layout import Found, find
from clavilux.dataset.recipe import Example
from clavilux.schedule.from_music import Heading, dense, dense_rendered

_SMALL = 64


def verify(
    data: str | PathLike[str],
    *,
    sample: int | None = None,
    seed: int = 0,
    progress: Progress = silent,
) -> Iterator[tuple[str, list[str]]]:
    """Verify examples one by one.

    Args:
        data: A data set of any layout.
        sample: How many to draw at random; all if None.
        seed: Draws them.
        progress: Hears how many are done.

    Yields:
        Each example's name and what is wrong with it.

    Raises:
        InputError: The folder holds no examples.
    """
    found = find(Path(data))
    if sample is not None and sample < len(found):
        chosen = np.random.default_rng(seed).choice(len(found), sample, replace=False)
        found = [found[i] for i in sorted(chosen.tolist())]
    for n_done, item in enumerate(found, start=1):
        try:
            problems = list(problems_of(item))
        except (ClaviluxError, OSError) as error:
            problems = [str(error)]
        yield item.name, problems
        progress(n_done, len(found), "examples")


def problems_of(item: Found) -> Iterator[str]:
    """Return what is wrong with one example."""
    missing = [path.name for path in item.files.values() if not path.is_file()]
    if missing:
        yield f"{missing[0]} is missing"
        return
    if item.record is not None:
        for role, about in item.record["files"].items():
            if role not in item.files:  # an export leaves out what can be made again
                continue
            if sha256(item.files[role]) != about["sha256"]:
                yield f"{about['name']} is not what was written: its hash differs"
    frames = list(_frames(item))
    film = media.probe(item.files["film"])
    rate = float(film.frame_rate or 24)
    if item.record is not None:
        expected = item.record["n_frames"]
        if len(frames) != expected:
            yield f"the film has {len(frames)} frames; expected {expected}"
        if not film.has_sound:
            yield "the film has no sound"
    notes = score.settle_drums(score.read(item.files["midi"]))
    hits = hits_of(notes, len(frames) / rate)
    if item.record is not None and hits != item.record["hits"]:
        yield f"the MIDI file has {len(hits)} hits which are not those of the record"
    lag = _lag(item, notes, frames, np.array([hit[0] for hit in hits]), rate)
    if lag:
        yield f"the film is {abs(lag)} frames {'late' if lag > 0 else 'early'}"


def _lag(
    item: Found, notes: Score, frames: list[FilmFrame], hits_s: NDArray[np.float64], rate: float
) -> int:
    """Return by how many frames the film is late; 0 if it isn't, or nothing can be told."""
    lag, gain = timing.film_lag(change(frames), _moved(item, notes, hits_s, rate, len(frames)))
    if not lag:
        return 0
    if item.record is not None and item.record["example"]["renderer"] == "procedural":
        example = Example.from_dict(dict(item.record["example"]))
        shown = [np.asarray(frame.picture) for frame in frames]
        seen = timing.picture_lag(shown, pictures_of(example, curves_of(example, notes), {}))
        if seen is not None:
            return seen
    return lag if timing.is_sure(gain) else 0


def _moved(
    item: Found, notes: Score, hits_s: NDArray[np.float64], rate: float, n_frames: int
) -> NDArray[np.float64]:
    """Return what should move the film at each frame, by its schedule or its hits."""
    path = item.files.get("rendered")
    try:
        if path is None and item.record is not None:
            example = Example.from_dict(dict(item.record["example"]))
            curves = curves_of(example, notes)
            document = dense_rendered(dense(curves, Heading()))
        else:
            document = orjson.loads(path.read_bytes()) if path else {}
        return timing.motion(document["rendered_frames"], document["managedFields"])
    except (OSError, ValueError, KeyError, TypeError):
        return timing.motion_of_hits(hits_s, rate, n_frames)


def change(frames: list[FilmFrame]) -> NDArray[np.float64]:
    """Measure how much each picture differs from the last, shape (n_frames,)."""
    levels = np.zeros(len(frames))
    for k in range(1, len(frames)):
        now, last = frames[k].picture, frames[k - 1].picture
        assert isinstance(now, np.ndarray)
        assert isinstance(last, np.ndarray)
        levels[k] = np.abs(now.astype(np.int16) - last).mean()
    return levels


def _frames(item: Found) -> Iterator[FilmFrame]:
    yield from media.open_film(item.files["film"], pixels="luma", size=_SMALL)
