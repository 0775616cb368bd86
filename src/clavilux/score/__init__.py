"""Symbolic music: Standard MIDI Files to scores and back, and what scores say."""

from clavilux.score.build import ScoreBuilder as ScoreBuilder
from clavilux.score.compare import equal as equal
from clavilux.score.facts import facts as facts
from clavilux.score.read import read as read
from clavilux.score.write import to_bytes as to_bytes
from clavilux.score.write import write as write

__all__ = ["ScoreBuilder", "equal", "facts", "read", "to_bytes", "write"]
