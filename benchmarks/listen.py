"""What is heard: hits, onsets, tempo, sections, notes, speed, beside librosa and plain guesses.

    python -m benchmarks.listen
    python -m benchmarks.listen --soundfont FluidR3_GM.sf2 --part hits
    python -m benchmarks.listen --part tempo --loops FOLDER

Hits and onsets are those of the sample MIDI files, played by our synthesiser on
the embedded soundfont and on every other that is given or lies where Debian puts
it. Thresholds were chosen on the even files (by name, from 0); what counts are the
odd ones. The network itself has heard none of the files: only made-up patterns,
on those soundfonts. Three kits of one-shots are sounds it has never heard.

Tempo is that of the sample loops, read as waveforms: no name reaches the listener.
Sections are those of songs that the composer writes, and of MIDI songs in which a score's
sections are held against those of its recording.
"""

import argparse
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.listen_kits import KITS, RATE, play_kit
from clavilux import listen, perform
from clavilux import score as scores
from clavilux.core.metrics import Agreement, onset_agreement
from clavilux.core.values import Events, Facts, Score, Sound
from clavilux.evaluation import listen as truth
from clavilux.evaluation import sections, tempo

SAMPLES = Path(__file__).resolve().parents[2] / "shared" / "samples"
DEBIAN_FONTS = ("/usr/share/sounds/sf2/FluidR3_GM.sf2", "/usr/share/sounds/sf2/TimGM6mb.sf2")
MIDI_SONGS = SAMPLES.parent / "songs" / "midi"
N_COMPOSED, COMPOSED_SEED = 16, 1
"""How many songs sections are counted in; what finds them was changed on those of seed 0."""
SONGS = ("comfyryan_promiscuoius__chorus.mid", "noteseq_example_complex.mid")
MELODIES = (
    "comfyryan_promiscuous_melody.mid",
    "comfyryan_prom_single_track.mid",
    "noteseq_english1.mid",
    "symusic_1.midi",
)
LONGEST_S = 60.0
SEED = 0
MEASURES = ("kick", "snare", "hat", "onset")


@dataclass(frozen=True)
class Piece:
    """A MIDI file played on a soundfont."""

    name: str
    font: str
    score: Score
    wave: NDArray[np.float32]
    sample_rate: int

    @property
    def sound(self) -> Sound:
        """The performance, as a recording."""
        return Sound.from_array(self.wave, self.sample_rate)


def main() -> None:
    """Print every figure, or one part of them."""
    parts: dict[str, Callable[[argparse.Namespace], None]] = {
        "hits": print_hits,
        "tempo": print_tempo,
        "sections": print_sections,
        "notes": print_notes,
        "speed": print_speed,
    }
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--part", choices=sorted(parts), action="append")
    parser.add_argument("--soundfont", action="append", default=[], help="another SF2 file")
    parser.add_argument("--model", help="basic-pitch's nmp.onnx")
    parser.add_argument("--half", choices=("odd", "even"), default="odd")
    parser.add_argument("--loops", type=Path, help="other loops with their BPM in their names")
    parser.add_argument("--no-librosa", action="store_true", help="leave the comparison out")
    options = parser.parse_args()
    if not SAMPLES.is_dir():
        raise SystemExit("benchmarks.listen needs the samples (../shared) beside the checkout")
    for name in options.part or parts:
        parts[name](options)


