"""Our matching of onsets agrees with mir_eval's."""

import mir_eval
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from clavilux.core.metrics import correlation, onset_agreement

times = st.lists(st.integers(0, 400), max_size=25, unique=True).map(
    lambda ms: np.array(sorted(ms)) / 100
)


@given(times, times)
def test_f1_equals_mir_eval(reference, estimated):
    ours = onset_agreement(reference, estimated, 0.051)

    if len(reference) and len(estimated):
        theirs = mir_eval.onset.f_measure(reference, estimated, window=0.051)
        np.testing.assert_allclose((ours.f1, ours.precision, ours.recall), theirs)


def test_nothing_to_find_and_nothing_found_is_perfect():
    empty = np.zeros(0)

    assert onset_agreement(empty, empty, 0.05).f1 == 1.0
    assert onset_agreement(empty, np.ones(1), 0.05).f1 == 0.0


def test_correlation_of_a_line_with_itself_is_one_and_with_a_constant_zero():
    line = np.arange(5.0)

    assert abs(correlation(line, 2 * line + 1) - 1) < 1e-12
    assert correlation(line, np.ones(5)) == 0.0
