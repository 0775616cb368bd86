"""Clips to learn hearing from: a seed in, log-mel frames and what is in them out.

Drumming is dealt out to two or three players, each with a soundfont's kit (or
one of our own), speed and tone of its own, so that few kits make many. Then
accompaniment, a room, a limiter and noise may come on top.

Conventions
-----------
- A clip has `N_FRAMES` frames, 100 a second, whatever its seed.
- Targets peak at 1 in the frame of a hit and fall off over two on either side.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.signal
from numpy.typing import NDArray

from clavilux.core.drums import DRUM_CHANNEL
from clavilux.core.timeline import TempoMap
from clavilux.core.values import Change, Notes, Score, Sound, Track
from clavilux.listen import spectrum
from clavilux.listen.hits import KINDS
from clavilux.perform import synthesise
from clavilux.training.hearing_drums import play_own
from clavilux.training.hearing_patterns import PLAYED, Hit, Tone, accompaniment, drumming

N_FRAMES = 1200
_RATE = 44_100
_DURATION_S = N_FRAMES / spectrum.FRAME_RATE
_TICKS_PER_S = 960
_OWN_LEVEL = 0.15
"""Brings our own drums down to a soundfont's level."""
_KITS = (0, 0, 0, 8, 16, 24, 25, 32, 40)
Wave = NDArray[np.float32]
Font = str | os.PathLike[str] | None


@dataclass(frozen=True, slots=True, eq=False)
class Clip:
    """A clip's frames and what is to be heard in them."""

    log_mel: NDArray[np.float16]
    """Shape (N_FRAMES, N_MELS)."""
    hits: NDArray[np.float16]
    """How likely each kind begins, shape (N_FRAMES, len(KINDS))."""
    force: NDArray[np.float16]
    """Velocity / 127 around each hit, else 0; shape (N_FRAMES, len(KINDS) - 1)."""


def make_clip(seed: int, soundfonts: Sequence[Font]) -> Clip:
    """Make up a clip.

    Args:
        seed: Same seed and soundfonts, same clip.
        soundfonts: SF2 files to play on; None is the embedded one.
    """
    rng = np.random.default_rng([2026, seed])
    hits = drumming(rng, _DURATION_S)
    wave = _ensemble(rng, hits, soundfonts)
    onsets = [hit.time_s for hit in hits]
    if rng.random() < 0.6:
        tones = accompaniment(rng, _DURATION_S)
        other = _level(_play_tones(tones, _pick(rng, soundfonts)))
        if rng.random() < 0.15:
            hits, onsets, wave = [], [], np.zeros_like(wave)
            other = other * 2
        wave = wave + other * np.float32(10 ** (rng.uniform(-20, 4) / 20))
        onsets += [tone.time_s for tone in tones]
    wave = _recorded(rng, wave)
    frames = [spectrum.log_mel(b.mel) for b in spectrum.blocks(Sound.from_array(wave, _RATE))]
    targets, force = _targets(hits, onsets)
    return Clip(np.concatenate(frames)[:N_FRAMES].astype(np.float16), targets, force)


def _ensemble(
    rng: np.random.Generator,
    hits: list[Hit],
    soundfonts: Sequence[Font],
) -> Wave:
    """Deal the kinds out to players and mix what they play."""
    n_players = int(rng.integers(1, 4))
    player_of = {kind: int(rng.integers(0, n_players)) for kind in PLAYED}
    mix = np.zeros(round(_DURATION_S * _RATE), dtype=np.float32)
    for player in range(n_players):
        own = [hit for hit in hits if player_of[hit.kind] == player]
        if not own:
            continue
        if rng.random() < 0.3:
            wave = play_own(rng, own, duration_s=_DURATION_S, sample_rate=_RATE)
            wave *= np.float32(_OWN_LEVEL)
        else:
            wave = _play_kit(rng, own, _pick(rng, soundfonts))
        # A hat stays as much softer than a kick as it is: players are not levelled.
        gain_db = rng.normal(0, 4) if n_players > 1 else 0.0
        mix += _equalised(rng, wave) * np.float32(10 ** (gain_db / 20))
    return _level(mix)


def _play_kit(rng: np.random.Generator, hits: list[Hit], font: Font) -> Wave:
    """Play hits on a soundfont's kit, perhaps faster or slower: other drums for nothing."""
    speed = float(rng.uniform(0.75, 1.33)) if rng.random() < 0.5 else 1.0
    usual = {kind: int(rng.choice(notes)) for kind, notes in PLAYED.items()}
    wandering = rng.random() < 0.5

    def note(kind: str) -> int:
        wanders = kind in ("tom", "other") or (wandering and rng.random() < 0.3)
        return int(rng.choice(PLAYED[kind])) if wanders else usual[kind]

    columns = [(h.time_s * speed, 0.12, note(h.kind), h.velocity) for h in hits]
    wave = _play(columns, font, _DURATION_S * speed, DRUM_CHANNEL, int(rng.choice(_KITS)))
    at = np.arange(round(_DURATION_S * _RATE)) * speed
    return np.asarray(np.interp(at, np.arange(len(wave)), wave), dtype=np.float32)


