"""Facts: everything that is heard in a recording, gathered on its timeline.

A `Sound` in, `Facts` out, named as for MIDI so that the same mapping drives
pictures from either.

Conventions
-----------
- Events: ``kick``, ``snare``, ``closed_hat`` … (see `clavilux.core.drums`) for
  drums, ``onset`` for whatever begins, ``chord`` where harmony changes.
- Series, 0 to 1 unless said otherwise: ``loudness``, ``low``, ``mid``, ``high``,
  ``brightness``, ``density``; ``loudness_lufs`` and ``loudness_short_lufs`` (EBU
  R 128 momentary and short-term, LUFS), ``rms`` (of full scale), ``pitch`` (a MIDI
  number), ``hue`` (degrees, -180 to 180), ``tempo`` (beats per minute), ``drums`` (how
  many hits were heard with confidence in that tenth of a second).
- What was heard in a stem called NAME bears ``NAME/`` before its own name.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from clavilux.core.errors import InputError
from clavilux.core.values import Events, Facts, Series, Sound
from clavilux.listen import onsets, tone
from clavilux.listen.beats import find_downbeats, track_beats
from clavilux.listen.hits import Hearing, hear_hits, merged
from clavilux.listen.known import Known, beats_in_bar
from clavilux.listen.measure import Measures, measure
from clavilux.listen.sections import find_sections
from clavilux.listen.spectrum import FRAME_RATE, LONG_EVERY, N_MELS, mel_edges_hz
from clavilux.listen.tempo import STRIDE_S, Tempo, cues_of, estimate_tempo
from clavilux.listen.windows import Windows, of_measures

_DRUM_STEM = ("drum", "perc", "beat")
_LOW_HZ, _HIGH_HZ = 200.0, 2500.0
_SILENCE_LUFS = -70.0
_DENSITY_S = 2.0
_BUSY = 12.0
"""Onsets a second that count as the densest."""


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """All that one pass over a recording tells."""

    facts: Facts
    windows: Windows


def facts(
    sound: Sound, *, stems: Mapping[str, Sound] | None = None, known: Known | None = None
) -> Facts:
    """Return the facts of a recording; see `listen_to`."""
    return listen_to(sound, stems=stems, known=known).facts


def listen_to(
    sound: Sound, *, stems: Mapping[str, Sound] | None = None, known: Known | None = None
) -> Heard:
    """Analyse a recording: its hits, beats, sections, and how it sounds at all times.

    Args:
        sound: The recording; it is read once, block by block.
        stems: Parts of the same recording by name, such as ``drums`` or ``bass``.
            Each adds its own events and series; drums are taken from a stem
            that is named for them instead of from the whole.
        known: What a person says of tempo, meter and beats; the rest is heard.
    """
    measures = measure(sound)
    heard = hear_hits(measures.log_mel)
    parts = {name: measure(stem) for name, stem in (stems or {}).items()}
    hits = {name: hear_hits(part.log_mel) for name, part in parts.items()}
    drums = [hits[name] for name in hits if _is_drums(name)]
    if drums:
        whole = merged([_without_drums(heard.events), *(_only_drums(d.events) for d in drums)])
    else:
        whole = heard.events
    known = _within(known or Known(), measures.duration_s)
    tempo = _tempo(measures, heard, known)
    beats, downbeats = _beats(measures, heard, tempo, known)
    events = [whole, _chords(measures, beats)]
    series = dict(_series(measures, whole, tempo))
    drummers = [hits[name] for name in hits if _is_drums(name)] or [heard]
    sure_s = np.concatenate([hearing.confident_hits_s() for hearing in drummers])
    series["drums"] = _counted(sure_s, measures.duration_s)
    for name, part in parts.items():
        events.append(_prefixed(hits[name].events, name))
        own = _series(part, hits[name].events, tempo)
        series |= {f"{name}/{key}": value for key, value in own.items() if key != "tempo"}
    found = Facts(
        duration_s=measures.duration_s,
        events=merged(events),
        series=series,
        beats_s=beats,
        downbeats_s=downbeats,
        meter=tempo.meter if len(beats) else "",
        sections=find_sections(
            measures.log_mel,
            measures.chroma,
            downbeats if len(downbeats) > 1 else beats,
            duration_s=measures.duration_s,
        ),
    )
    return Heard(found, of_measures(measures))


def sound_series(sound: Sound) -> dict[str, Series]:
    """Measure how a sound sounds at all times, without listening for hits, beats or sections.

    Returns:
        ``loudness``, ``low``, ``mid``, ``high`` and ``brightness``, as in `facts`.
    """
    levels = _levels(measure(sound))
    return {name: Series(FRAME_RATE, levels[name]) for name in levels if name != "rms"}


def as_it_sounds(facts: Facts, sound: Sound) -> Facts:
    """Return `facts` with the loudness, bands and brightness of their sound.

    Notes alone don't say how they swell and ring out, nor does a score how its mix sounds.
    """
    return replace(facts, series={**facts.series, **sound_series(sound)})


def _levels(measures: Measures) -> dict[str, NDArray[np.float64]]:
    mel = measures.log_mel
    centre = mel_edges_hz()[1:-1]
    bands = {
        "low": centre < _LOW_HZ,
        "mid": (centre >= _LOW_HZ) & (centre < _HIGH_HZ),
        "high": centre >= _HIGH_HZ,
    }
    found = {
        name: _relative(mel[:, chosen].mean(axis=1, dtype=np.float32))
        for name, chosen in bands.items()
    }
    level = gaussian_filter1d(measures.rms.astype(np.float64), 0.1 * FRAME_RATE)
    found["loudness"] = _relative(np.log10(level + 1e-4) / 4 + 1)
    found["rms"] = measures.rms.astype(np.float64)
    found["brightness"] = _brightness(measures)
    return found


def _series(measures: Measures, events: Events, tempo: Tempo) -> Mapping[str, Series]:
    mel, found = measures.log_mel, _levels(measures)
    found["density"] = _density(events, len(mel))
    series = {name: Series(FRAME_RATE, values) for name, values in found.items()}
    hue = tone.hue_degrees(measures.chroma, rate=measures.slow_rate)
    # Held, not joined, from value to value: 179 and -179 degrees are neighbours.
    series["hue"] = Series(FRAME_RATE, np.repeat(hue, LONG_EVERY)[: len(mel)])
    series["pitch"] = Series(measures.slow_rate, _held(measures.pitch))
    for name, windows, length_s in (
        ("loudness_lufs", measures.momentary_lufs, 0.4),
        ("loudness_short_lufs", measures.short_term_lufs, 3.0),
    ):
        series[name] = _centred(windows, length_s, measures.slow_rate)
    series["tempo"] = Series(1 / tempo.step_s, tempo.curve_bpm)
    return series


def _counted(time_s: NDArray[np.float64], duration_s: float) -> Series:
    """Count instants in each tenth of a second."""
    count = np.bincount(np.floor(time_s * 10).astype(np.int64), minlength=int(duration_s * 10) + 1)
    return Series(10.0, count.astype(np.float64))


def _centred(lufs: NDArray[np.float64], window_s: float, rate: float) -> Series:
    """Put each window's loudness at the window's middle; silence is `_SILENCE_LUFS`."""
    lead = round(window_s / 2 * rate)
    audible = np.maximum(lufs, _SILENCE_LUFS)
    return Series(rate, np.pad(audible, (lead, 0), mode="edge") if len(audible) else audible)


def _brightness(measures: Measures) -> NDArray[np.float64]:
    """Put the spectral centroid on a scale of octaves: 125 Hz is 0, 8 kHz is 1."""
    sounding = np.where(measures.centroid_hz > 0, measures.centroid_hz, np.nan)
    octaves = np.log2(np.maximum(_held(sounding), 1.0) / 125) / 6
    smooth = gaussian_filter1d(octaves, 0.05 * FRAME_RATE) if len(octaves) else octaves
    return np.asarray(np.clip(smooth, 0, 1), dtype=np.float64)


def _density(events: Events, n_frames: int) -> NDArray[np.float64]:
    """Count onsets a second, smoothly; `_BUSY` of them and more are 1."""
    index = np.round(events.of("onset").time_s * FRAME_RATE).astype(np.int64)
    count = np.bincount(index[index < n_frames], minlength=n_frames).astype(np.float64)
    smooth = gaussian_filter1d(count, 0.5 * _DENSITY_S * FRAME_RATE) if n_frames else count
    return np.clip(smooth * FRAME_RATE / _BUSY, 0, 1)


def _relative(values: NDArray[np.floating]) -> NDArray[np.float64]:
    """Stretch compressed levels between the piece's own quiet and loud, at least 20 dB apart."""
    if not len(values):
        return np.zeros(0)
    wide = values.astype(np.float64)
    low, high = np.percentile(wide, [5, 99])
    low = min(float(low), float(high) - 20 / 70)
    return np.clip((wide - low) / (high - low), 0, 1) if high > 0.02 else np.zeros(len(wide))


