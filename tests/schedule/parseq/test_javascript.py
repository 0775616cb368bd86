"""Numbers convert and print as in a browser, and patterns match as there."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clavilux.schedule.parseq.evaluation.easing import PRESETS, ease
from clavilux.schedule.parseq.javascript import fdlibm
from clavilux.schedule.parseq.javascript import values as js
from clavilux.schedule.parseq.javascript.noise import Arc4, noise
from clavilux.schedule.parseq.javascript.regex import PatternError, pattern


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0.1 + 0.2, "0.30000000000000004"),
        (1e21, "1e+21"),
        (1e20, "100000000000000000000"),
        (1e-7, "1e-7"),
        (0.000001, "0.000001"),
        (-0.0, "0"),
        (5.0, "5"),
        (1.5e-10, "1.5e-10"),
        (float("inf"), "Infinity"),
    ],
)
def test_prints_the_shortest_digits(number, text):
    assert js.number_text(number) == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_what_is_printed_reads_back(number):
    assert js.to_number(js.number_text(number)) == number


def test_fixed_decimals_break_ties_away_from_zero():
    assert js.to_fixed(1 / 64, 5) == "0.01563"
    assert js.to_fixed(-1 / 64, 5) == "-0.01563"
    assert js.to_fixed(-0.0, 5) == "0.00000"
    assert js.to_fixed(0.5, 0) == "1"


def test_precision_keeps_significant_digits():
    assert [js.to_precision(x, 4) for x in (0.0, 0.5, 1 / 3, 12345.0, 1e-7)] == [
        "0.000", "0.5000", "0.3333", "1.235e+4", "1.000e-7",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "number"), [("", 0), (" 12 ", 12), ("0x1f", 31), ("1e3", 1000), (".5", 0.5)]
)
def test_texts_become_numbers(text, number):
    assert js.to_number(text) == number


@pytest.mark.parametrize("text", ["abc", "1_000", "0x", "1,5", "nan", "inf", "１"])
def test_other_texts_become_no_number(text):
    assert np.isnan(js.to_number(text))


def test_seeded_numbers_are_seedrandoms():
    source = Arc4("1")

    assert [round(source.next(), 2) for _ in range(4)] == [0.27, 0.43, 0.87, 0.25]


def test_noise_is_smooth_and_bounded():
    x = np.linspace(-50, 50, 2001)

    for surface in (noise("3").simplex(x, np.float64(0.5)), noise("3").perlin(x, np.float64(0.5))):
        assert np.max(np.abs(surface)) <= 1
        assert np.max(np.abs(np.diff(surface))) < 0.3


@pytest.mark.parametrize("name", ["sin", "cos", "tan", "exp", "log", "cbrt", "asinh", "tanh"])
def test_elementary_functions_are_within_an_ulp_of_exact_ones(name):
    x = np.linspace(0.01, 100, 5000)
    function = getattr(np, {"asinh": "arcsinh"}.get(name, name))
    exact = function(x.astype(np.longdouble)).astype(np.float64)  # glibc's own cbrt is 3 ulp out

    np.testing.assert_array_max_ulp(getattr(fdlibm, name)(x), exact, maxulp=1)


def test_the_browsers_power_is_not_everyones():
    assert fdlibm.pow(np.float64(10), np.float64(-4)) == 9.999999999999999e-05


@pytest.mark.parametrize(
    ("text", "subject", "found"),
    [
        ("kick|snare", "a snare", True),
        ("^k.*1$", "kick 1", True),
        ("a$", "a\n", False),
        ("\\bsn", "a snare", True),
        ("[^a-z]", "abc", False),
        ("x{2,3}y", "xy", False),
        ("(?=k)ki", "kick", True),
        ("(?<!s)now", "snow", False),
        ("a\\-b", "a-b", True),
        ("{", "{", True),
        ("^.$", "😀", False),
        ("", "", True),
        ("[]", "a", False),
        ("\\u0041", "A", True),
    ],
)
def test_patterns_match_as_in_a_browser(text, subject, found):
    assert pattern(text).matches(subject) is found


@pytest.mark.parametrize("text", ["(", ")", "[", "*a", "a**", "a++", "(?i)a", "x{2,1}", "\\"])
def test_what_a_browser_refuses_is_refused(text):
    with pytest.raises(PatternError, match="Invalid regular expression"):
        pattern(text)


def test_easing_no_number_ends_where_the_browsers_search_does():
    eased = ease(np.array([np.nan]), *map(np.float64, PRESETS["ease"]))

    np.testing.assert_array_equal(eased, [0.020787500000000004])


def test_sines_of_multiples_of_a_quarter_turn_are_the_browsers():
    angles = np.array([np.pi / 2, np.pi, -1.5 * np.pi, 579938.0038526757, -0.0])

    np.testing.assert_array_equal(
        fdlibm.sin(angles), [1.0, 1.2246467991473532e-16, 1.0, -1.6292495937016474e-10, -0.0]
    )
