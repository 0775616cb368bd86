"""SoundFont: recorded instruments and how to play them, read from an SF2 file.

A file in, zones out: which stretch of which recording sounds for a key and a
velocity of a program, and with what envelope, filter and tuning. Playing them
is `clavilux.perform.tone`'s. Nothing native touches the file, so a hostile one
can't do more than be refused.

Conventions
-----------
- Times are seconds, levels decibels, pitches cents, as their names say.
- Positions in recordings are samples of the recording itself.
- A *zone* is one recording with its parameters; a note may sound several.

Source:
    SoundFont Technical Specification 2.04 (Creative, 2006). Differs in these:
    modulators in the file are left out (the default ones for velocity, volume,
    pan and bends are played); attenuation counts 0.4 of what is written, as
    FluidSynth and the hardware the fonts were made on do.
"""

import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clavilux.core.errors import InputError

DRUM_BANK = 128
_MAX_LAYERS = 16
_RECORD_BYTES = {
    b"phdr": 38, b"pbag": 4, b"pgen": 4, b"inst": 22, b"ibag": 4, b"igen": 4, b"shdr": 46,
}  # fmt: skip
_START, _END, _LOOP_START, _LOOP_END, _START_COARSE = 0, 1, 2, 3, 4
_END_COARSE, _LOOP_START_COARSE, _LOOP_END_COARSE = 12, 45, 50
_INSTRUMENT, _KEY_RANGE, _VELOCITY_RANGE, _SAMPLE, _ROOT_KEY = 41, 43, 44, 53, 58
_FIXED_KEY, _SAMPLE_MODES, _SCALE_TUNING, _EXCLUSIVE_CLASS = 46, 54, 56, 57
_NOT_ADDED = {_KEY_RANGE, _VELOCITY_RANGE, _INSTRUMENT}
_SHORTEST = -12000
_DEFAULTS = {
    8: 13500, 21: _SHORTEST, 23: _SHORTEST, 25: _SHORTEST, 26: _SHORTEST, 27: _SHORTEST,
    28: _SHORTEST, 30: _SHORTEST, 33: _SHORTEST, 34: _SHORTEST, 35: _SHORTEST, 36: _SHORTEST,
    38: _SHORTEST, _FIXED_KEY: -1, _SCALE_TUNING: 100, _ROOT_KEY: -1,
}  # fmt: skip
_EVERY = 0x7F00
_ATTENUATION = 0.4

_Generators = dict[int, int]


@dataclass(frozen=True, slots=True)
class EnvelopeTimes:
    """The six stages of an envelope, seconds; `sustain` in the unit of its kind."""

    delay: float
    attack: float
    hold: float
    decay: float
    """How long the whole way down (100 dB, or from 1 to 0) would take."""
    sustain: float
    """Volume: decibels below the top. Modulation: share of the top, 0 to 1."""
    release: float


@dataclass(frozen=True, slots=True)
class Oscillator:
    """A low-frequency oscillator."""

    delay: float
    rate_hz: float


@dataclass(frozen=True, slots=True, eq=False)
class Zone:
    """One recording with everything that shapes it. Compared by identity."""

    keys: tuple[int, int]
    velocities: tuple[int, int]
    first: int
    """First sample of the recording within the font."""
    length: int
    loop: tuple[int, int] | None
    """Where the recording turns back, from its first sample; None: it ends."""
    sample_rate: int
    root_cents: float
    """The pitch at which the recording plays as it is, cents above key 0."""
    fixed_key: int
    """The key that sounds whatever is pressed, or -1."""
    scale_tuning: float
    """Cents from key to key."""
    pan: float
    """-0.5 (left) to 0.5 (right)."""
    attenuation_db: float
    filter_cents: float
    """Cut-off of the low-pass, absolute cents (0 is 8.176 Hz)."""
    filter_q_db: float
    volume: EnvelopeTimes
    modulation: EnvelopeTimes
    modulation_to_pitch: float
    modulation_to_filter: float
    vibrato: Oscillator
    vibrato_to_pitch: float
    tremolo: Oscillator
    tremolo_to_pitch: float
    tremolo_to_filter: float
    tremolo_to_volume_db: float
    exclusive_class: int
    """Notes of one class silence one another (an open hat is closed); 0 for none."""