def _held(values: NDArray[np.floating]) -> NDArray[np.float64]:
    """Fill gaps (NaN) with what came before; those at the start with what comes first."""
    known = np.flatnonzero(~np.isnan(values))
    if not len(known):
        return np.zeros(len(values))
    last = np.maximum.accumulate(np.where(np.isnan(values), 0, np.arange(len(values))))
    return np.asarray(values[np.maximum(last, known[0])], dtype=np.float64)


def _within(known: Known, duration_s: float) -> Known:
    """Leave out beats that lie beyond the end.

    Raises:
        InputError: Fewer than two are left.
    """
    if known.beats_s is None:
        return known
    beats = known.beats_s[known.beats_s <= duration_s]
    if len(beats) < 2:
        raise InputError(
            f"the beats begin at {known.beats_s[0]:g} s, but the recording ends at "
            f"{duration_s:.1f} s; is the file of another recording?"
        )
    downbeats = known.downbeats_s
    return replace(
        known,
        beats_s=beats,
        downbeats_s=None if downbeats is None else downbeats[downbeats <= duration_s],
    )


def _tempo(measures: Measures, heard: Hearing, known: Known) -> Tempo:
    """Estimate tempo and meter, or take what is known of them."""
    cues = cues_of(onsets.band_envelopes(measures.log_mel), heard.likelihood)
    if known.beats_s is None:
        return estimate_tempo(cues, tempo_bpm=known.tempo_bpm, meter=known.meter)
    periods = np.diff(known.beats_s)
    bpm = 60 / float(np.median(periods))
    meter = estimate_tempo(cues, tempo_bpm=bpm, meter=known.meter).meter
    step_s = STRIDE_S
    centres = np.arange(0, measures.duration_s, step_s)
    curve = np.interp(centres, known.beats_s[:-1] + periods / 2, 60 / periods)
    return Tempo(bpm, curve if len(curve) else np.full(1, bpm), step_s, meter)


