"""Whatever bytes come in, what comes out is a score or a `ScoreError`, and soon."""

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from score_samples import END, midi_file, small_file

from clavilux.core.errors import ScoreError
from clavilux.score import read, to_bytes
from clavilux.score.compare import differences

LONGEST_S = 2.0
"""Of processor time: a busy machine is not the reader's fault."""
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


@pytest.mark.slow
@pytest.mark.timeout(3600)
@settings(
    max_examples=100_000,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    database=None,
)
@given(files)
def test_a_hundred_thousand_mutated_files_are_read_or_refused(data):
    started = time.process_time()

    try:
        read(data)
    except ScoreError as error:
        lines = str(error).splitlines()
    else:
        lines = ["read"]

    assert len(lines) == 1
    assert time.process_time() - started < LONGEST_S


@given(st.binary(max_size=300))
def test_any_bytes_after_a_header_are_read_or_refused(data):
    try:
        read(midi_file(data))
    except ScoreError as error:
        refusal = str(error)
    else:
        refusal = "days long"

    assert "days long" in refusal
