"""The plan: a film's shots and the clips they are made of, as a document to work on.

It is a small JSON: cuts, prompts and looks may be edited by hand, and a moved cut is one
number. ``clavilux plan plan.json -o plan.json`` splits its shots into clips anew; whoever
reads it otherwise finds that its clips fill its shots, or says which doesn't.
"""

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, ValidationError

from clavilux.core.arguments import frame_rate as parse_frame_rate
from clavilux.core.errors import DocumentError, InputError
from clavilux.core.text import decode, read_bytes
from clavilux.schedule.shots.clips import ClipSpan, split, used_of
from clavilux.schedule.shots.models import ClipModel

FORMAT: Final = "clavilux.plan/1"
_LARGEST_BYTES = 64 << 20


def _rate(value: Any) -> Fraction:
    try:
        return parse_frame_rate(value, "frame_rate")
    except InputError as error:
        raise ValueError(str(error)) from error


FrameRate = Annotated[Fraction, BeforeValidator(_rate), PlainSerializer(str)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class MusicLine(_Part):
    """Which music it is for."""

    name: str
    duration_s: float = Field(gt=0)


class Clip(_Part):
    """One clip to generate."""

    n_frames: int = Field(ge=1, description="Frames of the film it fills.")
    generate: int = Field(ge=1, description="Frames to generate.")
    first: int = Field(default=0, ge=0, description="The first generated frame that is used.")
    used: int = Field(ge=1, description="How many generated frames are used, from there on.")


class Shot(_Part):
    """Film from one cut to the next."""

    start_frame: int = Field(ge=0, description="Its first frame; it lasts until the next shot's.")
    section: str = Field(default="", description="Label of the section of the music it begins in.")
    prompt: str = Field(default="", description="What is to be seen; a sentence or words.")
    negative_prompt: str = Field(default="", description="What is not to be seen.")
    look: str | None = Field(default=None, description="Of procedural films, what it is made of.")
    locked: bool = Field(default=False, description="Whether a user asked for its cut.")
    clips: tuple[Clip, ...] = ()


class ShotPlan(_Part):
    """A film's shots, from its first frame to its last."""

    format: Literal["clavilux.plan/1"] = FORMAT
    music: MusicLine
    frame_rate: FrameRate
    n_frames: int = Field(ge=1, le=50_000_000)
    model: ClipModel
    overlap: int = Field(default=0, ge=0, description="Frames by which clips repeat the last ones.")
    shots: tuple[Shot, ...] = Field(min_length=1)

    def model_post_init(self, context: object) -> None:
        """Raise an error if shots are in disorder, or outside the film."""
        if self.shots[0].start_frame != 0:
            raise ValueError(
                f"shot 1 starts at frame {self.shots[0].start_frame}; expected 0, the film's first"
            )
        for number, (shot, later) in enumerate(pairwise(self.shots), start=2):
            if later.start_frame <= shot.start_frame:
                raise ValueError(
                    f"shot {number} starts at frame {later.start_frame}, not after the shot "
                    f"before, at {shot.start_frame}"
                )
        if self.shots[-1].start_frame >= self.n_frames:
            raise ValueError(
                f"shot {len(self.shots)} starts at frame {self.shots[-1].start_frame}; the film "
                f"has {self.n_frames}"
            )

    @property
    def starts(self) -> tuple[int, ...]:
        """The first frame of every shot."""
        return tuple(shot.start_frame for shot in self.shots)

    @property
    def lengths(self) -> tuple[int, ...]:
        """Frames of every shot."""
        edges = (*self.starts, self.n_frames)
        return tuple(after - before for before, after in pairwise(edges))

    @property
    def clips(self) -> Iterator[Clip]:
        """Every clip, in order."""
        return (clip for shot in self.shots for clip in shot.clips)

    @property
    def generated(self) -> int:
        """Frames to generate in all."""
        return sum(clip.generate for clip in self.clips)

    @property
    def surplus(self) -> int:
        """Generated frames that are not used."""
        return self.generated - sum(clip.used for clip in self.clips)

    @property
    def summary(self) -> str:
        """What it takes, in one line."""
        clips, used = len(list(self.clips)), self.generated - self.surplus
        share = 100 * self.surplus / max(1, used)
        return (
            f"{len(self.shots)} shots, {clips} clips of {self.model.name}: {self.generated} frames "
            f"to generate, {self.surplus} ({share:.1f} %) more than are used; {self.n_frames} "
            f"frames of film at {self.frame_rate} a second"
        )

    def split_anew(self, model: ClipModel | None = None, overlap: int | None = None) -> "ShotPlan":
        """Return the same shots, split into clips of `model`, or of its own.

        Raises:
            ValueError: The overlap leaves nothing of a clip.
        """
        model = self.model if model is None else model
        overlap = self.overlap if overlap is None else overlap
        shots = tuple(
            shot.model_copy(
                update={"clips": clips_of(split(n, model, self.frame_rate, overlap=overlap))}
            )
            for shot, n in zip(self.shots, self.lengths, strict=True)
        )
        return self.model_copy(update={"model": model, "overlap": overlap, "shots": shots})

    def check_clips(self) -> None:
        """Raise an error if clips don't fill their shots, or can't be made.

        Raises:
            DocumentError: One doesn't; the message names it.
        """
        ratio = self.model.rate(self.frame_rate) / self.frame_rate
        for number, (shot, length) in enumerate(
            zip(self.shots, self.lengths, strict=True), start=1
        ):
            filled = sum(clip.n_frames for clip in shot.clips)
            if filled != length:
                raise DocumentError(
                    f"shot {number} has {length} frames, its clips fill {filled}; split it anew: "
                    "clavilux plan PLAN -o PLAN"
                )
            for place, clip in enumerate(shot.clips, start=1):
                here = f"shot {number}, clip {place}"
                if not self.model.is_legal(clip.generate):
                    raise DocumentError(
                        f"{here}: {self.model.name} makes no clip of {clip.generate} frames; "
                        f"expected {self.model.shortest} to {self.model.longest} by "
                        f"{self.model.step}"
                    )
                if clip.used != used_of(clip.n_frames, ratio):
                    raise DocumentError(
                        f"{here}: {clip.used} generated frames are used for {clip.n_frames} of "
                        f"the film; expected {used_of(clip.n_frames, ratio)}"
                    )
                if clip.first + clip.used > clip.generate:
                    raise DocumentError(
                        f"{here}: frames {clip.first} to {clip.first + clip.used - 1} are used of "
                        f"{clip.generate} that are generated"
                    )

    def dump(self) -> str:
        """Return it as JSON."""
        return self.model_dump_json(indent=1) + "\n"


def clips_of(spans: tuple[ClipSpan, ...]) -> tuple[Clip, ...]:
    """Return what `split` returned as parts of a plan."""
    return tuple(
        Clip(n_frames=s.n_frames, generate=s.generate, first=s.first, used=s.used) for s in spans
    )


def is_plan(path: Path) -> bool:
    """Return True if a file is a plan, by its first bytes."""
    if path.suffix.lower() != ".json" or not path.is_file():
        return False
    with path.open("rb") as file:
        return FORMAT.partition("/")[0].encode() in file.read(4096)


def read(path: Path) -> ShotPlan:
    """Read a plan; its clips may no longer fill its shots: see `ShotPlan.check_clips`.

    Raises:
        DocumentError: It cannot be read, or is no plan; the message names the place.
    """
    text = decode(read_bytes(path, largest=_LARGEST_BYTES, what="a plan of shots"))
    try:
        return ShotPlan.model_validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        what = first["msg"].removeprefix("Value error, ")
        what = what[:1].lower() + what[1:]
        raise DocumentError(f"{path}: {place}: {what}" if place else f"{path}: {what}") from error
