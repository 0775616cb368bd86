"""Ray: the same tasks on a Ray cluster, with processors and GPUs for each.

Ray follows its workers itself; a task whose worker or machine dies is given out
again. The folder of the data set must be one that every machine of the cluster
sees under the same path.
"""

from collections import deque
from collections.abc import Generator, Sequence
from typing import Any

import ray

from clavilux.dataset.executors import ATTEMPTS, Outcome, Task, call

_AHEAD = 2
"""Tasks in Ray's hands for each that runs: enough to be busy, few enough to be stopped."""


class RayCluster:
    """A Ray cluster, or this machine as one."""

    def __init__(
        self,
        address: str = "auto",
        *,
        attempts: int = ATTEMPTS,
        cpus: float = 1.0,
        gpus: float = 0.0,
    ) -> None:
        """Connect to a cluster.

        Args:
            address: Its address; ``auto`` for the one this machine belongs to, ``local``
                for one of this machine alone that ends with us.
            attempts: How often a task is tried.
            cpus: Processors for each task.
            gpus: GPUs for each task; shares of one work.
        """
        self.attempts, self.cpus, self.gpus = attempts, cpus, gpus
        if not ray.is_initialized():
            ray.init(
                address=address,
                log_to_driver=False,
                logging_level="ERROR",
                namespace="clavilux",
            )

    def run(self, tasks: Sequence[Task]) -> Generator[Outcome, None, None]:
        """Carry out every task; see `clavilux.dataset.executors.Executor`."""
        remote = ray.remote(call).options(num_cpus=self.cpus, num_gpus=self.gpus, max_retries=0)
        waiting = deque((task, 1) for task in tasks)
        running: dict[Any, tuple[Task, int]] = {}
        try:
            while waiting or running:
                while waiting and len(running) < self._room():
                    task, attempt = waiting.popleft()
                    running[remote.remote(task.job, task.arguments)] = (task, attempt)
                ended, _ = ray.wait(list(running), num_returns=1, timeout=1.0)
                for reference in ended:
                    task, attempt = running.pop(reference)
                    kind, content = _answer(reference)
                    if kind == "failed" and attempt < self.attempts:
                        waiting.append((task, attempt + 1))
                    elif kind == "done":
                        yield Outcome(task, content, attempts=attempt, worker="ray")
                    else:
                        yield Outcome(task, problem=str(content), attempts=attempt, worker="ray")
        finally:
            for reference in running:
                ray.cancel(reference, force=True)

    def _room(self) -> int:
        resources = ray.cluster_resources()
        at_once = resources.get("CPU", 1.0) / self.cpus if self.cpus else 1e9
        if self.gpus:
            at_once = min(at_once, resources.get("GPU", 0.0) / self.gpus)
        return max(1, int(at_once)) * _AHEAD


def _answer(reference: Any) -> tuple[str, Any]:
    try:
        kind, content = ray.get(reference)
    except ray.exceptions.RayError as error:
        return "failed", f"its worker was lost: {type(error).__name__}"
    return str(kind), content
