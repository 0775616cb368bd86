"""Fixtures of this room."""

from collections.abc import Callable
from importlib import import_module

import pytest

from clavilux.core.values import Score


@pytest.fixture(scope="session")
def read_stepwise() -> Callable[[bytes], Score]:
    """Give the reader which never takes the quick way: the definition of what is right."""
    module = import_module("clavilux.score.read")
    return lambda data: module._read(data, stepwise=True)
