"""Music → facts: what is heard in a recording, and which notes it holds."""

from clavilux.listen.gather import as_it_sounds, facts, listen_to, sound_series
from clavilux.listen.known import Known, known_from
from clavilux.listen.transcribe import transcribe

__all__ = [
    "Known", "as_it_sounds", "facts", "known_from", "listen_to", "sound_series", "transcribe",
]  # fmt: skip
