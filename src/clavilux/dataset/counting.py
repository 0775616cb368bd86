"""Counting: what is in a data set, as a table and as a picture."""

from collections import Counter
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path

import numpy as np

from clavilux import score
from clavilux.core.errors import ClaviluxError
from clavilux.dataset.example import hits_of
from clavilux.dataset.layout import Found, find
from clavilux.draw.bars import Bars, plot_bars

_TEMPO_STEP = 10


@dataclass
class Counts:
    """What was counted."""

    n_examples: int = 0
    seconds: float = 0.0
    n_bytes: int = 0
    splits: Counter[str] = field(default_factory=Counter)
    looks: Counter[str] = field(default_factory=Counter)
    themes: Counter[str] = field(default_factory=Counter)
    sources: Counter[str] = field(default_factory=Counter)
    drums: Counter[str] = field(default_factory=Counter)
    tempi: Counter[str] = field(default_factory=Counter)
    """By steps of ten beats a minute."""
    velocities: Counter[str] = field(default_factory=Counter)
    per_split: dict[str, dict[str, set[str]]] = field(default_factory=dict)
    """What each split draws on: looks, sources, seeds."""

    def shared(self) -> dict[str, list[str]]:
        """Name what two splits have in common; nothing, in a sound data set."""
        found: dict[str, list[str]] = {}
        splits = sorted(self.per_split)
        for i, first in enumerate(splits):
            for second in splits[i + 1 :]:
                for kind, things in self.per_split[first].items():
                    common = sorted(things & self.per_split[second].get(kind, set()))
                    if common:
                        found[f"{kind} in {first} and {second}"] = common
        return found


def count(data: str | PathLike[str]) -> Counts:
    """Count what is in a data set.

    Raises:
        InputError: The folder holds no examples.
    """
    counts = Counts()
    for item in find(Path(data)):
        _add(counts, item)
    return counts


def _add(counts: Counts, item: Found) -> None:
    counts.n_examples += 1
    counts.n_bytes += sum(path.stat().st_size for path in item.files.values() if path.exists())
    counts.splits[item.split] += 1
    if item.record is None:
        _add_foreign(counts, item)
        return
    about = item.record["example"]
    counts.seconds += item.record["n_frames"] / float(_rate(about["frame_rate"]))
    counts.looks[about["look"]] += 1
    counts.themes[about["theme"]] += 1
    counts.sources[about["source"]["kind"]] += 1
    _add_hits(counts, item.record["hits"], item.record["tempo_bpm"])
    drawn = counts.per_split.setdefault(
        item.split, {"looks": set(), "files": set(), "seeds": set()}
    )
    drawn["looks"].add(about["look"])
    drawn["seeds"].add(str(about["seed"]))
    drawn["files"].add(str(item.record["files"]["midi"]["sha256"]))


def _add_foreign(counts: Counts, item: Found) -> None:
    try:
        notes = score.settle_drums(score.read(item.files["midi"]))
    except ClaviluxError:
        return
    counts.sources["file"] += 1
    counts.seconds += notes.duration_s
    _add_hits(counts, hits_of(notes, np.inf), float(notes.tempo_map.tempi_bpm[0]))


def _add_hits(counts: Counts, hits: list[list[object]], tempo_bpm: float) -> None:
    counts.tempi[f"{int(tempo_bpm // _TEMPO_STEP) * _TEMPO_STEP:3d}"] += 1
    for _, drum, _, velocity in hits:
        counts.drums[str(drum)] += 1
        counts.velocities[f"{int(str(velocity)) // 16 * 16:3d}"] += 1


def _rate(text: str) -> float:
    top, _, below = text.partition("/")
    return float(top) / float(below or 1)


def table(counts: Counts) -> str:
    """Write what was counted as lines of text."""
    lines = [
        f"examples  {counts.n_examples}",
        f"hours     {counts.seconds / 3600:.2f}",
        f"bytes     {counts.n_bytes / 1e6:.1f} MB",
    ]
    for name, counter in _named(counts):
        shown = ", ".join(f"{key.strip()} {n}" for key, n in sorted(counter.items()))
        lines.append(f"{name:<9} {shown}")
    shared = counts.shared()
    lines += [f"shared    {what}: {', '.join(things[:3])}" for what, things in shared.items()]
    return "\n".join(lines)


def plot(counts: Counts, path: str | PathLike[str]) -> None:
    """Draw what was counted as bars.

    Raises:
        OutputError: The picture cannot be written.
    """
    groups = [
        Bars(name, [(key.strip(), float(n)) for key, n in sorted(counter.items())])
        for name, counter in _named(counts)
    ]
    title = f"{counts.n_examples} examples, {counts.seconds / 3600:.1f} hours"
    plot_bars(groups, path, title=title)


def _named(counts: Counts) -> list[tuple[str, Counter[str]]]:
    named = [
        ("splits", counts.splits),
        ("looks", counts.looks),
        ("themes", counts.themes),
        ("sources", counts.sources),
        ("drums", counts.drums),
        ("tempi", counts.tempi),
        ("velocity", counts.velocities),
    ]
    return [(name, counter) for name, counter in named if counter]
