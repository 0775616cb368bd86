"""Soundtracks for films with known cuts: how they fit, whether they obey, whether they are music.

    python -m benchmarks.soundtrack [--films 20]
    python -m benchmarks.soundtrack --quick     # fit, following and musicality alone
    python -m benchmarks.soundtrack --memory    # of films of a minute to two hours

Data: films of one to three minutes cut by seed from the real clips beside the
checkout and from our own looks. Nothing here is trained, so there is no split.
Beside every figure its baselines and controls.
"""

import argparse
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np

from benchmarks.films import SAMPLES, CutFilm, cut_film
from benchmarks.soundtrack_keys import heard_key, print_keys, print_modes, sounding
from benchmarks.soundtrack_memory import MINUTES, print_memory
from clavilux import media, perform, score, watch
from clavilux.compose import dynamics
from clavilux.compose.harmony import Key
from clavilux.compose.soundtrack import Brief, Soundtrack, compose
from clavilux.core.errors import ClaviluxError
from clavilux.core.loudness import measure
from clavilux.core.metrics import correlation, onset_agreement
from clavilux.core.values import Events, Facts, Series, Size
from clavilux.evaluation import soundtrack as evaluate
from clavilux.pipelines.hear import hear
from clavilux.pipelines.mixing import faded


def main() -> None:
    """Print every figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--films", type=int, default=20, help="how many films")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--quick", action="store_true", help="leave keys, sound and cost out")
    parser.add_argument(
        "--memory", type=int, nargs="*", metavar="MINUTES", help="of films so long: 1 20 120"
    )
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if arguments.memory is not None:
            print_memory(Path(folder), arguments.memory or MINUTES)
            return
        films = [
            cut_film(Path(folder) / f"{i}.mp4", seed=arguments.seed + i, own=i % 4 == 3)
            for i in range(arguments.films)
        ]
        minutes = sum(film.duration_s for film in films) / 60
        print(f"{len(films)} films, {minutes:.1f} min, seed {arguments.seed}")
        seen = [watch.facts(media.open_film(film.path)) for film in films]
        made = [
            compose(facts, float(film.frame_rate), Brief(seed=i))
            for i, (film, facts) in enumerate(zip(films, seen, strict=True))
        ]
        known = [_with_cuts(f, facts) for f, facts in zip(films, seen, strict=True)]
        _print_detection(films, seen)
        _print_fit(films, known, made)
        _print_following(known, made)
        _print_uniform(arguments.seed)
        if arguments.quick:
            _print_musicality(made)
            return
        _print_obedience(films, seen)
        print_keys(seen, float(films[0].frame_rate))
        print_modes(seen, float(films[0].frame_rate))
        _print_musicality(made)
        _print_sound(films[:4], made[:4])
        _print_length(films[:3], Path(folder))
        _print_cost(Path(folder))


def _with_cuts(film: CutFilm, facts: Facts) -> Facts:
    """The film's facts with the cuts that are known in the place of those that were seen."""
    cuts = facts.events.of("cut")
    strength = np.full(len(film.cuts_s), 0.5)
    for i, time_s in enumerate(film.cuts_s):
        near = np.abs(cuts.time_s - time_s) < 0.1
        if near.any():
            strength[i] = cuts.strength[near].max()
    events = Events(film.cuts_s, ("cut",) * len(film.cuts_s), strength)
    return replace(facts, events=events)


def _print_detection(films: Sequence[CutFilm], seen: Sequence[Facts]) -> None:
    found = [
        onset_agreement(film.cuts_s, facts.events.of("cut").time_s, float(1 / film.frame_rate))
        for film, facts in zip(films, seen, strict=True)
    ]
    total = found[0]
    for one in found[1:]:
        total = total + one
    print(f"cuts found: recall {total.recall:.3f}, precision {total.precision:.3f} (±1 frame)")


