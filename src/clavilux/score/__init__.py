"""Symbolic music: Standard MIDI Files to scores and back, and what scores say."""

from clavilux.score.read import read as read

__all__ = ["read"]
