"""Settings: the options of `see`, which name how a film is to look."""

from collections.abc import Sequence
from typing import Annotated, Any

from clavilux.core.arguments import (
    BeatsField,
    ColoursField,
    FlagField,
    FrameRateField,
    LengthField,
    NamesField,
    OffsetField,
    Options,
    PathField,
    SeedField,
    SizeField,
    TextField,
    TextsField,
    TimeField,
    choice,
    field,
    number,
    seconds,
    texts,
    whole,
)
from clavilux.core.errors import ArgumentError
from clavilux.draw.lettering import STYLES
from clavilux.media import DEFAULT_PRESET

DEFAULT_LOOK = "ink"
DOCUMENT_LOOK = "stained"
"""What documents are seen in, where no word means a look: its edges show where a camera goes."""
QUALITIES = {
    "draft": (28, "ultrafast"),
    "good": (18, DEFAULT_PRESET),
    "best": (14, "medium"),
    "archive": (8, "slow"),
}
"""Levels of quality, each with the encoder's constant rate factor and preset."""
SERVER_RENDERER = "deforum-api"
"""The renderer that works on servers, whose addresses it must be given."""


def _prompts(value: Any, name: str) -> tuple[str, ...]:
    """Return texts without those that say nothing."""
    return tuple(text for text in texts(value, name) if text.strip())


def _quality(value: Any, name: str) -> str | int:
    """Return the name of a quality, or a constant rate factor, which may be text."""
    if isinstance(value, str) and value.strip().isdecimal():
        value = int(value)
    return choice(QUALITIES)(value, name) if isinstance(value, str) else whole(0, 51)(value, name)


def _fades(value: Any, name: str) -> tuple[float, float]:
    """Return how long it takes to come and to go, seconds."""
    listed = value.split(",") if isinstance(value, str) else value
    both = listed if isinstance(listed, Sequence) else (listed,)
    if not 1 <= len(both) <= 2:
        raise ArgumentError(f"`{name}` is {value!r}; expected seconds, such as 2 or 0.5,3")
    found = [seconds(part, name) for part in both]
    return found[0], found[-1]


