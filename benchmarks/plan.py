"""Plans of shots: whole to the frame, legal, on the bars; beside clips laid end to end.

    python -m benchmarks.plan
    python -m benchmarks.plan --pieces 40 --model wan-2.2-5b

Music: the samples and songs beside the checkout, recordings and MIDI files by turns, and songs
that our composer writes to made-up films, 200 pieces in all. Each is planned for every model of
the table, at the model's own frame rate and at 24 frames a second. Bars are those that are heard
in a recording or written in a score: how well they are heard is `benchmarks.listen`'s matter.

Beside it, what people do by hand. *End to end*: the model's longest clip, again and again: the
share of its cuts on bars is chance. *Rounded*: to the last bar within that, each clip rounded to
the nearest that can be made. *Trimmed*: to the same bars, each clip generated longer and trimmed,
which is whole and on the bars too, but knows no sections, phrases, or what clips cost.
"""

import argparse
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks._songs import songs
from clavilux import score
from clavilux.compose.soundtrack import Brief, compose
from clavilux.core.errors import ClaviluxError
from clavilux.core.timeline import FrameClock
from clavilux.core.values import Events, Facts, Series
from clavilux.pipelines.music import open_music
from clavilux.pipelines.planning import LONGEST_S, SHORTEST_S
from clavilux.schedule.shots import ShotPlan, models, plan_shots
from clavilux.schedule.shots.cuts import SNAP_S
from clavilux.schedule.shots.document import Shot
from clavilux.schedule.shots.models import ClipModel

SAMPLES = Path(__file__).resolve().parents[2] / "shared" / "samples"


@dataclass
class Count:
    """What was counted over many pieces."""

    plans: int = 0
    whole: int = 0
    legal: int = 0
    cuts: int = 0
    on_bar: int = 0
    sections: int = 0
    cut_sections: int = 0
    generated: int = 0
    film: Fraction = Fraction(0)
    """Frames that the film takes, at the model's rate."""

    def __str__(self) -> str:
        surplus = 100 * float(self.generated / self.film - 1) if self.film else 0.0
        on_bar = 100 * self.on_bar / max(1, self.cuts)
        return (
            f"{self.whole:4}/{self.plans:<4} {self.legal:4}/{self.plans:<4} {on_bar:6.1f} % "
            f"of {self.cuts:<6} {surplus:6.1f} %"
            + (f"   {self.cut_sections}/{self.sections}" if self.sections else "")
        )


