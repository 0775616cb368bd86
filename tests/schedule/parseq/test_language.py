"""The language means what sd-parseq means by it, traps included."""

import math
import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from clavilux.core.errors import DocumentError
from clavilux.schedule.parseq.evaluation.expression import evaluate_expression
from clavilux.schedule.parseq.evaluation.scene import ParseqError
from clavilux.schedule.parseq.language.parser import ParseqSyntaxError, parse_expression
from clavilux.schedule.parseq.language.tree import (
    LEVELS,
    Call,
    Chain,
    Choice,
    Negative,
    Number,
    Text,
    Truth,
    Variable,
    unparse,
)


def value(text, frame=0, **more):
    arguments = {"keyframes": [0, 5, 10], "values": [5, 0, 10], "output_fps": 30, "bpm": 140}
    return evaluate_expression(text, frames=range(frame + 1), **{**arguments, **more})[-1]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10-5-2", 7),
        ("1-2+3", -4),
        ("8/4/2", 4),
        ("5%3*2", 5),
        ("2^3*2", 64),
        ("2*3^2", 18),
        ("-2^2", 4),
        ("2--1", 3),
        ("0 or 1 and 0", 0),
        ('"a":0.5', "(a:0.5)"),
        ('"a"+1', "a1"),
        ('"2"==2', 1),
        ("if 0 2", 0),
        ("if (1) 2 else 3 + 4", 6),
        ("-7 % 3", -1),
        ("2b", 2 * 30 * 60 / 140),
        ("1.5s", 45),
        ("10^-4", 9.999999999999999e-05),
        ("min(1, 2,)", 1),
    ],
)
def test_reads_as_the_original_does(text, expected):
    assert value(text) == pytest.approx(expected, abs=1e-15)


def test_oscillators_rest_at_zero_after_their_limit():
    assert value("sin(p=2, c=10, li=1)", frame=4) == 0


def test_time_before_a_keyframe_counts_from_it():
    assert value("k", frame=7) == 2


def test_next_value_after_the_last_keyframe_is_missing_when_it_is_zero():
    assert math.isnan(value("next_keyframe_value", frame=10, values=[5, 0, 0]))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1/0", "Error: Divide by zero at undefined:undefined."),
        ("f/0", "Error: Divide by zero at 1:0."),
        ("foo", "Error: Unrecognised variable foo at 1:0"),
        ("foo(1)", "Error: Unknown function: 'foo'"),
        ("1+", "TypeError: Cannot read properties of undefined (reading '0')"),
        ('bez(c="x")', "Error: Unknown curve type: x."),
        ("bez(x1=2)", "Error: bezier x values must be in [0, 1] range"),
        ("posneg(\"a\", 1)", "Error: posneg() can only be used in a prompt."),
        ("computed_at(f+1)", "Error: computed_at(prior_frame) - prior_frame must be below the "
         "current frame number."),
        ("recompute_if(1, -sin())", "Error: 1 or more missing required arguments for function "
         "'sin (returns position on a sine wave)'. Required arguments: period/p"),
    ],
)  # fmt: skip
def test_fails_with_the_original_words(text, message):
    with pytest.raises(ParseqError) as raised:
        value(text, frame=1)

    assert raised.value.original == message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("sin(", "'sin(' is incomplete at line 1, column 5: something must follow '('"),
        ("1 +", "'1 +' is incomplete at line 1, column 4: something must follow '+'"),
        ("((2", "'((2' is incomplete at line 1, column 4: 2 brackets are not closed"),
        ("1 *\n (f", "'1 *\\n (f' is incomplete at line 2, column 4: a bracket is not closed"),
    ],
)
def test_what_is_incomplete_says_where_and_what_lacks(text, message):
    with pytest.raises(ParseqError, match="the expression " + re.escape(message)):
        value(text, frame=1)


def test_a_syntax_error_says_what_could_have_come():
    with pytest.raises(ParseqSyntaxError) as raised:
        parse_expression("1 + )")

    assert str(raised.value).startswith(
        "Error: Syntax error at line 1 col 5:\n\n1  1 + )\n       ^\n"
        'Unexpected rparan token: ")". Instead, I was expecting to see one of the following:'
    )


NAMES = st.sampled_from(["f", "b", "prev_computed_value", "loud", "PI", "if_", "elsewhere"])
LEAVES = st.one_of(
    st.builds(
        Number,
        st.one_of(
            st.integers(0, 10**6).map(float),
            st.floats(0, 1e6, allow_nan=False, allow_infinity=False).map(abs),
        ),
        st.sampled_from(["", "f", "s", "b"]),
    ),
    st.builds(Text, st.text(alphabet='abc "\\\n\té-+', max_size=5)),
    st.builds(Truth, st.booleans()),
    st.builds(Variable, NAMES),
)


def chains(parts):
    def of_level(level):
        return st.lists(parts, min_size=2, max_size=4).flatmap(
            lambda operands: st.lists(
                st.sampled_from(level), min_size=len(operands) - 1, max_size=len(operands) - 1
            ).map(lambda operators: Chain(tuple(operands), tuple(operators)))
        )

    return st.sampled_from(LEVELS).flatmap(of_level)


def calls(parts):
    by_position = st.lists(parts, max_size=3).map(lambda args: Call("min", tuple(args), None))
    by_name = st.lists(st.tuples(NAMES, parts), min_size=1, max_size=3).map(
        lambda pairs: Call("sin", tuple(v for _, v in pairs), tuple(n for n, _ in pairs))
    )
    return by_position | by_name


TREES = st.recursive(
    LEAVES,
    lambda parts: st.one_of(
        st.builds(Negative, parts),
        chains(parts),
        calls(parts),
        st.builds(Choice, parts, parts, st.none() | parts),
    ),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(TREES)
def test_what_is_printed_reads_as_the_same_tree(tree):
    assert parse_expression(unparse(tree)) == tree


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet='abf01.()+-*/%^:=,<>&|!"# \n', max_size=30))
@example("__import__('os')")
@example("if if if")
def test_any_text_gives_a_tree_or_a_clear_error(text):
    try:
        tree = parse_expression(text)
    except DocumentError:
        return
    else:
        unparse(tree)


@settings(max_examples=60, deadline=None)
@given(TREES)
def test_any_tree_is_evaluated_or_refused(tree):
    try:
        values = evaluate_expression(
            unparse(tree), frames=range(4), keyframes=[0, 3], values=[1, 2]
        )
    except DocumentError:
        return
    assert len(values) == 4


def test_whole_columns_and_single_frames_agree():
    from clavilux.schedule import parse

    texts = [
        "sin(p=7) * 2 + tri(p=3b) % 2",
        "bez(c=\"easeOutBack\") + slide(in=4)",
        "if (f > 4) rand(s=3, h=2) else smrand(s=1)",
        "recompute_if(f % 3 == 0, perlin(s=2))",
        "round(_exp(s) ^ 0.3, 2) and C > P",
    ]  # fmt: skip
    for text in texts:
        keyframes = [{"frame": 0, "zoom": 5}, {"frame": 5, "zoom": 0}, {"frame": 10, "zoom": 10}]
        keyframes[0]["zoom_i"] = text
        document = {
            "keyframes": keyframes,
            "managedFields": ["zoom"],
            "options": {"output_fps": 30, "bpm": 140},
        }
        column = parse(document).render().column("zoom")

        alone = evaluate_expression(
            f"({text}) + 0 * prev_computed_value",
            frames=range(11), keyframes=[0, 5, 10], values=[5, 0, 10], output_fps=30, bpm=140,
        )  # fmt: skip

        assert column.tolist() == pytest.approx(alone, abs=1e-12)
