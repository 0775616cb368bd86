"""In time: is every hit seen in the video frame it falls in, and heard when it is written?

Seen: a film is drawn; then, from the state just before a hit, drawn again as if
that one hit had not been played. Both pass through H.264. The hit counts as
seen if within one frame of its time the two differ by more than three times the
median change from one frame of the film to the next. Differences are means of
absolute luma over the picture.

Heard: the sound of a lone hit must rise within 10 ms of its time.

With `--recordings` films are drawn from recordings of the pieces, their notes unknown,
and the hits of one instant are left out of the playing; see `benchmarks._recordings`.

    python -m benchmarks.sync
    python -m benchmarks.sync --recordings --quick --hits 20
    python -m benchmarks.sync --looks ink --mapping v2midi --quick

Conventions
-----------
- A video frame stands for half a frame to either side of its time, so a hit
  belongs to the nearest frame.
- Controls, which should fail: the same hits looked for at shuffled times, 3 to 12
  frames late, where what must exceed the threshold is what the difference grew.
"""

import argparse
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks._pieces import Piece, drums, pieces
from clavilux import media, perform
from clavilux import score as scores
from clavilux.core.drums import drum_name
from clavilux.core.timeline import FrameClock
from clavilux.core.values import Curves, Facts, Score, Size, Yuv
from clavilux.render import RENDERERS, Request, State, start
from clavilux.schedule import mapping as mappings
from clavilux.schedule.mapping import Mapping

SIZE = Size(256, 256)
HITS = 50
FACTOR = 3.0
GOAL = 0.95
BEFORE, AFTER = 4, 2
"""Frames of context encoded before and after a hit."""
LATE = (3, 12)
CONTROL_EVERY = 5
RISE_S = 0.010
LONE_S = 0.25
_LONGEST_S = 150.0


@dataclass(frozen=True)
class Hit:
    """A drum note and where it stands in its score."""

    track: int
    note: int
    time_s: float
    drum: str
    velocity: int


@dataclass(frozen=True)
class Seen:
    """What taking a hit away changed."""

    hit: Hit
    difference: float
    """The largest within one frame of the hit, grey levels."""
    too_early: float
    """The largest in the frames before that."""
    late: float | None
    """How much the difference grew at a shuffled time; None where not looked for."""


@dataclass
class Report:
    """What was found for one piece."""

    piece: Piece
    change: float = 0.0
    """Median change from one frame to the next, grey levels."""
    seen: list[Seen] = field(default_factory=list)
    rises_s: list[float] = field(default_factory=list)
    """How late the sound of each lone hit rose."""
    cpu_s: float = 0.0

    @property
    def threshold(self) -> float:
        """What a difference must exceed."""
        return FACTOR * self.change

    def share_seen(self) -> float:
        """Share of the hits that are seen in time."""
        return _share([s.difference > self.threshold for s in self.seen])

    def share_late(self) -> float:
        """Share of the controls that look like hits."""
        late = [s.late for s in self.seen if s.late is not None]
        return _share([value > self.threshold for value in late])

    def share_heard(self) -> float:
        """Share of the lone hits that are heard in time."""
        return _share([abs(late) <= RISE_S for late in self.rises_s])


def main() -> None:
    """Print what was asked for."""
    options = _options()
    (print_recordings if options.recordings else print_scores)(options)


def print_scores(options: argparse.Namespace) -> None:
    """Print, for each look, what each piece shows and what it comes to."""
    for look in options.looks.split(","):
        print(f"look {look}, mapping {options.mapping}, {SIZE}, H.264 CRF 18, seed {options.seed}")
        _print_head()
        reports = []
        mapping = mappings.load(options.mapping)
        for piece in pieces(options):
            report = examine(piece, mapping, look, n_hits=options.hits, seed=options.seed)
            reports.append(report)
            _print_row(report)
        print_summary(reports)


