"""Symbolic music: Standard MIDI Files to scores and back, and what scores say."""

from clavilux.score.build import ScoreBuilder as ScoreBuilder
from clavilux.score.compare import equal as equal
from clavilux.score.drums import find_drums as find_drums
from clavilux.score.drums import settle_drums as settle_drums
from clavilux.score.ending import without_silence_at_end as without_silence_at_end
from clavilux.score.facts import facts as facts
from clavilux.score.read import SUFFIXES as SUFFIXES
from clavilux.score.read import read as read
from clavilux.score.write import to_bytes as to_bytes
from clavilux.score.write import write as write

__all__ = [
    "SUFFIXES",
    "ScoreBuilder",
    "equal",
    "facts",
    "find_drums",
    "read",
    "settle_drums",
    "to_bytes",
    "without_silence_at_end",
    "write",
]
