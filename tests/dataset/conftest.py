"""A small data set, made once, which tests of the room copy and look at."""

import pytest

from clavilux.dataset.making import make
from clavilux.dataset.recipe import Recipe


@pytest.fixture(scope="session")
def tiny_recipe() -> Recipe:
    """Examples of a second, as small as stamps."""
    return Recipe(
        seed=3, duration_s=1, width=48, height=32, looks=("ink", "paper", "woodcut"), quality=30
    )


@pytest.fixture(scope="session")
def tiny_data(tmp_path_factory, tiny_recipe):
    """Give the folder of five examples; not to be changed."""
    folder = tmp_path_factory.mktemp("data") / "tiny"
    report = make(tiny_recipe, folder, count=5)
    assert report.n_made == 5
    return folder
