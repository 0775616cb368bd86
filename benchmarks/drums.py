"""Drums heard in films: every figure we claim, with its data, seeds and baselines.

    python -m benchmarks.drums                     # everything, about an hour on one core
    python -m benchmarks.drums --part own --films 4
    python -m benchmarks.drums --part r3d18 --r3d-seconds 3600      # longer, better on a GPU

Films are unseen ones: looks, patterns and seeds that training never drew, house and
metre-free apart, after H.264 at CRF 18 and 28; films of a foreign film maker; real
clips joined by known cuts.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np

from benchmarks import foreign_films
from benchmarks.films import cut_film
from clavilux import media, models, render, score
from clavilux.core.drums import FIVE
from clavilux.core.errors import ClaviluxError
from clavilux.core.metrics import onset_agreement
from clavilux.core.values import Score, Size
from clavilux.dataset import patterns
from clavilux.evaluation import drums
from clavilux.evaluation.drum_films import hits_heard
from clavilux.evaluation.loop import go_round
from clavilux.matter import LOOKS
from clavilux.pipelines.drums import DrumSettings, hear_drums
from clavilux.pipelines.settings import SeeOptions
from clavilux.schedule import mapping as mappings
from clavilux.training.drums_data import OFFSETS, TEST_LOOKS
from clavilux.watch import motion
from clavilux.watch.drums import drums_in

DURATION_S = 16.0
_SIZE, _RATE = Size(256, 256), Fraction(24)
_PARTS = ("own", "foreign", "cuts", "speed", "memory", "loop", "r3d18")
_LOOP_S = 12.0
_MIDI = Path(__file__).resolve().parents[1] / ".." / "shared" / "samples" / "midi"


def main() -> None:
    """Print every figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", choices=_PARTS, action="append")
    parser.add_argument("--films", type=int, default=6, help="of each kind")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--weights", help="an ONNX file instead of the model that ships")
    parser.add_argument("--look", action="append", help="of the loop; every look if none")
    parser.add_argument("--r3d-seconds", type=float, default=120.0)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    print(f"model: {models.card('drums')['command']}; seed {options.seed}")
    parts: dict[str, Callable[[argparse.Namespace, Path], None]] = {
        "own": _own, "foreign": _foreign, "cuts": _cuts, "speed": _speed,
        "memory": _memory, "loop": _loop, "r3d18": _r3d18,
    }  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        for part in options.part or _PARTS:
            parts[part](options, Path(folder))


def _film(path: Path, number: int, *, free: bool, mapping: str, crf: int) -> Score:
    """Write one unseen film of our own renderer; return its score."""
    seed = OFFSETS["test"] + 2 * number + free
    write = patterns.metre_free if free else patterns.house
    played = write(seed, duration_s=DURATION_S, **({} if free else {"claps": False}))
    n_frames = int(DURATION_S * _RATE)
    curves = mappings.apply(
        mappings.load(mapping), played, frame_rate=_RATE, n_frames=n_frames, seed=seed
    )
    pictures = render.pictures(render.Request(curves, _SIZE, seed, look=_look(number)))
    media.write_film(pictures, path, frame_rate=_RATE, size=_SIZE, quality=crf)
    return played


def _look(number: int) -> str:
    """Return a film's look, by turns."""
    return TEST_LOOKS[number % len(TEST_LOOKS)]


def _heading() -> None:
    print(
        f"{'':38} {'films':>5} {'±1 fr':>6} {'±50':>6} {'±20':>6}  "
        + " ".join(f"{drum[:8]:>8}" for drum in FIVE)
        + f" {'velocity':>9} {'kick':>5}  frame/positive/negative (never struck)"
    )


