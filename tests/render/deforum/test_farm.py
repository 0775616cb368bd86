"""Every task given to a farm ends done, once, whatever its servers do."""

import json
import sys
from contextlib import ExitStack
from fractions import Fraction
from pathlib import Path

import pytest

from clavilux import media
from clavilux.core.errors import ServiceError
from clavilux.render.deforum.client import Client
from clavilux.render.deforum.fake import Behaviour, FakeServer
from clavilux.render.deforum.farm import Farm, Limits, Task

QUICK = Limits(poll_s=0.05, stall_s=1.5, start_s=20, job_s=30)
N_FRAMES = 12


def tasks(folder, count):
    manifest = {
        "options": {"output_fps": 24},
        "rendered_frames": [{"frame": i} for i in range(N_FRAMES)],
    }
    return [
        Task(
            f"film-{i}",
            {
                "W": 32,
                "H": 32,
                "batch_name": f"film-{i}",
                "outdir": str(folder / "server"),
                "parseq_manifest": json.dumps(manifest),
            },
            folder / "films" / f"{i}.mp4",
            N_FRAMES,
        )
        for i in range(count)
    ]


def run(farm, work):
    return sorted(farm.run(work), key=lambda outcome: outcome.task.name)


def frames(path):
    return sum(1 for _ in media.open_film(path))


def test_four_servers_one_killed_one_failing_end_every_job_done_once(tmp_path):
    behaviours = [
        Behaviour(seconds=0.2),
        Behaviour(seconds=0.2, die_at=2),
        Behaviour(seconds=0.2, fail=2),
        Behaviour(seconds=0.2, cut_short=1),
    ]
    work = tasks(tmp_path, 16)

    with ExitStack() as stack:
        servers = [stack.enter_context(FakeServer(tmp_path, does)) for does in behaviours]
        outcomes = run(Farm([server.url for server in servers], limits=QUICK), work)

    assert [outcome.state for outcome in outcomes] == ["done"] * 16
    assert len({outcome.task.name for outcome in outcomes}) == 16
    assert all(frames(task.target) == N_FRAMES for task in work)
    assert all(task.target.with_suffix(".srt").exists() for task in work)


def test_a_failure_for_good_is_not_tried_again(tmp_path):
    with FakeServer(tmp_path, Behaviour(refuse=1)) as server:
        (outcome,) = run(Farm([server.url], limits=QUICK), tasks(tmp_path, 1))

    assert (outcome.state, outcome.attempts) == ("failed", 1)
    assert outcome.reason == "Invalid settings."


def test_a_job_that_keeps_failing_is_given_up(tmp_path):
    with FakeServer(tmp_path, Behaviour(fail=99)) as server:
        (outcome,) = run(Farm([server.url], limits=QUICK), tasks(tmp_path, 1))

    assert (outcome.state, outcome.attempts) == ("failed", QUICK.attempts)


def test_a_cancelled_job_ends(tmp_path):
    with FakeServer(tmp_path, Behaviour(seconds=5)) as server:
        farm = Farm([server.url], limits=QUICK)
        submit = server.submit

        def submit_and_cancel(settings):
            batch, jobs = submit(settings)
            server.cancel(jobs[0])
            return batch, jobs

        server.submit = submit_and_cancel
        (outcome,) = run(farm, tasks(tmp_path, 1))

    assert outcome.state == "cancelled"


def test_a_job_that_stops_moving_is_tried_again(tmp_path):
    with FakeServer(tmp_path, Behaviour(stall=1)) as server:
        (outcome,) = run(Farm([server.url], limits=QUICK), tasks(tmp_path, 1))

    assert (outcome.state, outcome.attempts) == ("done", 2)


def test_no_server_at_all_is_a_failure_and_not_a_wait(tmp_path):
    (outcome,) = run(Farm(["http://127.0.0.1:9"], limits=QUICK), tasks(tmp_path, 1))

    assert outcome.state == "failed"
    assert "127.0.0.1:9" in outcome.reason


def test_a_farm_that_was_killed_goes_on_with_running_jobs(tmp_path):
    ledger, work = tmp_path / "ledger.json", tasks(tmp_path, 1)
    with FakeServer(tmp_path, Behaviour(seconds=0.5)) as server:
        first = Farm([server.url], ledger=ledger, limits=QUICK)
        first._submit(first._servers[0], list(work))

        (outcome,) = run(Farm([server.url], ledger=ledger, limits=QUICK), work)

        assert outcome.state == "done"
        assert server.made == ["film-0"]


def test_films_that_are_there_are_not_made_again(tmp_path):
    work = tasks(tmp_path, 2)
    with FakeServer(tmp_path) as server:
        run(Farm([server.url], limits=QUICK), work)
        run(Farm([server.url], limits=QUICK), work)

        assert sorted(server.made) == ["film-0", "film-1"]


@pytest.mark.slow
def test_servers_of_our_own_are_started_and_restarted(tmp_path):
    with FakeServer(tmp_path) as free:
        port = int(free.url.rsplit(":", 1)[1])
    command = (
        f"{sys.executable} -m clavilux.render.deforum.fake --port {port} "
        f"--outdir {tmp_path} --seconds 0.2 --die-at 3"
    )
    work = tasks(tmp_path, 5)

    outcomes = run(Farm([f"http://127.0.0.1:{port}"], start_server=command, limits=QUICK), work)

    assert [outcome.state for outcome in outcomes] == ["done"] * 5


def test_a_server_that_speaks_something_else_is_one_clear_error():
    with FakeServer(Path()) as server:
        client = Client(server.url + "/elsewhere")
        with pytest.raises(ServiceError, match="does not answer as a Deforum server"):
            client.submit({})


def test_frame_rates_of_films_are_the_manifests(tmp_path):
    work = tasks(tmp_path, 1)
    with FakeServer(tmp_path) as server:
        run(Farm([server.url], limits=QUICK), work)

    assert media.probe(work[0].target).frame_rate == Fraction(24)
