"""Pulses: what a mapping makes of a piece of music, before any frame rate is known.

One `Pulses` for each rule about instants, one `Following` for each rule about a
continuous source: times, amplitudes and envelopes in seconds. Curves are made
from them, and so can be any other kind of schedule.

Conventions
-----------
- Amplitudes are differences from the base of the target, in its unit.
- What chance decides (polarity, probability) is drawn by seed, rule and event, over
  the whole piece: a part of a film is the same part of the whole film.
"""

import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clavilux.schedule.mapping.heard import Heard
from clavilux.schedule.mapping.played import Flow, Hits
from clavilux.schedule.mapping.rules import CONTINUOUS, Condition, Duration, Mapping, Rule

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Pulses:
    """What one rule does at the instants it hears. All shapes (n_hits,), in order of time."""

    rule: Rule
    time_s: Array
    amplitude: Array
    attack_s: Array
    hold_s: Array
    decay_s: Array

    @property
    def parameter(self) -> str:
        """What it moves."""
        return self.rule.target


@dataclass(frozen=True, slots=True, eq=False)
class Following:
    """What one rule does along a continuous source. All shapes (n,), in order of time."""

    rule: Rule
    time_s: Array
    amplitude: Array
    """Holds from its time to the next; of movements per second."""

    @property
    def parameter(self) -> str:
        """What it moves."""
        return self.rule.target


def pulses(mapping: Mapping, heard: Heard, *, seed: int = 0) -> list[Pulses | Following]:
    """Find what every rule of a mapping does in a piece of music, in the rules' order."""
    found: list[Pulses | Following] = []
    for rule in mapping.rules:
        base = mapping.base_of(rule.target).value if rule.absolute else 0.0
        if rule.source.kind in CONTINUOUS:
            found.append(_following(rule, heard.flow(rule.source), base))
        else:
            found.append(_pulses(rule, heard, base, seed))
    return found


def _pulses(rule: Rule, heard: Heard, base: float, seed: int) -> Pulses:
    hits = heard.hits(rule)
    amplitude = _amount(rule, _value(rule, hits)) - base
    if rule.dynamics < 1:
        amplitude = amplitude * (rule.dynamics + (1 - rule.dynamics) * heard.loudness(hits.time_s))
    if rule.when != Condition():
        amplitude = amplitude * heard.during(rule.when, hits.time_s)
    chance = None
    if rule.probability < 1 or rule.polarity != "+":
        rng = np.random.default_rng([seed, zlib.crc32(rule.name.encode())])
        chance, side = rng.random((2, len(hits.time_s)))
        amplitude = amplitude * _signs(rule, side)
    if rule.quantise_beats:
        position = np.round(heard.beats(hits.time_s) / rule.quantise_beats)
        hits = hits._replace(time_s=heard.seconds(position * rule.quantise_beats))
    # Of what begins together the highest comes last: it is what a `set` leaves standing.
    if chance is not None or np.count_nonzero(hits.time_s[1:] <= hits.time_s[:-1]):
        order = np.lexsort((np.nan_to_num(hits.pitch), hits.time_s))
        if chance is not None:
            order = order[chance[order] < rule.probability]
        hits, amplitude = hits.where(order), amplitude[order]
    lasting = [_seconds(d, hits, heard) for d in (rule.attack, rule.hold, rule.decay)]
    return Pulses(rule, hits.time_s, amplitude, *lasting)


def _following(rule: Rule, flow: Flow, base: float) -> Following:
    sign = -1.0 if rule.polarity == "-" else 1.0
    span = rule.span or (_reach(flow.value))
    x = np.clip((flow.value - span[0]) / max(span[1] - span[0], 1e-12), 0.0, 1.0)
    return Following(rule, flow.time_s, sign * (_amount(rule, x) - base))


def _reach(values: Array) -> tuple[float, float]:
    """Between what a series mostly moves: its 5th and 95th percentile."""
    if not len(values):
        return 0.0, 1.0
    low, high = np.percentile(values, [5, 95])
    return float(low), float(high)


def _amount(rule: Rule, x: Array) -> Array:
    bent = x if rule.exponent == 1 else x**rule.exponent
    return np.asarray(rule.low + (rule.high - rule.low) * bent, dtype=np.float64)


def _value(rule: Rule, hits: Hits) -> Array:
    """Where each hit lies between the ends of the rule's span, 0 to 1."""
    match rule.by:
        case "none" | "value":
            return np.ones(len(hits.time_s))
        case "pitch_class":
            return np.nan_to_num(hits.pitch % 12 / 12, nan=0.5)
        case "fifths":
            return np.nan_to_num(hits.pitch * 7 % 12 / 12, nan=0.5)
        case "pitch":
            raw, span = hits.pitch, rule.span or (21.0, 108.0)
        case "velocity":
            raw, span = hits.velocity, rule.span or (0.0, 127.0)
    x: Array = np.minimum(np.maximum((raw - span[0]) / (span[1] - span[0]), 0.0), 1.0)
    return np.nan_to_num(x, nan=0.5) if rule.by == "pitch" else x


def _signs(rule: Rule, side: Array) -> Array:
    n = len(side)
    match rule.polarity:
        case "+":
            return np.ones(n)
        case "-":
            return -np.ones(n)
        case "alternate":
            return np.where(np.arange(n) % 2, -1.0, 1.0)
        case "random":
            return np.where(side < 0.5, 1.0, -1.0)


def _seconds(duration: Duration, hits: Hits, heard: Heard) -> Array:
    match duration.unit:
        case "s":
            lasting = np.empty(len(hits.time_s))
            lasting[:] = duration.value
            return lasting
        case "notes":
            return hits.length_s * duration.value
        case "beats":
            end = heard.seconds(heard.beats(hits.time_s) + duration.value)
            return np.maximum(end - hits.time_s, 0.0)
