"""The pool: worker processes on this machine, followed by their heartbeats.

Each worker is a process of its own that takes one task at a time. A worker that
dies, falls silent or takes too long is replaced, and its task given out again.
Workers end with their parent, even if that is killed.
"""

import os
import subprocess
import sys
import time
from collections import deque
from collections.abc import Generator, Sequence
from multiprocessing.connection import Pipe, wait

from clavilux.core.errors import JobError
from clavilux.dataset.executors import ATTEMPTS, Outcome, Task

SILENCE_S = 60.0
"""A worker that has not given a sign for so long is taken for dead."""
TASK_S = 3600.0
_FRESH_DEATHS = 8
"""Workers that die one after the other before they took a task: something is wrong."""


class Pool:
    """Worker processes on this machine."""

    def __init__(
        self,
        workers: int = 1,
        *,
        attempts: int = ATTEMPTS,
        silence_s: float = SILENCE_S,
        task_s: float = TASK_S,
    ) -> None:
        """Ask for `workers` processes; they start when there is work.

        Args:
            workers: How many tasks are done at once.
            attempts: How often a task is tried.
            silence_s: How long a worker may give no sign of life.
            task_s: How long a task may take.
        """
        if workers < 1:
            raise ValueError(f"a pool needs a worker at least, not {workers}")
        self.workers, self.attempts = workers, attempts
        self.silence_s, self.task_s = silence_s, task_s

    def run(self, tasks: Sequence[Task]) -> Generator[Outcome, None, None]:
        """Carry out every task; see `clavilux.dataset.executors.Executor`.

        Raises:
            JobError: Workers don't even start.
        """
        waiting = deque((task, 1) for task in tasks)
        workers: list[_Worker] = []
        deaths = 0
        try:
            while waiting or any(worker.task for worker in workers):
                while len(workers) < min(self.workers, len(waiting) + _busy(workers)):
                    workers.append(_Worker())
                for worker in workers:
                    if waiting and worker.is_ready and worker.task is None:
                        worker.give(*waiting.popleft())
                wait([worker.connection for worker in workers], timeout=0.5)
                for worker in list(workers):
                    message = worker.hear()
                    if message is not None and worker.task is not None:
                        deaths = 0
                        outcome = self._judge(worker, message, waiting)
                        if outcome is not None:
                            yield outcome
                    reason = worker.trouble(self.silence_s, self.task_s)
                    if reason is None:
                        continue
                    workers.remove(worker)
                    worker.stop()
                    if worker.task is not None:
                        outcome = self._judge(worker, ("failed", reason), waiting)
                        if outcome is not None:
                            yield outcome
                        continue
                    deaths += 1
                    if deaths > _FRESH_DEATHS:
                        raise JobError(f"workers end before they begin: {reason}")
        finally:
            for worker in workers:
                worker.stop()

    def _judge(
        self, worker: "_Worker", message: tuple[str, object], waiting: "deque[tuple[Task, int]]"
    ) -> Outcome | None:
        """Make an outcome of what a worker said, or have the task done again."""
        task, attempt = worker.task, worker.attempt
        assert task is not None
        worker.task = None
        name = str(worker.process.pid)
        kind, content = message
        if kind == "done":
            return Outcome(task, content, attempts=attempt, worker=name)
        if kind == "failed" and attempt < self.attempts:
            waiting.append((task, attempt + 1))
            return None
        return Outcome(task, problem=str(content), attempts=attempt, worker=name)


def _busy(workers: "list[_Worker]") -> int:
    return sum(worker.task is not None for worker in workers)


class _Worker:
    """One worker process, seen from its parent."""

    def __init__(self) -> None:
        self.connection, theirs = Pipe()
        command = [sys.executable, "-m", "clavilux.dataset.executors.worker"]
        command += [str(theirs.fileno()), str(os.getpid())]
        threads = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        self.process = subprocess.Popen(
            command,
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            env=os.environ | threads,
            start_new_session=True,  # Ctrl-C is for the parent to deal with
        )
        theirs.close()
        self.task: Task | None = None
        self.attempt = 0
        self.is_ready = False
        self._is_deaf = False
        self._began = self._heard = time.monotonic()

    def give(self, task: Task, attempt: int) -> None:
        """Hand it a task; if it is dead, `trouble` will tell."""
        self.task, self.attempt = task, attempt
        self._began = time.monotonic()
        try:
            self.connection.send((task.job, task.arguments))
        except OSError:
            self._is_deaf = True

    def hear(self) -> tuple[str, object] | None:
        """Return what it said of its task, if it did."""
        try:
            while self.connection.poll():
                kind, content = self.connection.recv()
                self._heard = time.monotonic()
                self.is_ready = True
                if kind != "beat":
                    return kind, content
        except (EOFError, OSError):
            self._is_deaf = True
        return None

    def trouble(self, silence_s: float, task_s: float) -> str | None:
        """Return what is wrong with it, if anything is."""
        now = time.monotonic()
        if self._is_deaf:
            self.process.kill()
            return f"its worker died with exit code {self.process.wait()}"
        if now - self._heard > silence_s:
            return f"its worker has given no sign for {silence_s:g} s"
        if self.task is not None and now - self._began > task_s:
            return f"it took more than {task_s:g} s"
        return None

    def stop(self) -> None:
        """End it."""
        self.process.kill()
        self.process.wait()
        self.connection.close()
