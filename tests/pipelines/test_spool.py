"""A film that is killed half way goes on where it was, and ends with the same bytes."""

import os
import signal
import subprocess
import sys
from fractions import Fraction

import numpy as np
import pytest

from clavilux import media
from clavilux.core.errors import OutputError
from clavilux.core.platform import lock
from clavilux.core.values import Curves, Size, Sound, Yuv
from clavilux.pipelines import spool
from clavilux.pipelines.spool import Job, render_film
from clavilux.render import Request

RATE, SIZE, N_FRAMES = Fraction(24), Size(64, 48), 60


class Run:
    """Draws a grey that remembers all frames before it."""

    def __init__(self, curves, size, first_frame, state, stop_at):
        self.grey = int(state["grey"]) if state else 0
        self.curves, self.size, self.frame, self.stop_at = curves, size, first_frame, stop_at

    def __iter__(self):
        return self

    def __next__(self):
        if self.frame == self.stop_at:
            raise KeyboardInterrupt
        self.grey = (self.grey * 7 + 13 + int(self.curves.values["light"][self.frame])) % 200
        self.frame += 1
        planes = np.full((self.size.height * 3 // 2, self.size.width), 128, dtype=np.uint8)
        planes[: self.size.height] = 16 + self.grey
        return Yuv(planes)

    def state(self):
        return {"grey": np.array(self.grey)}


class Renderer:
    def __init__(self, stop_at=None):
        self.stop_at, self.starts = stop_at, []

    name, honours = "grey", frozenset()

    def start(self, request, *, first_frame=0, state=None):
        self.starts.append(first_frame)
        return Run(request.curves, request.size, first_frame, state, self.stop_at)


@pytest.fixture(autouse=True)
def short_segments(monkeypatch):
    monkeypatch.setattr(spool, "SEGMENT_S", 1)


def job(renderer, light=0.0):
    curves = Curves(RATE, {"light": np.full(N_FRAMES, light)})
    return Job(renderer, Request(curves, SIZE))


SOUND = Sound.from_array(np.zeros(110_250, dtype=np.float32), 44_100)


def test_a_stopped_film_goes_on_and_ends_with_the_same_bytes(tmp_path):
    whole, stopped = tmp_path / "whole.mp4", tmp_path / "stopped.mp4"
    render_film(job(Renderer()), whole, sound=SOUND)

    with pytest.raises(KeyboardInterrupt):
        render_film(job(Renderer(stop_at=55)), stopped, sound=SOUND)
    assert not stopped.exists()
    second = Renderer()
    render_film(job(second), stopped, sound=SOUND)

    assert second.starts == [48]
    assert stopped.read_bytes() == whole.read_bytes()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["stopped.mp4", "whole.mp4"]


def test_the_film_has_every_frame(tmp_path):
    render_film(job(Renderer()), tmp_path / "a.mp4", sound=SOUND)

    assert sum(1 for _ in media.open_film(tmp_path / "a.mp4")) == N_FRAMES


def test_other_curves_start_afresh(tmp_path):
    target = tmp_path / "a.mp4"
    with pytest.raises(KeyboardInterrupt):
        render_film(job(Renderer(stop_at=55)), target, sound=SOUND)

    other = Renderer()
    render_film(job(other, light=1.0), target, sound=SOUND)

    assert other.starts == [0]


def test_a_film_stopped_before_its_first_segment_leaves_nothing(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        render_film(job(Renderer(stop_at=5)), tmp_path / "a.mp4", sound=SOUND)

    assert list(tmp_path.iterdir()) == []


def test_two_processes_cannot_render_one_film(tmp_path):
    target = tmp_path / "a.mp4"
    folder = tmp_path / ".a.mp4.spool"
    folder.mkdir()

    with (
        lock(folder / "lock", busy="held"),
        pytest.raises(OutputError, match="another process is rendering"),
    ):
        render_film(job(Renderer()), target, sound=SOUND)


def test_a_failing_encoder_is_heard_of(tmp_path, monkeypatch):
    def refuse(self, picture):
        raise OutputError("no space is left")

    monkeypatch.setattr(media.SegmentWriter, "write", refuse)

    with pytest.raises(OutputError, match="no space"):
        render_film(job(Renderer()), tmp_path / "a.mp4", sound=SOUND)


def test_kill_9_at_any_moment_costs_a_segment_at_most(tmp_path):
    target = tmp_path / "a.mp4"
    code = (
        "import os, signal, sys; sys.path.insert(0, sys.argv[1])\n"
        "import test_spool as t; t.spool.SEGMENT_S = 1\n"
        "class Deadly(t.Run):\n"
        "    def __next__(self):\n"
        "        if self.frame == 40: os.kill(os.getpid(), signal.SIGKILL)\n"
        "        return super().__next__()\n"
        "r = t.Renderer()\n"
        "r.start = lambda asked, first_frame=0, state=None: (\n"
        "    Deadly(asked.curves, asked.size, first_frame, state, None))\n"
        "from pathlib import Path\n"
        "t.render_film(t.job(r), Path(sys.argv[2]), sound=t.SOUND)"
    )
    here = os.path.dirname(__file__)  # noqa: PTH120 - a plain string for the child
    done = subprocess.run([sys.executable, "-c", code, here, str(target)], check=False)
    assert done.returncode == -signal.SIGKILL
    assert not target.exists()

    survivor = Renderer()
    render_film(job(survivor), target, sound=SOUND)

    assert survivor.starts == [24]
    assert sum(1 for _ in media.open_film(target)) == N_FRAMES
