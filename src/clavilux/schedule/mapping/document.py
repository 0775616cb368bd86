"""The mapping document: how a mapping is written down, as YAML.

Read with pydantic, which refuses every key and name it doesn't know; turned at
once into the plain `Mapping` of `rules`. An error names the place in the
document and what was probably meant. ``docs/mappings.md`` shows it by example.
"""

from typing import Annotated, Any, Literal, get_args

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from clavilux.core.drums import DRUMS
from clavilux.core.errors import DocumentError
from clavilux.core.parameters import PARAMETERS
from clavilux.schedule.mapping.parse import (
    meant,
    parse_amount,
    parse_drums,
    parse_duration,
    parse_notes,
)
from clavilux.schedule.mapping.rules import (
    CONTINUOUS,
    ZERO,
    Base,
    By,
    Combine,
    Condition,
    Kind,
    Mapping,
    Mode,
    Nature,
    Polarity,
    Rule,
    Shape,
    Source,
    nature_of,
)

_SIMPLE_SOURCES = {"note", "beat", "downbeat", "section", "chord", "phrase", "bend", "lyric"}
_HAS = ("drums", "drumming", "notes", "sections", "beats")


def _many(value: Any) -> Any:
    return value if isinstance(value, list) else [value]


_Duration = Annotated[Any, BeforeValidator(parse_duration)]
_Amount = Annotated[Any, BeforeValidator(parse_amount)]
_Words = Annotated[list[str], BeforeValidator(_many)]
_Pair = tuple[float, float]


