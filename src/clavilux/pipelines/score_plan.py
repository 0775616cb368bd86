"""Plans of soundtracks: what was asked, seen and decided, as a small JSON to work on.

`hear` writes one beside its output. From it the same music is composed again to the bit,
or one part of it anew.
"""

from dataclasses import replace
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from clavilux import __version__
from clavilux.compose import measures
from clavilux.compose.harmony import parse_chord, parse_key
from clavilux.compose.soundtrack import Brief, Soundtrack
from clavilux.core.errors import DocumentError, InputError
from clavilux.core.files import write_text
from clavilux.core.values import Facts

FORMAT = "clavilux.soundtrack/1"
SUFFIX = ".plan.json"


class _Document(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FilmLine(_Document):
    """Which film it is for."""

    name: str
    duration_s: float
    fingerprint: int


class Request(_Document):
    """What was asked: all that the music hangs on beside the film."""

    key: str | None = None
    tempo_bpm: float | None = None
    mood: str | None = None
    style: str | None = None
    primer: list[str] = []
    instruments: list[str] = []
    without: list[str] = []
    hits_s: list[float] = []
    chord_writer: str = "theory"
    chord_weights: str | None = None
    seed: int = 0
    part_seeds: dict[str, int] = {}
    in_s: float = 0.0
    out_s: float | None = None
    clip: str | None = None


class PartLine(_Document):
    """A part as it was composed."""

    label: str
    start_s: float
    end_s: float
    key: str
    tension: float
    valence: float
    chords: list[str]


class Composed(_Document):
    """What was decided; for whoever reads it, the request alone composes it again."""

    key: str
    style: str
    metre: str
    tempo_bpm: float
    parts: list[PartLine]


class ScorePlan(_Document):
    """A soundtrack's plan."""

    format: Literal["clavilux.soundtrack/1"] = "clavilux.soundtrack/1"
    version: str
    """Of the program that composed."""
    film: FilmLine
    request: Request
    composed: Composed

    def brief(self) -> Brief:
        """Return what was asked of the composer."""
        asked = self.request
        return Brief(
            key=parse_key(asked.key) if asked.key else None,
            tempo_bpm=asked.tempo_bpm,
            mood=asked.mood,
            style=asked.style,
            primer=tuple(parse_chord(text) for text in asked.primer),
            instruments=tuple(asked.instruments),
            without=frozenset(asked.without),
            hits_s=tuple(asked.hits_s),
            chord_writer=asked.chord_writer,
            chord_weights=asked.chord_weights,
            seed=asked.seed,
            part_seeds=tuple(sorted(asked.part_seeds.items())),
        )

    def rewritten(self, part: str | None, seed: int | None) -> Brief:
        """Return the brief with another seed: of one part, or of the whole.

        Raises:
            InputError: There is no such part, or no seed for it.
        """
        brief = self.brief()
        if part is None:
            return brief if seed is None else replace(brief, seed=seed, part_seeds=())
        labels = sorted({line.label for line in self.composed.parts})
        if part not in labels:
            raise InputError(f"no part is called {part!r}; there are: {', '.join(labels)}")
        if seed is None:
            raise InputError("`only_part` writes a part from another seed; give one as `seed`")
        return replace(
            brief, part_seeds=tuple(sorted({**dict(brief.part_seeds), part: seed}.items()))
        )


def read(path: Path) -> ScorePlan:
    """Read a plan.

    Raises:
        DocumentError: It cannot be read, or is not a plan of a soundtrack.
    """
    try:
        return ScorePlan.model_validate_json(path.read_bytes())
    except OSError as error:
        raise DocumentError(f"cannot read {path}: {(error.strerror or '').lower()}") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the file"
        raise DocumentError(
            f"{path} is not the plan of a soundtrack: {where}: {first['msg'].lower()}"
        ) from error


def check_film(plan: ScorePlan, facts: Facts, path: Path) -> None:
    """Raise an error if a plan is for another film.

    Raises:
        InputError: It is.
    """
    if plan.film.fingerprint != measures.fingerprint(facts):
        raise InputError(
            f"{path} is the plan for {plan.film.name} ({plan.film.duration_s:.2f} s), in which "
            "something else is seen; give the film it was made for"
        )


def beside(target: Path) -> Path:
    """Return where the plan of an output lies.

    Raises:
        InputError: Something else lies there.
    """
    path = target.with_name(target.stem + SUFFIX)
    if path.exists():
        try:
            read(path)
        except DocumentError as error:
            raise InputError(f"{path} would be written beside {target}, but {error}") from error
    return path


def write(
    path: Path, film: Path, whole: Facts, brief: Brief, made: Soundtrack,
    *, in_s: float, out_s: float | None, clip: str | None,
) -> None:  # fmt: skip
    """Write the plan of a soundtrack.

    Args:
        path: The file.
        film: The film.
        whole: What was seen in all of it.
        brief: What was asked, times counted from the film's start.
        made: The soundtrack.
        in_s, out_s: The stretch of the film it is for.
        clip: The CLIP model that read the film's mood.
    """
    edges = made.grid.beats_s[made.grid.bars] + in_s
    parts = [
        PartLine(
            label=part.label,
            start_s=round(float(edges[part.bars.start]), 4),
            end_s=round(float(edges[part.bars.stop]), 4),
            key=str(part.key),
            tension=round(part.tension, 3),
            valence=round(part.valence, 3),
            chords=[" ".join(c.short for c in made.bars[i].chords) for i in part.bars],
        )
        for part in made.parts
    ]
    plan = ScorePlan(
        version=__version__,
        film=FilmLine(
            name=film.name,
            duration_s=round(whole.duration_s, 4),
            fingerprint=measures.fingerprint(whole),
        ),
        request=Request(
            key=str(brief.key) if brief.key else None,
            tempo_bpm=brief.tempo_bpm,
            mood=brief.mood,
            style=brief.style,
            primer=[str(chord) for chord in brief.primer],
            instruments=list(brief.instruments),
            without=sorted(brief.without),
            hits_s=list(brief.hits_s),
            chord_writer=brief.chord_writer,
            chord_weights=brief.chord_weights,
            seed=brief.seed,
            part_seeds=dict(brief.part_seeds),
            in_s=in_s,
            out_s=out_s,
            clip=clip,
        ),
        composed=Composed(
            key=str(made.key),
            style=made.style.name,
            metre=made.grid.metre.name,
            tempo_bpm=round(made.grid.tempo_bpm, 3),
            parts=parts,
        ),
    )
    write_text(path, plan.model_dump_json(indent=1) + "\n")
