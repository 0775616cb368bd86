"""A back end is chosen by name, imported late, and never replaced in silence."""

import sys

import pytest

from clavilux.core.backends import Family
from clavilux.core.errors import MissingExtra, UnknownBackEnd

FAMILY = Family(
    kind="thing",
    group="clavilux.test",
    built_in={
        "fraction": "fractions:Fraction",
        "absent": "a_package_nobody_has:Thing",
    },
    extra_of={"absent": "absence"},
)


def test_the_table_lists_names_without_importing():
    assert FAMILY.names() == ["absent", "fraction"]
    assert "a_package_nobody_has" not in sys.modules


def test_builds_by_name_with_options():
    assert FAMILY.make("fraction", numerator=1, denominator=2) == 0.5


def test_an_unknown_name_lists_the_known():
    with pytest.raises(UnknownBackEnd, match="no thing is called 'x'; there are: absent, fraction"):
        FAMILY.make("x")


def test_a_missing_package_names_the_extra():
    with pytest.raises(MissingExtra, match=r"pip install 'clavilux\[absence\]'"):
        FAMILY.make("absent")