def print_hits(options: argparse.Namespace) -> None:
    """Kick, snare, hat and onset F1 on the rendered drumming, each beside a control."""
    fonts = soundfonts(options)
    print(f"# hits: F1 at ±50 ms, {options.half} files, fonts: {', '.join(fonts)}, seed {SEED}")
    if len(fonts) < 2:
        print("# only one soundfont here: give another with --soundfont, or install "
              "Debian's fluid-soundfont-gm")  # fmt: skip
    totals: dict[tuple[str, str, str], Agreement] = defaultdict(lambda: Agreement(0, 0, 0))
    pieces = list(drum_pieces(fonts, options.half))
    heard = [listen.facts(piece.sound) for piece in pieces]
    for i, (piece, facts) in enumerate(zip(pieces, heard, strict=True)):
        # The control hears another file: the next one on the same soundfont.
        others = [j for j, p in enumerate(pieces) if p.font == piece.font]
        other = heard[others[(others.index(i) + 1) % len(others)]]
        answers = {
            "ours": facts.events,
            "other file": other.events,
            "all onsets": everything_is_everything(facts.events),
            "120 BPM": metronome(facts),
        }
        for who, events in answers.items():
            for what, agreement in truth.hits_agreement(piece.score, events).items():
                totals[piece.font, who, what] += agreement
        if not options.no_librosa:
            totals[piece.font, "librosa", "onset"] += onset_agreement(
                truth.true_onsets(piece.score), librosa_onsets(piece), truth.TOLERANCE_S
            )
        print_row(
            f"  {piece.font}: {piece.name[:38]}", truth.hits_agreement(piece.score, facts.events)
        )
    for font in (*fonts, *KITS):
        for who in ("ours", "librosa", "all onsets", "120 BPM", "other file"):
            print_row(
                f"{font} / {who}",
                {m: totals[font, who, m] for m in MEASURES if (font, who, m) in totals},
            )


def print_row(label: str, agreements: dict[str, Agreement]) -> None:
    """Print F1 (precision, recall) of each measure."""
    cells = [
        f"{m} {a.f1:.3f} ({a.precision:.2f} {a.recall:.2f}, n {a.n_reference})"
        for m, a in agreements.items()
    ]
    print(f"{label:48s} " + "  ".join(cells))


def everything_is_everything(events: Events) -> Events:
    """Return the baseline that calls every onset a kick, a snare and a hat."""
    onsets = events.of("onset").time_s
    time_s = np.repeat(onsets, 4)
    kinds = ("kick", "snare", "closed_hat", "onset") * len(onsets)
    return Events(time_s, kinds, np.ones(len(time_s)))