def _play_tones(tones: list[Tone], font: Font) -> Wave:
    mix = np.zeros(round(_DURATION_S * _RATE), dtype=np.float32)
    for program in sorted({tone.program for tone in tones}):
        part = [tone[:4] for tone in tones if tone.program == program]
        mix += _play(part, font, _DURATION_S, 0, program)
    return mix


def _play(
    columns: list[tuple[float, float, int, int]],
    font: Font,
    duration_s: float,
    channel: int,
    program: int,
) -> Wave:
    onset = np.array([round(c[0] * _TICKS_PER_S) for c in columns], dtype=np.int64)
    length = np.array([max(1, round(c[1] * _TICKS_PER_S)) for c in columns], dtype=np.int64)
    order = np.argsort(onset, kind="stable")
    notes = Notes(
        onset_tick=onset[order],
        offset_tick=(onset + length)[order],
        pitch=np.array([c[2] for c in columns], dtype=np.uint8)[order],
        velocity=np.array([c[3] for c in columns], dtype=np.uint8)[order],
        channel=np.full(len(columns), channel, dtype=np.uint8),
    )
    track = Track(notes=notes, changes=(Change(0, channel, "program", 0, program),))
    score = Score(TempoMap.constant(120.0, _TICKS_PER_S // 2), (track,))
    played = synthesise(score, soundfont=font, duration_s=duration_s, reverb=0.0)
    wave = played.read().mean(axis=1, dtype=np.float32)
    return np.pad(wave, (0, max(0, round(duration_s * _RATE) - len(wave))))


def _recorded(rng: np.random.Generator, wave: Wave) -> Wave:
    """Record a performance: perhaps in a room, too loud, with noise; at any level."""
    out = wave.astype(np.float64)
    if rng.random() < 0.35:
        n = round(_RATE * rng.uniform(0.2, 1.2))
        decay = np.exp(-np.arange(n) / _RATE / rng.uniform(0.05, 0.35))
        room = rng.standard_normal(n) * decay
        room *= rng.uniform(0.1, 0.6) / np.sqrt((room**2).sum())
        out = out + scipy.signal.fftconvolve(out, room)[: len(out)]
    out /= max(float(np.abs(out).max()), 1e-6)
    if rng.random() < 0.3:
        drive = rng.uniform(1, 4)
        out = np.tanh(out * drive) / np.tanh(drive)
    out *= 10 ** (rng.uniform(-16, 0) / 20)
    if rng.random() < 0.3:
        out += rng.standard_normal(len(out)) * 10 ** (rng.uniform(-80, -45) / 20)
    return out.astype(np.float32)


def _equalised(rng: np.random.Generator, wave: Wave) -> Wave:
    """Colour a player's tone by up to about 8 dB, smoothly over the octaves."""
    if rng.random() < 0.4:
        return wave
    hertz = np.fft.rfftfreq(len(wave), 1 / _RATE)
    octaves = np.log2(np.maximum(hertz, 20) / 20)
    gain_db = np.interp(octaves, np.linspace(0, 10, 6), rng.normal(0, 4, 6))
    return np.fft.irfft(np.fft.rfft(wave) * 10 ** (gain_db / 20), len(wave)).astype(np.float32)


def _targets(
    hits: list[Hit], onsets: list[float]
) -> tuple[NDArray[np.float16], NDArray[np.float16]]:
    targets = np.zeros((N_FRAMES, len(KINDS)), dtype=np.float16)
    force = np.zeros((N_FRAMES, len(KINDS) - 1), dtype=np.float16)
    marks = [(hit.time_s, KINDS.index(hit.kind)) for hit in hits if hit.kind in KINDS]
    for time_s, column in marks + [(time_s, KINDS.index("onset")) for time_s in onsets]:
        at = time_s * spectrum.FRAME_RATE
        near = np.arange(max(0, round(at) - 2), min(N_FRAMES, round(at) + 3))
        likely = np.exp(-0.5 * ((near - at) / 0.9) ** 2)
        targets[near, column] = np.maximum(targets[near, column], likely)
    for hit in hits:
        if hit.kind in KINDS:
            at_frame = round(hit.time_s * spectrum.FRAME_RATE)
            force[max(0, at_frame - 1) : at_frame + 2, KINDS.index(hit.kind)] = hit.velocity / 127
    return targets, force


def _level(wave: Wave) -> Wave:
    return np.asarray(wave / max(float(np.abs(wave).max()), 1e-6), dtype=np.float32)


def _pick(rng: np.random.Generator, soundfonts: Sequence[Font]) -> Font:
    return soundfonts[int(rng.integers(0, len(soundfonts)))]
