"""Memory and time of soundtracks for long films: a minute, twenty minutes, two hours.

One film of a minute, cut by seed, is joined to itself without encoding it again;
``clavilux hear`` runs on each length in a process of its own, whose largest
resident memory the system tells (Linux).
"""

import subprocess
import sys
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
from av.video.stream import VideoStream

from benchmarks.films import cut_film

FRAME_RATE = Fraction(25)
MINUTES = (1, 20, 120)
_HEAR = """
import atexit, resource, sys
from pathlib import Path
from clavilux.cli import main

def tell():
    status = Path("/proc/self/status").read_text().split()
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(status[status.index("VmHWM:") + 1], used.ru_utime + used.ru_stime)

atexit.register(tell)
main()
"""
"""What the system says at the end of the largest resident memory (kB) of this program alone:
`ru_maxrss` would count what the program that started it had used."""


def print_memory(folder: Path, minutes: Sequence[int] = MINUTES, seed: int = 3) -> None:
    """Print the largest memory and the time of one core for each length."""
    minute = folder / "minute.mp4"
    cut_film(minute, seed=seed, frame_rate=FRAME_RATE, duration_s=(60.0, 60.0))
    print(f"film to finished mp4, 256×144 at {FRAME_RATE} frames a second, seed {seed}:")
    first: float | None = None
    for length in minutes:
        film, scored = folder / f"{length}.mp4", folder / f"{length}-scored.mp4"
        repeat(minute, film, length)
        memory_mb, core_s = _hear(film, scored)
        first = first or memory_mb
        print(
            f"{length:5} min: {memory_mb:6.0f} MB, {memory_mb / first:.2f} × the first; "
            f"{core_s:6.0f} s of one core, {core_s / (60 * length):.3f} × its length",
            flush=True,
        )
        film.unlink()
        scored.unlink()


def repeat(source: Path, target: Path, times: int) -> None:
    """Join a film without sound to itself; its pictures are copied as they are encoded."""
    with av.open(str(target), "w") as joined:
        out: VideoStream | None = None
        for turn in range(times):
            with av.open(str(source)) as container:
                stream = container.streams.video[0]
                out = out or joined.add_stream_from_template(stream, opaque=True)
                assert stream.time_base is not None
                assert stream.duration is not None
                shift = turn * stream.duration
                for packet in container.demux(stream):
                    if packet.dts is None or packet.pts is None:
                        continue
                    packet.pts, packet.dts = packet.pts + shift, packet.dts + shift
                    packet.time_base, packet.stream = stream.time_base, out
                    joined.mux(packet)


def _hear(film: Path, target: Path) -> tuple[float, float]:
    """Return the largest resident memory, megabytes, and the seconds of one core it took."""
    command = [sys.executable, "-c", _HEAR, "hear", str(film), "-o", str(target)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"hear ended with {done.returncode} on {film}: {done.stderr[-500:]}")
    kilobytes, core_s = done.stdout.split()[-2:]
    return int(kilobytes) / 1024, float(core_s)