def metronome(facts: Facts) -> Events:
    """Return the baseline that strikes everything 120 times a minute, listening to nothing."""
    time_s = np.repeat(np.arange(0, facts.duration_s, 0.5), 4)
    kinds = ("kick", "snare", "closed_hat", "onset") * (len(time_s) // 4)
    return Events(time_s, kinds, np.ones(len(time_s)))


def print_tempo(options: argparse.Namespace) -> None:
    """Acc1 and Acc2 on recorded and on written loops, beside librosa and plain guesses."""
    if options.loops:
        print(f"# tempo of the loops in {options.loops}, repeated, begun 0.37 s in, cut at 24 s")
        print_tempi(list(tempo.recorded_loops(options.loops)), options, {})
        return
    recorded = list(tempo.recorded_loops(SAMPLES / "audio"))
    print("# tempo of the sample loops, repeated, begun 0.37 s in, cut at 24 s")
    print("# the penalty of the fit was chosen on the even ones (by name, from 0), no weight")
    print_tempi(recorded, options, {"even": 0, "odd": 1})
    print("# tempo and meter of loops written by hand, played on the embedded soundfont")
    print_tempi(list(tempo.written_loops()), options, {})


def print_tempi(
    examples: list[tempo.Example], options: argparse.Namespace, halves: dict[str, int]
) -> None:
    """Print what each listener says of each loop, then how often it is right."""
    heard = [listen.facts(example.sound) for example in examples]
    listeners: dict[str, tempo.Listener] = {
        "always the commonest": tempo.always_commonest(examples),
        "file's length alone": tempo.by_length_alone,
    }
    if not options.no_librosa:
        listeners |= {
            "librosa": lambda example: librosa_tempo(*read(example)),
            "librosa start_bpm=135": lambda example: librosa_tempo(*read(example), 135.0),
        }
    answers = {"ours": [heard_tempo(facts) for facts in heard]}
    answers |= {name: [hear(e) for e in examples] for name, hear in listeners.items()}
    for i, (example, facts) in enumerate(zip(examples, heard, strict=True)):
        said = "  ".join(f"{name} {values[i]:5.1f}" for name, values in answers.items())
        print(f"  {example.name:30s} true {example.bpm:5.1f}  {said}  {facts.meter}")
    for half, parity in {**halves, "all": None}.items():
        kept = [i for i in range(len(examples)) if parity is None or i % 2 == parity]
        part = {name: [values[i] for i in kept] for name, values in answers.items()}
        for name, acc1, acc2 in tempo.accuracies(part, [examples[i] for i in kept]):
            print(f"{half:5s} {name:22s} Acc1 {acc1:.3f}  Acc2 {acc2:.3f}  n {len(kept)}")
    named = [(e.meter, f.meter) for e, f in zip(examples, heard, strict=True) if e.meter]
    if named:
        right = np.mean([true == said for true, said in named])
        common = np.mean([true == "4/4" for true, _ in named])
        print(f"meter named right {right:.3f}  always 4/4 {common:.3f}  n {len(named)}")


def read(example: tempo.Example) -> tuple[NDArray[np.float32], int]:
    """Read an example's waveform and its rate."""
    return example.sound.read(), example.sound.sample_rate


def heard_tempo(facts: Facts) -> float:
    """Return the tempo that holds longest in what was heard."""
    return float(np.median(facts.series["tempo"].values))


def print_sections(options: argparse.Namespace) -> None:
    """F1 of boundaries within 3 s in scores and recordings, beside equal spacing."""
    print(f"# section boundaries within {sections.TOLERANCE_S:g} s: F1 (precision, recall)")
    print(f"# {N_COMPOSED} composed songs of known form, seed {COMPOSED_SEED}, embedded soundfont")
    total: dict[str, Agreement] = defaultdict(lambda: Agreement(0, 0, 0))
    for song in sections.composed_songs(N_COMPOSED, seed=COMPOSED_SEED):
        found = boundaries_found(song.score, song.recording())
        even = sections.equally_spaced(len(song.boundaries_s), song.duration_s)
        add_boundaries(total, song.name, {
            "of the form: score": (song.boundaries_s, found[0]),
            "of the form: recording": (song.boundaries_s, found[1]),
            "of the form: equal spacing": (song.boundaries_s, even),
            "of the score: recording": found,
        })  # fmt: skip
    print_row("composed songs", {})
    for what, agreement in total.items():
        print_row(f"  {what}", {"boundaries": agreement})
    if not MIDI_SONGS.is_dir():
        print("# no MIDI songs (../shared/songs) beside the checkout")
        return
    print(f"# MIDI songs, {options.half} files by name: the score's boundaries in the recording")
    total = defaultdict(lambda: Agreement(0, 0, 0))
    for path in sorted(MIDI_SONGS.glob("*.mid"))[options.half == "odd" :: 2]:
        score = sections.without_markers(scores.read(path))
        found = boundaries_found(score, perform.synthesise(score))
        even = sections.equally_spaced(len(found[0]), scores.facts(score).duration_s)
        add_boundaries(total, path.stem, {
            "of the score: recording": found,
            "of the score: equal spacing": (found[0], even),
        })  # fmt: skip
    for what, agreement in total.items():
        print_row(f"  {what}", {"boundaries": agreement})


def boundaries_found(
    score: Score, recording: Sound
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Find a score's boundaries, and those of its recording."""
    return (
        sections.boundaries(scores.facts(score).sections),
        sections.boundaries(listen.facts(recording).sections),
    )


def add_boundaries(
    total: dict[str, Agreement],
    name: str,
    pairs: dict[str, tuple[NDArray[np.float64], NDArray[np.float64]]],
) -> None:
    """Count the boundaries of one song, and print its line."""
    own = {
        what: onset_agreement(true, found, sections.TOLERANCE_S)
        for what, (true, found) in pairs.items()
    }
    for what, agreement in own.items():
        total[what] += agreement
    print(f"  {name:34s} " + "  ".join(f"{what} {a.f1:.2f}" for what, a in own.items()))


def print_notes(options: argparse.Namespace) -> None:
    """Note F1 of transcribed performances, beside the transcription of another piece."""
    print(f"# notes: F1, same pitch and onset within 50 ms; first {LONGEST_S:.0f} s; embedded font")
    heard, true = [], []
    for name in MELODIES:
        score = scores.read(SAMPLES / "midi" / name)
        sound = perform.synthesise(score)
        wave = sound.read()[: round(LONGEST_S * sound.sample_rate)]
        recording = Sound.from_array(wave, sound.sample_rate)
        heard.append(listen.transcribe(recording, model=options.model))
        true.append(until(score, LONGEST_S))
    for i, name in enumerate(MELODIES):
        ours = truth.notes_agreement(true[i], heard[i])
        control = truth.notes_agreement(true[i], heard[(i + 1) % len(heard)])
        print_row(f"  {name}", {"notes": ours, "other file's": control})


def until(score: Score, end_s: float) -> Score:
    """Keep the notes that begin before `end_s`."""
    from dataclasses import replace

    kept = [
        replace(t, notes=t.notes.where(score.onsets_s(t.notes) < end_s - 0.2)) for t in score.tracks
    ]
    return replace(score, tracks=tuple(kept))


def print_speed(options: argparse.Namespace) -> None:
    """Seconds of music for a second of one core: the whole of ours, librosa's onset + beat."""
    rng = np.random.default_rng(SEED)
    score = scores.read(SAMPLES / "midi" / SONGS[1])
    sound = perform.synthesise(score, duration_s=LONGEST_S)
    wave = sound.read() + rng.normal(0, 1e-4, (1, 2)).astype(np.float32)
    print(f"# speed: {LONGEST_S:.0f} s of stereo at {sound.sample_rate} Hz, on one core")
    print("# process CPU time, best of 5, alternating; run with OMP_NUM_THREADS=1")
    contestants: dict[str, Callable[[], object]] = {
        "ours, everything": lambda: listen.facts(Sound.from_array(wave, sound.sample_rate))
    }
    if not options.no_librosa:
        contestants |= {
            "librosa onsets": lambda: librosa_onsets_of(wave, sound.sample_rate),
            "librosa tempo and beats": lambda: librosa_tempo(wave, sound.sample_rate),
        }
    best = dict.fromkeys(contestants, float("inf"))
    for repeat in range(6):
        for name, work in contestants.items():
            start = time.process_time()
            work()
            if repeat:  # the first pass loads and compiles
                best[name] = min(best[name], time.process_time() - start)
    for name, seconds in best.items():
        print(f"{name:24s} {LONGEST_S / seconds:6.0f} × real time")


def soundfonts(options: argparse.Namespace) -> dict[str, str | None]:
    """Return the soundfonts to play on: the embedded one and what else is here."""
    found: dict[str, str | None] = {"embedded": None}
    for path in [*options.soundfont, *DEBIAN_FONTS]:
        name = Path(path).stem
        if Path(path).is_file() and name not in (*found, "TimGM6mb"):
            found[name] = path
    return found


def drum_pieces(fonts: dict[str, str | None], half: str) -> Iterator[Piece]:
    """Play every other file that has drums, on each soundfont."""
    drumming = sorted(path.name for path in (SAMPLES / "midi").glob("gmd_*.mid"))
    for i, name in enumerate([*drumming, *SONGS]):
        if i % 2 != (half == "odd"):
            continue
        score = scores.read(SAMPLES / "midi" / name)
        score = truth.standard_drums(score, all_drums=name.startswith("gmd_"))
        for font, path in fonts.items():
            sound = perform.synthesise(score, soundfont=path)
            yield Piece(name, font, score, sound.read(), sound.sample_rate)
        if name in SONGS:
            continue
        for kit, files in KITS.items():
            wave = play_kit(score, SAMPLES / "instruments" / "drums", files)
            yield Piece(name, kit, score, wave, RATE)


def librosa_onsets(piece: Piece) -> NDArray[np.float64]:
    """Find onsets with librosa's defaults."""
    return librosa_onsets_of(piece.wave, piece.sample_rate)


def librosa_onsets_of(wave: NDArray[np.float32], sample_rate: int) -> NDArray[np.float64]:
    """Find onsets with librosa's defaults at its usual rate."""
    from librosa import resample
    from librosa.onset import onset_detect

    line = resample(wave.mean(axis=1), orig_sr=sample_rate, target_sr=22_050)
    return np.asarray(onset_detect(y=line, sr=22_050, units="time"))


def librosa_tempo(wave: NDArray[np.float32], sample_rate: int, start_bpm: float = 120.0) -> float:
    """Find the tempo with librosa's beat tracker at its defaults, or from another start."""
    from librosa import resample
    from librosa.beat import beat_track

    line = resample(wave.mean(axis=1), orig_sr=sample_rate, target_sr=22_050)
    found, _ = beat_track(y=line, sr=22_050, start_bpm=start_bpm)
    return float(np.ravel(found)[0])


if __name__ == "__main__":
    main()
