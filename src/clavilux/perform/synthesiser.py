"""Synthesiser: a score becomes sound, block by block, in constant memory.

A score in, a stereo `Sound` out: every note at its own sample, whatever the
tempo does. The sound of a block does not depend on where the blocks are cut.

Conventions
-----------
- Stereo float32; the level is the parts' own, so that sums may pass 1: the
  limiter (`clavilux.perform.limiter`) comes last, on the whole mix.
- The first sample is `start_s` of the score, the last fades to silence.
"""

import os
from collections.abc import Iterator
from functools import lru_cache, partial

import numpy as np
from numpy.typing import NDArray

from clavilux.core.values import Score, Sound
from clavilux.perform.plan import NEVER, RAMP_S, Part, plan
from clavilux.perform.reverb import Reverb, impulse_response
from clavilux.perform.soundfont import SoundFont, Zone
from clavilux.perform.tone import OwnPages, ToneBank
from clavilux.perform.voice import Voice

TAIL_S = 3.0
"""What is left to ring after the last note is let go, unless asked otherwise."""
BLOCK = 1 << 16
_MASTER = 0.5
_REVERB_LEVEL = 0.35
_MAX_VOICES = 192
_FADE_S = {"tail": 1.0, "cut": 0.03}
_SILENCE_S = 0.1
_LOOK_BACK_S = 20.0
_KEPT_CHOICES = 1024
"""Keys and velocities of a part whose zones are remembered."""


def synthesise(
    score: Score,
    *,
    sample_rate: int = 44_100,
    soundfont: str | os.PathLike[str] | None = None,
    start_s: float = 0.0,
    duration_s: float | None = None,
    tail_s: float = TAIL_S,
    seed: int = 0,
    reverb: float = 1.0,
    block: int = BLOCK,
) -> Sound:
    """Play `score` on a General MIDI soundfont.

    Args:
        score: What to play.
        sample_rate: Samples per second.
        soundfont: An SF2 file; None for the embedded one.
        start_s: Where in the score to begin; notes already sounding sound on.
        duration_s: Exact length of the result; None for the whole score and its tail.
        tail_s: Seconds after the last note in which it may die away.
        seed: Makes the hall; same seed, same samples.
        reverb: How much of the hall is heard: 1 as General MIDI sets it, 0 none.
        block: Samples made at a time.

    Returns:
        Stereo, its length known; nothing is played before it is read.

    Raises:
        InputError: The soundfont can't be read.
    """
    stage = _Stage(sample_rate, soundfont, start_s, duration_s, tail_s, seed, reverb, block)
    parts = plan(score, sample_rate)
    return stage.sound(parts, stage.end(parts, score))


def stems(
    score: Score,
    *,
    sample_rate: int = 44_100,
    soundfont: str | os.PathLike[str] | None = None,
    start_s: float = 0.0,
    duration_s: float | None = None,
    tail_s: float = TAIL_S,
    seed: int = 0,
    reverb: float = 1.0,
    block: int = BLOCK,
) -> dict[str, Sound]:
    """Play every part of `score` by itself; see `synthesise` for the arguments.

    Returns:
        Sounds of one length by the names of their tracks, made unique. A track on
        several channels gives one for each. Their sum is what `synthesise` gives.
    """
    stage = _Stage(sample_rate, soundfont, start_s, duration_s, tail_s, seed, reverb, block)
    parts = plan(score, sample_rate)
    end = stage.end(parts, score)
    return {part.name: stage.sound([part], end) for part in parts}


class _Stage:
    """Where the parts are played: the font, the hall, and from when to when."""

    def __init__(
        self,
        sample_rate: int,
        soundfont: str | os.PathLike[str] | None,
        start_s: float,
        duration_s: float | None,
        tail_s: float,
        seed: int,
        reverb: float,
        block: int,
    ) -> None:
        if sample_rate < 4000 or block < 1 or start_s < 0 or tail_s < 0:
            raise ValueError(
                f"expected sample_rate >= 4000, block >= 1, start_s >= 0 and tail_s >= 0; "
                f"got {sample_rate}, {block}, {start_s} and {tail_s}"
            )
        self.font = SoundFont.load(soundfont)
        self.sample_rate, self.tail_s, self.block = sample_rate, tail_s, block
        self.duration_s, self.reverb = duration_s, reverb
        self.start = round(start_s * sample_rate)
        self.hall = impulse_response(sample_rate, seed)

    def end(self, parts: list[Part], score: Score) -> int:
        """Return the sample at which the score and its last note are over."""
        last = max((int(part.off.max(initial=0)) for part in parts), default=0)
        return max(last, round(score.duration_s * self.sample_rate))

    def sound(self, parts: list[Part], end: int) -> Sound:
        """Wrap the playing of `parts`, over at sample `end`, into a value."""
        if self.duration_s is None:
            end += round((self.tail_s + _SILENCE_S) * self.sample_rate)
            n_samples, fade = max(0, end - self.start), min(_FADE_S["tail"], self.tail_s)
            silence = round(_SILENCE_S * self.sample_rate)
        else:
            n_samples, fade, silence = round(self.duration_s * self.sample_rate), _FADE_S["cut"], 0
        fade_start = max(0, n_samples - silence - round(fade * self.sample_rate))
        opened = partial(self._blocks, parts, n_samples, (fade_start, n_samples - silence))
        return Sound(self.sample_rate, 2, n_samples, opened)

    def _blocks(
        self, parts: list[Part], n_samples: int, fade: tuple[int, int]
    ) -> Iterator[NDArray[np.float32]]:
        bank = ToneBank(self.font, self.sample_rate)
        players = [_Player(part, bank, self.start) for part in parts]
        hall = Reverb(self.hall)
        for at in range(0, n_samples, self.block):
            mix = np.zeros((2, min(self.block, n_samples - at)), dtype=np.float32)
            send = np.zeros(mix.shape[1], dtype=np.float32)
            for player in players:
                player.play(self.start + at, mix, send)
            if self.reverb:
                mix += hall(send * np.float32(self.reverb * _REVERB_LEVEL))
            bank.forget()
            yield np.ascontiguousarray((mix * _faded(at, mix.shape[1], fade)).T)