def _print_fit(
    films: Sequence[CutFilm], known: Sequence[Facts], made: Sequence[Soundtrack]
) -> None:
    grids = [score.facts(one.score) for one in made]
    other = grids[1:] + grids[:1]
    rows: dict[str, list[evaluate.CutFit]] = {
        "ours": [],
        "metronome, best tempo and offset": [],
        "ours moved at random": [],
        "another film's soundtrack": [],
    }
    for i, (film, facts) in enumerate(zip(films, known, strict=True)):
        rate = film.frame_rate
        fits = (
            evaluate.cut_fit(facts, grids[i], rate),
            evaluate.metronome_fit(facts, rate),
            evaluate.random_fit(facts, grids[i], rate, seed=i),
            evaluate.cut_fit(facts, other[i], rate),
        )
        for name, one in zip(rows, fits, strict=True):
            rows[name].append(one)
    print("\ncuts on beats                      error/beat   ≤1 frame   great on downbeat")
    for name, fits_of in rows.items():
        weight = np.array([one.n_cuts for one in fits_of], dtype=float)
        error = np.average([one.error_beats for one in fits_of], weights=weight)
        met = np.average([one.met for one in fits_of], weights=weight)
        great = np.mean([one.great_met for one in fits_of])
        print(f"{name:34} {error:10.3f} {met:10.3f} {great:14.3f}")


def _print_following(known: Sequence[Facts], made: Sequence[Soundtrack]) -> None:
    print("\nfollowing the film's motion        correlation   film moved   another's")
    loud = [_loudness(one) for one in made]
    dense = [evaluate.density(one.score, f.duration_s) for one, f in zip(made, known, strict=True)]
    for name, measures in (("loudness", loud), ("density", dense)):
        ours = [evaluate.following(f, m) for f, m in zip(known, measures, strict=True)]
        swapped = measures[1:] + measures[:1]
        other = []
        for facts, wrong in zip(known, swapped, strict=True):
            length = min(len(wrong), int(facts.duration_s))
            other.append(evaluate.following(facts, wrong[:length]).correlation)
        row = (
            np.mean([f.correlation for f in ours]),
            np.mean([f.lagged for f in ours]),
            np.mean(other),
        )
        print(f"{name:34} {row[0]:10.3f} {row[1]:12.3f} {row[2]:11.3f}")


def _print_uniform(seed: int, n_films: int = 8) -> None:
    """Print how music follows what is predicted of songs, where the film asks for nothing."""
    rows: dict[str, list[tuple[float, float]]] = {"loudness": [], "density": []}
    for i in range(n_films):
        duration_s = 60.0 + 17 * i
        flat = Series(4.0, np.full(int(4 * duration_s), 0.2))
        nothing = Events(np.zeros(0), (), np.zeros(0))
        film = Facts(duration_s, nothing, dict.fromkeys(("motion", "valence", "arousal"), flat))
        made = compose(film, 24.0, Brief(seed=seed + i))
        wanted = dynamics.of_film(film)
        heard = {
            "loudness": (_loudness(made), wanted.loudness),
            "density": (evaluate.density(made.score, duration_s), wanted.density),
        }
        for name, (measured, predicted) in heard.items():
            n = min(len(measured), len(predicted))
            backwards = predicted[:n][::-1]
            rows[name].append(
                (correlation(measured[:n], predicted[:n]), correlation(measured[:n], backwards))
            )
    print(f"\n{n_films} films in which nothing changes   follows prediction   reversed")
    for name, values in rows.items():
        mean = np.mean(values, axis=0)
        print(f"{name:34} {mean[0]:10.3f} {mean[1]:19.3f}")


