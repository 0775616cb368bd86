"""Rules: what a mapping says, as plain values.

A mapping is a list of rules. Each takes some events of the music (its source)
and moves one parameter (its target) along an envelope. The document they are
written in is `clavilux.schedule.mapping.document`'s.

Conventions
-----------
- A *push* (mode ``accumulate``) leaves its target moved by its amount; a *pulse*
  leaves it where it was. The rates of movements come out of both: a camera that
  is pushed by 3° has turned by 3° in the end, at any frame rate.
- Amounts are in the target's unit, of movements in total (``degrees``, not
  ``degrees per frame``); a base of a movement is per second.
"""

from dataclasses import dataclass, field, replace
from enum import Enum
from functools import cache
from typing import Literal

from clavilux.core.parameters import PARAMETERS

Mode = Literal["pulse", "accumulate", "set", "follow"]
Shape = Literal["exponential", "linear", "cosine"]
Polarity = Literal["+", "-", "alternate", "random"]
Combine = Literal["add", "multiply", "min", "max"]
By = Literal["velocity", "pitch", "pitch_class", "fifths", "value", "none"]
Kind = Literal[
    "note",
    "drum",
    "controller",
    "bend",
    "lyric",
    "marker",
    "section",
    "beat",
    "downbeat",
    "chord",
    "phrase",
    "event",
    "series",
]
CONTINUOUS: frozenset[str] = frozenset({"controller", "bend", "series"})
"""Kinds of source that have a value at all times rather than instants."""


class Nature(Enum):
    """How a parameter's curve is made from where it stands."""

    LEVEL = "level"
    """The curve is its mean over the frame: hue, light, scene."""
    MOVEMENT = "movement"
    """The curve is how far it went in the frame: rotation, translation."""
    GROWTH = "growth"
    """The curve is by what factor it grew in the frame: zoom."""
    RETENTION = "retention"
    """The curve is what share is left after the frame: strength, given per 1/24 s."""


@cache
def nature_of(parameter: str) -> Nature:
    """Return how the curve of a parameter is made, from its unit."""
    unit = PARAMETERS[parameter].unit
    if unit == "share per frame":
        return Nature.RETENTION
    if unit == "factor per frame":
        return Nature.GROWTH
    return Nature.MOVEMENT if unit.endswith("per frame") else Nature.LEVEL


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time that may depend on the music."""

    value: float
    unit: Literal["s", "beats", "notes"] = "s"
    """Seconds, beats at the tempo of the moment, or the length of the note itself."""


ZERO = Duration(0.0)


@dataclass(frozen=True, slots=True)
class Source:
    """Which events of the music a rule hears."""

    kind: Kind
    drums: frozenset[str] = frozenset()
    """Names of drums; empty with no `notes` for any."""
    notes: tuple[tuple[int, int], ...] = ()
    """Inclusive ranges of note numbers; empty for any."""
    number: int = 0
    """Of the controller; or every how many beats, bars or sections."""
    pattern: str = "*"
    """Glob that words, labels or kinds of events match, whatever their case."""
    track: str | int | None = None
    """Glob for its name, or its number from 1; None for any."""
    channel: int | None = None
    """0 to 15, or None for any."""
    velocity: tuple[int, int] = (1, 127)
    """Inclusive."""
    stem: str | None = None
    """The separate recording in which it was heard."""


@dataclass(frozen=True, slots=True)
class Condition:
    """When a rule holds."""

    sections: tuple[str, ...] = ()
    """Globs for section labels, one of which must match; empty for anywhere."""
    bars: tuple[int, int] | None = None
    """First and last bar, counted from 1, inclusive."""
    has: tuple[str, ...] = ()
    """What the music must have: ``drums``, ``drumming`` (several hits near each other),
    ``notes``, ``sections``, ``beats``."""
    lacks: tuple[str, ...] = ()
    """What the music must not have."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Some events of the music move one parameter."""

    name: str
    source: Source
    target: str
    mode: Mode
    low: float
    """Amount at the low end of `span`."""
    high: float
    """Amount at its high end."""
    absolute: bool = False
    """The amounts are values to reach rather than differences from the base."""
    by: By = "velocity"
    span: tuple[float, float] | None = (0.0, 127.0)
    """The values between which the amount grows; None for those the series itself spans."""
    exponent: float = 1.0
    """Above 1 soft hits grow softer, below 1 louder."""
    dynamics: float = 1.0
    """Share of the amount that is left where the music is softest; 1 heeds no loudness."""
    attack: Duration = ZERO
    hold: Duration = ZERO
    decay: Duration = ZERO
    shape: Shape = "exponential"
    strike: float = 0.0
    """Share of a push that comes at the instant itself; the rest comes along the envelope."""
    polarity: Polarity = "+"
    smoothing_s: float = 0.0
    quantise_beats: float = 0.0
    probability: float = 1.0
    snap: bool = False
    """Begin and end at the edges of whole video frames rather than within them."""
    when: Condition = field(default_factory=Condition)


