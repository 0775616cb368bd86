"""Making: a recipe becomes a data set, and goes on where it was stopped.

Examples that are there are left alone; the rest are given to an executor, and
each appears whole. A kill of anything costs what was being made at that moment.
"""

import time
from collections.abc import Generator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from os import PathLike
from typing import Any

from clavilux.core.files import remove
from clavilux.core.progress import Progress, silent
from clavilux.dataset import example as examples
from clavilux.dataset.executors import EXECUTORS, Executor, Outcome, Task
from clavilux.dataset.layout import NAMES
from clavilux.dataset.recipe import Example, Recipe, plan
from clavilux.dataset.store import FAILURES, LOG, Store

_JOB = "clavilux.dataset.example:make"


@dataclass(frozen=True, slots=True)
class Report:
    """What a run came to."""

    n_asked: int
    n_there: int
    """Examples that were there before."""
    n_made: int
    failures: Mapping[str, str] = field(default_factory=dict)
    """Why each example that could not be made could not."""
    wall_s: float = 0.0


def make(
    recipe: Recipe,
    folder: str | PathLike[str],
    *,
    count: int,
    executor: Executor | str = "pool",
    workers: int = 1,
    renderer_options: Mapping[str, Any] | None = None,
    progress: Progress = silent,
) -> Report:
    """Make the first `count` examples of a recipe, those that are not there yet.

    Args:
        recipe: What they are made of.
        folder: The data set's folder; one that was begun goes on.
        count: How many there shall be; more than before lets a data set grow.
        executor: Who makes them: an executor or the name of one.
        workers: Processes of the pool.
        renderer_options: What the renderer takes besides the look: servers' addresses.
        progress: Hears how many are there.

    Raises:
        InputError: The recipe cannot be made, or is not the one the folder was begun with.
        OutputError: The folder cannot be written, or another process is writing it.
    """
    store, began = Store(folder, recipe.layout), time.perf_counter()
    chosen = plan(recipe, count)
    with store.opened(recipe):
        missing = [example for example in chosen if not store.has(example)]
        n_there = len(chosen) - len(missing)
        progress(n_there, count, "examples")
        tasks = [_task(store, example, dict(renderer_options or {})) for example in missing]
        failures: dict[str, str] = {}
        with closing(_run(executor, workers, tasks)) as outcomes:
            for n_ended, outcome in enumerate(outcomes, start=1):
                _note(store, outcome)
                if outcome.problem:
                    failures[outcome.task.name] = outcome.problem
                progress(n_there + n_ended, count, "examples")
        if not failures:
            remove(store.served)
        store.write_index([example for example in chosen if store.has(example)])
    made = len(missing) - len(failures)
    return Report(len(chosen), n_there, made, failures, time.perf_counter() - began)


def _run(
    executor: Executor | str, workers: int, tasks: list[Task]
) -> Generator[Outcome, None, None]:
    """Have tasks carried out; where there are none nobody is called."""
    if not tasks:
        return
    chosen: Executor
    if isinstance(executor, str):
        options = {"workers": workers} if executor == "pool" else {}
        chosen = EXECUTORS.make(executor, **options)
    else:
        chosen = executor
    with closing(chosen.run(tasks)) as outcomes:
        yield from outcomes


def _task(store: Store, example: Example, options: dict[str, Any]) -> Task:
    urls = options.get("urls")
    if urls:  # each example tries another server first
        turn = example.number % len(urls)
        waiting = str(store.served / example.name)
        options = options | {"urls": [*urls[turn:], *urls[:turn]], "folder": waiting}
    arguments = (
        example.to_dict(),
        store.layout,
        str(store.path(example)),
        str(store.staging),
        options,
    )
    return Task(example.name, _JOB, arguments)


def _note(store: Store, outcome: Outcome) -> None:
    line = {
        "name": outcome.task.name,
        "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "attempts": outcome.attempts,
        "worker": outcome.worker,
    }
    if outcome.problem:
        store.note(FAILURES, line | {"problem": outcome.problem})
    else:
        store.note(LOG, line | dict(outcome.result))


@dataclass(frozen=True, slots=True)
class Cost:
    """What a data set would cost, reckoned from one example."""

    n_missing: int
    seconds_each: float
    """Of one processor."""
    bytes_each: float
    files_each: int = len(NAMES) + 1


def reckon(recipe: Recipe, folder: str | PathLike[str], *, count: int) -> Cost:
    """Return what making would cost, by making one example aside at a tenth of its length."""
    import tempfile
    from pathlib import Path

    store = Store(folder, recipe.layout)
    missing = [example for example in plan(recipe, count) if not store.has(example)]
    if not missing:
        return Cost(0, 0.0, 0.0)
    share = min(1.0, max(0.1, 2.0 / recipe.duration_s))
    probe = missing[0].to_dict() | {"duration_s": recipe.duration_s * share}
    with tempfile.TemporaryDirectory() as aside:
        began = time.process_time()
        made = examples.make(probe, recipe.layout, str(Path(aside, "probe")), aside, {})
        seconds = time.process_time() - began
    return Cost(len(missing), seconds / share, made["bytes"] / share)