class SeeOptions(Options):
    """How a film is to look; names and defaults are those of the command line."""

    sound: PathField | None = None
    """The musician's own mix, put under the pictures."""
    offset: OffsetField = 0.0
    """The second of the music at which that mix begins; below 0 if it begins before."""
    look: TextField | None = None
    """What the pictures are made of; see `clavilux.matter.LOOKS`. What the words ask for,
    or `DEFAULT_LOOK`, of documents `DOCUMENT_LOOK`, if None."""
    looks: NamesField = ()
    """Looks by section: the first for the first label, the second for the next, over and over."""
    notes: Annotated[str, field(choice(("heard", "transcribe")))] = "heard"
    """Where the notes of a recording come from, for looks that show notes: what is heard of its
    drums and its leading pitch, or ``transcribe``, every note the pitch model finds."""
    palette: ColoursField | None = None
    """Its colours: a name, colours or a picture (see `clavilux.matter.given`); what the words
    ask for, those of `image` or the look's own, if None."""
    hue_range: Annotated[float, field(number(0, 180))] | None = None
    """Degrees by which the music may turn the hues of the palette: 180 lets it turn them all round.
    Few where a palette is given, more in the look's own, as written in a document, if None."""
    prompt: Annotated[tuple[str, ...], field(_prompts)] = ()
    """Words that steer the picture; see `clavilux.narrate.prompt`. For all, or as ``B: fire``
    for a section's."""
    neg: TextField = ""
    """Words for what is not wanted."""
    lexicon: PathField | None = None
    """A file that says what words mean; ours if None."""
    image: PathField | None = None
    """A picture from which the film starts."""
    plan: PathField | None = None
    """A plan of shots, as `clavilux plan` writes it: its cuts, and each shot's words and look."""
    story: PathField | None = None
    """What the film tells: a story as `clavilux describe` writes it, or ``auto``, the music's."""
    lyrics: PathField | None = None
    """The song's words: .lrc or .srt with times, or .txt, which is laid under the voice."""
    lyrics_style: Annotated[str, field(choice(STYLES))] | None = None
    """How they are drawn; ``caption`` if None. Without `lyrics` these are the words of the story,
    or those that a MIDI file holds."""
    subtitles: PathField | None = None
    """A file to write the lyrics to, .srt, .lrc or .ass; they are drawn only if a style is named
    too."""
    loop: Annotated[int, field(whole(1, 10_000))] | None = None
    """Bars of a film whose end joins its beginning; the whole music, once, if None."""
    mapping: PathField = "clavilux"
    """Which notes move what: a preset's name or a mapping file."""
    intensity: Annotated[float, field(number(0, 4))] = 1.0
    """How far the music moves the picture: a factor of the mapping's amounts."""
    speed: Annotated[float, field(number(0, 4))] = 1.0
    """How fast the scene flows and drifts: a factor."""
    calm: FlagField = False
    """Half the intensity and half the speed."""
    size: SizeField | None = None
    """Width and height; 512x512, or what a document names, if None. Odd sides grow by one."""
    fps: FrameRateField | None = None
    """Video frames per second; 24, or what a document names, if None."""
    seed: SeedField | None = None
    """Decides what is left to chance; drawn from the music, of documents 0, if None."""
    fade: Annotated[tuple[float, float], field(_fades)] | None = None
    """Seconds in which picture and sound come and go: one number for both, or two."""
    title: TextField = ""
    """Lines of type over the first seconds, the first of them large."""
    font: PathField | None = None
    """The font file of title and lyrics; one that has their characters if None."""
    start: TimeField = 0.0
    """Where in the music the film begins, seconds."""
    duration: LengthField | None = None
    """How much of the music, seconds; all that is left after `start` if None."""
    preview: FlagField = False
    """Small, and only the first bars of each section."""
    flashing: FlagField = False
    """Allow more than three flashes a second."""
    stems: PathField | None = None
    """A folder of separate recordings of the same piece: each is heard by itself too."""
    soundfont: PathField | None = None
    """What MIDI is played with; the embedded soundfont if None."""
    drums: TextField | None = None
    """Which track or channel of a MIDI file is drums, where the rule is wrong, or ``none``."""
    to_end: FlagField = False
    """Go on through the silence after a MIDI file's last note."""
    tempo: Annotated[float, field(number(20, 400))] | None = None
    """A recording's tempo: quarter notes a minute, in 6/8 dotted quarters; heard if None."""
    meter: TextField | None = None
    """A recording's time signature, such as ``3/4``; heard if None."""
    beats: BeatsField | None = None
    """A recording's beats: their seconds, or a file of them; see `clavilux.listen.known`."""
    renderer: TextField = "procedural"
    """The renderer to use; see `clavilux.render.RENDERERS`."""
    url: TextsField = ()
    """Addresses of Deforum servers, for the renderer ``deforum-api``."""
    start_server: TextField | None = None
    """A command that starts such a server."""
    quality: Annotated[str | int, field(_quality)] = "good"
    """One of `QUALITIES`, or a constant rate factor: lower is better and larger."""
    codec: TextField | None = None
    """How pictures are encoded, see `clavilux.media.CODECS`; as the film's suffix says if None."""
    transparent: FlagField = False
    """Pictures to be laid over others, in films that hold opacity: notes without a ground, or,
    without a look, lyrics and a title alone."""

    @property
    def coding(self) -> tuple[int, str]:
        """The constant rate factor and the preset of the encoder; see `clavilux.media.codecs`."""
        if isinstance(self.quality, str):
            rate, preset = QUALITIES[self.quality]
        else:
            rate, preset = self.quality, DEFAULT_PRESET
        return rate, "ultrafast" if self.preview else preset

    def model_post_init(self, context: object) -> None:
        """Raise an error if options contradict one another, or one does nothing."""
        if self.loop is not None:
            for other in ("preview", "duration"):
                if getattr(self, other):
                    raise ArgumentError(f"`loop` says how long the film is; leave `{other}` out")
            for other in ("fade", "title"):
                if getattr(self, other):
                    raise ArgumentError(f"`{other}` would come round in a `loop`; leave it out")
            if self.looks:
                raise ArgumentError("`loop` shows one section; leave `looks` out, or give `look`")
        if self.look is not None and self.looks:
            raise ArgumentError("`looks` are for sections, `look` for all; leave one of them out")
        if self.plan is not None:
            for other in ("loop", "prompt", "neg", "looks", "story"):
                if getattr(self, other):
                    raise ArgumentError(
                        f"`{other}` does nothing beside `plan`, which has cuts and words of its own"
                    )
        if self.font is not None and not (self.title or self.draws_lyrics):
            raise ArgumentError(
                "`font` is for a `title` or lyrics; give one of them, or leave `font` out"
            )
        self._check_words()
        if self.offset and self.sound is None:
            raise ArgumentError("`offset` says where your mix begins; name the mix with `sound`")
        if self.renderer != SERVER_RENDERER:
            for other in ("url", "start_server"):
                if getattr(self, other):
                    raise ArgumentError(
                        f"`{other}` is for the renderer {SERVER_RENDERER}; name that with "
                        f"`renderer`, or leave `{other}` out"
                    )

    @property
    def draws_lyrics(self) -> bool:
        """Whether lyrics are drawn into the picture."""
        is_drawn = self.lyrics is not None and self.subtitles is None
        return is_drawn or self.lyrics_style is not None

    @property
    def is_words_alone(self) -> bool:
        """Whether a transparent film shows lyrics or a title, and nothing else."""
        lettered = self.draws_lyrics or bool(self.title)
        looked = self.look is not None or self.looks or self.renderer != "procedural"
        return self.transparent and lettered and not looked

    @property
    def has_lyrics(self) -> bool:
        """Whether lyrics are drawn or written."""
        return self.draws_lyrics or self.subtitles is not None

    def _check_words(self) -> None:
        """Raise an error if a story or lyrics go with what has no room for them."""
        if self.loop is not None and (self.story is not None or self.has_lyrics):
            raise ArgumentError(
                "`loop` comes round again, a story and lyrics don't; leave one of them out"
            )
        if self.preview and self.has_lyrics:
            raise ArgumentError(
                "`preview` shows parts of the music, in which lyrics would be torn; leave one out"
            )
