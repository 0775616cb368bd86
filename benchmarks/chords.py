"""Chords, loudness and note density on MuVi-Sync: what ships beside baselines that try.

    python -m benchmarks.chords
    python -m benchmarks.chords --split val
    python -m benchmarks.chords --quick     # without the baseline that has to be trained first

Data: MuVi-Sync beside the checkout, its authors' split. Hits@1 has its 95 % interval by
resampling songs; the gain over the n-gram with cache is paired, song by song. *Another
song's film* is a control: what the film adds to the chords shows in its distance from `form`.
*Cache and MLP* is the strongest baseline; it is trained here, on the training songs, and stops
by the validation songs, which flatters it there. Loudness and density are predicted from the
film and its length alone.
"""

import argparse
from dataclasses import replace
from pathlib import Path

import numpy as np

from clavilux.dataset import muvi_sync
from clavilux.dataset.muvi_song import Song
from clavilux.evaluation import chord_baselines, chord_mlp, chords, dynamics
from clavilux.evaluation.learnt_chords import amt, form
from clavilux.evaluation.learnt_dynamics import predictor, predictors

DATA = Path(__file__).resolve().parents[2] / "shared" / "muvi-sync"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--data", default=str(DATA), help="MuVi-Sync, in either layout")
    parser.add_argument("--split", default="test", choices=("val", "test"))
    parser.add_argument("--quick", action="store_true", help="leave cache and MLP out")
    options = parser.parse_args()
    songs = muvi_sync.read(options.data, split=options.split, semantic=True)
    train = muvi_sync.read(options.data, split="train")
    counted = chord_baselines.NGramCache.fit(train)
    others = {song.id: songs[i - 1] for i, song in enumerate(songs)}
    predictors_of: dict[str, chords.Predictor] = {
        "form": form,
        "amt": amt,
        "form, another song's film": lambda s: form(chords.with_film_of(s, others[s.id])),
        "n-gram and cache": lambda s: chord_baselines.with_known_end(s, counted(s)),
        "repeat last": chord_baselines.RepeatLast(counted.unigram),
        "unigram": counted.unigram,
    }
    if not options.quick:
        validation = muvi_sync.read(options.data, split="val")
        three = chord_mlp.CacheMlp.fit(train, validation, seeds=(0, 1, 2))
        predictors_of["cache and MLP"] = three.single(0)
        predictors_of["cache and MLP, three"] = three
    print(f"{options.split}: {len(songs)} songs, {len(train)} for counting; seed 0")
    print(f"songs also in train: {len(chords.shared_songs(songs, train))}")
    kept: dict[str, np.ndarray] = {}
    for name, one in predictors_of.items():
        found = chords.evaluate(one, songs)
        scores, kept[name] = chords.summary(found), chords.hits_a_song(found)
        interval = chords.bootstrap(kept[name])
        hits = " ".join(f"{value:.3f}" for value in scores.hits)
        print(
            f"{name:26} Hits@1/3/5 {hits} [{interval.low:.3f}, {interval.high:.3f}]  "
            f"next {scores.next_hits:.3f}  AUC {scores.change_auc:.3f}  change "
            f"{scores.change_hits:.3f}  stay {scores.stay_hits:.3f}  "
            f"nats {scores.cross_entropy:.3f}"
        )
    compared = ["n-gram and cache", "form, another song's film"]
    compared += [] if options.quick else ["cache and MLP", "cache and MLP, three"]
    for name in compared:
        gain = chords.bootstrap(kept["form"] - kept[name])
        print(f"form over {name}: {gain.mean:+.3f} [{gain.low:+.3f}, {gain.high:+.3f}]")
    print_dynamics(songs, train)


def print_dynamics(songs: list[Song], train: list[Song]) -> None:
    """Print errors of loudness and density, and their paired gain over position alone."""
    others = {song.id: songs[i - 1] for i, song in enumerate(songs)}
    learnt = predictor()
    rows: dict[str, dynamics.Predictor] = {
        **predictors(train),
        "dynamics, no CLIP features": lambda s: learnt(replace(s, semantic=None)),
        "dynamics, another's film": lambda s: learnt(chords.with_film_of(s, others[s.id])),
    }
    found = {name: dynamics.evaluate(one, songs) for name, one in rows.items()}
    position = np.array([(e.density, e.loudness) for e in found["position"]])
    for name, errors in found.items():
        mean = dynamics.summary(errors)
        gains = position - np.array([(e.density, e.loudness) for e in errors])
        density, loudness = (chords.bootstrap(column) for column in gains.T)
        print(
            f"{name:26} density RMSE {mean.density:.3f}, loudness {mean.loudness:.4f}; over "
            f"position {density.mean:+.3f} [{density.low:+.3f}, {density.high:+.3f}], "
            f"{loudness.mean:+.4f} [{loudness.low:+.4f}, {loudness.high:+.4f}]"
        )


if __name__ == "__main__":
    main()