class _Player:
    """Plays one part: starts its voices, ends them, sets its channel's gain."""

    def __init__(self, part: Part, bank: ToneBank, start: int) -> None:
        self.part, self.bank = part, bank
        self.voices: list[Voice] = []
        self.ramp = int(RAMP_S * bank.sample_rate)
        self.zones = lru_cache(maxsize=_KEPT_CHOICES)(bank.font.zones)
        # Of what began before the start, only what may still be heard is begun at all.
        last = np.minimum(part.off, part.cut) + int(_LOOK_BACK_S * bank.sample_rate)
        self.waiting = iter(np.nonzero((part.on >= start) | (last >= start))[0].tolist())
        self.next = next(self.waiting, None)

    def play(self, start: int, mix: NDArray[np.float32], send: NDArray[np.float32]) -> None:
        """Add the block that begins at sample `start` to the mix and to what the hall hears."""
        stop = start + mix.shape[1]
        while self.next is not None and self.part.on[self.next] < stop:
            self._begin(self.next, start)
            self.next = next(self.waiting, None)
        if not self.voices:
            return
        dry = np.zeros_like(mix)
        self.voices = [voice for voice in self.voices if voice.mix(dry, start)]
        gain = self.part.gain.ramped(start, stop, self.ramp)
        dry *= gain[:2] * np.float32(_MASTER)
        mix += dry
        send += dry.sum(axis=0) * gain[2]

    def _begin(self, note: int, start: int) -> None:
        part = self.part
        on, pitch, velocity = int(part.on[note]), int(part.pitch[note]), int(part.velocity[note])
        zones = self.zones(int(part.bank[note]), int(part.program[note]), pitch, velocity)
        self._make_room(on, pitch, {zone.exclusive_class for zone in zones} - {0}, start)
        for zone in zones:
            gain = (velocity / 127) ** 2 * 10 ** (-zone.attenuation_db / 20)
            voice = Voice(self.bank.pages(zone, pitch), pitch, on, int(part.off[note]), gain)
            if part.cut[note] < NEVER:
                voice.silence(int(part.cut[note]))
            if part.bend.anything(on, voice.end):
                voice.pages = voice.own = self._bent(zone, pitch, on)
            if voice.end > start:
                self.voices.append(voice)

    def _bent(self, zone: Zone, pitch: int, on: int) -> OwnPages:
        """Make pages of its own for a note during which the channel bends."""

        def cents(start: int, stop: int) -> NDArray[np.float64]:
            return self.part.bend.held(on + start, on + stop)[:, 0]

        return OwnPages(self.bank.tone(zone, pitch), cents)

    def _make_room(self, on: int, pitch: int, classes: set[int], start: int) -> None:
        """End what the new note ends: the same key, its class, and the oldest of too many."""
        for voice in self.voices:
            if voice.exclusive_class in classes and voice.on < on:
                voice.silence(on)
            elif voice.key == pitch and voice.off > on:
                if voice.on < on:
                    voice.let_go(on)
                else:
                    voice.silence(on)
        excess = len(self.voices) - _MAX_VOICES
        if excess > 0:
            for voice in self.voices[:excess]:
                voice.silence(on)
            self.voices = [voice for voice in self.voices if voice.end > max(on, start)]


def _faded(start: int, n_samples: int, fade: tuple[int, int]) -> NDArray[np.float32]:
    """Return the gain that leads the end to silence, between two samples of the output."""
    first, last = fade
    if start + n_samples <= first:
        return np.ones(1, dtype=np.float32)
    n = np.arange(start, start + n_samples)
    along = np.clip((n - first) / max(last - first, 1), 0.0, 1.0)
    return (np.cos(np.pi / 2 * along) ** 2 * (n < last)).astype(np.float32)
