"""Tone: the sound of one zone at one key, page after page.

A zone of a soundfont in, its waveform out, from the note's onset on: pitched,
filtered, with its envelopes. A *page* is a fixed stretch of that waveform,
counted from the onset, so that equal notes share pages wherever they lie.

Conventions
-----------
- Positions ``n`` are output samples from the onset; arrays are float32.
- Levels are linear gains unless a name says ``_db`` or ``cents``.

Source:
    SoundFont Technical Specification 2.04, section 9; interpolation is the
    four-point cubic of Catmull and Rom. The filter moves in steps of half a
    semitone, which can't be heard.
"""

from collections import OrderedDict
from collections.abc import Callable
from functools import lru_cache
from itertools import pairwise
from weakref import WeakValueDictionary

import numpy as np
from numpy.typing import NDArray

from clavilux.perform.soundfont import EnvelopeTimes, Oscillator, SoundFont, Zone

PAGE = 1 << 14
KEPT_PAGES = 32
"""Pages of a tone that are shared (12 s); what lasts longer goes on by itself."""
_CACHE_BYTES = 48 << 20
_SILENCE_DB = 90.0
_DB = np.log(10.0) / 20.0
_FILTER_HOP = 256
_FILTER_STEP_CENTS = 50.0
_OPEN_CENTS = 13500.0

Wave = NDArray[np.float32]


class Envelope:
    """The volume of a zone over time at one key, until the key is let go."""

    def __init__(self, times: EnvelopeTimes, sample_rate: int) -> None:
        self.delay = times.delay * sample_rate
        self.attack = max(times.attack * sample_rate, 1.0)
        self.decay_start = self.delay + self.attack + times.hold * sample_rate
        self.slope = _DB * 100.0 / max(times.decay * sample_rate, 1.0)
        self.steady = self.decay_start + times.sustain * _DB / self.slope
        self.release_slope = _DB * 100.0 / max(times.release * sample_rate, 0.005 * sample_rate)

    def held(self, start: int, stop: int) -> Wave:
        """Return the gain at samples `start` to `stop - 1` of a note that is held."""
        n = np.arange(start, stop, dtype=np.float64)
        gain = np.exp(-self.slope * (np.clip(n, self.decay_start, self.steady) - self.decay_start))
        if start < self.delay + self.attack:
            gain *= np.clip((n - self.delay) / self.attack, 0.0, 1.0)
        return np.asarray(gain, dtype=np.float32)

    def level(self, n: int) -> float:
        """Return the gain at one sample."""
        return float(self.held(n, n + 1)[0])

    @property
    def silent_after(self) -> float:
        """Sample at which a held note has died away by itself; infinite if it never does."""
        end = self.decay_start + _SILENCE_DB * _DB / self.slope
        return end if end <= self.steady else np.inf

    @property
    def release_length(self) -> int:
        """Samples from letting go to silence."""
        return int(np.ceil(_SILENCE_DB * _DB / self.release_slope))


