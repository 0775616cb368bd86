"""Drums of a folder of films, each with the MIDI file that it was made from."""

from dataclasses import dataclass
from os import PathLike
from pathlib import Path

import numpy as np
import orjson

from clavilux import media, score
from clavilux.core.drums import FIVE
from clavilux.core.errors import InputError
from clavilux.core.files import write_bytes
from clavilux.core.progress import Progress, silent
from clavilux.core.values import Events
from clavilux.evaluation import drums
from clavilux.pipelines.drums import DrumSettings, hear_drums

_MIDI = (".mid", ".midi")


@dataclass(frozen=True, slots=True, eq=False)
class FolderReport:
    """How well the drums of each film were heard."""

    films: dict[str, drums.Report]
    """By name."""

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
) -> FolderReport:
    """Hear every film of a folder that has a MIDI file beside it, and compare.

    Raises:
        InputError: There is no such film, or one cannot be read.
    """
    pairs = [(film, midi_beside(film)) for film in films_of(folder)]
    chosen = settings or DrumSettings(model="geometry")
    reports = {
        film.name: evaluate_film(film, midi, chosen, progress)
        for film, midi in pairs
        if midi is not None
    }
    if not reports:
        raise InputError(f"no film in {folder} has a MIDI file of its name beside it")
    return FolderReport(reports)


def evaluate_film(
    film: Path, midi: Path, settings: DrumSettings, progress: Progress = silent
) -> drums.Report:
    """Hear one film and compare its drums with a MIDI file's, as far as the film goes."""
    heard = hear_drums(film, settings, progress)
    played = drums.hits_of(score.settle_drums(score.read(midi)))
    played = {drum: rows[rows[:, 0] < heard.duration_s] for drum, rows in played.items()}
    return drums.compare(
        played, hits_heard(heard.hits), frame_rate=heard.frame_rate, duration_s=heard.duration_s
    )


def hits_heard(events: Events) -> dict[str, drums.Array]:
    """Give heard events as evaluation takes them."""
    kind = np.array(events.kind, dtype=object)
    return {
        drum: np.column_stack([events.time_s[kind == drum], events.strength[kind == drum] * 127])
        for drum in FIVE
    }


def lines(found: FolderReport) -> list[str]:
    """Say it in a table."""
    table = [f"{'film':32} {'±1 frame':>9} {'±50 ms':>7} {'±20 ms':>7} {'velocity':>9}"]
    for name, report in [*found.films.items(), ("all", found.total)]:
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
    }
    write_bytes(target, orjson.dumps(document, option=orjson.OPT_INDENT_2) + b"\n")
