"""We promise that nets of chords are asked alike, and that one of your own may take their place."""

import numpy as np
import pytest

from clavilux import models
from clavilux.compose import chord_nets
from clavilux.compose.chord_nets import Prefix
from clavilux.compose.chords import CHORD_WRITERS
from clavilux.compose.vocabulary import N_CHORDS
from clavilux.core.errors import ArgumentError, InputError
from clavilux.pipelines.hear_options import HearOptions
from tests.contract.test_chord_writers import asked

LEARNT = [name for name in CHORD_WRITERS.names() if name in models.names()]


@pytest.fixture(params=LEARNT)
def net(request):
    return getattr(chord_nets, request.param)()


def a_prefix(n, film_s=None):
    rng = np.random.default_rng(0)
    seconds = film_s or n + 1
    return Prefix(
        np.repeat(rng.integers(1, N_CHORDS, n), 2)[:n],
        rng.dirichlet(np.ones(6), seconds).astype(np.float32),
        rng.random(seconds).astype(np.float32) * 20,
        np.arange(seconds).astype(np.float32) % 7,
        minor=False,
    )


@pytest.mark.parametrize("n", [1, 2, 17, 300])
def test_answers_are_probabilities_of_every_second(net, n):
    found = net(a_prefix(n))

    assert found.shape == (n, N_CHORDS)
    np.testing.assert_allclose(np.exp(found).sum(axis=1), 1, atol=1e-3)


def test_what_comes_later_changes_nothing_before(net):
    whole = a_prefix(40)
    shorter = Prefix(
        whole.chords[:17], whole.emotion, whole.motion, whole.scene_offset, minor=False
    )

    np.testing.assert_allclose(net(shorter), net(whole)[:17], atol=2e-5)


@pytest.mark.parametrize("name", LEARNT)
def test_a_net_of_ones_own_writes_in_the_place_of_the_shipped(name):
    folder = str(models.FOLDER / name)

    own = CHORD_WRITERS.make(name, weights=folder).write(asked())

    assert own == CHORD_WRITERS.make(name).write(asked())
    assert HearOptions(harmony=name, weights=folder).brief(None).chord_weights == folder
    assert chord_nets.load(folder)(a_prefix(3)).shape == (3, N_CHORDS)


def test_weights_that_do_nothing_or_are_of_another_kind_are_refused():
    drums = str(models.FOLDER / "drums")
    with pytest.raises(ArgumentError, match="`weights` are for a learnt `harmony`"):
        HearOptions(weights=drums, harmony="theory")
    with pytest.raises(InputError, match="is not a model of the kind form"):
        HearOptions(weights=drums, harmony="form")
    with pytest.raises(InputError, match="there is no file absent"):
        HearOptions(weights="absent", harmony="form")
    with pytest.raises(InputError, match="is no net of chords"):
        chord_nets.load(drums)