class Tone:
    """The waveform of a zone at a key, made in order, page by page."""

    def __init__(self, zone: Zone, recording: Wave, key: int, sample_rate: int) -> None:
        """Take the zone, what `recording_of` gives for it, and the key."""
        self.zone, self.recording, self.sample_rate = zone, recording, sample_rate
        sounding = zone.fixed_key if zone.fixed_key >= 0 else key
        cents = sounding * zone.scale_tuning - zone.root_cents
        self.ratio = zone.sample_rate / sample_rate * 2.0 ** (min(cents, 8400.0) / 1200)
        self.position = 0
        """The next sample to be made."""
        self.phase = 0.0
        """Where in the recording it lies."""
        self._memory = np.zeros(2)

    def clone(self) -> "Tone":
        """Return another that goes on from here by itself."""
        other = object.__new__(Tone)
        other.__dict__.update(self.__dict__)
        return other

    @property
    def ended(self) -> bool:
        """Whether the recording is over: only silence would follow."""
        return self.zone.loop is None and self.phase >= self.zone.length

    def next(self, n_samples: int, bend_cents: NDArray[np.float64] | None = None) -> Wave:
        """Make the next samples, without the volume envelope.

        Args:
            n_samples: How many.
            bend_cents: What to add to the pitch, shape (n_samples,).
        """
        n = np.arange(self.position, self.position + n_samples)
        cents = self._pitch_cents(n)
        if bend_cents is not None:
            cents = bend_cents if cents is None else cents + bend_cents
        if cents is None:
            phase = self.phase + self.ratio * np.arange(n_samples + 1)
        else:
            steps = self.ratio * np.exp2(np.minimum(cents, 9600.0) / 1200.0)
            phase = self.phase + np.concatenate([[0.0], np.cumsum(steps)])
        following = phase[-1:].copy()
        wave = self._filter(self._interpolate(self._wrapped(phase[:-1])), n)
        if self.zone.tremolo_to_volume_db:
            swell = self.zone.tremolo_to_volume_db * _oscillate(
                self.zone.tremolo, n, self.sample_rate
            )
            wave *= np.exp(_DB * swell).astype(np.float32)
        self.position += n_samples
        self.phase = float(self._wrapped(following)[0])
        return wave

    def _pitch_cents(self, n: NDArray[np.int64]) -> NDArray[np.float64] | None:
        zone, cents = self.zone, None
        if zone.modulation_to_pitch:
            cents = zone.modulation_to_pitch * _modulation(zone.modulation, n, self.sample_rate)
        for oscillator, depth in (
            (zone.vibrato, zone.vibrato_to_pitch),
            (zone.tremolo, zone.tremolo_to_pitch),
        ):
            if depth:
                wave = depth * _oscillate(oscillator, n, self.sample_rate)
                cents = wave if cents is None else cents + wave
        return cents

    def _wrapped(self, phase: NDArray[np.float64]) -> NDArray[np.float64]:
        """Turn back, in place, what lies past the end of the loop; `phase` increases."""
        if self.zone.loop is not None and phase[-1] >= self.zone.loop[1]:
            turn, back = self.zone.loop
            over = phase[np.searchsorted(phase, back) :]
            over -= np.floor((over - turn) * (1.0 / (back - turn))) * (back - turn)
            # Rounding may leave an edge on the wrong side of itself.
            np.clip(over, turn, np.nextafter(back, 0), out=over)
        return phase

    def _interpolate(self, phase: NDArray[np.float64]) -> Wave:
        if self.zone.loop is None:
            phase = np.minimum(phase, self.zone.length)
        whole = phase.astype(np.intp)
        x = (phase - whole).astype(np.float32)
        cubic = self.recording.take(whole, axis=0, mode="clip")
        wave = cubic[:, 3] * x
        for power in (2, 1):
            wave += cubic[:, power]
            wave *= x
        return np.asarray(wave + cubic[:, 0], dtype=np.float32)

    def _filter(self, wave: Wave, n: NDArray[np.int64]) -> Wave:
        """Low-pass as the zone says, in runs over which the cut-off hardly moves."""
        zone = self.zone
        grid = n[::_FILTER_HOP]
        cents = np.full(len(grid), zone.filter_cents, dtype=np.float64)
        if zone.modulation_to_filter:
            cents += zone.modulation_to_filter * _modulation(
                zone.modulation, grid, self.sample_rate
            )
        if zone.tremolo_to_filter:
            cents += zone.tremolo_to_filter * _oscillate(zone.tremolo, grid, self.sample_rate)
        steps = np.round(np.minimum(cents, _OPEN_CENTS) / _FILTER_STEP_CENTS)
        if np.all(steps * _FILTER_STEP_CENTS >= _OPEN_CENTS) and not self._memory.any():
            return wave
        from scipy.signal import lfilter

        edges = [0, *(np.nonzero(np.diff(steps))[0] + 1).tolist(), len(grid)]
        out = np.empty_like(wave)
        for first, last in pairwise(edges):
            b, a = _low_pass(steps[first] * _FILTER_STEP_CENTS, zone.filter_q_db, self.sample_rate)
            stretch = slice(first * _FILTER_HOP, last * _FILTER_HOP)
            out[stretch], self._memory = lfilter(b, a, wave[stretch], zi=self._memory)
        return out


class Pages:
    """The pages of one zone at one key, kept: raw, and shaped by its held envelope."""

    def __init__(self, tone: Tone) -> None:
        self.tone = tone
        self.envelope = Envelope(tone.zone.volume, tone.sample_rate)
        self.raw: list[Wave] = []
        self.shaped: list[Wave | None] = []

    @property
    def n_bytes(self) -> int:
        """Memory that the pages and the recording take, or may soon take."""
        return 2 * 4 * PAGE * len(self.raw) + self.tone.recording.nbytes

    def page(self, index: int, shaped: bool) -> Wave | None:
        """Return a page, or None where it is past the end or past what is kept."""
        while len(self.raw) <= index < KEPT_PAGES and not self.tone.ended:
            self.raw.append(self.tone.next(PAGE))
            self.shaped.append(None)
        if index >= len(self.raw):
            return None
        if not shaped:
            return self.raw[index]
        page = self.shaped[index]
        if page is None:
            page = self.raw[index] * self.envelope.held(index * PAGE, (index + 1) * PAGE)
            self.shaped[index] = page
        return page