def main() -> None:
    """Print a row a model and way."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pieces", type=int, default=200)
    parser.add_argument("--model", action="append", help="only this one; may be given again")
    parser.add_argument("--seed", type=int, default=0, help="of the composed songs")
    options = parser.parse_args()
    found = list(pieces(options.pieces, options.seed))
    barless = sum(not len(facts.downbeats_s) for _, facts in found)
    print(f"{len(found)} pieces, {barless} of them without bars")
    print(
        f"{'model, frames a second, way':44} whole     legal       cuts on bars         "
        "surplus  sections cut"
    )
    for name in options.model or models.names():
        model = models.find(name)
        for rate in dict.fromkeys((model.rate(Fraction(24)), Fraction(24))):
            ours, trimmed, ends, bars = Count(), Count(), Count(), Count()
            for piece, facts in found:
                n_frames = max(1, FrameClock(rate).n_frames(facts.duration_s))
                plan = planned(piece, facts, model, rate, n_frames)
                add_plan(ours, plan, facts)
                add_plan(trimmed, cut_greedily(plan, facts), facts)
                if rate == model.rate(rate) and model.frame_rate is not None:
                    add_clips(ends, end_to_end(model, n_frames), n_frames, model, facts, rate)
                    made = rounded_to_bars(model, n_frames, facts, rate)
                    add_clips(bars, made, n_frames, model, facts, rate)
            print(f"{name + ', ' + str(rate) + ', plan':44} {ours}")
            print(f"{'':10} {'trimmed':33} {trimmed}")
            if ends.plans:
                print(f"{'':10} {'end to end':33} {ends}")
                print(f"{'':10} {'rounded':33} {bars}")


def pieces(most: int, seed: int) -> Iterator[tuple[str, Facts]]:
    """Yield names and facts: samples, songs, and composed ones until there are `most`."""
    paths = [song.path for song in songs()]
    paths += sorted((SAMPLES / "audio").glob("*")) + sorted((SAMPLES / "midi").glob("*"))
    n = 0
    for path in paths:
        if n >= most:
            return
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                music = open_music(path)
        except ClaviluxError:
            continue  # no music, or broken on purpose
        n += 1
        duration_s = min(music.duration_s, 3600.0)
        yield path.name, _cut(music.facts, duration_s)
    for i in range(most - n):
        yield f"composed {i}", composed(seed + i)


def composed(seed: int) -> Facts:
    """Return the facts of a song that our composer writes to a made-up film."""
    rng = np.random.default_rng([seed, 19])
    duration_s = float(rng.uniform(20, 150))
    cuts = np.sort(rng.uniform(0, duration_s, int(duration_s / rng.uniform(2, 9))))
    series = {"motion": Series(2.0, rng.uniform(0, 1, int(2 * duration_s)))}
    film = Facts(duration_s, Events(cuts, ("cut",) * len(cuts), np.ones(len(cuts))), series)
    return score.facts(compose(film, 24.0, Brief(seed=seed)).score)


def planned(name: str, facts: Facts, model: ClipModel, rate: Fraction, n_frames: int) -> ShotPlan:
    """Return the plan by the defaults of the command."""
    bars = np.diff(facts.downbeats_s)
    longest = max(LONGEST_S, 1.05 * float(np.median(bars)) if len(bars) else 0.0)
    return plan_shots(
        facts,
        model,
        music=name,
        n_frames=n_frames,
        frame_rate=rate,
        shortest_s=SHORTEST_S,
        longest_s=longest,
    )


def add_plan(count: Count, plan: ShotPlan, facts: Facts) -> None:
    """Count what a plan is like."""
    rate, model = plan.frame_rate, plan.model
    clips = list(plan.clips)
    own = model.rate(rate) == rate
    used = sum(clip.used for clip in clips) if own else sum(clip.n_frames for clip in clips)
    count.plans += 1
    count.whole += used == plan.n_frames == sum(plan.lengths)
    smallest = all(clip.generate == model.smallest(clip.first + clip.used) for clip in clips)
    count.legal += smallest and all(model.is_legal(clip.generate) for clip in clips)
    count.generated += plan.generated
    count.film += plan.n_frames * model.rate(rate) / rate
    off = _off(np.array(plan.starts[1:]), facts, rate)
    count.cuts += len(off)
    count.on_bar += int(np.count_nonzero(off <= 1))
    starts = np.array([section.start_s for section in facts.sections[1:]])
    count.sections += len(starts)
    for start in starts:
        at = (
            facts.downbeats_s[np.abs(facts.downbeats_s - start).argmin()]
            if len(facts.downbeats_s)
            else start
        )
        at = at if abs(at - start) <= SNAP_S else start
        count.cut_sections += round(Fraction(float(at)) * rate) in plan.starts


def add_clips(
    count: Count,
    clips: list[int],
    n_frames: int,
    model: ClipModel,
    facts: Facts,
    rate: Fraction,
) -> None:
    """Count what clips are like that are laid end to end, whole."""
    count.plans += 1
    count.whole += sum(clips) == n_frames
    count.legal += all(model.is_legal(clip) for clip in clips)
    count.generated += sum(clips)
    count.film += n_frames
    joins = np.cumsum(clips)[:-1]
    off = _off(joins[joins < n_frames], facts, rate)
    count.cuts += len(off)
    count.on_bar += int(np.count_nonzero(off <= 1))


def end_to_end(model: ClipModel, n_frames: int) -> list[int]:
    """Return the longest clips, the last as short as will do."""
    full, rest = divmod(n_frames, min(model.longest, n_frames + model.longest))
    return [model.longest] * full + ([model.smallest(rest)] if rest else [])


def edges_at_bars(n_frames: int, longest: int, facts: Facts, rate: Fraction) -> list[int]:
    """Return 0, the last bar within `longest` frames, and so on to the end."""
    bars = [round(Fraction(float(bar)) * rate) for bar in facts.downbeats_s]
    edges = [0]
    while edges[-1] < n_frames:
        ahead = [bar for bar in bars if edges[-1] < bar <= edges[-1] + longest]
        edges.append(min(n_frames, max(ahead, default=edges[-1] + longest)))
    return edges


def cut_greedily(plan: ShotPlan, facts: Facts) -> ShotPlan:
    """Return a plan that is cut at the last bar within the longest clip, again and again."""
    rate = plan.frame_rate
    ratio = rate / plan.model.rate(rate)
    longest = max(1, min(int(plan.model.longest * ratio), round(LONGEST_S * rate)))
    starts = edges_at_bars(plan.n_frames, longest, facts, rate)[:-1]
    shots = tuple(Shot(start_frame=start) for start in starts)
    return plan.model_copy(update={"shots": shots}).split_anew()


def rounded_to_bars(model: ClipModel, n_frames: int, facts: Facts, rate: Fraction) -> list[int]:
    """Return clips from bar to bar, each rounded to what can be made."""
    longest = min(model.longest, round(LONGEST_S * rate))
    edges = edges_at_bars(n_frames, longest, facts, rate)
    legal = range(model.shortest, model.longest + 1, model.step)
    return [min(legal, key=lambda n: abs(n - span)) for span in np.diff(edges).tolist()]


def _off(cuts: NDArray[np.int64], facts: Facts, rate: Fraction) -> NDArray[np.float64]:
    """Return how many frames each cut lies from the nearest bar."""
    bars = np.asarray(facts.downbeats_s) * float(rate)
    if not len(bars) or not len(cuts):
        return np.full(len(cuts), np.inf)
    return np.asarray(np.abs(bars[:, None] - cuts).min(axis=0), dtype=np.float64)


def _cut(facts: Facts, duration_s: float) -> Facts:
    return Facts(
        duration_s, facts.events, {}, facts.beats_s, facts.downbeats_s, sections=facts.sections
    )


if __name__ == "__main__":
    main()
