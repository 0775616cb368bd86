"""The renderer ``deforum-api``: curves become a film on Deforum servers.

The curves are written as the manifest that Deforum's Parseq adapter reads; a
farm sees the job through; the film that comes back is read picture by picture.
It is kept in a folder of its own until then, so that a killed run finds it.
"""

import hashlib
import tempfile
import warnings
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import orjson
from numpy.typing import NDArray

from clavilux import media
from clavilux.core.errors import ArgumentError, ServiceError
from clavilux.core.values import Curves, Size, Yuv
from clavilux.render.deforum.farm import Farm, Limits, Task
from clavilux.render.parts import State
from clavilux.render.request import Request
from clavilux.schedule.deforum.manifest import MOVES
from clavilux.schedule.deforum.settings import DeforumSettings

_DEFORUM_FIELDS = (*sorted(MOVES), "fov", "strength", "noise", "contrast")
_DEFORUM_FIELDS += ("transform_center_x", "transform_center_y")


def manifest_of(curves: Curves) -> dict[str, Any]:
    """Write curves as the manifest that Deforum's Parseq adapter reads.

    A movement's curve becomes its delta, which is what Deforum takes; the
    absolute value beside it is the way gone so far.
    """
    columns: dict[str, list[float]] = {}
    for name in _DEFORUM_FIELDS:
        if name not in curves.values:
            continue
        column = curves.values[name]
        if name in MOVES:
            columns[f"{name}_delta"] = column.tolist()
            column = np.cumsum(column - 1) + 1 if name == "zoom" else np.cumsum(column)
        columns[name] = column.tolist()
    rows: list[dict[str, Any]] = [
        {"frame": i} | {name: column[i] for name, column in columns.items()}
        for i in range(curves.n_frames)
    ]
    for frame, prompt in curves.prompts:
        for row in rows[frame:]:
            row["deforum_prompt"] = prompt
    rate = curves.frame_rate
    options = {"output_fps": float(rate), "input_fps": float(rate), "bpm": 120, "cadence": 1}
    return {"options": options, "rendered_frames": rows}


class DeforumRenderer:
    """Has films made by Deforum servers."""

    name: ClassVar[str] = "deforum-api"
    honours: ClassVar[frozenset[str]] = frozenset({"plan"})
    """Its cuts and words are in the curves."""

    def __init__(
        self,
        urls: Sequence[str] = (),
        *,
        start_server: str | None = None,
        settings: str | None = None,
        limits: Limits | None = None,
        folder: str | None = None,
    ) -> None:
        """Take the servers; see `clavilux.render.deforum.farm.Farm`.

        Args:
            urls: Their addresses.
            start_server: A command that starts one, for servers of our own.
            settings: A Deforum settings file to start from; the server's defaults if None.
            limits: How long and how often to try.
            folder: Where films wait to be read; the system's temporary folder if None.

        Raises:
            InputError: No address is given.
        """
        if not urls:
            raise ArgumentError("the renderer deforum-api needs the address of a server: `url`")
        self._folder = Path(folder or tempfile.gettempdir())
        self._urls, self._start_server, self._limits = tuple(urls), start_server, limits
        self._settings = DeforumSettings.read(Path(settings)).to_dict() if settings else {}

    def start(
        self, request: Request, *, first_frame: int = 0, state: State | None = None
    ) -> "DeforumRun":
        """Have the film made and begin at `first_frame`; see `clavilux.render.Renderer`.

        Raises:
            ServiceError: No server made the film.
        """
        unknown = sorted(set(request.curves.values) - set(_DEFORUM_FIELDS))
        if unknown:
            warnings.warn(f"Deforum does nothing with {', '.join(unknown)}", stacklevel=2)
        task = self._task(request.curves, request.size, request.seed)
        if not self._start(task):
            raise ServiceError(f"no server made the film: {self._reason}")
        return DeforumRun(task.target, request.size, first_frame, request.curves.n_frames)

    def _start(self, task: Task) -> bool:
        farm = Farm(
            self._urls,
            start_server=self._start_server,
            ledger=task.target.with_name("ledger.json"),
            limits=self._limits,
        )
        (outcome,) = farm.run([task])
        self._reason = outcome.reason
        return outcome.state == "done"

    def _task(self, curves: Curves, size: Size, seed: int) -> Task:
        manifest = orjson.dumps(manifest_of(curves)).decode()
        settings: Mapping[str, Any] = self._settings | {
            "W": size.width,
            "H": size.height,
            "seed": seed,
            "max_frames": curves.n_frames,
            "fps": float(curves.frame_rate),
            "animation_mode": "3D",
            "parseq_manifest": manifest,
            "parseq_non_schedule_overrides": True,
        }
        digest = hashlib.sha256(orjson.dumps(settings, option=orjson.OPT_SORT_KEYS)).hexdigest()
        folder = self._folder / f"clavilux-deforum-{digest[:16]}"
        folder.mkdir(parents=True, exist_ok=True)
        named = dict(settings) | {"batch_name": f"clavilux-{digest[:16]}"}
        return Task(digest[:16], named, folder / "film.mp4", curves.n_frames)


class DeforumRun:
    """A film that Deforum made, picture by picture."""

    def __init__(self, film: Path, size: Size, first_frame: int, n_frames: int) -> None:
        self._frames = islice(iter(media.open_film(film, size=size)), first_frame, n_frames)
        self._next = first_frame

    def __iter__(self) -> Iterator[Yuv]:
        return self

    def __next__(self) -> Yuv:
        picture = next(self._frames).picture
        assert isinstance(picture, Yuv)
        self._next += 1
        return picture

    def state(self) -> dict[str, NDArray[Any]]:
        """Return what is needed to go on: how far it has been read; the film itself is kept."""
        return {"frame": np.array(self._next)}
