"""The options of `hear`, with the names and defaults of the command line."""

from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any, Self

from clavilux import media, perform
from clavilux.compose import styles
from clavilux.compose.chords import CHORD_WRITERS
from clavilux.compose.drums import KITS
from clavilux.compose.ensemble import BY_NAME, is_called, is_known
from clavilux.compose.harmony import MODES, Key, parse_key, parse_primer
from clavilux.compose.moods import parse_moods
from clavilux.compose.soundtrack import Brief
from clavilux.core import arguments
from clavilux.core.arguments import (
    FlagField,
    NamesField,
    Options,
    PathField,
    SeedField,
    TextField,
    TimeField,
    choice,
    field,
    number,
)
from clavilux.core.errors import ArgumentError
from clavilux.editorial.hits import inside, parse_hits, read_markers
from clavilux.pipelines.drums import HEADS, MODELS, DrumSettings

KINDS = ("soundtrack", "drums", "both")
_OF_SOUNDTRACKS: tuple[str, ...] = (
    "key",
    "mode",
    "mood",
    "clip",
    "primer",
    "instruments",
    "without",
    "hits",
)
_OF_SOUNDTRACKS += ("harmony", "markers", "report", "style", "again", "only_part", "start", "end")
_OF_PLANS: tuple[str, ...] = (
    "key",
    "mode",
    "tempo",
    "mood",
    "style",
    "clip",
    "primer",
    "instruments",
    "without",
)
_OF_PLANS += ("harmony", "hits", "markers", "start", "end")
_DUCK_DB = 12.0
LEARNT = ("amt", "form")
"""Chord writers that take weights."""
_OF_DRUMS = ("model", "weights", "head", "quantise", "sensitivity", "kit")


def note_value(value: Any, name: str = "quantise") -> float:
    """Return a note value, such as ``1/16``, in beats of a quarter note."""
    try:
        found = Fraction(str(value))
    except (ValueError, ZeroDivisionError) as error:
        raise ArgumentError(f"`{name}` is {value!r}; expected a note value such as 1/16") from error
    if not 0 < found <= 4:
        raise ArgumentError(f"`{name}` is {value}; expected more than 0 and at most 4")
    return float(found) * 4


def _times(value: Any, name: str) -> str:
    """Return instants as text: given so, or one by one."""
    listed = value if isinstance(value, (list, tuple)) else (value,)
    return ",".join(item if isinstance(item, str) else f"{item}" for item in listed)


def _players(value: Any, name: str) -> tuple[str, ...]:
    found = arguments.words(value, name)
    for word in found:
        if not is_known(word):
            raise ArgumentError(
                f"`{name}`: no instrument is called {word!r}; there are: {', '.join(BY_NAME)}"
            )
    return found