def _line(name: str, report: drums.Report) -> None:
    f1 = [report.agreement(tolerance).f1 for tolerance in drums.TOLERANCES]
    each = " ".join(f"{report.agreement('frame', drum).f1:8.3f}" for drum in FIVE)
    frames = report.frames
    others = report.velocity_error(*FIVE[1:])
    print(
        f"{name:38} {report.n_films:5} {f1[0]:6.3f} {f1[1]:6.3f} {f1[2]:6.3f}  {each} "
        f"{others:9.1f} {report.velocity_error('kick'):5.1f}  "
        f"{frames.accuracy:.4f}/{frames.positive:.4f}/{frames.negative:.4f} "
        f"({frames.baseline:.4f})",
        flush=True,
    )


def _own(options: argparse.Namespace, folder: Path) -> None:
    print(f"\nour renderer, looks {', '.join(TEST_LOOKS)}; {_SIZE}, {_RATE} fps, {DURATION_S:g} s")
    _heading()
    model = models.load("drums", weights=options.weights)
    for mapping in ("clavilux", "v2midi"):
        for free in (False, True):
            for crf in (18, 28):
                rows: dict[str, list[drums.Report]] = {"": [], "difference": [], "nothing": []}
                by_look: dict[str, list[drums.Report]] = {look: [] for look in TEST_LOOKS}
                for i in range(options.films):
                    path = folder / "own.mp4"
                    number = options.seed * 1000 + i
                    played = drums.hits_of(_film(path, number, free=free, mapping=mapping, crf=crf))
                    features = motion.features(media.open_film(path, pixels="luma"))
                    heard = hits_heard(drums_in(features.values, float(_RATE), model=model))
                    peaks = features.column("difference").astype(float)
                    guesses = {
                        "": heard,
                        "difference": drums.difference_hits(peaks, float(_RATE)),
                        "nothing": drums.no_hits(),
                    }
                    for name, guess in guesses.items():
                        rows[name].append(
                            drums.compare(played, guess, frame_rate=_RATE, duration_s=DURATION_S)
                        )
                    by_look[_look(number)].append(rows[""][-1])
                kind = f"{mapping}, {'metre-free' if free else 'house'}, CRF {crf}"
                _line(kind, drums.total(rows[""]))
                each = ((look, drums.total(found)) for look, found in by_look.items() if found)
                frame = (f"{look} {found.agreement('frame').f1:.3f}" for look, found in each)
                print(f"  by look, ±1 frame: {', '.join(frame)}")
                if crf == 18:
                    _line("  peaks of frame difference", drums.total(rows["difference"]))
                    _line("  nothing", drums.total(rows["nothing"]))


