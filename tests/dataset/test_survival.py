"""Two hundred examples survive ten kills of workers and driver, and end as if nothing had been."""

from pathlib import Path

import pytest
from survival import Driver, check_hashes, children, contents

from clavilux.dataset.making import make
from clavilux.dataset.recipe import Recipe

COUNT, KILLS = 200, 10
RECIPE = Recipe(
    seed=11, duration_s=0.5, width=32, height=32, looks=("ink", "paper", "woodcut"), quality=35
)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("undisturbed") / "data"
    assert make(RECIPE, folder, count=COUNT).n_made == COUNT
    return contents(folder)


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_on_the_pool(tmp_path, undisturbed):
    driver = Driver(RECIPE, tmp_path / "data", count=COUNT)

    assert driver.run_with_kills(KILLS, seed=1, timeout_s=1500) == KILLS

    assert contents(tmp_path / "data") == undisturbed
    check_hashes(tmp_path / "data")


@pytest.fixture(scope="module")
def cluster():
    """Start a Ray cluster of this machine, once for all tests; return its address."""
    import ray

    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False)
    yield ray.get_runtime_context().gcs_address
    ray.shutdown()


def ray_workers(driver):
    """List the processes of our cluster that carry out tasks right now."""
    found = []
    for child in children("self"):
        for worker in children(child):
            if Path(f"/proc/{worker}/cmdline").read_bytes().startswith(b"ray::call"):
                found.append(worker)
    return found


@pytest.mark.slow
@pytest.mark.extra("cluster")
@pytest.mark.timeout(1800)
def test_on_a_ray_cluster(tmp_path, undisturbed, cluster):
    driver = Driver(RECIPE, tmp_path / "data", count=COUNT, executor="ray", address=cluster)

    n_killed = driver.run_with_kills(KILLS, seed=2, workers_of=ray_workers, timeout_s=1500)

    assert n_killed == KILLS
    assert contents(tmp_path / "data") == undisturbed
    check_hashes(tmp_path / "data")


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_with_four_deforum_servers(tmp_path):
    from clavilux.render.deforum.fake import FakeServer

    recipe = RECIPE.model_copy(update={"renderer": "deforum-api"})
    servers = [FakeServer(tmp_path / f"server{k}") for k in range(4)]
    for server in servers:
        server.__enter__()
    urls = tuple(server.url for server in servers)
    try:
        make(recipe, tmp_path / "whole", count=COUNT, workers=2, renderer_options={"urls": urls})
        driver = Driver(recipe, tmp_path / "data", count=COUNT, urls=urls)

        assert driver.run_with_kills(KILLS, seed=3, timeout_s=1500) == KILLS
    finally:
        for server in servers:
            server.__exit__(None, None, None)

    assert contents(tmp_path / "data") == contents(tmp_path / "whole")