class OwnPages:
    """The pages of one note alone, in order, none kept: it bends, or lasts very long."""

    def __init__(
        self, tone: Tone, bend_cents: Callable[[int, int], NDArray[np.float64]] | None = None
    ) -> None:
        """Take the tone, and what gives its bend between two samples from the onset."""
        self.tone, self.bend_cents = tone, bend_cents
        self.envelope = Envelope(tone.zone.volume, tone.sample_rate)
        self._index = -1
        self._raw = np.zeros(0, dtype=np.float32)

    def page(self, index: int, shaped: bool) -> Wave | None:
        """Return a page, none before the last one given; None past the recording's end."""
        while self._index < index:
            if self.tone.ended:
                return None
            start = self.tone.position
            bend = self.bend_cents(start, start + PAGE) if self.bend_cents else None
            self._raw = self.tone.next(PAGE, bend)
            self._index = start // PAGE
        if not shaped:
            return self._raw
        return self._raw * self.envelope.held(index * PAGE, (index + 1) * PAGE)


class ToneBank:
    """All pages of a soundfont in use, the least recently used forgotten first."""

    def __init__(self, font: SoundFont, sample_rate: int) -> None:
        self.font, self.sample_rate = font, sample_rate
        self._pages: OrderedDict[tuple[Zone, int], Pages] = OrderedDict()
        self._recordings: WeakValueDictionary[Zone, Wave] = WeakValueDictionary()

    def pages(self, zone: Zone, key: int) -> Pages:
        """Return the pages of a zone at a key."""
        where = (zone, key)
        if where in self._pages:
            self._pages.move_to_end(where)
        else:
            self._pages[where] = Pages(self.tone(zone, key))
        return self._pages[where]

    def tone(self, zone: Zone, key: int) -> Tone:
        """Make a tone of its own, for a note that bends; recordings are shared."""
        recording = self._recordings.get(zone)
        if recording is None:
            recording = self._recordings[zone] = recording_of(self.font, zone)
        return Tone(zone, recording, key, self.sample_rate)

    def forget(self) -> None:
        """Drop the pages not used for longest until the rest fits the budget."""
        total = sum(pages.n_bytes for pages in self._pages.values())
        while total > _CACHE_BYTES:
            _, dropped = self._pages.popitem(last=False)
            total -= dropped.n_bytes


def recording_of(font: SoundFont, zone: Zone) -> Wave:
    """Cut a zone's recording out, as a cubic between each two samples.

    Returns:
        The coefficients of 1, x, x² and x³ from each sample on, shape (n, 4).
    """
    body = font.samples[zone.first : zone.first + zone.length]
    if zone.loop is None:
        after = np.zeros(4, dtype=np.int16)
    else:
        turn, back = zone.loop
        body = body[:back]
        after = np.resize(body[turn:back], 4)
    padded = np.concatenate([np.zeros(1, dtype=np.int16), body, after])
    samples = padded.astype(np.float32) / np.float32(32768)
    a, b, c, d = samples[:-3], samples[1:-2], samples[2:-1], samples[3:]
    slope, far = c - a, d - b
    cubic = [b, 0.5 * slope, 3 * (c - b) - slope - 0.5 * far, 2 * (b - c) + 0.5 * (slope + far)]
    return np.stack(cubic, axis=1)


def _modulation(
    times: EnvelopeTimes, n: NDArray[np.int64], sample_rate: int
) -> NDArray[np.float64]:
    """Return the modulation envelope, 0 to 1, at samples `n` of a held note."""
    seconds = n / sample_rate - times.delay
    attack = np.clip(seconds / max(times.attack, 1e-3), 0.0, 1.0)
    decaying = np.maximum(seconds - times.attack - times.hold, 0.0)
    return attack - np.minimum(decaying / max(times.decay, 1e-3), 1.0 - times.sustain)


def _oscillate(
    oscillator: Oscillator, n: NDArray[np.int64], sample_rate: int
) -> NDArray[np.float64]:
    """Return a triangle from -1 to 1 that starts at 0 after its delay."""
    turns = np.maximum(n / sample_rate - oscillator.delay, 0.0) * oscillator.rate_hz
    return 1.0 - 4.0 * np.abs(np.mod(turns + 0.25, 1.0) - 0.5)


@lru_cache(maxsize=4096)
def _low_pass(
    cents: float, q_db: float, sample_rate: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Design the two-pole resonant low-pass of the standard."""
    hertz = min(8.176 * 2.0 ** (cents / 1200), 0.45 * sample_rate)
    q = 10.0 ** ((q_db - 3.01) / 20)
    w = 2 * np.pi * hertz / sample_rate
    alpha = np.sin(w) / (2 * q)
    # The resonance is paid for by half its height, as the standard asks.
    gain = 1.0 / np.sqrt(10.0 ** (q_db / 20))
    b = np.array([0.5, 1.0, 0.5]) * (1 - np.cos(w)) * gain / (1 + alpha)
    a = np.array([1.0, -2 * np.cos(w) / (1 + alpha), (1 - alpha) / (1 + alpha)])
    return b, a