def print_recordings(options: argparse.Namespace) -> None:
    """Print, for each look, what films of recordings show of the onsets known to be in them."""
    from benchmarks import _recordings

    mapping = mappings.load(options.mapping)
    for look in options.looks.split(","):
        print(
            f"recordings: look {look}, mapping {options.mapping}, {SIZE}, H.264 CRF 18, "
            f"{_recordings.SECONDS:g} s a piece, seed {options.seed}"
        )
        _print_head()
        reports, heard = [], []
        for piece in pieces(options):
            report, were_heard = _recordings.examine(
                piece, mapping, look, n_onsets=options.hits, seed=options.seed
            )
            if report.seen:
                reports.append(report)
                heard += were_heard
                _print_row(report)
        _recordings.print_summary(reports, heard)


def _print_head() -> None:
    print(f"  {'piece':<44}{'fps':>7}{'hits':>6}{'seen':>7}{'control':>9}", end="")
    print(f"{'diff/change':>13}{'heard':>8}{'lone':>6}{'CPU s':>7}")


def examine(piece: Piece, mapping: Mapping, look: str, *, n_hits: int, seed: int) -> Report:
    """Test one piece, with hits sampled by seed."""
    before = time.process_time()
    report = Report(piece)
    hits = drum_hits(piece)
    rng = np.random.default_rng([seed, len(hits)])
    sample = sorted(rng.permutation(len(hits))[:n_hits].tolist())
    chosen = [hits[i] for i in sample]
    _look(report, mapping, look, chosen, rng, seed)
    report.rises_s = [late for hit in chosen if (late := _rise(piece, hits, hit)) is not None]
    report.cpu_s = time.process_time() - before
    return report


def _look(
    report: Report,
    mapping: Mapping,
    look: str,
    hits: list[Hit],
    rng: np.random.Generator,
    seed: int,
) -> None:
    """Draw the film once, and around each hit again without it."""
    piece = report.piece
    n_frames = FrameClock(piece.frame_rate).n_frames(piece.seconds)
    facts = scores.facts(piece.score)
    curves = _curves(mapping, piece, piece.score, facts, 0, n_frames, seed)
    frames = {hit: nearest_frame(hit, piece.frame_rate) for hit in hits}
    lags = {hit: int(rng.integers(LATE[0], LATE[1] + 1)) for hit in hits[::CONTROL_EVERY]}
    wanted = {
        hit: range(max(0, frame - BEFORE), min(n_frames, frame + lags.get(hit, 0) + AFTER + 1))
        for hit, frame in frames.items()
    }
    kept, states, report.change = draw(
        look, curves, seed, wanted, {max(0, frame - 1) for frame in frames.values()}
    )
    for hit, span in wanted.items():
        begin = max(0, frames[hit] - 1)
        without = _curves_without(curves, mapping, piece, facts, hit, span, seed)
        request = Request(without, SIZE, seed, look=look)
        run = start(RENDERERS.make("procedural"), request, first_frame=begin, state=states[begin])
        alike = [kept[i] for i in span if i < begin]
        other = [*alike, *(copied(next(run)) for i in span if i >= begin)]
        gap = difference([kept[i] for i in span], other, piece.frame_rate)
        at = frames[hit] - span.start
        near = slice(max(0, at - 1), at + 2)
        late = None
        if hit in lags:
            there = at + lags[hit]
            late = float(gap[there - 1 : there + 2].max() - gap[max(0, there - 2)])
        early = float(gap[: near.start].max(initial=0.0))
        report.seen.append(Seen(hit, float(gap[near].max()), early, late))