class HearOptions(Options):
    """What is to be heard."""

    what: Annotated[str, field(choice(KINDS))] = "soundtrack"
    """``soundtrack``, ``drums`` or ``both``."""
    key: TextField | None = None
    mode: Annotated[str, field(choice(MODES))] | None = None
    tempo: Annotated[float, field(number(30, 240))] | None = None
    """Beats a minute; fitted to the film's cuts if None."""
    mood: TextField | None = None
    """A mood, or several by time: ``0:00 calm, 0:40 tense``."""
    style: TextField | None = None
    """A name in `clavilux.compose.styles`; what suits the film if None."""
    harmony: Annotated[str, field(choice(CHORD_WRITERS.names()))] = "theory"
    """Who writes the chords: ``theory``, by rule; ``form``, learnt from songs; ``amt``, the
    transformer of Video2Music."""
    clip: TextField | None = None
    """A CLIP model, by folder or name in the hub cache, which reads the film's mood."""
    primer: TextField | None = None
    """Chords to begin with: ``C Am F G``."""
    instruments: NamesField = ()
    """Exactly these; chosen by mood if empty."""
    without: Annotated[tuple[str, ...], field(_players)] = ()
    """Roles or instruments to leave out."""
    hits: Annotated[str, field(_times)] | None = None
    """Instants that must be hit: ``12.4,1:05``."""
    markers: PathField | None = None
    """The same from an editor's export."""
    seed: SeedField | None = None
    """0 if None; with `again`, that of the plan."""
    again: PathField | None = None
    """The plan beside an earlier output, to compose by: the shell's ``--from``."""
    only_part: TextField | None = None
    """The label of the part of that plan which is written anew, from `seed`."""
    start: TimeField | None = None
    """Where in the film the music begins: the shell's ``--in``."""
    end: TimeField | None = None
    """Where it ends: the shell's ``--out``."""
    fade_in: Annotated[float, field(number(0, 3600))] = 0.0
    fade_out: Annotated[float, field(number(0, 3600))] = 0.4
    loudness: Annotated[float, field(number(-40, -6))] = perform.LUFS
    """Integrated loudness of the music, LUFS."""
    stems: PathField | None = None
    """A folder for the sound of each instrument."""
    keep_sound: FlagField = False
    """Keep the film's own sound, under the music."""
    duck: FlagField = False
    """Let the music step back while the film's own sound is loud."""
    duck_by: Annotated[float, field(number(0, 60))] | None = None
    """By how many dB; asks for `duck` too. 12 if None."""
    soundfont: PathField | None = None
    report: PathField | None = None
    """A picture (``.png``) or page (``.html``) that shows why the music is as it is."""
    model: Annotated[str, field(choice(MODELS))] = "auto"
    """How drums are read, see `DrumSettings`."""
    weights: PathField | None = None
    """Of a soundtrack, those of `harmony`: a folder from ``train chords``; of drums or both,
    those of `model`."""
    head: Annotated[str, field(choice(HEADS))] = "multilabel"
    quantise: Annotated[float, field(note_value)] | None = None
    """Note value on whose multiples drums are put; they stay where they are if None."""
    sensitivity: Annotated[float, field(number(0, 1))] = 0.5
    kit: Annotated[str, field(choice(KITS))] = "standard"

    def model_post_init(self, context: object) -> None:
        """Raise an error if options contradict one another, or one does nothing."""
        if self.what != "both":
            others = _OF_SOUNDTRACKS if self.what == "drums" else _OF_DRUMS
            of = "a soundtrack" if self.what == "drums" else "drums"
            for name in others:
                if name == "weights" and self.what == "soundtrack":
                    continue
                if self.is_given(name):
                    raise ArgumentError(
                        f"`{name}` is for {of}, and `what` is {self.what}; leave one of them out"
                    )
        if self.is_given("head") and self.model != "r3d18":
            raise ArgumentError("`head` is for the model r3d18; name that with `model`")
        if self.weights is not None and self.what == "soundtrack":
            if self.harmony not in LEARNT:
                raise ArgumentError(
                    f"`weights` are for a learnt `harmony` ({', '.join(LEARNT)}) or for drums"
                )
            CHORD_WRITERS.make(self.harmony, weights=self.weights)  # says what is wrong now
        if self.weights is not None and self.model == "scenes":
            raise ArgumentError("`weights` are for a model that reads drums, not for scenes")
        if self.again is not None:
            for name in _OF_PLANS:
                if self.is_given(name):
                    raise ArgumentError(f"`{name}` is what the plan of `again` says; leave it out")
        if self.only_part is not None and self.again is None:
            raise ArgumentError("`only_part` is a part of an earlier plan; name that with `again`")
        if self.only_part is not None and self.seed is None:
            raise ArgumentError("`only_part` is written from another seed; give one as `seed`")
        for name in ("duck", "duck_by"):
            if self.is_given(name) and not self.keep_sound:
                raise ArgumentError(
                    f"`{name}` steps back for the film's own sound; keep that with `keep_sound`"
                )
        named = [BY_NAME[name] for name in self.instruments if name in BY_NAME]
        for word in self.without if len(named) == len(self.instruments) > 0 else ():
            if not any(is_called(player, word) for player in named):
                raise ArgumentError(f"`without` {word} is not among `instruments`; leave it out")
        if self.style is not None:
            styles.find(self.style)
        if self.report is not None:
            arguments.suffix_of(self.report, (".png", ".html"), "report")
        _ = self.asked_key, self.chords  # what is wrong with them is said before any work
        if self.mood is not None:
            parse_moods(self.mood)

    def is_given(self, name: str) -> bool:
        """Return True if an option has another value than its default."""
        return bool(getattr(self, name) != type(self).model_fields[name].default)

    @property
    def asked_key(self) -> Key | None:
        """The key and the mode that are asked for, as one."""
        asked = parse_key(self.key) if self.key else None
        return asked if self.mode is None else Key(asked.tonic if asked else 0, self.mode)

    @property
    def chords(self) -> tuple[Any, ...]:
        """The chords to begin with."""
        return parse_primer(self.primer) if self.primer else ()

    @property
    def duck_db(self) -> float | None:
        """By how much the music steps back for the film's own sound; None for not at all."""
        if self.duck_by is not None:
            return self.duck_by
        return _DUCK_DB if self.duck else None

    @property
    def drums(self) -> DrumSettings:
        """How drums are to be heard."""
        return DrumSettings(
            model=self.model,
            weights=self.weights,
            head=self.head,
            tempo_bpm=self.tempo,
            quantise=self.quantise,
            sensitivity=self.sensitivity,
            kit=self.kit,
        )

    def brief(self, film: Path) -> Brief:
        """Return what is asked of the soundtrack of `film`.

        Raises:
            InputError: The hits or the markers cannot be read.
        """
        return Brief(
            key=self.asked_key,
            tempo_bpm=self.tempo,
            mood=self.mood,
            style=self.style,
            chord_writer=self.harmony,
            chord_weights=self.weights if self.what == "soundtrack" else None,
            primer=self.chords,
            instruments=self.instruments,
            without=frozenset(self.without),
            hits_s=self._points(film),
            seed=self.seed or 0,
        )

    def _points(self, film: Path) -> tuple[float, ...]:
        if self.hits is None and self.markers is None:
            return ()
        info = media.probe(film)
        rate = info.frame_rate or Fraction(24)
        length = None if info.duration_s is None else Fraction(info.duration_s)
        points: set[float] = set()
        for source, times in (
            ("`hits`", parse_hits(self.hits, rate) if self.hits is not None else ()),
            (self.markers or "", read_markers(self.markers, rate, length) if self.markers else ()),
        ):
            points |= {*(times if length is None else inside(times, float(length), source))}
        return tuple(sorted(points))

    def with_seed(self, seed: int) -> Self:
        """Return the same options with another seed."""
        return self.model_copy(update={"seed": seed})
