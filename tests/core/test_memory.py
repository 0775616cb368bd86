"""What is freed goes back to the system."""

import sys
from pathlib import Path

import pytest

from clavilux.core.memory import give_back


def resident_mb() -> float:
    status = Path("/proc/self/status").read_text().split()
    return int(status[status.index("VmRSS:") + 1]) / 1024


@pytest.mark.skipif(sys.platform != "linux", reason="other systems don't tell what is resident")
def test_many_small_pieces_that_were_freed_are_given_back() -> None:
    pieces = [bytearray(60_000) for _ in range(1500)]
    keep = pieces[::100]
    full = resident_mb()
    del pieces
    give_back()
    assert resident_mb() < full - 50
    assert len(keep) == 15
