"""Build: scores made note by note, in beats or in seconds.

    >>> builder = ScoreBuilder(tempo_bpm=100)
    >>> drums = builder.track("Drums", channel=9)
    >>> builder.note(drums, beat=0, length_beats=0.5, pitch=36, velocity=100)
    >>> len(builder.build().tracks)
    1

Conventions
-----------
- A beat is a quarter note; beats and seconds count from the start and are
  rounded to the nearest tick when the score is built.
- Things may be added in any order.
"""

from dataclasses import dataclass, field

import numpy as np

from clavilux.core.changes import Change
from clavilux.core.drums import DRUM_CHANNEL
from clavilux.core.timeline import MICROSECONDS, TempoMap
from clavilux.core.values import KeySignature, Meter, Notes, Score, Text, Track

_PEDAL_DOWN, _PEDAL_UP = 127, 0
SUSTAIN = 64
"""The controller of the sustain pedal."""


@dataclass(slots=True)
class _TrackPlan:
    name: str
    channel: int
    notes: list[tuple[float, float, int, int]] = field(default_factory=list)
    """Onset and offset in ticks, pitch, velocity."""
    changes: list[tuple[float, str, int, int]] = field(default_factory=list)
    """Tick, kind, number, value."""
    texts: list[tuple[float, str, str]] = field(default_factory=list)
    """Tick, kind, words."""


class ScoreBuilder:
    """Collects tracks, notes and all else, and builds a score of them."""

    def __init__(
        self,
        tempo_bpm: float = 120.0,
        *,
        tempi: list[tuple[float, float]] | None = None,
        meters: list[tuple[float, int, int]] | None = None,
        keys: list[tuple[float, int, bool]] | None = None,
        ticks_per_beat: int = 480,
    ) -> None:
        """Begin a score.

        Args:
            tempo_bpm: Tempo at the start.
            tempi: Changes of tempo: beat and beats per minute.
            meters: Beat, numerator and denominator of each meter; 4/4 if there are none.
            keys: Beat, sharps (negative: flats) and whether minor, of each key signature.
            ticks_per_beat: How finely a beat is divided.
        """
        self._ticks_per_beat = ticks_per_beat
        changes = [(0.0, tempo_bpm), *(tempi or [])]
        self._tempo_map = TempoMap.from_tempi(
            [(self._tick(beat), round(60 * MICROSECONDS / bpm)) for beat, bpm in changes],
            ticks_per_beat,
        )
        self._meters = [Meter(self._tick(beat), *meter) for beat, *meter in meters or [(0, 4, 4)]]
        self._keys = [
            KeySignature(self._tick(beat), sharps, minor) for beat, sharps, minor in keys or []
        ]
        self._tracks: list[_TrackPlan] = []
        self._end = 0.0

    def track(self, name: str, program: int = 0, channel: int | None = None) -> int:
        """Add a track; return its number, by which notes are added to it.

        Args:
            name: What it is called.
            program: Its General MIDI instrument, 0 to 127.
            channel: 0 to 15, of which 9 holds drums; by default the next free one that doesn't.
        """
        taken = {plan.channel for plan in self._tracks} | {DRUM_CHANNEL}
        free = (number for number in range(16) if number not in taken)
        plan = _TrackPlan(name, channel if channel is not None else next(free, 15))
        plan.changes.append((0.0, "program", 0, program))
        self._tracks.append(plan)
        return len(self._tracks) - 1

    def note(
        self, track: int, beat: float, length_beats: float, pitch: int, velocity: int = 80
    ) -> None:
        """Add a note to `track`, from `beat` on."""
        ticks = self._ticks_per_beat
        self._add_note(track, beat * ticks, (beat + length_beats) * ticks, pitch, velocity)

    def note_s(
        self, track: int, onset_s: float, length_s: float, pitch: int, velocity: int = 80
    ) -> None:
        """Add a note to `track`, placed and measured in seconds."""
        onset, offset = self._tempo_map.ticks([onset_s, onset_s + length_s]).tolist()
        self._add_note(track, onset, offset, pitch, velocity)

    def control(self, track: int, beat: float, number: int, value: int) -> None:
        """Set the controller `number` of a track, 0 to 127, at `beat`."""
        self._tracks[track].changes.append((beat * self._ticks_per_beat, "control", number, value))

    def sustain(self, track: int, beat: float, length_beats: float) -> None:
        """Hold a track's sustain pedal from `beat` on."""
        self.control(track, beat, SUSTAIN, _PEDAL_DOWN)
        self.control(track, beat + length_beats, SUSTAIN, _PEDAL_UP)

    def bend(self, track: int, beat: float, value: int) -> None:
        """Bend a track's pitch, -8192 to 8191, at `beat`."""
        self._tracks[track].changes.append((beat * self._ticks_per_beat, "bend", 0, value))

    def program(self, track: int, beat: float, program: int) -> None:
        """Change a track's instrument at `beat`."""
        self._tracks[track].changes.append((beat * self._ticks_per_beat, "program", 0, program))

    def marker(self, beat: float, text: str) -> None:
        """Name the section which starts at `beat`."""
        self.text(0, beat, text, "marker")

    def text(self, track: int, beat: float, text: str, kind: str = "text") -> None:
        """Put words into a track at `beat`: a ``lyric``, ``marker``, ``cue`` or ``text``."""
        if not self._tracks:
            raise ValueError("words stand in a track: add one first")
        self._tracks[track].texts.append((beat * self._ticks_per_beat, kind, text))

    def end(self, beat: float) -> None:
        """Let the score last until `beat` at least."""
        self._end = max(self._end, beat * self._ticks_per_beat)

    def build(self) -> Score:
        """Build the score of all that was added."""
        tracks = [_build_track(plan, round(self._end)) for plan in self._tracks]
        return Score(
            tempo_map=self._tempo_map,
            tracks=tuple(tracks),
            meters=tuple(sorted(self._meters)),
            keys=tuple(sorted(self._keys)),
        )

    def _tick(self, beat: float) -> int:
        return round(beat * self._ticks_per_beat)

    def _add_note(self, track: int, onset: float, offset: float, pitch: int, velocity: int) -> None:
        if not (0 <= pitch <= 127 and 1 <= velocity <= 127 and 0 <= onset <= offset):
            raise ValueError(
                f"a note of pitch {pitch} and velocity {velocity} from tick {onset:.0f} to "
                f"{offset:.0f}; expected pitch 0 to 127, velocity 1 to 127 and time going on"
            )
        self._tracks[track].notes.append((onset, offset, pitch, velocity))


def _build_track(plan: _TrackPlan, end_tick: int) -> Track:
    columns = np.array(plan.notes, dtype=np.float64).reshape(-1, 4)
    columns = np.round(columns).astype(np.int64)
    onset, offset, pitch, velocity = columns[np.argsort(columns[:, 0], kind="stable")].T
    notes = Notes(
        onset.copy(),
        offset.copy(),
        pitch.astype(np.uint8),
        velocity.astype(np.uint8),
        np.full(len(onset), plan.channel, dtype=np.uint8),
    )
    changes = sorted(
        (Change(round(tick), plan.channel, kind, n, v) for tick, kind, n, v in plan.changes),
        key=lambda change: change.tick,
    )
    texts = sorted(Text(round(tick), kind, words) for tick, kind, words in plan.texts)
    last = [offset.max(initial=0), *(c.tick for c in changes), *(t.tick for t in texts)]
    return Track(
        plan.name, notes, tuple(changes), tuple(texts), end_tick=max(end_tick, *map(int, last))
    )
