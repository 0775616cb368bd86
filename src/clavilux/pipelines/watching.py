"""Watch: what was seen in a film, as data: JSON, CSV, an editor's timeline or a picture."""

import warnings
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from clavilux import editorial, media
from clavilux import watch as watching
from clavilux.core import arguments
from clavilux.core.arguments import PathLike
from clavilux.core.progress import Progress, silent
from clavilux.core.timeline import TempoMap
from clavilux.core.values import Events, Score
from clavilux.draw.soundtrack import Scene, draw_soundtrack
from clavilux.pipelines import fact_files
from clavilux.pipelines.drums import hear_drums
from clavilux.pipelines.report import stills
from clavilux.watch.muvi import EMOTIONS

TIMELINES = tuple(s for s in editorial.WRITABLE_SUFFIXES if s != ".csv")
SUFFIXES = (".json", ".csv", ".png", *TIMELINES)
FORMAT = "clavilux.seen/1"
_SHOWN = ("motion", "brightness", "saturation", "valence", "arousal")
_CHANGES = ("cut", "dissolve", "fade", "flash")
_COLOURS = {"cut": "red", "dissolve": "blue", "fade": "purple", "flash": "yellow"}


def watch(film: PathLike, output: PathLike, *, progress: Progress = silent) -> Path:
    """Write what was seen in `film`.

    Args:
        film: Any film that `clavilux.media` reads.
        output: A ``.json`` (everything, with drums), a ``.csv`` (ten rows a second), a
            ``.png`` (film, cuts and curves), or an editor's timeline with shots as clips
            and changes as markers: ``.edl``, ``.otio``, ``.fcpxml``, ``.xml``, ``.srt``.
        progress: Progress callback, called with (done, total, stage).

    Returns:
        The path of what was written.

    Raises:
        InputError: The film or the output's name cannot be used.
        OutputError: The output cannot be written.
    """
    source = Path(arguments.path(film, "film"))
    target = arguments.target(output, SUFFIXES, source)
    kind = target.suffix.lower()
    opened = media.open_film(source)
    seen = watching.watch(opened, progress=progress)
    if kind == ".json":
        drums = _drums(source, progress)
        fact_files.write_json(_document(source, seen, drums, opened.frame_rate), target)
    elif kind == ".csv":
        fact_files.write_csv(seen.facts, target)
    elif kind == ".png":
        _draw(source, seen, target)
    else:
        editorial.write(_timeline(source, seen, opened.frame_rate), target)
    return target


def _drums(film: Path, progress: Progress) -> Events:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # no drums in a film is nothing odd here
        return hear_drums(film, progress=progress).hits


def _document(
    film: Path, seen: watching.Watched, drums: Events, frame_rate: Fraction
) -> dict[str, Any]:
    facts = fact_files.as_document(seen.facts)
    del facts["beats_s"], facts["downbeats_s"]  # a film has none
    shots = [
        {**shot, "colours": list(colours)}
        for shot, colours in zip(facts.pop("sections"), seen.palettes, strict=True)
    ]
    return {
        "format": FORMAT,
        "film": film.name,
        "frame_rate": str(frame_rate),
        **facts,
        "shots": shots,
        "moods": _moods(seen),
        "drums": fact_files.events_as_rows(drums),
    }


def _moods(seen: watching.Watched) -> list[str]:
    """Return the word that fits each second best."""
    return [EMOTIONS[i] for i in seen.muvi.emotion.argmax(axis=1).tolist()]


def _timeline(film: Path, seen: watching.Watched, frame_rate: Fraction) -> editorial.Timeline:
    def exact(time_s: float) -> Fraction:
        return Fraction(round(time_s * frame_rate)) / frame_rate

    clips = tuple(
        editorial.Clip(
            start=exact(shot.start_s),
            duration=exact(shot.end_s) - exact(shot.start_s),
            name=f"shot {shot.label}",
            source=film.name,
            source_start=exact(shot.start_s),
        )
        for shot in seen.facts.sections
    )
    changes = seen.facts.events.of(*_CHANGES)
    markers = tuple(
        editorial.Marker(exact(time), name=kind, comment=f"strength {s:.2f}", color=_COLOURS[kind])
        for time, kind, s in zip(
            changes.time_s.tolist(), changes.kind, changes.strength.tolist(), strict=True
        )
    )
    return editorial.Timeline(
        frame_rate, markers, clips, name=film.stem, duration=exact(seen.facts.duration_s)
    )


def _draw(film: Path, seen: watching.Watched, target: Path) -> None:
    facts = seen.facts
    draw_soundtrack(
        Scene(
            title=f"{film.name}: what was seen",
            duration_s=facts.duration_s,
            stills=stills(film, facts.duration_s),
            cuts_s=facts.events.of(*_CHANGES).time_s,
            series={name: facts.series[name] for name in _SHOWN},
            parts=facts.sections,
            chords=(),
            downbeats_s=np.zeros(0),
            score=Score(TempoMap.constant(), ()),
            rows="shots",
        ),
        target,
    )
