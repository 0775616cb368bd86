"""Mappings: which events of the music move which parameters, and how.

A mapping is a YAML document or one of our presets. `load` reads it, `apply`
turns a score or what was heard in a recording into curves.

    mapping = load("clavilux")
    curves = apply(mapping, score, frame_rate=Fraction(24), n_frames=480)

Conventions are `core.parameters`': movements are per video frame, and the value
at a frame stands for half a frame to either side of its time.
"""

from fractions import Fraction
from functools import cache
from importlib.resources import files
from os import PathLike
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clavilux.core.errors import DocumentError
from clavilux.core.values import Curves, Facts, Score
from clavilux.schedule.mapping.curves import curves_of
from clavilux.schedule.mapping.document import read
from clavilux.schedule.mapping.heard import Heard
from clavilux.schedule.mapping.pulses import Following, Pulses
from clavilux.schedule.mapping.pulses import pulses as find_pulses
from clavilux.schedule.mapping.rules import Base, Mapping, Rule

__all__ = [
    "Base",
    "Following",
    "Mapping",
    "Pulses",
    "Rule",
    "apply",
    "load",
    "marks",
    "names",
    "pulses",
]

_LARGEST_BYTES = 1 << 20


def names() -> list[str]:
    """Return the names of the presets, sorted."""
    found = files("clavilux.schedule").joinpath("presets").iterdir()
    return sorted(p.name.removesuffix(".yaml") for p in found if p.name.endswith(".yaml"))


def load(name_or_path: str | PathLike[str]) -> Mapping:
    """Read a mapping: a preset by its name, or a document by its path.

    Raises:
        DocumentError: There is none, or it is wrong; the message names the place.
    """
    name = str(name_or_path)
    if name in names():
        return _preset(name)
    path = Path(name_or_path)
    if path.is_dir():
        raise DocumentError(f"mapping {name!r} is a folder; expected a file or a preset's name")
    if not path.is_file():
        raise DocumentError(
            f"there is no mapping {name!r}: neither a file nor one of {', '.join(names())}"
        )
    if path.stat().st_size > _LARGEST_BYTES:
        raise DocumentError(f"mapping {path} is larger than 1 MB; it cannot be meant as one")
    return read(path.read_bytes(), str(path))


@cache
def _preset(name: str) -> Mapping:
    return read(preset_text(name), name)


def preset_text(name: str) -> str:
    """Return the document of a preset, to read or to start one's own from."""
    return files("clavilux.schedule").joinpath(f"presets/{name}.yaml").read_text("utf-8")


def pulses(
    mapping: Mapping, music: Score | Facts, *, facts: Facts | None = None, seed: int = 0
) -> list[Pulses | Following]:
    """Find what each rule does in the music, in seconds: see `clavilux.schedule.mapping.pulses`."""
    return find_pulses(mapping, Heard.of(music, facts), seed=seed)


def marks(music: Score | Facts, *, facts: Facts | None = None) -> dict[str, NDArray[np.float64]]:
    """Return the seconds of what a plot of curves should mark: drums, notes, sections."""
    return Heard.of(music, facts).marks()


def apply(
    mapping: Mapping,
    music: Score | Facts,
    *,
    frame_rate: Fraction,
    n_frames: int,
    start_s: float = 0.0,
    seed: int = 0,
    facts: Facts | None = None,
) -> Curves:
    """Turn music into curves.

    Args:
        mapping: What moves what.
        music: A score, or what was heard in a recording.
        frame_rate: Video frames per second.
        n_frames: How many frames to give.
        start_s: When in the music the first frame is shown, seconds. What chance
            decides is the same wherever one starts.
        seed: Draws what is left to chance.
        facts: What else is known of a score: sections, series. Found if absent.

    Returns:
        Every parameter that the mapping drives, shape (n_frames,) each.
    """
    heard = Heard.of(music, facts)
    found = find_pulses(mapping, heard, seed=seed)
    return curves_of(
        mapping,
        found,
        heard,
        frame_rate=frame_rate,
        n_frames=n_frames,
        start_s=start_s,
        seed=seed,
    )
