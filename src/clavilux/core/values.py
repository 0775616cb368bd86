"""Values that travel between rooms: frozen, named in units, never inconsistent.

Sound and film are *block streams*: values that say what they are and can be
iterated any number of times, block by block, never wholly in memory.

Conventions
-----------
- Waveforms are float32 in [-1, 1], shape ``(n_samples, n_channels)``.
- Pictures are `Rgb` arrays, uint8 of shape ``(height, width, 3)``, or `Yuv`:
  planar YUV 4:2:0 (I420), BT.709, limited range.
- Times are float64 seconds from the start of the sound or film.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from clavilux.core.changes import Change as Change
from clavilux.core.changes import Changes as Changes
from clavilux.core.timeline import TempoMap

Rgb = NDArray[np.uint8]
"""A picture, shape (height, width, 3), sRGB."""


class Size(NamedTuple):
    """Width and height of a picture, in pixels."""

    width: int
    height: int

    def __str__(self) -> str:
        return f"{self.width}x{self.height}"


@dataclass(frozen=True, slots=True, eq=False)
class Yuv:
    """A picture as planar YUV 4:2:0: full luma, chroma at half size, BT.709 limited range.

    Width and height are even. The three planes lie one after the other in one
    array, which is what encoders take without a copy.
    """

    planes: NDArray[np.uint8]
    """I420 layout, shape (height * 3 // 2, width)."""
    alpha: NDArray[np.uint8] | None = None
    """How opaque each place is, shape (height, width), straight (colours aren't multiplied by it);
    all opaque if None."""

    def __post_init__(self) -> None:
        height, width = self.planes.shape
        if height % 3 or width % 2:
            raise ValueError(
                f"planes have shape {self.planes.shape}; "
                "expected (height * 3 // 2, width) with both even"
            )

    @property
    def size(self) -> Size:
        """Width and height in pixels."""
        return Size(self.planes.shape[1], self.planes.shape[0] * 2 // 3)

    @property
    def luma(self) -> NDArray[np.uint8]:
        """The Y plane, shape (height, width); a view."""
        return self.planes[: self.size.height]

    @property
    def chroma(self) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        """The U and V planes, shape (height // 2, width // 2) each; views."""
        width, height = self.size
        both = self.planes[height:].reshape(2, height // 2, width // 2)
        return both[0], both[1]


Picture = Rgb | Yuv


@dataclass(frozen=True, slots=True, eq=False)
class Sound:
    """A waveform as a stream of blocks, which can be iterated again and again."""

    sample_rate: int
    """Samples per second."""
    n_channels: int
    n_samples: int | None
    """Samples per channel, or None where only reading to the end would tell."""
    open: Callable[[], Iterator[NDArray[np.float32]]]
    """Starts a new pass; yields blocks of shape (n, n_channels), n > 0."""

    @classmethod
    def from_array(cls, waveform: NDArray[np.float32], sample_rate: int) -> "Sound":
        """Wrap a waveform held in memory, shape (n_samples,) or (n_samples, n_channels)."""
        samples = np.asarray(waveform, dtype=np.float32)
        samples = samples[:, None] if samples.ndim == 1 else samples
        block = 1 << 16

        def blocks() -> Iterator[NDArray[np.float32]]:
            for start in range(0, len(samples), block):
                yield samples[start : start + block]

        return cls(sample_rate, samples.shape[1], len(samples), blocks)

    def __iter__(self) -> Iterator[NDArray[np.float32]]:
        return self.open()

    @property
    def duration_s(self) -> float | None:
        """Length in seconds, where it is known."""
        return None if self.n_samples is None else self.n_samples / self.sample_rate

    def read(self) -> NDArray[np.float32]:
        """Read the whole waveform into memory, shape (n_samples, n_channels)."""
        blocks = list(self)
        empty = np.zeros((0, self.n_channels), dtype=np.float32)
        return np.concatenate(blocks) if blocks else empty


class FilmFrame(NamedTuple):
    """One video frame and the instant at which it appears."""

    time: Fraction
    """Seconds, exact; the first frame of a film is at 0."""
    picture: Picture


@dataclass(frozen=True, slots=True, eq=False)
class Film:
    """Pictures in time as a stream, with the sound that belongs to them."""

    size: Size
    frame_rate: Fraction
    """Video frames per second; of a film of variable rate, the mean."""
    n_frames: int | None
    """Number of video frames, or None where only reading to the end would tell."""
    open: Callable[[], Iterator[FilmFrame]]
    """Starts a new pass; yields frames in order of time."""
    sound: Sound | None = None

    def __iter__(self) -> Iterator[FilmFrame]:
        return self.open()

    @property
    def duration_s(self) -> float | None:
        """Length in seconds, where it is known."""
        return None if self.n_frames is None else float(self.n_frames / self.frame_rate)


@dataclass(frozen=True, slots=True, eq=False)
class Events:
    """Things that happen at instants: drum hits, onsets, cuts."""

    time_s: NDArray[np.float64]
    """Seconds, not decreasing. Shape (n,)."""
    kind: tuple[str, ...]
    """What each is, such as ``kick``."""
    strength: NDArray[np.float64]
    """How strong, 0 to 1. Shape (n,)."""

    def __post_init__(self) -> None:
        if not len(self.time_s) == len(self.kind) == len(self.strength):
            raise ValueError(
                f"events need as many kinds and strengths as times; got {len(self.kind)}, "
                f"{len(self.strength)} and {len(self.time_s)}"
            )
        if np.any(np.diff(self.time_s) < 0):
            raise ValueError("events are in order of time")

    def of(self, *kinds: str) -> "Events":
        """Keep those of the given kinds."""
        keep = np.array([kind in kinds for kind in self.kind], dtype=bool)
        kept = tuple(kind for kind in self.kind if kind in kinds)
        return Events(self.time_s[keep], kept, self.strength[keep])


@dataclass(frozen=True, slots=True, eq=False)
class Curves:
    """Parameters sampled at every video frame."""

    frame_rate: Fraction
    values: Mapping[str, NDArray[np.float64]]
    """Parameter name to its values, each of shape (n_frames,)."""
    prompts: tuple[tuple[int, str], ...] = ()
    """Words that steer the picture, each with the frame from which they hold."""

    def __post_init__(self) -> None:
        lengths = {name: len(column) for name, column in self.values.items()}
        if len(set(lengths.values())) > 1:
            raise ValueError(f"curves differ in length: {lengths}")

    @property
    def n_frames(self) -> int:
        """Number of video frames."""
        return len(next(iter(self.values.values()))) if self.values else 0

    def get(self, parameter: str, default: float) -> NDArray[np.float64]:
        """Return a parameter's curve, or `default` at every frame if it has none."""
        if parameter in self.values:
            return self.values[parameter]
        return np.full(self.n_frames, default)

    def cut(self, first: int, last: int) -> "Curves":
        """Keep frames `first` to `last - 1`, and the prompt that holds at the first."""
        values = {name: column[first:last] for name, column in self.values.items()}
        earlier = [words for frame, words in self.prompts if frame <= first][-1:]
        later = [(f - first, words) for f, words in self.prompts if first < f < last]
        prompts = tuple([(0, words) for words in earlier] + later)
        return Curves(self.frame_rate, values, prompts)


@dataclass(frozen=True, slots=True, eq=False)
class Notes:
    """Notes of one track as columns, in order of onset. All shapes (n_notes,)."""

    onset_tick: NDArray[np.int64]
    offset_tick: NDArray[np.int64]
    """When each note is let go; never before its onset."""
    pitch: NDArray[np.uint8]
    velocity: NDArray[np.uint8]
    """1 to 127."""
    channel: NDArray[np.uint8]
    """0 to 15; channel 9 (the standard's tenth) holds drums."""

    def __post_init__(self) -> None:
        n = len(self.onset_tick)
        if (
            not n
            == len(self.offset_tick)
            == len(self.pitch)
            == len(self.velocity)
            == len(self.channel)
        ):
            raise ValueError("the columns of notes differ in length")
        if np.count_nonzero(self.onset_tick[1:] < self.onset_tick[:-1]):
            raise ValueError("notes are in order of onset")
        if np.count_nonzero(self.offset_tick < self.onset_tick):
            raise ValueError("a note ends before it begins")

    @classmethod
    def empty(cls) -> "Notes":
        """Build a track's worth of silence."""
        tick, byte = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.uint8)
        return cls(tick, tick, byte, byte, byte)

    def __len__(self) -> int:
        return len(self.onset_tick)

    def where(self, keep: NDArray[np.bool_]) -> "Notes":
        """Keep the notes for which `keep` is true."""
        return Notes(
            self.onset_tick[keep],
            self.offset_tick[keep],
            self.pitch[keep],
            self.velocity[keep],
            self.channel[keep],
        )


class Text(NamedTuple):
    """Words at an instant."""

    tick: int
    kind: str
    """``text``, ``copyright``, ``lyric``, ``marker``, ``cue`` or ``instrument``."""
    text: str


class Meter(NamedTuple):
    """A time signature, such as 6/8, from a tick on."""

    tick: int
    numerator: int
    denominator: int


class KeySignature(NamedTuple):
    """A key signature from a tick on."""

    tick: int
    sharps: int
    """-7 (seven flats) to 7 (seven sharps)."""
    minor: bool


class Raw(NamedTuple):
    """A message kept as it stood, so that writing gives it back: SysEx, foreign meta."""

    tick: int
    data: bytes
    """Status byte, for a meta event its type, and payload, without the length."""


@dataclass(frozen=True, slots=True, eq=False)
class Track:
    """One track of a score."""

    name: str = ""
    notes: Notes = field(default_factory=Notes.empty)
    changes: Sequence[Change] = ()
    """Controllers, bends, programs and pressures, in order of time; `Changes` when read."""
    texts: tuple[Text, ...] = ()
    raw: tuple[Raw, ...] = ()
    end_tick: int = 0
    """Where the track ends; never before its last event."""
    played_on: NDArray[np.uint8] | None = None
    """The channel whose controllers each note obeys, where drums were moved to the drum
    channel or melodies away from it; None where that is the notes' own. Shape (n_notes,)."""


@dataclass(frozen=True, slots=True, eq=False)
class Score:
    """Symbolic music: tracks of notes under one tempo map."""

    tempo_map: TempoMap
    tracks: tuple[Track, ...]
    meters: tuple[Meter, ...] = ()
    """In order of time; before the first, 4/4."""
    keys: tuple[KeySignature, ...] = ()
    format: int = 1
    """The MIDI file format: 0 one track, 1 tracks together, 2 tracks one after the other."""
    warnings: tuple[str, ...] = ()
    """What was odd in the file and how it was read, one line each."""

    @property
    def end_tick(self) -> int:
        """Where the last note or track ends."""
        ends = [int(t.notes.offset_tick.max(initial=0)) for t in self.tracks]
        return max([*ends, *(t.end_tick for t in self.tracks)], default=0)

    @property
    def duration_s(self) -> float:
        """Seconds from the start to the end of the last note or track."""
        return float(self.tempo_map.seconds(self.end_tick))

    def onsets_s(self, notes: Notes) -> NDArray[np.float64]:
        """Return the seconds at which `notes` begin. Shape (n_notes,)."""
        return self.tempo_map.seconds(notes.onset_tick)

    def offsets_s(self, notes: Notes) -> NDArray[np.float64]:
        """Return the seconds at which `notes` end. Shape (n_notes,)."""
        return self.tempo_map.seconds(notes.offset_tick)


class Section(NamedTuple):
    """A stretch of music that hangs together, or a shot of a film."""

    start_s: float
    end_s: float
    label: str
    """Sections that sound (look) alike share a label: ``A``, ``B``, ``A``."""


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """One measure over time, evenly sampled: value ``i`` is at ``i / rate`` seconds."""

    rate: float
    """Values per second."""
    values: NDArray[np.float64]
    """Shape (n,)."""

    def at(self, times_s: NDArray[np.float64]) -> NDArray[np.float64]:
        """Sample at `times_s`, linearly; the first and last values hold outside."""
        if not len(self.values):
            return np.zeros(np.shape(times_s))
        grid = np.arange(len(self.values)) / self.rate
        return np.asarray(np.interp(times_s, grid, self.values), dtype=np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    """What was heard in a piece of music, or seen in a film, laid on its timeline."""

    duration_s: float
    events: Events
    """Everything that happens at an instant: ``kick``, ``onset``, ``cut`` …"""
    series: Mapping[str, Series] = field(default_factory=dict)
    """Everything that has a value at all times: ``loudness``, ``motion`` …"""
    beats_s: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    """Beats, seconds, increasing."""
    downbeats_s: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    """First beats of bars: a subset of `beats_s`."""
    meter: str = ""
    """The time signature heard in a recording or given for it, such as ``3/4``; empty where
    there is none, and for scores, which have their own."""
    sections: tuple[Section, ...] = ()
    """Sections of music or shots of film, in order, without gaps."""


class Span(NamedTuple):
    """A stretch of time with what is to be seen in it."""

    start_s: float
    end_s: float
    sentence: str
    palette: tuple[str, ...] = ()
    """Colours as ``#rrggbb``, dominant first."""


@dataclass(frozen=True, slots=True, eq=False)
class Storyboard:
    """What is to be seen, span after span."""

    spans: tuple[Span, ...]

    def __post_init__(self) -> None:
        for earlier, later in zip(self.spans, self.spans[1:], strict=False):
            if later.start_s < earlier.end_s - 1e-9:
                raise ValueError(
                    f"a span starts at {later.start_s:.3f} s, before the last "
                    f"ends at {earlier.end_s:.3f} s"
                )


@dataclass(frozen=True, slots=True, eq=False)
class Embedding:
    """A point in a model's space."""

    vector: NDArray[np.float32]
    """Shape (n_dimensions,)."""
    model: str
    """Which model's space; embeddings of different models don't compare."""
