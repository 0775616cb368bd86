"""Real songs and films beside this checkout, parted by their sources into two halves.

What is built is tried on one half, settings are chosen by the other: a source (a package, a
repository) lies wholly on one side, those with most songs first, each where fewer of its
kind are yet. Nothing of them is committed.
"""

import hashlib
import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Half = Literal["build", "choose", "all"]
_KINDS = ("songs", "midi")
SONGS = Path(__file__).resolve().parents[2] / "shared" / "songs"


@dataclass(frozen=True, slots=True)
class Song:
    """A recording or a MIDI file."""

    path: Path
    source: str
    """The package or repository it comes from."""
    kinds: tuple[str, ...]
    has_drums: bool | None
    """None where nobody knows."""

    @property
    def name(self) -> str:
        """Its file's name without the ending."""
        return self.path.stem

    @property
    def is_midi(self) -> bool:
        """Whether it is notes rather than a recording."""
        return self.path.suffix == ".mid"


def songs(half: Half = "all", *, folder: Path = SONGS) -> list[Song]:
    """List the songs of one half of the sources, or all; none where the folder is not there.

    Recordings and MIDI files come by turns, so that the first few are of both kinds.
    """
    manifest = folder / "manifest.json"
    if not manifest.is_file():
        return []
    listed = json.loads(manifest.read_text())
    half_of = _halves([[source_of(e["source"]) for e in listed[kind]] for kind in _KINDS])
    kept = [
        [
            Song(
                folder / entry["file"],
                source,
                tuple(entry.get("kinds") or ()),
                entry.get("has_drums"),
            )
            for entry in listed[kind]
            if half in ("all", half_of[source := source_of(entry["source"])])
        ]
        for kind in _KINDS
    ]
    recordings, midi = (sorted(found, key=lambda song: _digest(song.name)) for found in kept)
    mixed: list[Song] = []
    while recordings or midi:
        mixed += [found.pop(0) for found in (recordings, midi) if found]
    return mixed


def source_of(text: str) -> str:
    """Return the package or repository that a source line names."""
    if text.startswith("github:"):
        return text.partition("@")[0]
    return " ".join(text.partition(": ")[0].split()[:3])


def _halves(sources: list[list[str]]) -> dict[str, Half]:
    """Return the half of every source, from the sources of each kind's songs."""
    placed: dict[str, Half] = {}
    for of_kind in sources[::-1]:  # MIDI first: it has fewer sources
        count = Counter(of_kind)
        for source in sorted(count, key=lambda s: (-count[s], _digest(s))):
            if source not in placed:
                n_build = sum(count[s] for s, half in placed.items() if half == "build")
                n_choose = sum(count[s] for s, half in placed.items() if half == "choose")
                placed[source] = "build" if n_build <= n_choose else "choose"
    return placed


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
