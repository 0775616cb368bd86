"""One Deforum server: its HTTP interface, spoken carefully.

The interface is that of the Deforum extension of Stable Diffusion's web UI,
started with ``--deforum-api``: batches are posted, jobs are asked after, films
appear in a folder on the server's disk.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx
from pydantic import BaseModel, ConfigDict, ValidationError

from clavilux.core.errors import ServiceError

OVERRIDES: dict[str, Any] = {
    "deforum_save_gen_info_as_srt": True,
    "deforum_save_gen_info_as_srt_params": [],
}
"""What is asked of a server besides a film: subtitles that tell each frame's values."""
_ATTEMPTS = 3


class _Status(BaseModel):
    """A job's status as the server gives it; what we don't need is kept out."""

    model_config = ConfigDict(extra="ignore")

    id: str
    status: str
    phase: str = ""
    error_type: str = "NONE"
    phase_progress: float = 0.0
    updates: int = 0
    message: str | None = None
    outdir: str | None = None
    timestring: str | None = None


@dataclass(frozen=True, slots=True)
class JobStatus:
    """How a job stands."""

    state: str
    """``ACCEPTED``, ``SUCCEEDED``, ``FAILED`` or ``CANCELLED``."""
    phase: str
    """``QUEUED``, ``PREPARING``, ``GENERATING``, ``POST_PROCESSING`` or ``DONE``."""
    progress: float
    """Of its phase, 0 to 1."""
    retryable: bool
    """Whether a failure may pass if the job is tried again."""
    pulse: tuple[str, float, int]
    """Changes whenever the job has moved."""
    message: str
    outdir: str | None
    """Folder of its output, on the server's disk."""
    timestring: str | None
    """Name of its output without suffix."""


class Client:
    """Speaks to one server."""

    def __init__(self, url: str, *, timeout_s: float = 10.0) -> None:
        """Take the server's address, such as ``http://127.0.0.1:7860``."""
        self.url = url.rstrip("/")
        self._http = httpx.Client(base_url=self.url, timeout=timeout_s)

    def submit(self, settings: Mapping[str, Any]) -> str:
        """Post one job; gives its identifier.

        It is posted once: a second post after a lost answer could make a second job.

        Raises:
            ServiceError: The server cannot be reached, or does not take it.
        """
        body = {"deforum_settings": dict(settings), "options_overrides": OVERRIDES}
        answer = self._request("POST", "/deforum_api/batches", attempts=1, json=body)
        jobs = answer.get("job_ids") or []
        if len(jobs) != 1:
            raise ServiceError(f"{self.url} gave {len(jobs)} job ids for one job")
        return str(jobs[0])

    def status(self, job: str) -> JobStatus | None:
        """Return the state of a job; None if the server knows nothing of it.

        Raises:
            ServiceError: The server cannot be reached, or answers nonsense.
        """
        answer = self._request("GET", f"/deforum_api/jobs/{job}", missing_ok=True)
        if not answer:
            return None
        try:
            told = _Status.model_validate(answer)
        except ValidationError as error:
            raise ServiceError(f"{self.url} answers what is no job status") from error
        return JobStatus(
            state=told.status,
            phase=told.phase,
            progress=told.phase_progress,
            retryable=told.error_type == "RETRYABLE",
            pulse=(told.phase, told.phase_progress, told.updates),
            message=told.message or "",
            outdir=told.outdir,
            timestring=told.timestring,
        )

    def cancel(self, job: str) -> None:
        """Ask the server to drop a job; one that is gone already is no error."""
        self._request("DELETE", f"/deforum_api/jobs/{job}", missing_ok=True)

    def is_alive(self) -> bool:
        """Return whether the server answers."""
        try:
            self._request("GET", "/deforum_api/jobs", attempts=1)
        except ServiceError:
            return False
        return True

    def close(self) -> None:
        """Close the connection."""
        self._http.close()

    def _request(
        self,
        method: str,
        path: str,
        *,
        attempts: int = _ATTEMPTS,
        missing_ok: bool = False,
        **more: Any,
    ) -> dict[str, Any]:
        failure: Exception | None = None
        for _ in range(attempts):
            try:
                answer = self._http.request(method, path, **more)
                if missing_ok and answer.status_code in (400, 404):
                    return {}
                answer.raise_for_status()
                content = answer.json()
            except (httpx.HTTPError, ValueError) as error:
                failure = error
                continue
            return content if isinstance(content, dict) else {"items": content}
        raise ServiceError(
            f"{self.url} does not answer as a Deforum server: {failure}"
        ) from failure
