"""Every executor carries out each task once, gives failures another try, and survives deaths."""

import os
import signal
from pathlib import Path

import pytest

from clavilux.core.errors import InputError, JobError, UnknownBackEnd, WorldError
from clavilux.dataset.executors import EXECUTORS, Task
from clavilux.dataset.executors.pool import Pool


def square(x):
    return x * x


def refuse(x):
    raise InputError(f"{x} is no number")


def fail_at_first(folder):
    """Fail twice, then work."""
    tries = len(list(Path(folder).iterdir()))
    Path(folder, str(tries)).touch()
    if tries < 2:
        raise WorldError("no space is left")
    return tries


def always_fail(x):
    raise RuntimeError(x)


def die_at_first(folder):
    tries = len(list(Path(folder).iterdir()))
    Path(folder, str(tries)).touch()
    if tries < 1:
        os.kill(os.getpid(), signal.SIGKILL)
    return tries


@pytest.fixture(
    scope="module", params=["pool", pytest.param("ray", marks=pytest.mark.extra("cluster"))]
)
def executor(request):
    if request.param == "pool":
        yield EXECUTORS.make("pool", workers=2, attempts=3)
        return
    import ray

    env = {"env_vars": {"PYTHONPATH": str(Path(__file__).parent)}}
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, runtime_env=env)
    yield EXECUTORS.make("ray", attempts=3)
    ray.shutdown()


@pytest.fixture(autouse=True)
def importable(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))


def tasks(function, *arguments):
    return [Task(f"t{i}", f"test_executors:{function}", (x,)) for i, x in enumerate(arguments)]


def test_each_task_has_one_outcome(executor):
    outcomes = list(executor.run(tasks("square", *range(20))))

    assert sorted(o.result for o in outcomes) == [x * x for x in range(20)]
    assert {o.task.name for o in outcomes} == {f"t{i}" for i in range(20)}


def test_no_tasks_no_outcomes(executor):
    assert list(executor.run([])) == []


def test_what_is_refused_is_not_tried_again(executor):
    (outcome,) = executor.run(tasks("refuse", "x"))

    assert outcome.problem == "x is no number"
    assert outcome.attempts == 1


def test_what_failed_is_tried_again(executor, tmp_path):
    (outcome,) = executor.run(tasks("fail_at_first", str(tmp_path)))

    assert (outcome.result, outcome.attempts, outcome.problem) == (2, 3, "")


def test_tries_are_bounded(executor):
    (outcome,) = executor.run(tasks("always_fail", "broken"))

    assert outcome.attempts == 3
    assert "broken" in outcome.problem


def test_a_dead_worker_s_task_is_done_by_another(executor, tmp_path):
    (outcome,) = executor.run(tasks("die_at_first", str(tmp_path)))

    assert (outcome.result, outcome.attempts) == (1, 2)


def test_an_unknown_executor_is_named():
    with pytest.raises(UnknownBackEnd, match="no executor is called 'slurm'; there are: pool, ray"):
        EXECUTORS.make("slurm")


def test_a_task_that_takes_too_long_is_given_up():
    pool = Pool(1, attempts=1, task_s=0.5)

    (outcome,) = pool.run([Task("t", "time:sleep", (30,))])

    assert "more than 0.5 s" in outcome.problem


def test_workers_that_cannot_start_are_an_error(monkeypatch):
    monkeypatch.setattr("sys.executable", "/bin/false")

    with pytest.raises(JobError, match="end before they begin"):
        list(Pool(1).run([Task("t", "time:sleep", (0,))]))
