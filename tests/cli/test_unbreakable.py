"""Whatever stops a film half way, nothing half-written stays and the same command goes on."""

import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from clavilux import media, score
from clavilux.core.timeline import TempoMap
from clavilux.core.values import Notes, Score, Track

CLAVILUX = Path(sys.executable).with_name("clavilux")


@pytest.fixture(scope="module")
def long_midi(tmp_path_factory):
    """Give a MIDI file of kicks and hats of 22 s, more than two segments."""
    import numpy as np

    onset = np.arange(88) * 240
    pitch = np.where(np.arange(88) % 2, 42, 36).astype(np.uint8)
    flat = np.full(88, 100, dtype=np.uint8)
    notes = Notes(onset, onset + 100, pitch, flat, np.full(88, 9, dtype=np.uint8))
    path = tmp_path_factory.mktemp("long") / "long.mid"
    score.write(Score(TempoMap.constant(120), (Track("Drums", notes, end_tick=21_120),)), path)
    return path


def see(music, film, **options):
    command = [CLAVILUX, "see", music, "-o", film, "--size", "160", "--fps", "10"]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)


def wait_for_a_segment(folder, running):
    while not list(folder.glob(".*.spool/state-00001.npz")):
        assert running.poll() is None
        time.sleep(0.02)


@pytest.mark.parametrize(
    ("how", "code"),
    [
        (signal.SIGINT, 130),
        pytest.param(signal.SIGTERM, 143, marks=pytest.mark.slow),
        (signal.SIGKILL, -9),
    ],
)
def test_a_stopped_film_leaves_no_film_and_the_same_command_ends_it(tmp_path, long_midi, how, code):
    film = tmp_path / "film.mp4"
    running = see(long_midi, film)
    wait_for_a_segment(tmp_path, running)

    running.send_signal(how)
    _, complaint = running.communicate()

    assert running.returncode == code
    assert not film.exists()
    assert b"Traceback" not in complaint
    again = see(long_midi, film)
    assert again.wait() == 0
    assert [path.name for path in tmp_path.iterdir()] == ["film.mp4"]
    n_frames = sum(1 for _ in media.open_film(film, pixels="luma", size=16))
    assert n_frames == round((score.read(long_midi).duration_s + 1.5) * 10)


def test_a_full_disk_is_one_line_and_exit_code_1(tmp_path, long_midi):
    def little_room():
        resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))

    running = see(long_midi, tmp_path / "film.mp4", preexec_fn=little_room)
    _, complaint = running.communicate()

    assert running.returncode == 1, complaint
    lines = [line for line in complaint.decode().splitlines() if line.startswith("clavilux:")]
    assert len(lines) == 1  # beside lines of progress, on a slow machine
    assert lines[0].startswith("clavilux: cannot write")
    assert not (tmp_path / "film.mp4").exists()
