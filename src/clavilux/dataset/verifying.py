"""Verifying: is every example what its record says, and is its film in time?

A data set in, problems out, one line each. Looked at: the hash of every file; the
film, decoded to its end; its frames, size and sound; the hits, read again from the
MIDI file; and whether the film moves when they are struck.
"""

from collections.abc import Iterator
from os import PathLike
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clavilux import media, score
from clavilux.core.errors import ClaviluxError
from clavilux.core.progress import Progress, silent
from clavilux.core.values import FilmFrame
from clavilux.dataset.example import hits_of, sha256
from clavilux.dataset.layout import Found, find

WIDEST_LAG = 6
"""Frames to either side in which a film's hits are looked for."""
_SMALL = 64
_FEW = 4
"""Fewer hits than these tell nothing about time."""
_SURE = 1.3
"""How much more a film must move at another lag to count as late or early."""


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
    """Say what is wrong with one example."""
    missing = [path.name for path in item.files.values() if not path.is_file()]
    if missing:
        yield f"{missing[0]} is missing"
        return
    if item.record is not None:
        for role, about in item.record["files"].items():
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
    lag = film_lag(change(frames), np.array([hit[0] for hit in hits]), rate)
    if lag:
        yield f"the film is {abs(lag)} frames {'late' if lag > 0 else 'early'}"


def change(frames: list[FilmFrame]) -> NDArray[np.float64]:
    """Measure how much each picture differs from the last, shape (n_frames,)."""
    levels = np.zeros(len(frames))
    for k in range(1, len(frames)):
        now, last = frames[k].picture, frames[k - 1].picture
        assert isinstance(now, np.ndarray)
        assert isinstance(last, np.ndarray)
        levels[k] = np.abs(now.astype(np.int16) - last).mean()
    return levels


def film_lag(
    changes: NDArray[np.float64], hits_s: NDArray[np.float64], frame_rate: float
) -> int | None:
    """Find by how many frames a film comes after its hits.

    At a hit the change from picture to picture jumps up. The lag is where it jumps
    most, if that is clearly more than where it should.

    Args:
        changes: What `change` measured.
        hits_s: When drums are struck, seconds.
        frame_rate: Video frames a second.

    Returns:
        Frames, 0 for a film in time, None where there is too little to tell.
    """
    rise = np.maximum(np.diff(changes, prepend=changes[:1]), 0.0)
    frames = np.unique(np.floor(hits_s * frame_rate + 0.5).astype(int))
    frames = frames[(frames >= WIDEST_LAG + 2) & (frames < len(rise) - WIDEST_LAG)]
    if len(frames) < _FEW or not rise.any():
        return None
    lags = np.arange(-WIDEST_LAG, WIDEST_LAG + 1)
    jumps = np.array([rise[frames + lag].mean() for lag in lags])
    best = int(np.argmax(jumps))
    return int(lags[best]) if jumps[best] > _SURE * jumps[WIDEST_LAG] else 0


def _frames(item: Found) -> Iterator[FilmFrame]:
    yield from media.open_film(item.files["film"], pixels="luma", size=_SMALL)
