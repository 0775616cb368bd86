"""Settings: how a film is to look."""

from dataclasses import dataclass
from fractions import Fraction

from clavilux.core.values import Size

DEFAULT_LOOK = "ink"
DOCUMENT_LOOK = "stained"
"""What documents are seen in, where no word means a look: its edges show where a camera goes."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How a film is to look; every field has the default of the command line."""

    look: str | None = None
    """What the pictures are made of; see `clavilux.matter.LOOKS`. What the words ask for,
    or `DEFAULT_LOOK`, of documents `DOCUMENT_LOOK`, if None."""
    palette: str | None = None
    """Its colours: a name, colours or a picture (see `clavilux.matter.given`); what the words
    ask for, those of `image` or the look's own, if None."""
    prompt: str = ""
    """Words that steer the picture; see `clavilux.narrate.prompt`."""
    negative: str = ""
    """Words for what is not wanted."""
    lexicon: str | None = None
    """A file that says what words mean; ours if None."""
    image: str | None = None
    """A picture from which the film starts."""
    loop: int | None = None
    """Bars of a film whose end joins its beginning; the whole music, once, if None."""
    mapping: str = "clavilux"
    """Which notes move what: a preset's name or a mapping file."""
    size: Size | None = None
    """Width and height; 512x512, or what a document names, if None. Odd sides grow by one."""
    frame_rate: Fraction | None = None
    """Video frames per second; 24, or what a document names, if None."""
    seed: int = 0
    start_s: float = 0.0
    duration_s: float | None = None
    """How much of the music; all that is left after `start_s` if None."""
    preview: bool = False
    """Small, and only the first bars of each section."""
    flashing: bool = False
    """Allow more than three flashes a second."""
    stems: str | None = None
    """A folder of separate recordings of the same piece: each is heard by itself too."""
    soundfont: str | None = None
    """What MIDI is played with; the embedded soundfont if None."""
    drums: str | None = None
    """Which track or channel of a MIDI file is drums, where the rule is wrong, or ``none``."""
    to_end: bool = False
    """Go on through the silence after a MIDI file's last note."""
    renderer: str = "procedural"
    """Who draws: see `clavilux.render.RENDERERS`."""
    urls: tuple[str, ...] = ()
    """Addresses of Deforum servers, for the renderer ``deforum-api``."""
    start_server: str | None = None
    """A command that starts such a server."""
    quality: int = 18
    """Constant rate factor of the encoder: lower is better and larger."""