@dataclass(frozen=True, slots=True)
class Base:
    """What a parameter is worth where no rule moves it."""

    value: float
    """In the parameter's unit; of movements and growth per second, of strength per 1/24 s."""
    drift: float = 0.0
    """How far it sways to either side."""
    period_s: float = 30.0
    phase: float | None = None
    """0 to 1; None draws it by the seed."""
    combine: Combine = "add"


_RENEWAL = 1 / 3
"""Power by which a slow fall of strength is scaled: see `clavilux.render.run`."""


@dataclass(frozen=True, slots=True)
class Mapping:
    """Which events of the music move what, and how."""

    name: str
    rules: tuple[Rule, ...]
    base: dict[str, Base]
    description: str = ""

    @property
    def parameters(self) -> list[str]:
        """Every parameter it drives, in their documented order."""
        driven = {rule.target for rule in self.rules} | set(self.base)
        return [name for name in PARAMETERS if name in driven]

    def base_of(self, parameter: str) -> Base:
        """Return the base of a parameter: its default where none is written."""
        if parameter in self.base:
            return self.base[parameter]
        return Base(PARAMETERS[parameter].default)

    def scaled(
        self, *, intensity: float = 1.0, speed: float = 1.0, calm: bool = False
    ) -> "Mapping":
        """Return this mapping with stronger or weaker rules, and a faster or slower scene.

        Args:
            intensity: Factor of how far every rule moves its target from the base.
            speed: Factor of the bases and drifts of movements and of ``flow``, and of what
                rules add to ``flow``; of what follows the music in ``strength`` both factors'
                cube root, since the matter's clock goes on by its third power. Values of
                ``scene`` are numbers and stay.
            calm: Halve both.
        """
        if calm:
            intensity, speed = intensity / 2, speed / 2
        if intensity == speed == 1:
            return self
        rules = []
        for rule in self.rules:
            if rule.target == "scene":
                rules.append(rule)
                continue
            base = self.base_of(rule.target).value if rule.absolute else 0.0
            by = intensity * (speed if rule.target == "flow" else 1.0)
            if rule.target == "strength" and rule.mode == "follow":
                by = (intensity * speed) ** _RENEWAL
            start = base * speed if rule.target == "flow" else base
            low, high = (start + (end - base) * by for end in (rule.low, rule.high))
            if rule.absolute:
                about = PARAMETERS[rule.target]
                low, high = (min(max(end, about.low), about.high) for end in (low, high))
            rules.append(replace(rule, low=low, high=high))
        bases = {
            name: _quickened(name, self.base_of(name), speed)
            for name in (self.base if "flow" in self.base else [*self.base, "flow"])
        }
        return replace(self, rules=tuple(rules), base=bases if speed != 1 else self.base)


def _quickened(parameter: str, base: Base, speed: float) -> Base:
    """Return a base of a movement or of ``flow``, faster by a factor; any other as it is."""
    if parameter != "flow" and nature_of(parameter) is not Nature.MOVEMENT:
        return base
    return replace(base, value=base.value * speed, drift=base.drift * speed)
