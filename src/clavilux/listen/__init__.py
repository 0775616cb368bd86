"""Music → facts: what is heard in a recording, and which notes it holds."""

from clavilux.listen.gather import facts
from clavilux.listen.transcribe import transcribe

__all__ = ["facts", "transcribe"]
