"""A farm: several Deforum servers, and jobs that are each seen through, once.

Every task is submitted to a free server, followed, and its film fetched when it
is whole. A failure that may pass is tried again, on another server if there is
one; a job that stops moving, a server that dies and a film that is cut short
count as such. A cancelled job ends. What was submitted where is kept in a file,
so that a farm which was killed goes on with the jobs that are running.
"""

import shlex
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from clavilux import media
from clavilux.core.errors import ClaviluxError, OutputError, ServiceError
from clavilux.core.files import atomic_output, write_bytes
from clavilux.core.progress import Progress, silent
from clavilux.render.deforum.client import Client, JobStatus


@dataclass(frozen=True, slots=True, eq=False)
class Task:
    """A film to be made."""

    name: str
    """Names it in messages and in the ledger; no two tasks share one."""
    settings: Mapping[str, Any]
    """Deforum's settings, with the manifest in them."""
    target: Path
    """Where the film shall appear."""
    n_frames: int
    """How many video frames make it whole."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a task ended."""

    task: Task
    state: str
    """``done``, ``failed`` or ``cancelled``."""
    attempts: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long and how often a farm tries."""

    attempts: int = 4
    """Of one task, the first included."""
    stall_s: float = 600.0
    """A job that has not moved for so long is given up."""
    job_s: float = 6 * 3600.0
    """A job may take no longer."""
    poll_s: float = 2.0
    start_s: float = 300.0
    """A server of our own must answer so soon after its start."""
    restarts: int = 5
    """Of each server of our own."""


@dataclass(slots=True, eq=False)
class _Server:
    """One server and the job it is at."""

    client: Client
    command: str | None
    process: subprocess.Popen[bytes] | None = None
    restarts: int = 0
    dead: bool = False
    run: "_Run | None" = None

    def start(self, limits: Limits) -> None:
        """Start a server of our own and wait until it answers."""
        if self.command is None:
            raise ServiceError(f"{self.client.url} does not answer")
        self.stop()
        self.process = subprocess.Popen(
            shlex.split(self.command.replace("{url}", self.client.url)),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + limits.start_s
        while time.monotonic() < deadline and self.process.poll() is None:
            if self.client.is_alive():
                return
            time.sleep(min(0.2, limits.poll_s))
        raise ServiceError(f"the server started for {self.client.url} does not answer")

    def stop(self) -> None:
        """End a server that we started."""
        if self.process is not None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
            self.process = None


@dataclass(slots=True, eq=False)
class _Run:
    """One attempt at a task on a server."""

    task: Task
    job: str
    began: float
    moved: float
    pulse: Any = None


@dataclass(slots=True, eq=False)
class _Ledger:
    """What has been submitted where, on disk."""

    path: Path | None
    rows: dict[str, dict[str, Any]] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path | None) -> "_Ledger":
        if path is None or not path.exists():
            return cls(path)
        try:
            return cls(path, orjson.loads(path.read_bytes()))
        except ValueError as error:
            raise OutputError(f"the ledger {path} is damaged; remove it to begin anew") from error

    def note(self, task: Task, **facts: Any) -> None:
        self.rows.setdefault(task.name, {}).update(facts)
        if self.path is not None:
            write_bytes(self.path, orjson.dumps(self.rows))

    def attempts(self, task: Task) -> int:
        return int(self.rows.get(task.name, {}).get("attempts", 0))


class Farm:
    """Sees tasks through on one server or several."""

    def __init__(
        self,
        urls: Sequence[str],
        *,
        start_server: str | None = None,
        ledger: Path | None = None,
        limits: Limits | None = None,
        locate: Callable[[str], Path] = Path,
    ) -> None:
        """Take the servers.

        Args:
            urls: Their addresses.
            start_server: A command that starts one, ``{url}`` in it standing for its
                address; servers that don't answer are started and restarted with it.
            ledger: A file that remembers what runs where, so that a later farm goes on.
            limits: How long and how often it tries.
            locate: Turns a path on a server's disk into one on ours.
        """
        if not urls:
            raise ServiceError("a farm needs the address of a server at least: --url")
        self._servers = [_Server(Client(url), start_server) for url in urls]
        self._ledger = _Ledger.read(ledger)
        self._limits = limits or Limits()
        self._locate = locate
        self._last_failure = "no server answers"

    def run(self, tasks: Sequence[Task], progress: Progress = silent) -> Iterator[Outcome]:
        """See every task through.

        Yields:
            The outcome of each, as it ends; exactly one a task.
        """
        waiting = [task for task in tasks if not self._is_done(task)]
        for task in tasks:
            if self._is_done(task):
                yield Outcome(task, "done", self._ledger.attempts(task))
        n_done = len(tasks) - len(waiting)
        try:
            self._take_up(waiting)
            while waiting or any(server.run for server in self._servers):
                for outcome in self._round(waiting):
                    n_done += 1
                    progress(n_done, len(tasks), "films")
                    yield outcome
                time.sleep(self._limits.poll_s)
        finally:
            for server in self._servers:
                server.stop()
                server.client.close()

    def _is_done(self, task: Task) -> bool:
        return task.target.exists() and _is_whole(task.target, task.n_frames)

    def _take_up(self, waiting: list[Task]) -> None:
        """Go on with jobs that an earlier farm submitted and a server still knows."""
        for server in self._servers:
            for task in list(waiting):
                row = self._ledger.rows.get(task.name, {})
                if server.run is not None or row.get("url") != server.client.url:
                    continue
                try:
                    known = server.client.status(str(row.get("job"))) is not None
                except ServiceError:
                    continue
                if known:
                    now = time.monotonic()
                    server.run = _Run(task, str(row["job"]), now, now)
                    waiting.remove(task)

    def _round(self, waiting: list[Task]) -> Iterator[Outcome]:
        for server in self._servers:
            if server.run is not None:
                outcome = self._follow(server, waiting)
                if outcome is not None:
                    yield outcome
            elif waiting and not server.dead:
                self._submit(server, waiting)
        if all(server.dead for server in self._servers):
            for task in waiting:
                attempts = self._ledger.attempts(task)
                yield Outcome(task, "failed", attempts, self._last_failure)
            waiting.clear()

    def _submit(self, server: _Server, waiting: list[Task]) -> None:
        task = waiting[0]
        try:
            job = server.client.submit(task.settings)
        except ServiceError as error:
            self._revive(server, error)
            return
        waiting.pop(0)
        now = time.monotonic()
        server.run = _Run(task, job, now, now)
        attempts = self._ledger.attempts(task) + 1
        self._ledger.note(task, url=server.client.url, job=job, attempts=attempts)

    def _follow(self, server: _Server, waiting: list[Task]) -> Outcome | None:
        run = server.run
        assert run is not None
        try:
            status = server.client.status(run.job)
        except ServiceError as error:
            self._revive(server, error)
            return self._again(server, waiting, str(error))
        if status is None:  # its memory is gone: it was restarted
            return self._again(server, waiting, "the server has forgotten the job")
        if status.state == "SUCCEEDED":
            return self._fetch(server, status, waiting)
        if status.state == "CANCELLED":
            server.run = None
            return Outcome(
                run.task, "cancelled", self._ledger.attempts(run.task), "cancelled on the server"
            )
        if status.state == "FAILED":
            if status.retryable:
                return self._again(server, waiting, status.message or "generation failed")
            server.run = None
            reason = status.message or "the server refuses its settings"
            return Outcome(run.task, "failed", self._ledger.attempts(run.task), reason)
        return self._watch_time(server, status, waiting)

    def _watch_time(
        self, server: _Server, status: JobStatus, waiting: list[Task]
    ) -> Outcome | None:
        run, now = server.run, time.monotonic()
        assert run is not None
        if status.pulse != run.pulse:
            run.pulse, run.moved = status.pulse, now
        if now - run.moved > self._limits.stall_s:
            reason = f"the job has not moved for {self._limits.stall_s:g} s"
        elif now - run.began > self._limits.job_s:
            reason = f"the job has taken more than {self._limits.job_s:g} s"
        else:
            return None
        try:
            server.client.cancel(run.job)
        except ServiceError as error:
            self._revive(server, error)
        return self._again(server, waiting, reason)

    def _fetch(self, server: _Server, status: JobStatus, waiting: list[Task]) -> Outcome | None:
        run = server.run
        assert run is not None
        source = self._locate(status.outdir or "") / f"{status.timestring}.mp4"
        if not _is_whole(source, run.task.n_frames):
            reason = f"its film {source} is missing or cut short"
            return self._again(server, waiting, reason)
        for suffix in (".srt", ".mp4"):  # the film last: where it is, all is
            made = source.with_suffix(suffix)
            if made.exists():
                with atomic_output(run.task.target.with_suffix(suffix)) as partial:
                    shutil.copyfile(made, partial)
        server.run = None
        return Outcome(run.task, "done", self._ledger.attempts(run.task))

    def _again(self, server: _Server, waiting: list[Task], reason: str) -> Outcome | None:
        run = server.run
        assert run is not None
        server.run = None
        attempts = self._ledger.attempts(run.task)
        self._last_failure = reason
        if attempts >= self._limits.attempts:
            return Outcome(run.task, "failed", attempts, f"{reason} (tried {attempts} times)")
        self._ledger.note(run.task, url="", job="")
        waiting.append(run.task)
        return None

    def _revive(self, server: _Server, error: ServiceError) -> None:
        """Restart a server of ours that died; give up one that isn't, or dies too often."""
        self._last_failure = str(error)
        if server.client.is_alive():
            return
        if server.command is None or server.restarts >= self._limits.restarts:
            server.dead = True
            return
        server.restarts += 1
        try:
            server.start(self._limits)
        except (ServiceError, OSError) as failure:
            self._last_failure = str(failure)
            server.dead = server.restarts >= self._limits.restarts


def _is_whole(film: Path, n_frames: int) -> bool:
    """Decode a film and count: a server that died leaves one that only begins well."""
    try:
        return sum(1 for _ in media.open_film(film, pixels="luma", size=16)) >= n_frames
    except ClaviluxError:
        return False
