"""Curves sent to Deforum servers come back as pictures."""

from fractions import Fraction

import numpy as np
import pytest

from clavilux import render
from clavilux.core.errors import ServiceError
from clavilux.core.values import Curves, Size
from clavilux.render.deforum.fake import Behaviour, FakeServer
from clavilux.render.deforum.farm import Limits
from clavilux.render.deforum.renderer import manifest_of

QUICK = Limits(poll_s=0.05, stall_s=2)


@pytest.fixture(autouse=True)
def own_temporary_folder(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.chdir(tmp_path)


def curves(n_frames=10):
    values = {"rotation_3d_z": np.arange(n_frames) * 0.5, "zoom": np.full(n_frames, 1.01)}
    return Curves(Fraction(24), values, prompts=((0, "a red whale"), (4, "fog")))


REQUEST = render.Request(curves(), Size(64, 48), 1)


def test_the_film_comes_back_at_the_size_asked_for(tmp_path):
    with FakeServer(tmp_path) as server:
        renderer = render.RENDERERS.make("deforum-api", urls=[server.url], limits=QUICK)
        pictures = list(render.start(renderer, REQUEST))

    assert len(pictures) == 10
    assert pictures[0].size == Size(64, 48)


def test_a_run_goes_on_from_its_state_without_making_the_film_again(tmp_path):
    with FakeServer(tmp_path) as server:
        renderer = render.RENDERERS.make("deforum-api", urls=[server.url], limits=QUICK)
        run = render.start(renderer, REQUEST)
        whole = [next(run).luma.mean() for _ in range(10)]
        again = render.start(renderer, REQUEST, first_frame=4, state=run.state())

        assert [next(again).luma.mean() for _ in range(6)] == whole[4:]
        assert len(server.made) == 1


def test_a_server_that_only_fails_is_a_service_error(tmp_path):
    with FakeServer(tmp_path, Behaviour(refuse=9)) as server:
        renderer = render.RENDERERS.make("deforum-api", urls=[server.url], limits=QUICK)
        with pytest.raises(ServiceError, match="Invalid settings"):
            render.start(renderer, REQUEST)


def test_the_manifest_holds_movements_as_deltas_and_prompts_from_their_frame():
    rows = manifest_of(curves())["rendered_frames"]

    assert [row["rotation_3d_z_delta"] for row in rows[:3]] == [0.0, 0.5, 1.0]
    assert rows[2]["rotation_3d_z"] == 1.5
    assert rows[1]["zoom"] == pytest.approx(1.02)
    assert [row["deforum_prompt"] for row in rows[3:5]] == ["a red whale", "fog"]
