"""Recordings of known onsets, for `benchmarks.sync --recordings`.

The known onsets are those of kicks, snares and hats, which `listen` promises to hear.
A piece is played to a recording, and its film is drawn from what `listen` hears in it,
the notes unknown. Then the drum hits of one instant are left out of the playing, the new
recording is heard from its beginning, and the film drawn again from the frame before
that instant. The onset counts as seen if, within one frame of its written time, the two
films differ by more than three times the median change from frame to frame.

Conventions
-----------
- Hits within 15 ms of each other are one onset, named for the loudest.
- Scenes are those of the first recording: where sections begin may hang on any hit.
"""

import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

import numpy as np

from benchmarks import sync
from benchmarks._pieces import Piece
from clavilux import listen, perform
from clavilux.core.drums import DRUMS, FIVE
from clavilux.core.timeline import FrameClock
from clavilux.core.values import Curves, Facts, Score, Sound
from clavilux.render import RENDERERS, Request, start
from clavilux.schedule import mapping as mappings
from clavilux.schedule.mapping import Mapping

TOGETHER_S = 0.015
HEARD_S = 0.05
_KNOWN = (*FIVE, "rim", "clap")  # claps and rims count as snares
SECONDS = 15.0
_FORCES = ((32, "under 32"), (64, "32 to 63"), (128, "64 and up"))
"""Velocities below a limit, in words."""

Onset = tuple[sync.Hit, ...]
"""Hits of one instant, the loudest first."""


@dataclass(frozen=True)
class Heard:
    """What `listen` made of an onset."""

    onset: Onset
    as_drum: bool
    as_anything: bool

    @property
    def kind(self) -> str:
        """Return what was struck: how hard, and whether with others."""
        loudest = self.onset[0]
        force = next(text for limit, text in _FORCES if loudest.velocity < limit)
        return f"{loudest.drum}, {force}, {'alone' if len(self.onset) == 1 else 'with others'}"


def examine(
    piece: Piece, mapping: Mapping, look: str, *, n_onsets: int, seed: int
) -> tuple[sync.Report, list[Heard]]:
    """Test onsets of one recording, sampled by seed; say of each how it was heard."""
    piece = replace(piece, seconds=min(piece.seconds, SECONDS))
    began = time.process_time()
    report = sync.Report(piece)
    known = onsets(piece)
    rng = np.random.default_rng([seed, len(known)])
    chosen = [known[i] for i in sorted(rng.permutation(len(known))[:n_onsets].tolist())]
    lags = [int(rng.integers(sync.LATE[0], sync.LATE[1] + 1)) for _ in chosen]
    n_frames = FrameClock(piece.frame_rate).n_frames(piece.seconds)
    frames = [sync.nearest_frame(onset[0], piece.frame_rate) for onset in chosen]
    spans = [
        range(max(0, frame - sync.BEFORE), min(n_frames, frame + lag + sync.AFTER + 1))
        for frame, lag in zip(frames, lags, strict=True)
    ]
    facts = hear(piece, piece.score)
    curves = _curves(mapping, piece, facts, seed)
    wanted = {onset[0]: span for onset, span in zip(chosen, spans, strict=True)}
    kept, states, report.change = sync.draw(
        look, curves, seed, wanted, {max(0, frame - 1) for frame in frames}
    )
    for onset, span, frame, lag in zip(chosen, spans, frames, lags, strict=True):
        other = _curves(mapping, piece, hear(piece, _without(piece.score, onset)), seed)
        begin = max(0, frame - 1)
        run = start(
            RENDERERS.make("procedural"),
            Request(_spliced(curves, other, begin), sync.SIZE, seed, look=look),
            first_frame=begin,
            state=states[begin],
        )
        pictures = [kept[i] if i < begin else sync.copied(next(run)) for i in span]
        gap = sync.difference([kept[i] for i in span], pictures, piece.frame_rate)
        at = frame - span.start
        first = begin - span.start
        there = at + lag
        late = float(gap[there - 1 : there + 2].max() - gap[max(0, there - 2)])
        shown, early = float(gap[first : at + 2].max()), float(gap[:first].max(initial=0.0))
        report.seen.append(sync.Seen(onset[0], shown, early, late))
    report.cpu_s = time.process_time() - began
    return report, [_heard(facts, onset) for onset in chosen]


