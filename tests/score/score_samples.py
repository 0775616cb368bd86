"""MIDI files made byte by byte, and scores drawn by chance, for the tests of this room."""

import random

import numpy as np
from hypothesis import strategies as st

from clavilux.core.changes import CHANGE_KINDS
from clavilux.core.timeline import TempoMap
from clavilux.core.values import (
    Change,
    KeySignature,
    Meter,
    Notes,
    Raw,
    Score,
    Text,
    Track,
)
from clavilux.score import ScoreBuilder, to_bytes
from clavilux.score.container import SMPTE_RATES

TICK = st.integers(0, 5000)
BYTE = st.integers(0, 127)
WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)


def variable_length(number: int) -> bytes:
    """Write a delta time as the standard has it."""
    digits = [number & 0x7F]
    while number := number >> 7:
        digits.insert(0, number & 0x7F | 0x80)
    return bytes(digits)


def midi_file(
    *tracks: bytes, kind: int = 1, division: int = 480, n_tracks: int | None = None
) -> bytes:
    """Put bytes of tracks into a file, as they are."""
    head = (kind, len(tracks) if n_tracks is None else n_tracks, division)
    chunks = [b"MTrk" + len(track).to_bytes(4) + track for track in tracks]
    return b"MThd" + (6).to_bytes(4) + b"".join(n.to_bytes(2) for n in head) + b"".join(chunks)


END = b"\x00\xff\x2f\x00"


def small_file(seed: int = 0) -> bytes:
    """Make a file with some of everything."""
    rng = random.Random(seed)
    builder = ScoreBuilder(
        101,
        tempi=[(4, 90), (7.5, 140)],
        meters=[(0, 3, 4), (6, 7, 8)],
        keys=[(0, -3, True)],
    )
    piano = builder.track("Piano", program=0)
    drums = builder.track("Drums", channel=9)
    for beat in range(12):
        builder.note(piano, beat + rng.random(), rng.random(), rng.randrange(128), 64)
        builder.note(drums, beat, 0, 36, 100)
        builder.bend(piano, beat, rng.randrange(-8192, 8192))
    builder.sustain(piano, 1, 3)
    builder.program(piano, 5, 40)
    builder.marker(0, "Verse")
    builder.text(piano, 3, "la", "lyric")
    return to_bytes(builder.build())


@st.composite
def tempo_maps(draw: st.DrawFn) -> TempoMap:
    if draw(st.booleans()) and draw(st.booleans()):
        return TempoMap.smpte(
            draw(st.sampled_from(list(SMPTE_RATES.values()))), draw(st.integers(1, 255))
        )
    tempi = draw(st.lists(st.tuples(TICK, st.integers(1, (1 << 24) - 1)), max_size=5))
    return TempoMap.from_tempi(tempi, draw(st.integers(1, 32767)))


@st.composite
def notes(draw: st.DrawFn) -> Notes:
    """Draw notes whose ends, for one pitch and channel, are in the order of their onsets."""
    rows = draw(st.lists(st.tuples(TICK, st.integers(0, 900), BYTE, BYTE, st.integers(0, 15))))
    rows.sort(key=lambda row: row[0])
    columns = np.array(rows, dtype=np.int64).reshape(-1, 5)
    onset, length, pitch, velocity, channel = columns.T
    offset = onset + length
    for key in set(zip(pitch.tolist(), channel.tolist(), strict=True)):
        same = (pitch == key[0]) & (channel == key[1])
        offset[same] = np.maximum.accumulate(offset[same])
    u8 = [column.astype(np.uint8) for column in (pitch, np.maximum(velocity, 1), channel)]
    return Notes(onset.copy(), offset, *u8)


def changes() -> st.SearchStrategy[Change]:
    channel, none = st.integers(0, 15), st.just(0)
    numbered, short = (st.sampled_from(k) for k in (CHANGE_KINDS[:2], CHANGE_KINDS[2:4]))
    return st.one_of(
        st.builds(Change, TICK, channel, numbered, BYTE, BYTE),
        st.builds(Change, TICK, channel, short, none, BYTE),
        st.builds(Change, TICK, channel, st.just("bend"), none, st.integers(-8192, 8191)),
    )


def texts() -> st.SearchStrategy[Text]:
    kinds = st.sampled_from(["text", "copyright", "lyric", "marker", "cue", "instrument"])
    return st.builds(Text, TICK, kinds, WORDS)


def raws() -> st.SearchStrategy[Raw]:
    heads = st.sampled_from([b"\xf0", b"\xf7", b"\xff\x20", b"\xff\x54", b"\xff\x60"])
    return st.builds(lambda t, h, b: Raw(t, h + b), TICK, heads, st.binary(max_size=200))


def by_tick(strategy: st.SearchStrategy) -> st.SearchStrategy[tuple]:
    return st.lists(strategy, max_size=6).map(lambda xs: tuple(sorted(xs, key=lambda x: x[0])))


@st.composite
def tracks(draw: st.DrawFn, last_of_score: int = 0) -> Track:
    track = Track(
        draw(WORDS),
        draw(notes()),
        draw(by_tick(changes())),
        draw(by_tick(texts())),
        draw(by_tick(raws())),
    )
    ends = [last_of_score, int(track.notes.offset_tick.max(initial=0))]
    ends += [mark[0] for marks in (track.changes, track.texts, track.raw) for mark in marks]
    end = max(ends) + draw(st.sampled_from([0, 0, 1, 480]))
    return Track(track.name, track.notes, track.changes, track.texts, track.raw, end)


@st.composite
def scores(draw: st.DrawFn) -> Score:
    """Draw scores of format 0 or 1 that a MIDI file can say."""
    tempo_map = draw(tempo_maps())
    powers = st.integers(0, 6).map(lambda power: 1 << power)
    meters = draw(by_tick(st.builds(Meter, TICK, st.integers(1, 255), powers)))
    keys = draw(by_tick(st.builds(KeySignature, TICK, st.integers(-7, 7), st.booleans())))
    last = max([int(tempo_map.start_tick[-1]), *(m.tick for m in meters), *(k.tick for k in keys)])
    kind = draw(st.sampled_from([0, 1]))
    n_more = 0 if kind == 0 else draw(st.integers(0, 3))
    all_tracks = (draw(tracks(last)), *(draw(tracks()) for _ in range(n_more)))
    return Score(tempo_map, all_tracks, meters, keys, kind)