def draw(
    look: str,
    curves: Curves,
    seed: int,
    wanted: dict[Hit, range],
    state_before: set[int],
) -> tuple[dict[int, Yuv], dict[int, State | None], float]:
    """Draw the whole film; keep the wanted frames, some states, and the median change."""
    keep = {i for span in wanted.values() for i in span}
    kept: dict[int, Yuv] = {}
    states: dict[int, State | None] = {0: None}
    changes = np.zeros(curves.n_frames)
    last: NDArray[np.int16] | None = None
    run = start(RENDERERS.make("procedural"), Request(curves, SIZE, seed, look=look))
    for i in range(curves.n_frames):
        if i and i in state_before:
            states[i] = run.state()
        picture = next(run)
        if i in keep:
            kept[i] = copied(picture)
        luma = picture.luma.astype(np.int16)
        if last is not None:
            changes[i] = np.abs(luma - last).mean()
        last = luma
    return kept, states, float(np.median(changes[1:]))


def difference(one: list[Yuv], other: list[Yuv], rate: Fraction) -> NDArray[np.float64]:
    """Mean absolute difference of the luma of two films, frame by frame, after H.264."""
    a, b = _encoded(one, rate), _encoded(other, rate)
    return np.array([np.abs(x - y).mean() for x, y in zip(a, b, strict=True)])


def _encoded(pictures: list[Yuv], rate: Fraction) -> list[NDArray[np.int16]]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "part.mp4"
        with media.FilmWriter(path, frame_rate=rate, size=SIZE) as film:
            for picture in pictures:
                film.write(picture)
        read = media.open_film(path, pixels="luma", threads=1)
        return [np.asarray(frame.picture, dtype=np.int16) for frame in read]


def _curves(
    mapping: Mapping, piece: Piece, score: Score, facts: Facts, first: int, n: int, seed: int
) -> Curves:
    start_s = float(first / piece.frame_rate)
    return mappings.apply(
        mapping,
        score,
        frame_rate=piece.frame_rate,
        n_frames=n,
        start_s=start_s,
        seed=seed,
        facts=facts,
    )


def _curves_without(
    curves: Curves,
    mapping: Mapping,
    piece: Piece,
    facts: Facts,
    hit: Hit,
    span: range,
    seed: int,
) -> Curves:
    """Return the film's curves as they are around a hit that was not played."""
    score = _without(piece.score, hit)
    part = _curves(mapping, piece, score, facts, span.start, len(span), seed)
    values = {name: column.copy() for name, column in curves.values.items()}
    for name, column in part.values.items():
        values[name][span.start : span.stop] = column
    return replace(curves, values=values)


def _without(score: Score, hit: Hit) -> Score:
    track = score.tracks[hit.track]
    keep = np.arange(len(track.notes)) != hit.note
    tracks = list(score.tracks)
    tracks[hit.track] = replace(track, notes=track.notes.where(keep))
    return replace(score, tracks=tuple(tracks))


def drum_hits(piece: Piece) -> list[Hit]:
    """Every drum hit early enough in the film to be looked at, in order of time."""
    last_s = piece.seconds - float((AFTER + LATE[1] + 1) / piece.frame_rate)
    found = []
    for i, track in enumerate(piece.score.tracks):
        onsets = piece.score.onsets_s(track.notes)
        for k in np.flatnonzero(drums(track) & (onsets < last_s)).tolist():
            drum = drum_name(int(track.notes.pitch[k]))
            velocity = int(track.notes.velocity[k])
            found.append(Hit(i, k, float(onsets[k]), drum, velocity))
    return sorted(found, key=lambda hit: hit.time_s)


def nearest_frame(hit: Hit, rate: Fraction) -> int:
    return round(hit.time_s * float(rate))


