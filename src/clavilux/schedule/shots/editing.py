"""A plan as an editor's timeline: one clip for each clip to generate, one marker a shot."""

import re
from fractions import Fraction

from clavilux.editorial import Clip, Marker, Timeline
from clavilux.schedule.shots.document import Clip as PlannedClip
from clavilux.schedule.shots.document import Shot, ShotPlan


def timeline_of(plan: ShotPlan, suffix: str) -> Timeline:
    """Return a plan as a timeline, for a file of that suffix.

    In a table (``.csv``) every clip is a row that says what to generate; in subtitles every
    shot shows its prompt.
    """
    rate, clip_rate = plan.frame_rate, plan.model.rate(plan.frame_rate)
    clips: list[Clip] = []
    rows: list[Marker] = []
    markers: list[Marker] = []
    for number, (shot, length) in enumerate(zip(plan.shots, plan.lengths, strict=True), start=1):
        at, title = shot.start_frame, _title(number, shot)
        shown = _words(shot) or title if suffix == ".srt" else title
        markers.append(
            Marker(at / rate, shown, _words(shot), "red" if shot.locked else "", length / rate)
        )
        for place, clip in enumerate(shot.clips, start=1):
            name = f"shot {number:03}" + (f".{place}" if len(shot.clips) > 1 else "")
            source = name.replace(" ", "_").replace(".", "_") + ".mp4"
            span = clip.n_frames / rate
            clips.append(Clip(at / rate, span, name, source, clip.first / clip_rate))
            rows.append(Marker(at / rate, name, _row(plan, shot, clip, clip_rate), "", span))
            at += clip.n_frames
    return Timeline(
        rate,
        markers=tuple(rows if suffix == ".csv" else markers),
        clips=tuple(clips),
        name=re.sub(r"\.\w+$", "", plan.music.name) or "Plan",
        drop_frame=False,
        duration=Fraction(plan.n_frames) / rate,
    )


def _title(number: int, shot: Shot) -> str:
    return f"shot {number:03}" + (f" {shot.section}" if shot.section else "")


def _words(shot: Shot) -> str:
    return shot.prompt + (f" --neg {shot.negative_prompt}" if shot.negative_prompt else "")


def _row(plan: ShotPlan, shot: Shot, clip: PlannedClip, rate: Fraction) -> str:
    """Return what to generate for a clip, in words."""
    last = clip.first + clip.used - 1
    what = f"{plan.model.name}: generate {clip.generate} frames at {rate}, use {clip.first}-{last}"
    words = _words(shot)
    return f"{what}: {words}" if words else what
