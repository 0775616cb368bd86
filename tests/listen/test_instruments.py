"""Of a score, the instruments of every second are those that play in it."""

import numpy as np
import pytest

from clavilux import score
from clavilux.core.values import Events, Facts, Series, Sound
from clavilux.listen.instruments import FAMILY_OF, LABELS, TAKEN_FOR, Instruments, hear
from clavilux.listen.score_instruments import label_of_drum, label_of_program, of_score


def test_every_program_and_drum_note_has_a_label():
    assert {label_of_program(p) for p in range(128)} <= set(LABELS)
    assert {label_of_drum(n) for n in range(128)} <= set(LABELS)
    assert [label_of_program(p) for p in (0, 21, 30, 40, 42, 52, 73)] == [
        "piano", "accordion", "distorted_guitar", "violin", "cello", "voice", "woodwind",
    ]  # fmt: skip
    assert [label_of_drum(n) for n in (36, 37, 39, 55, 49)] == [
        "kick", "rimshot", "clap", "splash", "crash",
    ]  # fmt: skip


def test_every_label_has_something_it_is_taken_for():
    assert set(TAKEN_FOR) == set(FAMILY_OF)
    assert all(o in FAMILY_OF and o != label for label in TAKEN_FOR for o in TAKEN_FOR[label])


def test_a_score_names_what_plays_and_nothing_else(tiny_midi):
    heard = of_score(score.settle_drums(score.read(tiny_midi), None))

    first = {label for label, sure in heard.at(0).items() if sure > 0.7}
    assert first == {"kick", "closed_hat", "snare", "piano"}
    assert heard.start_s.tolist() == [0.0, 1.0, 2.0, 3.0]


def test_a_recording_has_the_drums_and_the_voice_that_are_heard():
    events = Events(np.array([0.2, 2.5]), ("kick", "rim"), np.array([0.9, 0.8]))
    facts = Facts(duration_s=3.0, events=events)
    voice = Series(10.0, np.array([0.0] * 10 + [0.95] * 10 + [0.0] * 10))
    silence = Sound.from_array(np.zeros(48_000, np.float32), 16_000)

    heard = hear(silence, facts, voice)

    sure = [[label for label, c in heard.at(i).items() if c >= 0.7] for i in range(3)]
    assert sure == [["kick"], ["voice"], ["rimshot"]]


def test_guesses_follow_confidence_then_what_is_easily_confused():
    confidence = np.zeros((1, len(LABELS)), np.float32)
    confidence[0, LABELS.index("guitar")] = 0.9
    assert Instruments(confidence).guesses(0, "guitar") == ("bass", "plucked")
    confidence[0, LABELS.index("organ")] = 0.4
    assert Instruments(confidence).guesses(0, "guitar") == ("organ", "bass", "plucked")


def test_refuses_confidences_of_another_shape():
    with pytest.raises(ValueError, match=r"shape \(2, 3\)"):
        Instruments(np.zeros((2, 3), np.float32))