def _heard(facts: Facts, onset: Onset) -> Heard:
    near = np.abs(facts.events.time_s - onset[0].time_s) <= HEARD_S
    kinds = {kind for kind, is_near in zip(facts.events.kind, near, strict=True) if is_near}
    return Heard(onset, as_drum=bool(kinds & set(DRUMS)), as_anything="onset" in kinds)


def onsets(piece: Piece) -> list[Onset]:
    """Return the instants at which kicks, snares and hats are struck, in order of time."""
    found: list[list[sync.Hit]] = []
    for hit in sync.drum_hits(piece):
        if found and hit.time_s - found[-1][0].time_s <= TOGETHER_S:
            found[-1].append(hit)
        else:
            found.append([hit])
    loudest_first = [tuple(sorted(group, key=lambda hit: -hit.velocity)) for group in found]
    return [group for group in loudest_first if any(hit.drum in _KNOWN for hit in group)]


def hear(piece: Piece, score: Score) -> Facts:
    """Play a score and listen to it."""
    sound = perform.perform(score, duration_s=piece.seconds, lufs=None)
    return listen.facts(Sound.from_array(sound.read(), sound.sample_rate))


def print_summary(reports: list[sync.Report], heard: list[Heard]) -> None:
    """Print what all came to, what of it is owed to hearing, and what is missed."""
    sync.print_summary(reports)
    seen = [s.difference > report.threshold for report in reports for s in report.seen]
    loud = [s.hit.velocity >= 64 for report in reports for s in report.seen]
    as_drum = [h.as_drum for h in heard]
    of_heard = np.array(seen)[as_drum].mean()
    print(
        f"  heard as drums by listen within {HEARD_S * 1e3:.0f} ms: {np.mean(as_drum):.1%}; "
        f"of these seen in time {of_heard:.1%}; of onsets of velocity 64 and up, "
        f"{np.array(seen)[loud].mean():.1%} of {sum(loud)}"
    )
    _print_missed(seen, heard)


def _print_missed(seen: Sequence[bool], heard: Sequence[Heard]) -> None:
    """Print which kinds of onsets are not seen, and whether for want of hearing."""
    groups: dict[str, list[tuple[bool, Heard]]] = defaultdict(list)
    for was_seen, h in zip(seen, heard, strict=True):
        groups[h.kind].append((was_seen, h))
    print("  missed, by the loudest drum, its velocity and its company:")
    for kind in sorted(groups):
        missed = [h for was_seen, h in groups[kind] if not was_seen]
        if missed:
            deaf = sum(not h.as_drum for h in missed)
            silent = sum(not h.as_anything for h in missed)
            print(
                f"    {kind:<36}{len(missed):>3} of {len(groups[kind]):>3}; "
                f"{deaf} not heard as drums, {silent} not even as onsets"
            )


def _curves(mapping: Mapping, piece: Piece, facts: Facts, seed: int) -> Curves:
    n_frames = FrameClock(piece.frame_rate).n_frames(piece.seconds)
    return mappings.apply(mapping, facts, frame_rate=piece.frame_rate, n_frames=n_frames, seed=seed)


def _spliced(curves: Curves, other: Curves, begin: int) -> Curves:
    """Return `curves`, but for their scenes as in `other` from frame `begin` on."""
    values = {name: column.copy() for name, column in curves.values.items()}
    for name, column in other.values.items():
        if name in values and name != "scene":
            values[name][begin:] = column[begin:]
    return replace(curves, values=values)


def _without(score: Score, onset: Onset) -> Score:
    """Leave the hits of an onset out."""
    tracks = list(score.tracks)
    in_order = sorted(onset, key=lambda hit: hit.track)
    for track, group in groupby(in_order, key=lambda hit: hit.track):
        notes = tracks[track].notes
        keep = ~np.isin(np.arange(len(notes)), [hit.note for hit in group])
        tracks[track] = replace(tracks[track], notes=notes.where(keep))
    return replace(score, tracks=tuple(tracks))