class SoundFont:
    """The instruments of an SF2 file."""

    def __init__(self, content: bytes, name: str) -> None:
        """Take the bytes of a whole file; `name` is what errors call it."""
        self.name = name
        chunks = _chunks(content, name)
        self.samples = np.frombuffer(chunks[b"smpl"], dtype="<i2")
        """All recordings, one after the other, int16."""
        self._presets = list(struct.iter_unpack("<20s3H12x", chunks[b"phdr"]))
        self._instruments = list(struct.iter_unpack("<20sH", chunks[b"inst"]))
        self._headers = list(struct.iter_unpack("<20s5IBbHH", chunks[b"shdr"]))
        self._bags = {k: _pairs(chunks[k]) for k in (b"pbag", b"ibag")}
        self._generators = {k: _pairs(chunks[k]) for k in (b"pgen", b"igen")}
        self._index = {(p[2], p[1]): i for i, p in enumerate(self._presets[:-1])}
        self._zones: dict[int, list[Zone]] = {}
        if not self._index:
            raise InputError(f"soundfont {name} holds no instrument; choose another SF2 file")

    @classmethod
    def load(cls, path: str | os.PathLike[str] | None = None) -> "SoundFont":
        """Read a soundfont, or the one that comes with us; the last few are remembered.

        Raises:
            InputError: The file can't be read or is not an SF2 file.
        """
        chosen = Path(path) if path is not None else embedded_path()
        try:
            status = chosen.stat()
        except OSError as error:
            raise InputError(
                f"soundfont {chosen} cannot be read: {(error.strerror or 'error').lower()}"
            ) from error
        return _load(chosen, status.st_mtime_ns, status.st_size)

    def zones(self, bank: int, program: int, key: int, velocity: int) -> list[Zone]:
        """Find what sounds for a note; a program that is missing is stood in for.

        Another bank's falls back on bank 0, a drum kit on the standard kit, and a
        program the font lacks on its first.
        """
        drums = bank == DRUM_BANK
        candidates = [(bank, program), (bank, 0)] if drums else [(bank, program), (0, program)]
        found = next((self._index[c] for c in candidates if c in self._index), None)
        if found is None:
            found = 0 if not drums else self._index.get((0, program), 0)
        if found not in self._zones:
            self._zones[found] = list(self._preset_zones(found))
        sounding = (
            z
            for z in self._zones[found]
            if z.keys[0] <= key <= z.keys[1] and z.velocities[0] <= velocity <= z.velocities[1]
        )
        return [zone for zone, _ in zip(sounding, range(_MAX_LAYERS), strict=False)]

    def _preset_zones(self, preset: int) -> Iterator[Zone]:
        first, last = self._presets[preset][3], self._presets[preset + 1][3]
        for above in self._resolve(b"pbag", b"pgen", first, last, _INSTRUMENT):
            instrument = above[_INSTRUMENT] & 0xFFFF
            if instrument + 1 >= len(self._instruments):
                raise self._broken("an instrument that is not there")
            low, high = self._instruments[instrument][1], self._instruments[instrument + 1][1]
            for own in self._resolve(b"ibag", b"igen", low, high, _SAMPLE):
                zone = self._zone(own, above)
                if zone is not None:
                    yield zone

    def _resolve(
        self, bags: bytes, generators: bytes, first: int, last: int, target: int
    ) -> Iterator[_Generators]:
        """Return each zone of a preset or instrument its global zone's values and its own."""
        bag, generator = self._bags[bags], self._generators[generators]
        if not first <= last < len(bag):
            raise self._broken("zones that are not there")
        common: _Generators = {}
        for i in range(first, last):
            start, stop = int(bag[i][0]), int(bag[i + 1][0])
            if not start <= stop <= len(generator):
                raise self._broken("generators that are not there")
            own = common | {int(o): int(v) for o, v in generator[start:stop]}
            if target in own:
                yield own
            elif i == first:
                common = own

    def _zone(self, own: _Generators, above: _Generators) -> Zone | None:
        """Put one zone together; None where its recording is not usable."""
        index = own[_SAMPLE] & 0xFFFF
        if index + 1 >= len(self._headers):
            raise self._broken("a recording that is not there")
        _, start, end, loop_start, loop_end, rate, root, correction, _, kind = self._headers[index]

        def raw(number: int) -> int:
            return _signed(own.get(number, _DEFAULTS.get(number, 0)))

        def value(number: int) -> int:
            return raw(number) + _signed(above.get(number, 0))

        first = max(0, start + raw(_START) + 32768 * raw(_START_COARSE))
        stop = min(end + raw(_END) + 32768 * raw(_END_COARSE), len(self.samples))
        turn = loop_start + raw(_LOOP_START) + 32768 * raw(_LOOP_START_COARSE) - first
        back = loop_end + raw(_LOOP_END) + 32768 * raw(_LOOP_END_COARSE) - first
        if kind & 0x8000 or stop - first < 2 or not 400 <= rate <= 200_000:
            return None
        looped = raw(_SAMPLE_MODES) & 1 and turn >= 0 and turn + 2 <= back <= stop - first
        key = raw(_ROOT_KEY) if 0 <= raw(_ROOT_KEY) <= 127 else min(root, 127)
        tuning = correction + value(52) + 100 * value(51)
        return Zone(
            keys=_overlap(own.get(_KEY_RANGE, _EVERY), above.get(_KEY_RANGE, _EVERY)),
            velocities=_overlap(
                own.get(_VELOCITY_RANGE, _EVERY), above.get(_VELOCITY_RANGE, _EVERY)
            ),
            first=first,
            length=stop - first,
            loop=(turn, back) if looped else None,
            sample_rate=rate,
            root_cents=key * value(_SCALE_TUNING) - tuning,
            fixed_key=raw(_FIXED_KEY) if 0 <= raw(_FIXED_KEY) <= 127 else -1,
            scale_tuning=value(_SCALE_TUNING),
            pan=min(max(value(17) / 1000, -0.5), 0.5),
            attenuation_db=_ATTENUATION * min(max(value(48), 0), 1440) / 10,
            filter_cents=min(max(value(8), 1500), 13500),
            filter_q_db=min(max(value(9), 0), 960) / 10,
            volume=EnvelopeTimes(
                delay=_seconds(value(33)),
                attack=_seconds(value(34)),
                hold=_seconds(value(35)),
                decay=_seconds(value(36)),
                sustain=min(max(value(37), 0), 1440) / 10,
                release=_seconds(value(38)),
            ),
            modulation=EnvelopeTimes(
                delay=_seconds(value(25)),
                attack=_seconds(value(26)),
                hold=_seconds(value(27)),
                decay=_seconds(value(28)),
                sustain=1 - min(max(value(29), 0), 1000) / 1000,
                release=_seconds(value(30)),
            ),
            modulation_to_pitch=value(7),
            modulation_to_filter=value(11),
            vibrato=Oscillator(_seconds(value(23)), _hertz(value(24))),
            vibrato_to_pitch=value(6),
            tremolo=Oscillator(_seconds(value(21)), _hertz(value(22))),
            tremolo_to_pitch=value(5),
            tremolo_to_filter=value(10),
            tremolo_to_volume_db=min(max(value(13), -960), 960) / 10,
            exclusive_class=raw(_EXCLUSIVE_CLASS),
        )

    def _broken(self, what: str) -> InputError:
        return InputError(f"soundfont {self.name} is broken: it names {what}; choose another")