def _beats(
    measures: Measures, heard: Hearing, tempo: Tempo, known: Known
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Find beats and downbeats, or take those that are known."""
    beats, per_bar = known.beats_s, beats_in_bar(tempo.meter)
    if beats is None:
        # A bar of 7/8 has no whole number of quarters: its beats are eighths.
        is_odd = tempo.meter.endswith("/8") and per_bar == int(tempo.meter.split("/")[0])
        pulse = tempo.times(2) if is_odd else tempo
        beats = track_beats(heard.pulse, pulse)
    if known.downbeats_s is not None:
        return beats, known.downbeats_s
    flux = onsets.band_flux(measures.log_mel[:, : N_MELS // 8])
    downbeats = find_downbeats(
        beats,
        per_bar=per_bar,
        low=np.maximum(onsets.envelope(flux) / (N_MELS // 8), heard.activation("kick")),
        backbeat=heard.activation("snare"),
        change=_harmonic_change(measures, len(measures.log_mel)),
    )
    return beats, downbeats


def _harmonic_change(measures: Measures, n_frames: int) -> NDArray[np.float64]:
    """Return how unlike the half seconds before and after are in harmony; at 100 a second."""
    reach = round(measures.slow_rate / 2)
    total = np.cumsum(np.vstack([np.zeros((1, 12)), measures.chroma]), axis=0)
    n = len(measures.chroma)
    index = np.arange(n)
    before = total[index] - total[np.maximum(index - reach, 0)]
    after = total[np.minimum(index + reach, n)] - total[index]
    norm = np.linalg.norm(before, axis=1) * np.linalg.norm(after, axis=1)
    likeness = np.where(norm > 1e-9, (before * after).sum(axis=1) / np.maximum(norm, 1e-9), 1)
    times = np.arange(n_frames) / FRAME_RATE
    return Series(measures.slow_rate, 1 - likeness).at(times)


def _chords(measures: Measures, beats_s: NDArray[np.float64]) -> Events:
    """Find the beats at which harmony changes."""
    change = _harmonic_change(measures, len(measures.log_mel))
    at_beats = Series(FRAME_RATE, change).at(beats_s)
    chosen = at_beats > 0.35
    strength = np.clip(at_beats[chosen], 0, 1)
    return Events(beats_s[chosen], ("chord",) * int(chosen.sum()), strength)


def _is_drums(name: str) -> bool:
    return any(word in name.lower() for word in _DRUM_STEM)


def _only_drums(events: Events) -> Events:
    return events.of(*(set(events.kind) - {"onset"}))


def _without_drums(events: Events) -> Events:
    return events.of("onset")


def _prefixed(events: Events, name: str) -> Events:
    return Events(events.time_s, tuple(f"{name}/{kind}" for kind in events.kind), events.strength)