class _Door(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SourceDocument(_Door):
    """Which events of the music; exactly one kind, with what narrows it down."""

    note: Annotated[Any, Field(description="any, 60, C4, C3..B4, or a list.")] = None
    drum: Annotated[Any, Field(description="kick, snare … any, a note number, or a list.")] = None
    controller: Annotated[int | None, Field(ge=0, le=127)] = None
    bend: Literal[True] | None = None
    lyric: str | None = None
    marker: str | None = None
    section: str | int | None = None
    beat: Annotated[int, Field(ge=1)] | Literal[True] | None = None
    downbeat: Annotated[int, Field(ge=1)] | Literal[True] | None = None
    chord: Literal[True] | None = None
    phrase: Literal[True] | None = None
    event: str | None = None
    series: str | None = None
    # what narrows it down
    track: str | Annotated[int, Field(ge=1)] | None = None
    channel: Annotated[int | None, Field(ge=1, le=16, description="As musicians count.")] = None
    velocity: tuple[int, int] = (1, 127)
    stem: str | None = None

    def to_source(self) -> Source:
        """Turn it into the plain value."""
        kinds = [kind for kind in get_args(Kind) if getattr(self, kind) is not None]
        if len(kinds) != 1:
            found = " and ".join(kinds) or "none"
            raise ValueError(f"a source names one kind of event; found {found}")
        kind: Kind = kinds[0]
        value = getattr(self, kind)
        drums, notes = parse_drums(value) if kind == "drum" else (frozenset[str](), ())
        is_number = isinstance(value, int) and not isinstance(value, bool)
        return Source(
            kind=kind,
            drums=drums,
            notes=parse_notes(value) if kind == "note" else notes,
            number=value if is_number and kind != "note" and kind != "drum" else 0,
            pattern=value if isinstance(value, str) and kind not in ("note", "drum") else "*",
            track=self.track,
            channel=None if self.channel is None else self.channel - 1,
            velocity=self.velocity,
            stem=self.stem,
        )


def _parse_source(value: Any) -> Any:
    """Let a drum, ``beat``, ``note`` … stand for itself."""
    if not isinstance(value, str):
        return value
    if value in DRUMS:
        return {"drum": value}
    if value in _SIMPLE_SOURCES:
        wild = {"note": "any", "lyric": "*", "section": "*"}
        return {value: wild.get(value, True)}
    known = [*DRUMS, *sorted(_SIMPLE_SOURCES)]
    raise ValueError(f"no source is called {value!r}{meant(value, known)}")


def _parse_target(value: Any) -> str:
    if isinstance(value, list | dict):
        kind = "a list" if isinstance(value, list) else "an object"
        raise ValueError(f"the target is {kind}; a rule moves one parameter: write a rule for each")
    if value not in PARAMETERS:
        raise ValueError(f"no parameter is called {value!r}{meant(str(value), list(PARAMETERS))}")
    return str(value)


def _parse_condition(value: Any) -> Any:
    if isinstance(value, dict) and isinstance(value.get("bars"), str):
        low, _, high = value["bars"].partition("..")
        return {**value, "bars": (low, high or low)}
    return value


class ConditionDocument(_Door):
    """When a rule holds."""

    section: _Words = []
    bars: tuple[int, int] | None = None
    has: _Words = []
    lacks: _Words = []

    def to_condition(self) -> Condition:
        """Turn it into the plain value."""
        for word in [*self.has, *self.lacks]:
            if word not in _HAS:
                raise ValueError(f"music is not asked for {word!r}{meant(word, _HAS)}")
        return Condition(tuple(self.section), self.bars, tuple(self.has), tuple(self.lacks))


class RuleDocument(_Door):
    """Some events of the music move one parameter."""

    name: str | None = None
    source: Annotated[SourceDocument, BeforeValidator(_parse_source)]
    target: Annotated[str, BeforeValidator(_parse_target)]
    mode: Mode | None = None
    amount: _Amount = None
    to: _Amount = None
    by: By | None = None
    range: _Pair | None = None
    exponent: Annotated[float, Field(gt=0, le=10)] = 1.0
    dynamics: Annotated[float, Field(ge=0, le=1)] = 1.0
    attack: _Duration = ZERO
    hold: _Duration = ZERO
    decay: _Duration = ZERO
    shape: Shape = "exponential"
    strike: Annotated[float, Field(ge=0, le=1)] = 0.0
    polarity: Polarity = "+"
    smoothing: Annotated[float, Field(ge=0, le=60, description="Seconds.")] = 0.0
    quantise: Annotated[float, Field(ge=0, le=64, description="Beats.")] = 0.0
    probability: Annotated[float, Field(ge=0, le=1)] = 1.0
    place: Literal["exact", "frame"] = "exact"
    when: Annotated[ConditionDocument, BeforeValidator(_parse_condition)] = ConditionDocument()

    def to_rule(self, number: int) -> Rule:
        """Turn it into the plain value; raises ValueError where its parts don't agree."""
        source = self.source.to_source()
        nature = nature_of(self.target)
        mode, by = self._mode(source, nature), self._by(source)
        if (self.amount is None) == (self.to is None):
            raise ValueError("a rule has either an amount or a value to go 'to'")
        if self.to is not None and nature in (Nature.MOVEMENT, Nature.GROWTH):
            raise ValueError(f"{self.target} is a movement: give the amount it moves, not 'to'")
        low, high = self._ends(source)
        lasts = any(d.value > 0 for d in (self.attack, self.hold, self.decay))
        if mode == "pulse" and not lasts:
            raise ValueError("a pulse needs an attack, a hold or a decay: it lasts no time")
        if mode in ("pulse", "follow") and self.strike:
            raise ValueError("only what is pushed or set can come at a strike")
        if mode == "follow" and lasts:
            raise ValueError("what follows a source has no envelope; use smoothing")
        if mode == "follow" and self.dynamics < 1:
            raise ValueError("dynamics scale hits by loudness; what follows a source is no hit")
        return Rule(
            name=self.name or f"rule {number}",
            source=source,
            target=self.target,
            mode=mode,
            low=low,
            high=high,
            absolute=self.to is not None,
            by=by,
            span=self._span(source, by),
            exponent=self.exponent,
            dynamics=self.dynamics,
            attack=self.attack,
            hold=self.hold,
            decay=self.decay,
            shape=self.shape,
            strike=self.strike,
            polarity=self.polarity,
            smoothing_s=self.smoothing,
            quantise_beats=self.quantise,
            probability=self.probability,
            snap=self.place == "frame",
            when=self.when.to_condition(),
        )

    def _mode(self, source: Source, nature: Nature) -> Mode:
        flows = source.kind in CONTINUOUS
        if self.mode is not None and (self.mode == "follow") != flows:
            kind = "a value at all times: mode follow" if flows else "instants: not mode follow"
            raise ValueError(f"a {source.kind} has {kind}")
        if flows:
            return "follow"
        if self.mode is None:
            return "accumulate" if nature in (Nature.MOVEMENT, Nature.GROWTH) else "pulse"
        return self.mode

    def _by(self, source: Source) -> By:
        if source.kind in CONTINUOUS:
            if self.by not in (None, "value"):
                raise ValueError(f"a {source.kind} goes by its value, not by {self.by}")
            return "value"
        if self.by is None:
            return "velocity" if source.kind in ("note", "drum", "event") else "none"
        if self.by == "value":
            raise ValueError("only controllers, bends and series go by value")
        return self.by

    def _ends(self, source: Source) -> tuple[float, float]:
        given = self.amount if self.amount is not None else self.to
        low, high = float(given[0]), float(given[1])
        one_number = low == 0.0
        if source.kind == "bend" and self.amount is not None and one_number:
            return -high, high  # a bend goes both ways
        return low, high

    def _span(self, source: Source, by: By) -> tuple[float, float] | None:
        if self.range is not None:
            if self.range[0] >= self.range[1]:
                raise ValueError(
                    f"the range {list(self.range)} is empty; write the lower end first"
                )
            return self.range
        if source.kind == "series":
            return None
        if source.kind == "bend":
            return -8192.0, 8191.0
        return (21.0, 108.0) if by == "pitch" else (0.0, 127.0)


class DriftDocument(_Door):
    """A slow sway of a base."""

    amount: float
    period: Annotated[float, Field(gt=0, le=1e5, description="Seconds.")] = 30.0
    phase: Annotated[float | None, Field(ge=0, le=1)] = None


class BaseDocument(_Door):
    """What a parameter is worth where no rule moves it."""

    value: float | None = None
    drift: DriftDocument | None = None
    combine: Combine = "add"

    def to_base(self, parameter: str) -> Base:
        """Turn it into the plain value."""
        about, nature = PARAMETERS[parameter], nature_of(parameter)
        value = about.default if self.value is None else self.value
        if nature in (Nature.LEVEL, Nature.RETENTION) and not about.low <= value <= about.high:
            raise ValueError(f"{value:g} is outside {about.low:g} to {about.high:g} {about.unit}")
        if nature in (Nature.MOVEMENT, Nature.GROWTH) and self.combine != "add":
            raise ValueError(f"movements add up; they don't combine by {self.combine}")
        if nature is Nature.RETENTION and self.combine == "multiply":
            raise ValueError("shares multiply when they are added; combine by add, min or max")
        drift = self.drift or DriftDocument(amount=0.0)
        return Base(value, drift.amount, drift.period, drift.phase, self.combine)


def _parse_base(value: Any) -> Any:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return {"value": value} if is_number else value


class MappingDocument(_Door):
    """A mapping as it is saved."""

    format: Literal["clavilux.mapping/1"]
    name: str = ""
    description: str = ""
    base: dict[
        Annotated[str, BeforeValidator(_parse_target)],
        Annotated[BaseDocument, BeforeValidator(_parse_base)],
    ] = {}
    rules: Annotated[list[RuleDocument], Field(max_length=1000)]


def read(text: str | bytes, name: str) -> Mapping:
    """Read a mapping document.

    Args:
        text: The YAML.
        name: What to call it in messages: its path, or a preset's name.

    Raises:
        DocumentError: It is not YAML, or not a mapping; names the place.
    """
    try:
        content = yaml.safe_load(text)
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError, ValueError) as error:
        raise DocumentError(f"mapping {name} is not YAML: {_first_line(error)}") from error
    if not isinstance(content, dict):
        raise DocumentError(
            f"mapping {name} is not a mapping document; expected `format: clavilux.mapping/1` "
            "and a list of rules"
        )
    try:
        document = MappingDocument.model_validate(content)
    except ValidationError as error:
        raise DocumentError(f"mapping {name}: {_explained(error)}") from error
    rules = [_made(name, f"rule {i}", r.to_rule, i) for i, r in enumerate(document.rules, 1)]
    base = {p: _made(name, f"base of {p}", b.to_base, p) for p, b in document.base.items()}
    title = document.name or name
    return Mapping(title, tuple(rules), base, document.description)


