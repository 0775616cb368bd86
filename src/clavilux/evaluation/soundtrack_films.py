"""Soundtracks of a folder of films: composed, and measured against what was seen."""

from dataclasses import asdict, dataclass
from os import PathLike

import orjson

from clavilux import media, score, watch
from clavilux.compose.soundtrack import compose
from clavilux.core.files import write_bytes
from clavilux.core.progress import Progress, silent
from clavilux.evaluation import soundtrack
from clavilux.evaluation.drum_films import films_of


@dataclass(frozen=True, slots=True)
class SoundtrackReport:
    """How well one film's soundtrack fits."""

    cuts: soundtrack.CutFit
    metronome: soundtrack.CutFit
    """The control: the best steady beat."""
    density: soundtrack.Following
    """How the number of notes follows the film's motion."""
    music: soundtrack.Musicality


def evaluate_folder(
    folder: str | PathLike[str], progress: Progress = silent
) -> dict[str, SoundtrackReport]:
    """Compose for every film of a folder and measure, by name.

    Raises:
        InputError: There are no films, or one cannot be read.
    """
    found = {}
    for path in films_of(folder):
        film = media.open_film(path)
        facts = watch.facts(film, progress=progress)
        made = compose(facts, float(film.frame_rate)).score
        found[path.name] = SoundtrackReport(
            soundtrack.cut_fit(facts, score.facts(made), film.frame_rate),
            soundtrack.metronome_fit(facts, film.frame_rate),
            soundtrack.following(facts, soundtrack.density(made, facts.duration_s)),
            soundtrack.musicality(made),
        )
    return found


def lines(found: dict[str, SoundtrackReport]) -> list[str]:
    """Return it as a table."""
    table = [f"{'film':32} {'cuts':>5} {'on beats':>9} {'metronome':>10} {'follows':>8}"]
    for name, report in found.items():
        table.append(
            f"{name[-32:]:32} {report.cuts.n_cuts:5} {report.cuts.met:9.3f} "
            f"{report.metronome.met:10.3f} {report.density.correlation:8.3f}"
        )
    return table


def write_json(found: dict[str, SoundtrackReport], target: str | PathLike[str]) -> None:
    """Write every figure."""
    document = {
        "format": "clavilux.evaluation.soundtrack/1",
        "films": {name: asdict(report) for name, report in found.items()},
    }
    write_bytes(target, orjson.dumps(document, option=orjson.OPT_INDENT_2) + b"\n")
