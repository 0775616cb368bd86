"""Transcription: from a recording of pitched instruments or a voice to a score.

A `Sound` in, a `Score` out: one track of notes, under a tempo map whose beats
are those that were heard.
"""

from collections.abc import Sequence
from os import PathLike

import numpy as np
from numpy.typing import NDArray

from clavilux.core.timeline import MICROSECONDS, TempoMap
from clavilux.core.values import Notes, Score, Sound, Track
from clavilux.listen.beats import track_beats
from clavilux.listen.hits import hear_hits
from clavilux.listen.measure import measure
from clavilux.listen.notes import HeardNote, create_notes
from clavilux.listen.onsets import band_envelopes
from clavilux.listen.pitch_model import hear_keys
from clavilux.listen.tempo import cues_of, estimate_tempo

_TICKS_PER_BEAT = 480
_STEADY_S = 0.03
"""Beats that stray less than this from a steady pulse get one tempo for all."""


def transcribe(
    sound: Sound,
    *,
    model: str | PathLike[str] | None = None,
    tempo_bpm: float | None = None,
    onset_threshold: float = 0.5,
    note_threshold: float = 0.3,
) -> Score:
    """Write down the notes of a recording.

    Args:
        sound: The recording; drums are not written (see `clavilux.listen.hits`).
        model: The pitch model's file; looked for in an installed basic-pitch if absent.
        tempo_bpm: The tempo, where it is known; found by listening if absent.
        onset_threshold: How sure an onset must be, 0 to 1; lower finds more notes.
        note_threshold: How sure a note must be to go on, 0 to 1.

    Raises:
        InputError: The model's file is not there or not the right one.
        MissingExtra: No model is to be found.
    """
    notes = create_notes(
        hear_keys(sound, model=model),
        onset_threshold=onset_threshold,
        note_threshold=note_threshold,
    )
    if tempo_bpm is not None:
        return to_score(notes, TempoMap.constant(tempo_bpm, _TICKS_PER_BEAT))
    measures = measure(sound)
    heard = hear_hits(measures.log_mel)
    tempo = estimate_tempo(cues_of(band_envelopes(measures.log_mel), heard.likelihood))
    return to_score(notes, tempo_map_of(track_beats(heard.pulse, tempo)))


def tempo_map_of(beats_s: NDArray[np.float64]) -> TempoMap:
    """Build a tempo map whose beats fall on `beats_s`.

    A pulse that is steady to `_STEADY_S` becomes one tempo; another becomes a
    tempo for each beat. The time before the first beat is filled with whole beats.
    """
    if len(beats_s) < 2:
        return TempoMap.constant(120.0, _TICKS_PER_BEAT)
    index = np.arange(len(beats_s))
    period, first = np.polyfit(index, beats_s, 1)
    if np.abs(beats_s - (first + period * index)).max() < _STEADY_S:
        beats_s = np.array([max(0.0, first), max(0.0, first) + period])
    lead = float(beats_s[0])
    n_lead = max(1, round(lead / period)) if lead > _STEADY_S else 0
    lengths = np.diff(beats_s).tolist()
    ticks = [(n_lead + i) * _TICKS_PER_BEAT for i in range(len(lengths))]
    if n_lead:
        lengths, ticks = [lead / n_lead, *lengths], [0, *ticks]
    tempi = [
        (tick, max(1, min(0xFFFFFF, round(length * MICROSECONDS))))
        for tick, length in zip(ticks, lengths, strict=True)
    ]
    return TempoMap.from_tempi(tempi, _TICKS_PER_BEAT)


def to_score(notes: Sequence[HeardNote], tempo_map: TempoMap) -> Score:
    """Lay notes on a tempo map: one track, channel 0, a piano unless somebody changes it."""
    ordered = sorted(notes)
    onset = np.round(tempo_map.ticks([note.onset_s for note in ordered])).astype(np.int64)
    offset = np.round(tempo_map.ticks([note.offset_s for note in ordered])).astype(np.int64)
    force = np.array([note.force for note in ordered], dtype=np.float64)
    columns = Notes(
        onset_tick=onset,
        offset_tick=np.maximum(offset, onset + 1),
        pitch=np.array([note.pitch for note in ordered], dtype=np.uint8),
        velocity=np.clip(np.round(127 * force), 1, 127).astype(np.uint8),
        channel=np.zeros(len(ordered), dtype=np.uint8),
    )
    end = int(columns.offset_tick.max(initial=0))
    return Score(tempo_map, (Track(name="transcription", notes=columns, end_tick=end),))
