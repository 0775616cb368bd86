"""Executors: who carries out tasks, so that each is done once whatever dies.

A task names a function and its arguments; what it makes appears whole or not at
all, so that one may be given out again at any moment. An executor yields exactly
one outcome a task, in any order: it follows its workers, gives a dead or silent
one's task to another, and gives a task up after a bounded number of attempts.
"""

from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, Protocol

from clavilux.core.backends import Family
from clavilux.core.errors import ClaviluxError, InputError

ATTEMPTS = 4
"""How often a task is tried before it is given up."""


@dataclass(frozen=True, slots=True)
class Task:
    """Work to be done."""

    name: str
    job: str
    """The function, as ``"package.module:function"``."""
    arguments: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a task."""

    task: Task
    result: Any = None
    problem: str = ""
    """Why it was given up; empty if it was done."""
    attempts: int = 1
    worker: str = field(default="", compare=False)


class Executor(Protocol):
    """Carries out tasks."""

    def run(self, tasks: Sequence[Task]) -> Generator[Outcome, None, None]:
        """Carry out every task; one outcome each, as they end."""
        ...


def call(job: str, arguments: tuple[Any, ...]) -> tuple[str, Any]:
    """Carry out a job where one is: ``("done", result)``, ``("refused" or "failed", why)``.

    What is refused would be refused again; what failed may be tried again.
    """
    module, _, function = job.partition(":")
    try:
        return "done", getattr(import_module(module), function)(*arguments)
    except InputError as error:
        return "refused", str(error)
    except ClaviluxError as error:
        return "failed", str(error)
    except Exception as error:
        return "failed", f"{type(error).__name__}: {error}"


EXECUTORS = Family(
    kind="executor",
    group="clavilux.executors",
    built_in={
        "pool": "clavilux.dataset.executors.pool:Pool",
        "ray": "clavilux.dataset.executors.ray:RayCluster",
    },
    extra_of={"ray": "cluster"},
)
"""Every executor by name; reading it imports nothing."""