def _foreign(options: argparse.Namespace, folder: Path) -> None:
    print("\nforeign film maker (Pillow, photographs): never seen in training")
    _heading()
    settings = DrumSettings(model="geometry", weights=options.weights)
    for free in (False, True):
        by_style: dict[str, list[drums.Report]] = {style: [] for style in foreign_films.STYLES}
        for i in range(2 * options.films):
            path = folder / "foreign.mp4"
            seed = options.seed * 1000 + i
            quality = (18, 28)[i % 2]
            style = foreign_films.STYLES[i // 2 % len(foreign_films.STYLES)]
            made = foreign_films.make(path, seed, free=free, style=style, quality=quality)
            heard = hits_heard(hear_drums(path, settings).hits)
            by_style[style].append(
                drums.compare(
                    drums.hits_of(made.score), heard,
                    frame_rate=made.frame_rate, duration_s=DURATION_S,
                )
            )  # fmt: skip
        for style, reports in by_style.items():
            if reports:
                _line(f"{'metre-free' if free else 'house'}, {style}", drums.total(reports))
        everything = [report for reports in by_style.values() for report in reports]
        _line(f"{'metre-free' if free else 'house'}, all", drums.total(everything))


def _cuts(options: argparse.Namespace, folder: Path) -> None:
    print("\nreal clips joined by known cuts; parts made up (model scenes)")
    tracks: list[np.ndarray] = []
    cuts: list[np.ndarray] = []
    met = n_cuts = chosen = 0
    for i in range(options.films):
        film = cut_film(folder / "cuts.mp4", seed=options.seed + i, duration_s=(40.0, 60.0))
        chosen += not len(hear_drums(film.path).hits.kind)
        heard = hear_drums(film.path, DrumSettings(model="scenes"))
        hits = heard.hits.of("kick", "crash").time_s
        near = [np.abs(hits - cut).min(initial=9) <= 1 / 24 + 1e-3 for cut in film.cuts_s]
        met, n_cuts = met + sum(near), n_cuts + len(near)
        tracks.append(hits)
        cuts.append(film.cuts_s)
    swapped = tracks[1:] + tracks[:1]
    frame_s = 1 / 24 + 1e-3
    ours, others, chance = (
        np.mean([onset_agreement(c, t, frame_s).recall for c, t in zip(cuts, some, strict=True)])
        for some in (tracks, swapped, [_scattered(t, i) for i, t in enumerate(tracks)])
    )
    print(
        f"{options.films} films, {n_cuts} cuts: {met / n_cuts:.3f} get a kick or crash within a "
        f"frame; recall of own track {ours:.3f}, another film's {others:.3f}, as many hits at "
        f"random {chance:.3f}; heard as films that nobody drummed: {chosen} of {options.films}"
    )


def _scattered(times: np.ndarray, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return np.sort(rng.uniform(0, times.max(initial=1.0), len(times)))


def _speed(options: argparse.Namespace, folder: Path) -> None:
    """Process time of one core, over the film's length; both take turns."""
    path, length_s = folder / "speed.mp4", DURATION_S
    _film(path, 999, free=False, mapping="clavilux", crf=18)
    settings = DrumSettings(model="geometry")
    hear_drums(path, settings)
    ours, rival = [], []
    for _ in range(5):
        start = time.process_time()
        heard = hear_drums(path, settings)
        score.to_bytes(heard.score)
        ours.append(time.process_time() - start)
        rival.append(_r3d18_seconds(path))
    times, r3d = length_s / min(ours), length_s / min(rival)
    print(
        f"\nspeed, mp4 of {_SIZE} to MIDI, one core: {times:.1f} × real time; "
        f"R3D-18 with its decoding {r3d:.2f} ×; ratio {times / r3d:.0f}"
    )


def _memory(options: argparse.Namespace, folder: Path) -> None:
    """The most memory that ``clavilux hear`` takes for a short film and for a long one."""
    path, target = folder / "piece.mp4", folder / "heard.mid"
    _film(path, 998, free=False, mapping="clavilux", crf=23)
    pictures = [frame.picture for frame in media.open_film(path, pixels="rgb")]
    print("\nmemory, peak of the process: clavilux hear FILM --as drums -o heard.mid")
    for minutes in (1, 20):
        film = folder / "long.mp4"
        turns = round(60 * minutes / DURATION_S)
        media.write_film(
            (picture for _ in range(turns) for picture in pictures), film,
            frame_rate=_RATE, size=_SIZE, preset="ultrafast",
        )  # fmt: skip
        clavilux = Path(sys.executable).with_name("clavilux")
        command = [clavilux, "hear", film, "--as", "drums", "-o", target]
        child, peak = subprocess.Popen([str(part) for part in command]), 0.0
        while child.poll() is None:
            peak = _peak_mib(child.pid) or peak
            time.sleep(0.02)
        if child.returncode:
            raise ClaviluxError(f"hearing {film} ended with status {child.returncode}")
        print(f"{minutes:3} min: {peak:.0f} MiB", flush=True)


def _peak_mib(pid: int) -> float:
    """Return the most memory a running process had; what `wait4` says counts its parent's, too."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    peaks = [line.split()[1] for line in lines if line.startswith("VmHWM")]
    return float(peaks[0]) / 1024 if peaks else 0.0


def _r3d18_seconds(path: Path) -> float:
    """Time an untrained R3D-18 over 4 s of film, and scale it to the film's length."""
    import torch

    from clavilux.training.r3d import R3D18
    from clavilux.watch.drum_clips import N_FRAMES, normalised, small_colour

    torch.set_num_threads(1)
    net = R3D18().eval()
    start = time.process_time()
    frames, n = [], 0
    for frame in media.open_film(path, pixels="rgb", threads=1):
        frames.append(small_colour(frame.picture))
        if len(frames) == N_FRAMES:
            with torch.no_grad():
                net(torch.from_numpy(normalised(np.stack(frames)))[None])
            frames, n = [], n + N_FRAMES
        if n >= 6 * N_FRAMES:
            break
    return (time.process_time() - start) * DURATION_S * float(_RATE) / n


def _loop(options: argparse.Namespace, folder: Path) -> None:
    """Go round with every sample file that drums, in every look; a table for the docs."""
    looks = options.look or sorted(LOOKS.names())
    print(f"\nthe loop: F1 within a frame, {_LOOP_S:g} s from the start, 256x256, CRF 18")
    print("| file | played | " + " | ".join(looks) + " | v2midi, ink |")
    print("|---|---|" + "---|" * (len(looks) + 1))
    for path in sorted(_MIDI.resolve().glob("*.mid*")):
        try:
            played = drums.hits_of(score.settle_drums(score.read(path)))
        except ClaviluxError:
            continue
        n = sum(int((rows[:, 0] < _LOOP_S).sum()) for rows in played.values())
        if n < 12:
            continue
        ways = [("clavilux", look) for look in looks] + [("v2midi", "ink")]
        found = []
        for mapping, look in ways:
            seen = SeeOptions(look=look, mapping=mapping, size=256, duration=_LOOP_S)
            found.append(go_round(path, options=seen).f1)
        print(
            f"| {path.stem} | {n} | " + " | ".join(f"{f1:.3f}" for f1 in found) + " |", flush=True
        )


def _r3d18(options: argparse.Namespace, folder: Path) -> None:
    """Train an R3D-18 for as long as is asked for, and measure it on the same films."""
    import torch

    from clavilux.training import loop, r3d
    from clavilux.training.r3d_data import VideoClip, video_clips

    for head in ("multilabel", "binary"):
        torch.manual_seed(options.seed)
        clips = video_clips("train", max(8, int(options.r3d_seconds / 10)))
        net, seen = r3d.R3D18(head), [0]

        def draw(
            rng: np.random.Generator, head: str = head, clips: list[VideoClip] = clips
        ) -> loop.Batch:
            chosen = [clips[int(i)] for i in rng.integers(0, len(clips), 4)]
            return r3d.batch_of([c.frames for c in chosen], [c.struck for c in chosen], head)

        def tell(step: int, loss: float, seen: list[int] = seen) -> None:
            seen[0] = 4 * (step + 1)

        steps = max(4, int(options.r3d_seconds / 12))
        loop.fit(
            net, draw, r3d.loss_of, loop.Recipe(steps, 5e-4, 0.0, options.seed), tell=tell,
            budget_s=options.r3d_seconds / 2,
        )  # fmt: skip
        path = folder / f"r3d-{head}.onnx"
        r3d.export(net, path)
        settings = DrumSettings(model="r3d18", weights=str(path), head=head)
        reports = []
        for i in range(2):
            film = folder / "own.mp4"
            played = drums.hits_of(_film(film, i, free=False, mapping="clavilux", crf=18))
            heard = hits_heard(hear_drums(film, settings).hits)
            reports.append(drums.compare(played, heard, frame_rate=_RATE, duration_s=DURATION_S))
        print(f"\nR3D-18, {head}: {seen[0]} clips seen of {len(clips)}; house, CRF 18")
        _heading()
        _line(f"R3D-18 {head}", drums.total(reports))


if __name__ == "__main__":
    main()
