"""Whatever bytes come in, what comes out is a score or a `ScoreError`, and soon."""

import random
import time

import pytest
from fuzzing import LONGEST_S, seeds
from hypothesis import given
from hypothesis import strategies as st
from score_samples import END, midi_file, small_file

from clavilux.core.errors import ScoreError
from clavilux.score import facts, read, settle_drums, to_bytes, without_silence_at_end
from clavilux.score.compare import differences

TELLING = [0x00, 0x2F, 0x51, 0x7F, 0x80, 0x90, 0xB0, 0xC0, 0xD0, 0xE0, 0xF0, 0xF7, 0xF8, 0xFF]
SEEDS = [small_file(1), small_file(2), midi_file(b"\x00\x90\x3c\x40\x60\x3c\x00" * 80 + END)]

byte = st.one_of(st.sampled_from(TELLING), st.integers(0, 255))
place = st.integers(0, max(map(len, SEEDS)))
mutations = st.one_of(
    st.tuples(st.just("put"), place, st.lists(byte, min_size=1, max_size=4)),
    st.tuples(st.just("insert"), place, st.lists(byte, min_size=1, max_size=4)),
    st.tuples(st.just("remove"), place, st.integers(1, 40)),
    st.tuples(st.just("copy"), place, place),
    st.tuples(st.just("cut"), place, st.none()),
)


def mutated(data: bytes, steps) -> bytes:
    for kind, where, what in steps:
        at = where % (len(data) + 1)
        if kind == "put":
            data = data[:at] + bytes(what) + data[at + len(what) :]
        elif kind == "insert":
            data = data[:at] + bytes(what) + data[at:]
        elif kind == "remove":
            data = data[:at] + data[at + what :]
        elif kind == "copy":
            data = data[:at] + data[what : what + 30] + data[at:]
        else:
            data = data[:at]
    return data


files = st.builds(mutated, st.sampled_from(SEEDS), st.lists(mutations, min_size=1, max_size=6))


@given(files)
def test_mutated_files_are_read_and_read_back(data):
    try:
        score = read(data)
    except ScoreError:
        return

    back = read(to_bytes(score))
    assert differences(score, back) == []
    assert back.warnings == ()


def randomly_mutated(rng: random.Random) -> bytes:
    """Change a small file in one to six places."""
    steps = []
    for _ in range(rng.randint(1, 6)):
        kind, where = rng.choice(["put", "insert", "remove", "copy", "cut"]), rng.randrange(2000)
        some = [rng.choice([rng.choice(TELLING), rng.randrange(256)]) for _ in range(4)]
        what = some[: rng.randint(1, 4)] if kind in ("put", "insert") else rng.randrange(1, 40)
        steps.append((kind, where, what))
    return mutated(rng.choice(SEEDS), steps)


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_twenty_thousand_mutated_files_are_read_and_understood_or_refused():
    refusals: list[str] = []
    for seed in seeds(20_000):
        data = randomly_mutated(random.Random(seed))
        started = time.process_time()

        try:
            score = read(data)
            facts(without_silence_at_end(settle_drums(score)))
        except ScoreError as error:
            refusals.append(str(error))

        assert time.process_time() - started < LONGEST_S, seed

    assert not any("\n" in line for line in refusals)


@given(st.binary(max_size=300))
def test_any_bytes_after_a_header_are_read_or_refused(data):
    try:
        read(midi_file(data))
    except ScoreError as error:
        refusal = str(error)
    else:
        refusal = "days long"

    assert "days long" in refusal
