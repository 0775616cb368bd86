"""The wheel works in an environment that has nothing else."""

import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_wheel_in_a_clean_environment_makes_a_film(tmp_path):
    build = [sys.executable, "-m", "build", "--wheel", "--outdir", tmp_path, ROOT]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("clavilux-*.whl")
    venv.create(tmp_path / "clean", with_pip=True)
    binaries = tmp_path / "clean" / "bin"
    subprocess.run([binaries / "pip", "install", "--quiet", wheel], check=True)

    demo = [binaries / "clavilux", "demo", "-o", tmp_path / "out", "--size", "128"]
    done = subprocess.run(demo, capture_output=True, text=True, check=False, cwd=tmp_path)

    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out" / "demo.mp4").stat().st_size > 100_000
