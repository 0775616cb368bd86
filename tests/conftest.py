"""Fixtures that tests of many rooms share."""

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """Give the folder of outside material beside the checkout, or skip the test."""
    if not SHARED.is_dir():
        pytest.skip("the outside material (../shared) is not beside this checkout")
    return SHARED
