"""Music → facts: what is heard in a recording, and which notes it holds."""

from clavilux.listen.gather import facts, sound_series
from clavilux.listen.known import Known, known_from
from clavilux.listen.transcribe import transcribe

__all__ = ["Known", "facts", "known_from", "sound_series", "transcribe"]