def embedded_path() -> Path:
    """Find the soundfont that a dependency's wheel brings, without importing it.

    Raises:
        InputError: The package is there no more, or came without it.
    """
    from importlib.metadata import PackageNotFoundError, files

    try:
        listed = files("pretty_midi") or []
    except PackageNotFoundError:
        listed = []
    for file in listed:
        if file.name == "TimGM6mb.sf2":
            return Path(str(file.locate()))
    raise InputError(
        "the embedded soundfont is missing: pip install pretty_midi, or give one with --soundfont"
    )


@lru_cache(maxsize=4)
def _load(path: Path, modified_ns: int, n_bytes: int) -> SoundFont:
    # The time and the size are part of the key: a file that changed is read anew.
    try:
        return SoundFont(path.read_bytes(), path.name)
    except OSError as error:
        raise InputError(
            f"soundfont {path} cannot be read: {(error.strerror or 'error').lower()}"
        ) from error


def _chunks(content: bytes, name: str) -> dict[bytes, memoryview]:
    """Find the chunks that matter, each checked for its size."""
    if content[:4] != b"RIFF" or content[8:12] != b"sfbk":
        raise InputError(f"{name} is not a soundfont (no RIFF sfbk header); give an SF2 file")
    view, found = memoryview(content), dict[bytes, memoryview]()
    lists = [data for kind, data in _walk(view[12:], name) if kind == b"LIST"]
    for data in lists:
        found.update((kind, inner) for kind, inner in _walk(data[4:], name) if len(data) >= 4)
    if found.get(b"ifil", b"\2\0")[:2] == b"\3\0":
        raise InputError(f"{name} is a compressed soundfont (SF3); give it decompressed, as SF2")
    for kind in (*_RECORD_BYTES, b"smpl"):
        if kind not in found:
            raise InputError(f"soundfont {name} has no {kind.decode()} chunk; it is not whole")
        if len(found[kind]) % _RECORD_BYTES.get(kind, 2):
            raise InputError(f"soundfont {name}: its {kind.decode()} chunk has an odd size")
    return found


def _walk(data: memoryview, name: str) -> Iterator[tuple[bytes, memoryview]]:
    at = 0
    while at + 8 <= len(data):
        kind, size = bytes(data[at : at + 4]), int.from_bytes(data[at + 4 : at + 8], "little")
        if at + 8 + size > len(data):
            raise InputError(
                f"soundfont {name} is cut short: a chunk of {size} bytes, "
                f"{len(data) - at - 8} are left"
            )
        yield kind, data[at + 8 : at + 8 + size]
        at += 8 + size + (size & 1)


def _pairs(data: memoryview) -> NDArray[np.uint16]:
    return np.frombuffer(data, dtype="<u2").reshape(-1, 2)


def _signed(word: int) -> int:
    return word - 0x10000 if word >= 0x8000 else word


def _overlap(own: int, above: int) -> tuple[int, int]:
    return max(own & 0xFF, above & 0xFF), min(own >> 8, above >> 8)


def _seconds(timecents: int) -> float:
    """Return a stage's length; the shortest the standard can say means none."""
    return 0.0 if timecents <= _SHORTEST else float(2.0 ** (min(timecents, 8000) / 1200))


def _hertz(cents: int) -> float:
    return float(8.176 * 2.0 ** (min(max(cents, -16000), 4500) / 1200))