def _made(name: str, place: str, make: Any, *given: Any) -> Any:
    try:
        return make(*given)
    except ValueError as error:
        raise DocumentError(f"mapping {name}: {place}: {error}") from error


def _explained(error: ValidationError) -> str:
    """Return where a document is wrong, and what was probably meant."""
    first = error.errors(include_url=False)[0]
    place = _place(first["loc"])
    if first["type"] == "extra_forbidden":
        key = str(first["loc"][-1])
        return f"{_place(first['loc'][:-1])}unknown key {key!r}{meant(key, _known_keys(first))}"
    if first["type"] == "missing":
        return f"{_place(first['loc'][:-1])}{first['loc'][-1]!r} is missing"
    message = first["msg"].removeprefix("Value error, ")
    if first["type"] == "value_error":
        return f"{place}{message}"
    found = repr(first["input"])
    return f"{place}{_first_lower(message)}; found {found if len(found) < 60 else '…'}"


def _known_keys(error: Any) -> list[str]:
    owner: type[BaseModel] = MappingDocument
    for step in error["loc"][:-1]:
        nearer: dict[str, type[BaseModel]] = {
            "rules": RuleDocument,
            "source": SourceDocument,
            "when": ConditionDocument,
            "base": BaseDocument,
            "drift": DriftDocument,
        }
        owner = nearer.get(str(step), owner)
    return list(owner.model_fields)


def _place(path: tuple[int | str, ...]) -> str:
    """Turn a path into words: ``rule 2: source: ``."""
    words: list[str] = []
    for step in path:
        if words and words[-1] == "rules" and isinstance(step, int):
            words[-1] = f"rule {step + 1}"
        elif isinstance(step, str) and step not in ("[key]",) and "[" not in step:
            words.append(step)
    return "".join(f"{word}: " for word in words)


def _first_line(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or str(error).splitlines()[0]
    return f"line {mark.line + 1}: {problem}" if mark else str(problem)


def _first_lower(text: str) -> str:
    return text[:1].lower() + text[1:]
