"""Jobs: work done in a child process that can be limited and killed.

Some work may crash or run away whatever we check first: a codec given a hostile
file, a native synthesiser. It runs in a child with a limit of time and memory;
its death is an error here, not ours. A child dies with its parent.

A job is named as ``"package.module:function"``; its arguments and its result
travel by pickle between our own processes, never to or from a file.
"""

import contextlib
import os
import pickle
import signal
import subprocess
import sys
import threading
from importlib import import_module
from typing import Any

from clavilux.core.errors import ClaviluxError, JobError
from clavilux.core.platform import limit_memory


def run(
    job: str, /, *arguments: Any, timeout_s: float = 60.0, memory_bytes: int | None = None
) -> Any:
    """Run `job` on `arguments` in a child process and give back its result.

    Args:
        job: The function, as ``"package.module:function"``.
        arguments: Its arguments; whatever pickle takes.
        timeout_s: After so many seconds the child is killed.
        memory_bytes: Address space the child may claim, where the system can limit it; None
            for no limit.

    Raises:
        ClaviluxError: What the job itself raised, if it was one of ours.
        JobError: The child died, raised anything else, or passed a limit.
    """
    command = [sys.executable, "-m", "clavilux.core.jobs", str(os.getpid()), str(memory_bytes or 0)]
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        output, _ = child.communicate(pickle.dumps((job, arguments)), timeout=timeout_s)
    except subprocess.TimeoutExpired as error:
        raise JobError(f"{job} was stopped after {timeout_s:g} s") from error
    finally:
        child.kill()
        child.wait()
    if child.returncode < 0:
        raise JobError(f"{job} was killed by {signal.Signals(-child.returncode).name}")
    if child.returncode or not output:
        raise JobError(f"{job} ended with exit code {child.returncode}")
    result = pickle.loads(output)
    if isinstance(result, ClaviluxError):
        raise result
    if isinstance(result, BaseException):
        raise JobError(f"{job} failed: {result!r}") from result
    return result


def die_with_parent(parent: int) -> None:
    """Make this process end soon after its parent has, even if that was killed."""

    def watch() -> None:
        pause = threading.Event()
        while os.getppid() == parent:
            pause.wait(0.5)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _child() -> None:
    parent, memory_bytes = int(sys.argv[1]), int(sys.argv[2])
    die_with_parent(parent)
    if memory_bytes:
        limit_memory(memory_bytes)
    # Whatever the job prints must not mix with its result.
    answer = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    job, arguments = pickle.loads(sys.stdin.buffer.read())
    module, _, function = job.partition(":")
    try:
        result: Any = getattr(import_module(module), function)(*arguments)
    except Exception as error:
        result = error
    with contextlib.closing(answer):
        answer.write(pickle.dumps(result))


if __name__ == "__main__":
    _child()
