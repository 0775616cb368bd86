"""A fake Deforum server: the same interface and no model behind it.

It makes films of the right length, size and rate at once, and can be told to be
slow, to fail, to cut films short or to die. For tests, and to try a farm:

    python -m clavilux.render.deforum.fake --port 7860 --outdir /tmp/deforum
"""

import argparse
import itertools
import json
import os
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import numpy as np

from clavilux import media
from clavilux.core.values import Size, Yuv


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What a fake server does wrong, counted over the jobs it begins."""

    seconds: float = 0.0
    """How long a job takes."""
    fail: int = 0
    """So many first jobs fail in a way that may pass."""
    refuse: int = 0
    """So many first jobs fail for good."""
    cut_short: int = 0
    """So many first films end half way, though the job says it succeeded."""
    stall: int = 0
    """So many first jobs stop moving."""
    die_at: int = 0
    """The server dies while it works on this job, counted from 1; 0 never."""


@dataclass(eq=False)
class FakeServer:
    """A server in this process: a context manager."""

    outdir: Path
    behaviour: Behaviour = field(default_factory=Behaviour)
    port: int = 0
    """0 takes a free one."""
    exits: bool = False
    """Whether to die means to end the process, not only to stop answering."""

    def __post_init__(self) -> None:
        self.jobs: dict[str, dict[str, Any]] = {}
        self.made: list[str] = []
        """Names of the batches whose films were made, in order."""
        self._numbers, self._begun = itertools.count(1), 0
        self._queue: list[tuple[str, dict[str, Any]]] = []
        self._wake, self._stopping = threading.Condition(), False
        handler = type("Handler", (_Handler,), {"fake": self})
        self._http = ThreadingHTTPServer(("127.0.0.1", self.port), handler)
        self._http.daemon_threads = True

    @property
    def url(self) -> str:
        """The server's address."""
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    def __enter__(self) -> "FakeServer":
        for target in (self._http.serve_forever, self._work):
            threading.Thread(target=target, daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Stop answering, as a dead server does."""
        with self._wake:
            self._stopping = True
            self._wake.notify_all()
        self._http.shutdown()
        self._http.server_close()

    def submit(self, all_settings: list[dict[str, Any]]) -> tuple[str, list[str]]:
        """Take a batch; gives its identifier and those of its jobs."""
        batch = f"batch({next(self._numbers)})"
        names = [f"{batch}-{i}" for i in range(len(all_settings))]
        with self._wake:
            for name, settings in zip(names, all_settings, strict=True):
                self.jobs[name] = _status(name, settings, self.outdir)
                self._queue.append((name, settings))
            self._wake.notify_all()
        return batch, names

    def cancel(self, name: str) -> None:
        """Mark a job as cancelled; one that runs is dropped at its next step."""
        if self.jobs[name]["status"] == "ACCEPTED":
            self.jobs[name].update(status="CANCELLED", phase="DONE")

    def _work(self) -> None:
        while True:
            with self._wake:
                self._wake.wait_for(lambda: self._queue or self._stopping)
                if self._stopping:
                    return
                name, settings = self._queue.pop(0)
            if self.jobs[name]["status"] == "ACCEPTED":
                self._begun += 1
                self._make(name, settings, self._begun)

    def _make(self, name: str, settings: dict[str, Any], number: int) -> None:
        job, does = self.jobs[name], self.behaviour
        job.update(phase="GENERATING")
        if number <= does.stall:
            return
        steps = 10
        for step in range(steps):
            time.sleep(does.seconds / steps)
            if self._stopping or job["status"] != "ACCEPTED":
                return
            job.update(phase_progress=step / steps, updates=step)
            if number == does.die_at and step == steps // 2:
                self._die()
                return
        if number <= does.refuse:
            job.update(status="FAILED", error_type="TERMINAL", message="Invalid settings.")
        elif number <= does.fail:
            job.update(status="FAILED", error_type="RETRYABLE", message="Generation error.")
        else:
            _write_film(settings, Path(job["outdir"]), job["timestring"], number <= does.cut_short)
            self.made.append(str(settings.get("batch_name", name)))
            job.update(status="SUCCEEDED", phase="DONE", phase_progress=1.0)

    def _die(self) -> None:
        if self.exits:
            os._exit(1)
        threading.Thread(target=self.stop, daemon=True).start()


class _Handler(BaseHTTPRequestHandler):
    """Answers for one fake server."""

    fake: FakeServer

    def do_GET(self) -> None:
        path = unquote(self.path)
        if path == "/deforum_api/jobs":
            self._answer(200, self.fake.jobs)
        elif path.startswith("/deforum_api/jobs/"):
            job = self.fake.jobs.get(path.rsplit("/", 1)[1])
            self._answer(200 if job else 404, job or {"detail": "Job not found"})
        else:
            self._answer(404, {"detail": "Not Found"})

    def do_POST(self) -> None:
        content = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))))
        settings = content.get("deforum_settings")
        settings = settings if isinstance(settings, list) else [settings] if settings else []
        if not settings:
            self._answer(400, {"message": "No valid settings provided."})
            return
        batch, jobs = self.fake.submit(settings)
        self._answer(202, {"message": "Job(s) accepted", "batch_id": batch, "job_ids": jobs})

    def do_DELETE(self) -> None:
        name = unquote(self.path).rsplit("/", 1)[1]
        if name not in self.fake.jobs:
            self._answer(404, {"detail": "Job not found"})
            return
        self.fake.cancel(name)
        self._answer(200, {"id": name, "message": "Job cancelled."})

    def log_message(self, format: str, *arguments: Any) -> None:
        """Write no log."""

    def _answer(self, code: int, content: Any) -> None:
        body = json.dumps(content).encode()
        self.send_response(code)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _status(name: str, settings: dict[str, Any], outdir: Path) -> dict[str, Any]:
    stamp = f"{time.strftime('%Y%m%d%H%M%S')}{time.time_ns() % 1_000_000_000:09}"
    batch = str(settings.get("batch_name", "Deforum"))
    return {
        "id": name,
        "status": "ACCEPTED",
        "phase": "QUEUED",
        "error_type": "NONE",
        "phase_progress": 0.0,
        "started_at": time.time(),
        "last_updated": time.time(),
        "execution_time": 0.0,
        "update_interval_time": 0.0,
        "updates": 0,
        "message": None,
        "outdir": str(Path(settings.get("outdir") or outdir) / batch),
        "timestring": stamp,
        "deforum_settings": None,
        "options_overrides": None,
    }


def _write_film(settings: dict[str, Any], outdir: Path, name: str, cut_short: bool) -> None:
    """Write a plain film as long as the manifest, and its subtitles."""
    manifest = json.loads(settings.get("parseq_manifest") or "{}")
    frames = manifest.get("rendered_frames") or [{}] * int(settings.get("max_frames", 24))
    rate = (manifest.get("options") or {}).get("output_fps") or settings.get("fps", 24)
    size = Size(int(settings.get("W", 64)), int(settings.get("H", 64)))
    n_frames = len(frames) // 2 if cut_short else len(frames)

    def pictures() -> Iterator[Yuv]:
        for i in range(max(1, n_frames)):
            planes = np.full((size.height * 3 // 2, size.width), 128, dtype=np.uint8)
            planes[: size.height] = 40 + i % 160
            yield Yuv(planes)

    outdir.mkdir(parents=True, exist_ok=True)
    media.write_film(
        pictures(),
        outdir / f"{name}.mp4",
        frame_rate=Fraction(str(rate)),
        size=size,
        preset="ultrafast",
    )
    (outdir / f"{name}.srt").write_text("1\n00:00:00,000 --> 00:00:01,000\nF#: 0\n")


def main() -> None:
    """Serve until stopped."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=7860)
    parser.add_argument("--outdir", type=Path, default=Path("deforum-out"))
    for name in Behaviour.__slots__:
        kind = float if name == "seconds" else int
        parser.add_argument(f"--{name.replace('_', '-')}", type=kind, default=0)
    given = vars(parser.parse_args())
    port, outdir = given.pop("port"), given.pop("outdir")
    with FakeServer(outdir, Behaviour(**given), port=port, exits=True) as server:
        print(server.url, flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    main()
