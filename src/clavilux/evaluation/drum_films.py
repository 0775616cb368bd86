"""Drums of a folder of films, each with the MIDI file that it was made from.

A folder of films with MIDI files of the same names beside, or a data set of any layout.

Controls, which know nothing of the pictures: what was heard in each film moved on by a part
of its length (as many hits, as regular, at other times), and each film's commonest drum,
struck at even steps as often as it is played.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path

import numpy as np
import orjson

from clavilux import media, score
from clavilux.core.drums import FIVE
from clavilux.core.errors import ArgumentError, InputError
from clavilux.core.files import write_bytes
from clavilux.core.progress import Progress, silent
from clavilux.core.values import Events
from clavilux.dataset.layout import find, is_data_set
from clavilux.evaluation import drums
from clavilux.pipelines.drums import DrumSettings, hear_drums

_MIDI = (".mid", ".midi")
_MOVED_ON = 0.3819
"""The golden section of a film."""


@dataclass(frozen=True, slots=True, eq=False)
class FolderReport:
    """How well the drums of each film were heard."""

    films: dict[str, drums.Report]
    """By name."""
    splits: Mapping[str, str] = field(default_factory=dict)
    """Of a data set: the split of each film."""
    controls: Mapping[str, drums.Report] = field(default_factory=dict)
    """By name: what is reached without looking."""

    @property
    def total(self) -> drums.Report:
        """All films together."""
        return drums.total(list(self.films.values()))


def films_of(folder: str | PathLike[str]) -> list[Path]:
    """List the films of a folder, by name.

    Raises:
        InputError: It is no folder, or holds none.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise InputError(f"{folder} is no folder; expected one with films")
    films = [p for p in sorted(folder.iterdir()) if p.suffix.lower() in media.FILM_SUFFIXES]
    if not films:
        raise InputError(f"{folder} holds no films; expected .mp4, .mkv, .webm or .mov")
    return films


def midi_beside(film: Path) -> Path | None:
    """Find the MIDI file of the same name."""
    found = (film.with_suffix(suffix) for suffix in _MIDI)
    return next((path for path in found if path.exists()), None)


def evaluate_folder(
    folder: str | PathLike[str],
    settings: DrumSettings | None = None,
    progress: Progress = silent,
    *,
    split: str | None = None,
) -> FolderReport:
    """Hear every film of a folder that has a MIDI file beside it, and compare.

    Args:
        folder: Films with MIDI files beside, or a data set.
        settings: How they are heard.
        progress: Progress callback.
        split: Of a data set, which to take; all if None.

    Raises:
        InputError: There is no such film, or one cannot be read.
    """
    pairs = pairs_of(Path(folder), split)
    chosen = settings or DrumSettings(model="geometry")
    reports, moved, steady = {}, [], []
    for name, film, midi, _ in pairs:
        heard = hear_drums(film, chosen, progress)
        played = drums.hits_of(score.settle_drums(score.read(midi)))
        played = {drum: rows[rows[:, 0] < heard.duration_s] for drum, rows in played.items()}
        hits = hits_heard(heard.hits)
        how = {"frame_rate": heard.frame_rate, "duration_s": heard.duration_s}
        reports[name] = drums.compare(played, hits, **how)
        moved.append(drums.compare(played, _moved(hits, heard.duration_s), **how))
        steady.append(drums.compare(played, _steady(played, heard.duration_s), **how))
    controls = {
        "heard, moved on": drums.total(moved),
        "commonest drum, steady": drums.total(steady),
    }
    return FolderReport(reports, {name: split for name, *_, split in pairs if split}, controls)


def pairs_of(folder: Path, split: str | None = None) -> list[tuple[str, Path, Path, str]]:
    """List name, film, MIDI file and split of every film of a folder or data set.

    Raises:
        InputError: There is no film with a MIDI file.
        ArgumentError: There is no such split.
    """
    if is_data_set(folder):
        found = [(i.name, i.files["film"], i.files["midi"], i.split) for i in find(folder)]
        chosen = [pair for pair in found if split in (None, pair[3])]
        if not chosen:
            there = ", ".join(sorted({pair[3] for pair in found}))
            raise ArgumentError(f"`split` is {split}, and {folder} has {there}")
        return chosen
    if split is not None:
        raise ArgumentError(f"`split` is for data sets, and {folder} is a folder of films")
    pairs = [(film.name, film, midi_beside(film), "") for film in films_of(folder)]
    beside = [(name, film, midi, part) for name, film, midi, part in pairs if midi is not None]
    if not beside:
        raise InputError(f"no film in {folder} has a MIDI file of its name beside it")
    return beside


def _moved(hits: dict[str, drums.Array], duration_s: float) -> dict[str, drums.Array]:
    """Move hits on by a part of the film that no bar divides, the last round to its start."""
    return {
        drum: np.column_stack([(rows[:, 0] + _MOVED_ON * duration_s) % duration_s, rows[:, 1:]])
        for drum, rows in hits.items()
    }


def _steady(played: dict[str, drums.Array], duration_s: float) -> dict[str, drums.Array]:
    """Strike the drum that is played most at even steps, as often as it is played."""
    most = max(played, key=lambda drum: len(played[drum]))
    n = len(played[most])
    times = np.arange(n) * (duration_s / max(1, n))
    empty = np.zeros((0, 2))
    return dict.fromkeys(played, empty) | {most: np.column_stack([times, np.full(n, 90.0)])}


def hits_heard(events: Events) -> dict[str, drums.Array]:
    """Return heard events as evaluation takes them."""
    kind = np.array(events.kind, dtype=object)
    return {
        drum: np.column_stack([events.time_s[kind == drum], events.strength[kind == drum] * 127])
        for drum in FIVE
    }


def lines(found: FolderReport) -> list[str]:
    """Return it as a table."""
    table = [f"{'film':32} {'±1 frame':>9} {'±50 ms':>7} {'±20 ms':>7} {'velocity':>9}"]
    rows = [*found.films.items(), ("all", found.total)]
    for split in sorted(set(found.splits.values())):
        of_split = [found.films[name] for name, its in found.splits.items() if its == split]
        rows.append((f"all of {split}", drums.total(of_split)))
    rows += [(f"control: {name}", report) for name, report in found.controls.items()]
    for name, report in rows:
        f1 = [report.agreement(tolerance).f1 for tolerance in drums.TOLERANCES]
        table.append(
            f"{name[-32:]:32} {f1[0]:9.3f} {f1[1]:7.3f} {f1[2]:7.3f} {report.velocity_error():9.1f}"
        )
    return table


def write_json(found: FolderReport, target: str | PathLike[str]) -> None:
    """Write every figure."""
    document = {
        "format": "clavilux.evaluation.drums/1",
        "total": found.total.document(),
        "films": {name: report.document() for name, report in found.films.items()},
        "splits": dict(found.splits),
        "controls": {name: report.document() for name, report in found.controls.items()},
    }
    write_bytes(target, orjson.dumps(document, option=orjson.OPT_INDENT_2) + b"\n")