def _rise(piece: Piece, hits: list[Hit], hit: Hit) -> float | None:
    """Return how late the sound of a hit rises, seconds; None if others sound too near it."""
    onsets = np.sort(np.concatenate([piece.score.onsets_s(t.notes) for t in piece.score.tracks]))
    others = onsets[np.abs(onsets - hit.time_s) > 1e-9]
    near = np.abs(others - hit.time_s).min(initial=np.inf)
    alone = near >= LONE_S and len(onsets) - len(others) == 1
    if not alone or hit.time_s < LONE_S:
        return None
    lead = LONE_S / 2
    sound = perform.synthesise(piece.score, start_s=hit.time_s - lead, duration_s=2 * lead)
    rate = sound.sample_rate
    loud = np.abs(sound.read()).max(axis=1)
    ms = rate // 1000
    level = loud[: len(loud) // ms * ms].reshape(-1, ms).max(axis=1)  # one value a millisecond
    floor = level[: int(lead * 1000) - 20].max()
    at = np.flatnonzero(level > floor + 0.1 * (level.max() - floor))
    return float(at[0]) / 1000 - lead if len(at) and level.max() > 1.2 * floor else None


def copied(picture: Yuv) -> Yuv:
    return Yuv(picture.planes.copy())


def _share(passed: list[bool]) -> float:
    return float(np.mean(passed)) if passed else float("nan")


def _print_row(report: Report) -> None:
    piece = report.piece
    ratio = float(np.median([s.difference for s in report.seen])) / max(report.change, 1e-9)
    rate = f"{float(piece.frame_rate):.6g}"
    print(
        f"  {piece.name[:43]:<44}{rate:>7}{len(report.seen):>6}{report.share_seen():>7.1%}"
        f"{report.share_late():>9.1%}{ratio:>13.1f}{report.share_heard():>8.0%}"
        f"{len(report.rises_s):>6}{report.cpu_s:>7.1f}",
        flush=True,
    )


def print_summary(reports: list[Report]) -> None:
    passed: dict[str, list[bool]] = defaultdict(list)
    ratios: dict[str, list[float]] = defaultdict(list)
    for report in reports:
        for seen in report.seen:
            passed[seen.hit.drum].append(seen.difference > report.threshold)
            ratios[seen.hit.drum].append(seen.difference / max(report.change, 1e-9))
    print("  by drum (share seen, median difference over median change, hits):")
    for drum in sorted(passed, key=lambda d: -len(passed[d])):
        row = f"{_share(passed[drum]):>7.1%}{np.median(ratios[drum]):>7.1f}{len(passed[drum]):>6}"
        print(f"    {drum:<14}{row}")
    every = [ok for oks in passed.values() for ok in oks]
    early = max((s.too_early for r in reports for s in r.seen), default=0.0)
    late = [s.late > r.threshold for r in reports for s in r.seen if s.late is not None]
    rises = np.array([late_s for report in reports for late_s in report.rises_s])
    print(f"  seen in time {_share(every):.2%} of {len(every)} hits (goal {GOAL:.0%})")
    print(f"  control, shuffled times: {_share(late):.1%} of {len(late)}")
    print(f"  largest difference before a hit's own frames: {early:.2f} grey levels")
    if len(rises):
        heard = _share(list(np.abs(rises) <= RISE_S))
        spread = f"median {np.median(rises) * 1e3:+.1f} ms, worst {_worst(rises) * 1e3:+.1f} ms"
        print(
            f"  heard within {RISE_S * 1e3:.0f} ms: {heard:.1%} of {len(rises)} lone hits; {spread}"
        )


def _worst(rises: NDArray[np.float64]) -> float:
    return float(rises[np.argmax(np.abs(rises))])


def _options() -> Any:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sync", description=__doc__)
    parser.add_argument("--looks", default="ink", help="names of looks, with commas")
    parser.add_argument("--mapping", default="clavilux", help="a preset or a file")
    parser.add_argument("--fps", default="24,23.976,60", help="frame rates, with commas")
    parser.add_argument("--hits", type=int, default=HITS, help="hits a piece")
    parser.add_argument("--seconds", type=float, default=_LONGEST_S, help="longest sample, seconds")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", default="", help="a part of the names of the samples to test")
    parser.add_argument("--recordings", action="store_true", help="of what listen hears in them")
    parser.add_argument("--quick", action="store_true", help="fewer and shorter pieces")
    return parser.parse_args()


if __name__ == "__main__":
    main()
