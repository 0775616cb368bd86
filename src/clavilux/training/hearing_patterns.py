"""Patterns to learn hearing from: drumming and accompaniment made up at random.

A random generator in, hits and notes out. Two thirds of the drumming keeps a
metre, with ghost notes, swing, rolls and an uneven hand; one third keeps none,
so that what is learnt is sound, not style. No file of anybody's is needed.

Conventions
-----------
- Times are seconds. Kinds are those of `clavilux.core.drums`, and ``other``.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

PLAYED: dict[str, tuple[int, ...]] = {
    "kick": (36, 36, 36, 35),
    "snare": (38, 38, 38, 40, 37, 39),
    "closed_hat": (42,),
    "pedal_hat": (44,),
    "open_hat": (46,),
    "tom": (41, 43, 45, 47, 48, 50),
    "crash": (49, 52, 55, 57),
    "ride": (51, 51, 53, 59),
    "other": (54, 56, 60, 61, 62, 63, 64, 69, 70, 75, 76, 82),
}
"""Kind to the notes it is played with; a rim or a clap stands in for a snare."""
_USED = {
    "kick": 0.97, "snare": 0.95, "closed_hat": 0.7, "pedal_hat": 0.5, "open_hat": 0.35,
    "tom": 0.35, "crash": 0.3, "ride": 0.4, "other": 0.25,
}  # fmt: skip
_CLOSEST_S = 0.04
_SCALE = np.array([0, 2, 4, 5, 7, 9, 11, 12])


class Hit(NamedTuple):
    """A drum struck once."""

    time_s: float
    kind: str
    velocity: int


class Tone(NamedTuple):
    """A pitched note."""

    time_s: float
    length_s: float
    pitch: int
    velocity: int
    program: int


def drumming(rng: np.random.Generator, duration_s: float) -> list[Hit]:
    """Make up drumming; in order of time, no two hits of one kind nearer than 40 ms."""
    hits = _metric(rng, duration_s) if rng.random() < 0.67 else _free(rng, duration_s)
    hits = hits + _coinciding(rng, hits)
    last: dict[str, float] = {}
    kept = []
    for hit in sorted(h for h in hits if 0.05 < h.time_s < duration_s - 0.1):
        if hit.time_s - last.get(hit.kind, -1.0) >= _CLOSEST_S:
            last[hit.kind] = hit.time_s
            kept.append(hit)
    return kept


def accompaniment(rng: np.random.Generator, duration_s: float) -> list[Tone]:
    """Make up one to three parts: bass, chords, melody or pads, in order of time."""
    beat_s = 60 / rng.uniform(60, 170)
    root = int(rng.integers(0, 12))
    tones: list[Tone] = []
    for _ in range(int(rng.integers(1, 4))):
        tones += _part(rng, duration_s, beat_s, root)
    return sorted(tones)


def _part(rng: np.random.Generator, duration_s: float, beat_s: float, root: int) -> list[Tone]:
    role = str(rng.choice(["bass", "chord", "melody", "pad"]))
    program = int(rng.integers(32, 40) if role == "bass" else rng.integers(0, 96))
    base = {"bass": 36, "chord": 55, "melody": 70, "pad": 58}[role] + root
    lengths = {
        "bass": (0.5, 1, 2), "chord": (0.5, 1, 2, 4), "melody": (0.25, 0.5, 0.5, 1, 2),
        "pad": (4, 8),
    }[role]  # fmt: skip
    time_s, tones = float(rng.uniform(0, beat_s)), []
    while time_s < duration_s - 0.2:
        length_s = beat_s * float(rng.choice(lengths))
        if rng.random() < 0.85:
            n = 3 if role in ("chord", "pad") else 1
            velocity = int(np.clip(rng.normal(80, 20), 15, 127))
            onset_s = time_s + abs(float(rng.normal(0, 0.004)))
            for step in rng.choice(_SCALE, n, replace=False).tolist():
                sounding = length_s * float(rng.uniform(0.4, 1.05))
                tones.append(Tone(onset_s, sounding, base + step, velocity, program))
        time_s += length_s
    return tones


def _metric(rng: np.random.Generator, duration_s: float) -> list[Hit]:
    per_beat = int(rng.choice([2, 3, 4, 4, 4, 6]))
    step_s = 60 / rng.uniform(60, 190) / per_beat
    n_steps = int(rng.choice([2, 4])) * 4 * per_beat
    swing = rng.uniform(0, 0.3) * (rng.random() < 0.3)
    jitter_s = float(rng.choice([0, 0.003, 0.008, 0.015]))
    hits: list[Hit] = []
    for kind in PLAYED:
        if rng.random() > _USED[kind]:
            continue
        struck = rng.random(n_steps) < _chances(rng, kind, per_beat, n_steps)
        velocity = _velocities(rng, n_steps)
        for i in range(int(duration_s / step_s)):
            if struck[i % n_steps] ^ (rng.random() < 0.02):
                time_s = (i + swing * (i % 2)) * step_s + rng.normal(0, jitter_s)
                force = np.clip(velocity[i % n_steps] + rng.normal(0, 6), 4, 127)
                hits.append(Hit(float(time_s), kind, int(force)))
    for _ in range(rng.poisson(1.2)):
        hits += _roll(rng, duration_s)
    return hits


def _chances(
    rng: np.random.Generator, kind: str, per_beat: int, n_steps: int
) -> NDArray[np.float64]:
    """Return how likely a kind is struck at each step of a pattern."""
    position = np.arange(n_steps) % (4 * per_beat)
    often = rng.beta(2, 2) if kind in ("closed_hat", "ride") else rng.beta(1.5, 4)
    chance = np.full(n_steps, 0.5 * often * (0.2 if kind == "crash" else 1.0))
    if kind == "kick":
        chance[(position == 0) | (position == 2 * per_beat)] = max(0.8, often)
        if rng.random() < 0.3:
            chance[position % per_beat == 0] = 0.97
    elif kind == "snare":
        chance[(position == per_beat) | (position == 3 * per_beat)] = 0.95
    elif kind in ("closed_hat", "ride", "pedal_hat") and rng.random() < 0.7:
        every = int(rng.choice([1, max(1, per_beat // 2), per_beat]))
        chance = np.where(position % every == 0, 0.97, 0.02)
    return chance


def _free(rng: np.random.Generator, duration_s: float) -> list[Hit]:
    hits = []
    for kind in PLAYED:
        if rng.random() < 0.25:
            continue
        per_s = rng.gamma(1.2, 0.8) * (0.3 if kind in ("crash", "other") else 1.0)
        n = int(rng.poisson(per_s * duration_s))
        times = rng.uniform(0, duration_s, n)
        force = _velocities(rng, n)
        hits += [Hit(float(t), kind, int(v)) for t, v in zip(times, force, strict=True)]
    return hits


def _roll(rng: np.random.Generator, duration_s: float) -> list[Hit]:
    kind = str(rng.choice(["snare", "snare", "tom", "kick", "closed_hat"]))
    start_s, gap_s = rng.uniform(0, duration_s), rng.uniform(0.045, 0.12)
    force = float(_velocities(rng, 1)[0])
    return [
        Hit(start_s + i * gap_s, kind, int(np.clip(force * rng.uniform(0.7, 1.1), 4, 127)))
        for i in range(int(rng.integers(3, 14)))
    ]


def _coinciding(rng: np.random.Generator, hits: list[Hit]) -> list[Hit]:
    """Double hits with another drum, so that no two kinds are learnt to exclude each other."""
    share = rng.choice([0.0, 0.1, 0.3])
    doubled = [hit for hit in hits if rng.random() < share]
    kinds = [str(k) for k in rng.choice(["kick", "kick", "snare", "tom", "ride"], len(doubled))]
    force = _velocities(rng, len(doubled)).tolist()
    shift = rng.normal(0, 0.004, len(doubled)).tolist()
    return [
        Hit(hit.time_s + late, kind, velocity)
        for hit, kind, velocity, late in zip(doubled, kinds, force, shift, strict=True)
    ]


def _velocities(rng: np.random.Generator, n: int) -> NDArray[np.float64]:
    """Return velocities of one of three hands: even, uneven, or with ghost notes."""
    hand = rng.integers(0, 3)
    if hand == 0:
        force = rng.normal(95, 12, n)
    elif hand == 1:
        force = rng.normal(70, 25, n)
    else:
        force = np.where(rng.random(n) < 0.4, rng.normal(28, 10, n), rng.normal(90, 18, n))
    return np.clip(np.round(force), 6, 127)
