"""A driver of a data set that is killed, together with its workers, again and again."""

import contextlib
import hashlib
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from clavilux.dataset.example import sha256
from clavilux.dataset.layout import NAMES, find
from clavilux.dataset.recipe import SPLITS

_CODE = """
import sys
from clavilux.dataset.making import make
from clavilux.dataset.recipe import Recipe
from clavilux.dataset.executors import EXECUTORS
recipe, out, count, executor, address = sys.argv[1:6]
options = {"address": address} if executor == "ray" else {"workers": 2}
urls = sys.argv[6:]
if urls:
    options["task_s"] = 60.0
report = make(Recipe.model_validate_json(recipe), out, count=int(count),
              executor=EXECUTORS.make(executor, **options),
              renderer_options={"urls": urls} if urls else None)
sys.exit(1 if report.failures else 0)
"""


def contents(folder):
    """Hash every file of every example by its path."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for item in find(Path(folder))
        for path in sorted(item.folder.iterdir())
    }


class Driver:
    """Makes a data set in a process of its own."""

    def __init__(self, recipe, folder, *, count, executor="pool", address="auto", urls=()):
        self.folder, self.count, self.executor = Path(folder), count, executor
        self.command = [sys.executable, "-c", _CODE, recipe.model_dump_json(), str(folder)]
        self.command += [str(count), executor, address, *urls]

    def run_with_kills(self, n_kills, *, seed=0, workers_of=None, timeout_s=900):
        """Make the data set, killing the driver or a worker `n_kills` times on the way.

        Args:
            n_kills: How often, spread over the examples.
            seed: Chooses whom.
            workers_of: Gives the workers' processes, from the driver's; its children if None.
            timeout_s: After so long it is taken to hang.

        Returns:
            How many kills there were.
        """
        rng = random.Random(seed)
        marks = [round(self.count * (k + 0.5) / n_kills) for k in range(n_kills)]
        deadline = time.monotonic() + timeout_s
        driver, n_killed = self._start(), 0
        while time.monotonic() < deadline:
            if driver.poll() is not None:
                if driver.returncode == 0:
                    return n_killed
                driver = self._start()
            there = self._check()
            if n_killed < len(marks) and there >= marks[n_killed]:
                workers = (workers_of or children)(driver.pid)
                if workers and n_killed % 2:
                    victim = rng.choice(workers)
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(victim, signal.SIGKILL)
                        n_killed += 1
                elif driver.poll() is None:
                    driver.kill()
                    driver.wait()
                    n_killed += 1
            time.sleep(0.02)
        driver.kill()
        raise AssertionError(f"not done after {timeout_s} s: {self._check()} of {self.count}")

    def _start(self):
        return subprocess.Popen(self.command)

    def _check(self):
        """Count the examples that can be seen; what can be seen is whole."""
        if not self.folder.exists():
            return 0
        folders = [path for split in SPLITS for path in self.folder.glob(f"{split}/??/*/")]
        for folder in folders[-3:]:
            names = {path.name for path in folder.iterdir()}
            assert names == {*NAMES.values(), "record.json"}, f"{folder} is half there: {names}"
        return len(folders)


def children(process):
    """List the children of a process."""
    try:
        return [
            int(p) for p in Path(f"/proc/{process}/task/{process}/children").read_text().split()
        ]
    except (FileNotFoundError, ProcessLookupError):
        return []


def check_hashes(folder):
    """Hold every file against its record."""
    for item in find(Path(folder)):
        for role, about in item.record["files"].items():
            assert sha256(item.files[role]) == about["sha256"]
