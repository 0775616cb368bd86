"""A job that crashes or runs away is an error here, not our end."""

import os
import time

import pytest

from clavilux.core import jobs
from clavilux.core.errors import JobError, ScoreError


def double(number):
    return 2 * number


def crash():
    os.abort()


def sleep():
    time.sleep(60)


def refuse():
    raise ScoreError("no notes")


def chatter():
    print("noise")
    return "result"


def hoard():
    return len(bytearray(1 << 33))


@pytest.fixture(autouse=True)
def this_module_is_importable(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", os.path.dirname(__file__))  # noqa: PTH120 - a plain string


def test_gives_back_the_result():
    assert jobs.run("test_jobs:double", 21) == 42


def test_a_crash_is_an_error_that_names_the_signal():
    with pytest.raises(JobError, match="SIGABRT"):
        jobs.run("test_jobs:crash")


def test_a_job_that_takes_too_long_is_stopped():
    with pytest.raises(JobError, match=r"stopped after 1 s"):
        jobs.run("test_jobs:sleep", timeout_s=1.0)


def test_our_own_errors_come_through():
    with pytest.raises(ScoreError, match="no notes"):
        jobs.run("test_jobs:refuse")


def test_what_a_job_prints_does_not_mix_with_its_result():
    assert jobs.run("test_jobs:chatter") == "result"


def test_memory_is_limited():
    with pytest.raises(JobError):
        jobs.run("test_jobs:hoard", memory_bytes=1 << 31)
