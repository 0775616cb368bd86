"""Planning: what was heard in music becomes a plan of shots."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import cache

from clavilux.core.values import Facts, Section, Storyboard
from clavilux.schedule.shots.clips import split
from clavilux.schedule.shots.cuts import Grid, choose
from clavilux.schedule.shots.document import MusicLine, Shot, ShotPlan
from clavilux.schedule.shots.models import ClipModel

Words = Callable[[Section | None], str]
"""Returns the prompt for a section of the music."""


def plan_shots(
    facts: Facts,
    model: ClipModel,
    *,
    music: str,
    n_frames: int,
    frame_rate: Fraction,
    shortest_s: float,
    longest_s: float,
    locked_s: Sequence[float] = (),
    overlap: int = 0,
    prompt: Words = lambda section: "",
    negative_prompt: str = "",
    storyboard: Storyboard | None = None,
) -> ShotPlan:
    """Return the plan of a film to some music.

    Args:
        facts: Bars, beats and sections of the music.
        model: What makes the clips.
        music: Its name.
        n_frames: The film's length.
        frame_rate: The film's.
        shortest_s: Seconds of a shot at least, where bars allow it.
        longest_s: Seconds of a shot at most.
        locked_s: Where there must be a cut, seconds.
        overlap: Generated frames by which clips of a shot repeat those before.
        prompt: Words for the shots of a section.
        negative_prompt: What is not to be seen, in any shot.
        storyboard: Sentences, which take the place of `prompt` where they hold.
    """
    locked = {round(Fraction(time) * frame_rate) for time in locked_s}
    clip_rate = model.rate(frame_rate)

    @cache
    def surplus(length: int) -> tuple[Fraction, int]:
        clips = split(length, model, frame_rate, overlap=overlap)
        more = sum(c.generate for c in clips) / clip_rate - length / frame_rate
        return more, len(clips)

    starts = choose(
        Grid.of(facts, frame_rate, n_frames),
        frame_rate,
        shortest=round(Fraction(shortest_s) * frame_rate),
        longest=max(1, int(Fraction(longest_s) * frame_rate)),
        surplus=surplus,
        locked=tuple(locked),
    )
    shots = []
    for start, end in zip(starts, [*starts[1:], n_frames], strict=True):
        middle_s = float((start + end) / 2 / frame_rate)
        section = next((s for s in facts.sections if s.start_s <= middle_s < s.end_s), None)
        shots.append(
            Shot(
                start_frame=start,
                section=section.label if section else "",
                prompt=_sentence(storyboard, middle_s) or prompt(section),
                negative_prompt=negative_prompt,
                locked=start in locked and start > 0,
            )
        )
    plan = ShotPlan(
        music=MusicLine(name=music, duration_s=float(n_frames / frame_rate)),
        frame_rate=frame_rate,
        n_frames=n_frames,
        model=model,
        overlap=overlap,
        shots=tuple(shots),
    )
    return plan.split_anew()


def _sentence(storyboard: Storyboard | None, time_s: float) -> str:
    spans = storyboard.spans if storyboard else ()
    return next((s.sentence for s in spans if s.start_s <= time_s < s.end_s), "")