def _loudness(made: Soundtrack) -> np.ndarray:
    """RMS of each second of the performance, in decibels."""
    sound = perform.synthesise(made.score, duration_s=made.score.duration_s)
    samples = sound.read().mean(axis=1)
    rate = sound.sample_rate
    seconds = samples[: len(samples) // rate * rate].reshape(-1, rate)
    return np.asarray(20 * np.log10(np.sqrt((seconds**2).mean(axis=1)) + 1e-4))


def _print_obedience(films: Sequence[CutFilm], seen: Sequence[Facts]) -> None:
    rng = np.random.default_rng(1)
    done: dict[str, list[bool]] = {name: [] for name in ("key", "tempo", "instruments", "hits")}
    for film, facts in zip(films, seen, strict=True):
        frame_s = float(1 / film.frame_rate)
        key = Key(int(rng.integers(12)), str(rng.choice(["major", "minor"])))
        tempo = float(rng.integers(60, 141))
        hits = tuple(np.sort(rng.uniform(4, film.duration_s - 4, 3)).round(2).tolist())
        names = ("piano", "cello", "bass")
        brief = Brief(key=key, tempo_bpm=tempo, hits_s=hits, instruments=names)
        one = compose(facts, float(film.frame_rate), brief)
        done["key"].append(heard_key(sounding(one.score)) == key)
        beats = score.facts(one.score).beats_s
        actual = 60 / float(np.median(np.diff(beats)))
        done["tempo"].append(abs(actual / tempo - 1) < 0.031)
        played = {t.name for t in one.score.tracks if len(t.notes)}
        done["instruments"].append(played == {"Piano", "Cello", "Fingered Bass"})
        onsets = np.concatenate([one.score.onsets_s(t.notes) for t in one.score.tracks])
        off = np.abs(onsets[:, None] - np.array(hits)).min(axis=0)
        done["hits"].append(bool((off <= frame_s).all()))
    print("\nobeyed: " + ", ".join(f"{name} {np.mean(ok):.0%}" for name, ok in done.items()))


def _print_musicality(made: Sequence[Soundtrack]) -> None:
    ours = [evaluate.musicality(one.score) for one in made]
    songs = []
    for path in sorted((SAMPLES / "midi").glob("*.mid*")):
        try:
            song = score.read(path)
        except ClaviluxError:
            continue
        if sum(len(t.notes) for t in song.tracks) > 200 and song.duration_s > 30:
            songs.append(evaluate.musicality(song))

    def mean(of: Callable[[evaluate.Musicality], float]) -> float:
        return float(np.mean([of(one) for one in ours]))

    print(f"\nmelody: chord tones on strong beats {mean(lambda m: m.chord_tones):.3f}")
    returns, chance = mean(lambda m: m.theme_returns), mean(lambda m: m.theme_by_chance)
    print(f"figures that come again {returns:.3f} (its own intervals shuffled {chance:.3f})")
    for name in ("groove", "pitch_class_entropy"):
        mine = np.array([getattr(one, name) for one in ours])
        range_ = np.array([getattr(one, name) for one in songs])
        low, high = range_.min(), range_.max()
        share = np.mean((mine >= low) & (mine <= high))
        print(
            f"{name}: {mine.mean():.2f}; {len(songs)} real songs {low:.2f} to {high:.2f}; "
            f"{share:.0%} of ours within"
        )


def _print_sound(films: Sequence[CutFilm], made: Sequence[Soundtrack]) -> None:
    print("\nfilm   LUFS   true peak dB   last sample")
    for i, (film, one) in enumerate(zip(films, made, strict=True)):
        sound = faded(perform.perform(one.score, duration_s=film.duration_s), 0.4)
        meter = measure(sound)
        end = np.abs(sound.read()[-10:]).max()
        print(f"{i:4} {meter.integrated:7.2f} {meter.true_peak_db:10.2f} {end:16.6f}")


def _print_length(films: Sequence[CutFilm], folder: Path) -> None:
    off = []
    for i, film in enumerate(films):
        target = folder / f"scored-{i}.mp4"
        hear(film.path, target)
        frames = sum(1 for _ in media.open_film(target, pixels="luma", size=32))
        off.append(frames - round(film.duration_s * film.frame_rate))
    print(f"\nlength error of finished films, frames: {off}")


def _print_cost(folder: Path) -> None:
    """One minute of 720p, from file to file, in seconds of one core."""
    source = max(
        (SAMPLES / "video").glob("*bigbuckbunny*"), key=lambda p: p.stat().st_size, default=None
    )
    if source is None:
        print("cost: no 720p clip beside the checkout")
        return
    frames = [frame.picture for frame in media.open_film(source)]
    for rate in (Fraction(25), Fraction(30)):
        target = folder / f"minute-{rate}.mp4"
        n_frames = int(60 * rate)
        media.write_film(
            (frames[i % len(frames)] for i in range(n_frames)),
            target,
            frame_rate=rate,
            size=Size(1280, 720),
        )
        start = time.process_time()
        hear(target, folder / "minute-scored.mp4")
        share = (time.process_time() - start) / 60
        print(f"one minute of 720p at {rate} fps: {share:.3f} × its length")


if __name__ == "__main__":
    main()
