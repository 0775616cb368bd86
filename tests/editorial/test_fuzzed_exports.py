"""Whatever text comes in, markers or one clear line come out, and soon."""

import warnings
from fractions import Fraction

import pytest
from fuzzing import mutated, run
from test_edl import AVID, resolve
from test_fcpxml import TIMELINES, document
from test_otio import EDIT
from test_tables import TABLES
from test_xmeml import MARK, item, sequence

from clavilux import editorial
from clavilux.core.errors import DocumentError
from clavilux.editorial import otio
from clavilux.editorial.hits import parse_hits, read_markers

XMEML = '<?xml version="1.0"?><!DOCTYPE xmeml><xmeml version="4">{}</xmeml>'
SOURCES = [
    AVID,
    resolve("01:00:05:00", "01:00:09:00"),
    *(document(spine) for spine, _ in TIMELINES.values()),
    XMEML.format(sequence(item(50, -1, 100, 200, MARK.format(150)), MARK.format(125))),
    otio.dump(EDIT),
    *(text for text, _, _ in TABLES.values()),
    "12.4,1:05 00:00:02:12",
]
ENCODINGS = ["utf-8", "utf-8", "utf-8", "utf-8-sig", "utf-16", "latin-1"]


@pytest.mark.slow
def test_3000_mutated_exports_are_read_or_refused_in_one_line(tmp_path):
    path = tmp_path / "markers"
    refusals = []

    def read(text):
        encoding = ENCODINGS[len(text) % len(ENCODINGS)]
        path.write_bytes(text.encode(encoding, errors="replace"))
        for attempt in (read_and_write, typed):
            try:
                attempt(text)
            except DocumentError as error:
                refusals.append(str(error))

    def read_and_write(text):
        times = read_markers(path, Fraction(30000, 1001), Fraction(20))
        assert list(times) == sorted(times)
        timeline = editorial.read(path, frame_rate=Fraction(30000, 1001), duration=Fraction(20))
        for suffix in editorial.WRITABLE_SUFFIXES:
            editorial.write(timeline, tmp_path / f"out{suffix}")

    def typed(text):
        parse_hits(text, Fraction(24))

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        assert run(3000, lambda rng: mutated(rng, rng.choice(SOURCES)), read)
    assert max(map(len, refusals)) < 1000
    assert not [line for line in refusals if "\n" in line]
