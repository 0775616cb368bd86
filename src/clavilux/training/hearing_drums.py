"""Drums of our own to learn hearing from: each kit drawn at random, struck by arithmetic.

A random generator and hits in, a waveform out. A hit is a tone that falls in
pitch, a band of noise and a metallic buzz, in shares drawn for the kit.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clavilux.training.hearing_patterns import Hit

_LONGEST_S = 1.6


@dataclass(frozen=True, slots=True)
class _Drum:
    tone_hz: float = 100.0
    tone: float = 0.0
    """Share of the tone."""
    fall: float = 0.0
    """How far above `tone_hz` the tone begins, as a share of it."""
    fall_s: float = 0.02
    tone_s: float = 0.1
    """Time constant of the tone's decay."""
    noise: float = 0.0
    noise_hz: float = 5000.0
    noise_octaves: float = 1.0
    noise_s: float = 0.1
    metal: float = 0.0
    attack_s: float = 0.0005
    dynamics: float = 1.4
    """Amplitude goes with velocity to this power."""


def play_own(
    rng: np.random.Generator, hits: list[Hit], *, duration_s: float, sample_rate: int
) -> NDArray[np.float32]:
    """Play hits on a kit drawn from `rng`; shape (duration_s * sample_rate,)."""
    drums = _kit(rng)
    n = round(duration_s * sample_rate)
    out = np.zeros(n, dtype=np.float32)
    takes: dict[tuple[str, int], NDArray[np.float32]] = {}
    for hit in hits:
        layer = (hit.kind, hit.velocity // 16)
        if layer not in takes or rng.random() < 0.1:
            takes[layer] = _strike(rng, drums[hit.kind], hit.velocity, sample_rate)
        start = round(hit.time_s * sample_rate)
        sound = takes[layer][: max(0, n - start)]
        out[start : start + len(sound)] += sound
    return out


def _strike(
    rng: np.random.Generator, drum: _Drum, velocity: int, sample_rate: int
) -> NDArray[np.float32]:
    length_s = min(_LONGEST_S, 5 * max(drum.noise_s, drum.tone_s * (drum.tone > 0)))
    t = np.arange(round(length_s * sample_rate)) / sample_rate
    pitch = drum.tone_hz * (1 + drum.fall * np.exp(-t / drum.fall_s))
    phase = 2 * np.pi * np.cumsum(pitch) / sample_rate
    out = drum.tone * np.sin(phase) * np.exp(-t / drum.tone_s)
    fading = np.exp(-t / drum.noise_s)
    spectrum = np.fft.rfft(rng.standard_normal(len(t)) * fading)
    hertz = np.maximum(np.fft.rfftfreq(len(t), 1 / sample_rate), 1.0)
    shape = np.exp(-0.5 * (np.log2(hertz / drum.noise_hz) / drum.noise_octaves) ** 2)
    noise = np.fft.irfft(spectrum * shape, len(t))
    out += drum.noise * noise / max(float(np.abs(noise).max()), 1e-9)
    if drum.metal:
        ratios = np.array([0.41, 0.53, 0.67, 0.79, 0.91])[:, None]
        buzz = np.sign(np.sin(2 * np.pi * drum.noise_hz * ratios * t)).mean(axis=0)
        out += drum.metal * buzz * fading
    out *= np.minimum(1, t / drum.attack_s) * (velocity / 127) ** drum.dynamics
    return out.astype(np.float32)


def _kit(rng: np.random.Generator) -> dict[str, _Drum]:
    u = rng.uniform
    dynamics = float(u(0.8, 2))
    buzz = float(rng.random() < 0.5)

    def drum(**values: float) -> _Drum:
        return _Drum(dynamics=dynamics, **values)

    return {
        "kick": drum(
            tone_hz=u(38, 85), tone=1, fall=u(0.5, 6), fall_s=u(0.008, 0.04),
            tone_s=u(0.05, 0.35), noise=u(0, 0.5), noise_hz=u(500, 5000),
            noise_octaves=u(0.5, 1.5), noise_s=u(0.004, 0.03), attack_s=u(0.0005, 0.004),
        ),
        "snare": drum(
            tone_hz=u(140, 300), tone=u(0, 0.9), fall=u(0, 1.2), tone_s=u(0.02, 0.2),
            noise=u(0.3, 1), noise_hz=u(1200, 7000), noise_octaves=u(0.6, 2.2),
            noise_s=u(0.03, 0.25),
        ),
        "closed_hat": drum(
            noise=u(0.15, 0.5), noise_hz=u(6000, 11000), noise_octaves=u(0.3, 0.9),
            noise_s=u(0.01, 0.05), metal=buzz * u(0, 0.25),
        ),
        "pedal_hat": drum(
            noise=u(0.1, 0.3), noise_hz=u(4500, 8500), noise_octaves=u(0.4, 0.8),
            noise_s=u(0.02, 0.06),
        ),
        "open_hat": drum(
            noise=u(0.15, 0.5), noise_hz=u(6000, 11000), noise_octaves=u(0.3, 0.9),
            noise_s=u(0.1, 0.4), metal=buzz * u(0, 0.25),
        ),
        "tom": drum(
            tone_hz=u(70, 220), tone=1, fall=u(0.1, 0.9), fall_s=u(0.02, 0.06),
            tone_s=u(0.08, 0.4), noise=u(0.02, 0.35), noise_hz=u(800, 4000), noise_s=u(0.01, 0.05),
        ),
        "crash": drum(
            noise=u(0.4, 0.9), noise_hz=u(3500, 8000), noise_octaves=u(0.6, 1.4),
            noise_s=u(0.4, 1.2), metal=u(0, 0.2),
        ),
        "ride": drum(
            tone_hz=u(400, 900), tone=u(0, 0.15), tone_s=u(0.02, 0.1), noise=u(0.12, 0.35),
            noise_hz=u(4000, 8500), noise_octaves=u(0.4, 0.9), noise_s=u(0.25, 0.8),
            metal=u(0, 0.2),
        ),
        "other": drum(
            tone_hz=u(250, 1500), tone=u(0, 0.8), fall=u(0, 0.3), tone_s=u(0.02, 0.2),
            noise=u(0.05, 0.5), noise_hz=u(1000, 8000), noise_octaves=u(0.2, 1),
            noise_s=u(0.01, 0.12),
        ),
    }  # fmt: skip
