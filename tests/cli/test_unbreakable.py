"""Whatever stops a film half way, nothing half-written stays and the same command goes on."""

import resource
import signal
import subprocess
import sys
import time

import pytest
from shell import run

from clavilux import media, score
from clavilux.core.timeline import TempoMap
from clavilux.core.values import Notes, Score, Track

PROGRAM = """
from clavilux.cli import main
from clavilux.pipelines import spool

spool.SEGMENT_S = 1
main()
"""


@pytest.fixture(scope="module")
def long_midi(tmp_path_factory):
    """Return a MIDI file of kicks and hats of 6 s, several segments."""
    import numpy as np

    onset = np.arange(24) * 240
    pitch = np.where(np.arange(24) % 2, 42, 36).astype(np.uint8)
    flat = np.full(24, 100, dtype=np.uint8)
    notes = Notes(onset, onset + 100, pitch, flat, np.full(24, 9, dtype=np.uint8))
    path = tmp_path_factory.mktemp("long") / "long.mid"
    score.write(Score(TempoMap.constant(120), (Track("Drums", notes, end_tick=5760),)), path)
    return path


def arguments(music, film):
    return ["see", str(music), "-o", str(film), "--size", "160", "--fps", "24"]


def see(music, film, **options):
    command = [sys.executable, "-c", PROGRAM, *arguments(music, film)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)


def wait_for_a_segment(folder, running):
    while not list(folder.glob(".*.spool/state-00001.npz")):
        assert running.poll() is None
        time.sleep(0.01)


@pytest.mark.parametrize(
    ("how", "code"),
    [
        pytest.param(signal.SIGINT, 130, marks=pytest.mark.slow),
        pytest.param(signal.SIGTERM, 143, marks=pytest.mark.slow),
        (signal.SIGKILL, -9),
    ],
)
def test_a_stopped_film_leaves_no_film_and_the_same_command_ends_it(
    tmp_path, long_midi, how, code, monkeypatch
):
    film = tmp_path / "film.mp4"
    running = see(long_midi, film)
    wait_for_a_segment(tmp_path, running)

    running.send_signal(how)
    _, complaint = running.communicate()

    assert running.returncode == code
    assert not film.exists()
    assert b"Traceback" not in complaint
    monkeypatch.setattr("clavilux.pipelines.spool.SEGMENT_S", 1)
    assert run(*arguments(long_midi, film)).returncode == 0
    assert [path.name for path in tmp_path.iterdir()] == ["film.mp4"]
    n_frames = sum(1 for _ in media.open_film(film, pixels="luma", size=16))
    assert n_frames == round((score.read(long_midi).duration_s + 1.5) * 24)


def test_a_full_disk_is_one_line_and_exit_code_1(tmp_path, long_midi):
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    deaf = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, hard))
    try:
        done = run(*arguments(long_midi, tmp_path / "film.mp4"))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, deaf)

    assert done.returncode == 1, done.stderr
    lines = [line for line in done.stderr.splitlines() if line.startswith("clavilux:")]
    assert len(lines) == 1  # beside lines of progress, on a slow machine
    assert lines[0].startswith("clavilux: cannot write")
    assert not (tmp_path / "film.mp4").exists()
