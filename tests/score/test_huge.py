"""Huge MIDI files are refused or done within 20 s of CPU time and 2 GB; asserted at three times."""

import os
import subprocess
import sys

import pytest
from score_samples import END, midi_file

NOTE = b"\x00\x90\x3c\x40" + b"\x60\x80\x3c\x40"
KEYS = b"\x00".join(bytes([i % 128, 64]) for i in range(100_000))
HUGE = {
    "a delta of 268,435,455 ticks": NOTE + b"\xff\xff\xff\x7f" + NOTE[1:],
    "ten million note-ons": b"\x00\x90" + b"\x3c\x40\x00" * 9_999_999 + b"\x3c\x40",
    "a hundred thousand notes on one tick": b"\x00\x90" + KEYS + b"\x83\x60\x80" + KEYS,
}
LIMIT_S, LIMIT_KIB = 3 * 20, 2 << 20

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(os, "wait4"), reason="counts CPU time by wait4"),
]


@pytest.mark.parametrize("verb", ["see", "schedule", "plot"])
@pytest.mark.parametrize("kind", HUGE)
def test_huge_files_are_refused_or_done(kind, verb, tmp_path):
    (tmp_path / "huge.mid").write_bytes(midi_file(HUGE[kind] + END))
    arguments = {
        "see": ["see", "huge.mid", "-o", "out.mp4", "--size", "64", "--fps", "8"],
        "schedule": ["schedule", "from-music", "huge.mid", "-o", "out.json"],
        "plot": ["plot", "huge.mid", "-o", "out.png"],
    }[verb]

    child = subprocess.Popen(
        [sys.executable, "-c", "from clavilux.cli import main; main()", *arguments],
        cwd=tmp_path, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    lines = child.stderr.read().decode()
    _, status, used = os.wait4(child.pid, 0)

    assert os.waitstatus_to_exitcode(status) in (0, 2), lines
    assert "Traceback" not in lines
    assert used.ru_utime + used.ru_stime < LIMIT_S
    assert used.ru_maxrss < LIMIT_KIB
