"""Arrangement: who plays in each part, and what; every part by itself.

Parts of one label are written together and hang on nothing outside them, so that one
can be written anew with all else as it was.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from clavilux.compose import accompaniment, beats, drama, ensemble, styles
from clavilux.compose.bass import bass
from clavilux.compose.chords import CHORD_WRITERS, ChordRequest, Progression
from clavilux.compose.ensemble import Instrument
from clavilux.compose.harmony import Chord
from clavilux.compose.lines import Bar, Line
from clavilux.compose.measures import BarLevels
from clavilux.compose.melody import melody
from clavilux.compose.parts import Part
from clavilux.compose.styles import Style
from clavilux.compose.tonality import clarity, held_by
from clavilux.compose.writing import loosened, swung

_CLEAR = 0.03  # how much better than any other its key must fit
_MOST_DRAFTS = 10
_NEXT_DRAFT = 7919  # a seed so far away is no user's next take
_ENTERS = {"drums": 4, "bass": 2}
"""Bars of a long piece for which a role waits at its beginning."""
_LONG = 16


class Asked(Protocol):
    """What a brief says that parts are written by."""

    @property
    def instruments(self) -> tuple[str, ...]: ...
    @property
    def without(self) -> frozenset[str]: ...
    @property
    def primer(self) -> tuple[Chord, ...]: ...
    @property
    def chord_writer(self) -> str: ...
    @property
    def chord_weights(self) -> str | None: ...
    @property
    def seed(self) -> int: ...


@dataclass(frozen=True, slots=True, eq=False)
class Lines:
    """What all parts share."""

    asked: Asked
    style: Style
    shots: Sequence[float]
    """Beats at which shots begin."""
    fingerprint: int

    def players(self, part: Part, valence: float, energy: float) -> tuple[Instrument, ...]:
        """Return who plays in a part: the named, or by style, its label's mood and energy."""
        if self.asked.instruments:
            everyone = ensemble.chosen(self.asked.instruments)
        else:
            rng = np.random.default_rng([self.fingerprint, self.asked.seed, ord(part.label), 13])
            joins = self.style.joins
            everyone = tuple(
                player
                for player in styles.players(self.style, valence, rng)
                if player.role == "melody" or energy >= joins[player.role]
            )
        return tuple(
            player
            for player in everyone
            if not any(ensemble.is_called(player, word) for word in self.asked.without)
        )


Written = list[tuple[Part, dict[Instrument, Line]]]


def written_parts(
    bars: Sequence[Bar],
    parts: Sequence[Part],
    level: BarLevels,
    cuts: NDArray[np.float64],
    lines: Lines,
) -> tuple[list[Bar], Written]:
    """Write every part: its chords and what its players play.

    Returns:
        The bars with their chords, and each part's lines, in order of parts.
    """
    whole, written = list(bars), dict[int, dict[Instrument, Line]]()
    weights = lines.asked.chord_weights
    options = {} if weights is None else {"weights": weights}
    writer = CHORD_WRITERS.make(lines.asked.chord_writer, **options)
    for label in dict.fromkeys(part.label for part in parts):
        own = [part for part in parts if part.label == label]
        best: tuple[float, list[Bar], list[dict[Instrument, Line]]] | None = None
        for number in range(_MOST_DRAFTS):
            drafted = [replace(part, seed=part.seed + number * _NEXT_DRAFT) for part in own]
            request = _request(drafted, parts, level, cuts, lines)
            progression = writer.write(request)
            draft = _with_chords(bars, drafted, progression)
            pedal = number / _MOST_DRAFTS  # the less clear the key, the more home is held
            played = [_part_lines(draft, part, own[0].valence, lines, pedal) for part in drafted]
            notes = [line for one in played for who, line in one.items() if who.role != "drums"]
            clear = clarity(held_by(notes), own[0].key)
            if best is None or clear > best[0]:
                best = clear, draft, played
            if clear > _CLEAR:
                break
        assert best is not None
        for part, one in zip(own, best[2], strict=True):
            written[part.first_bar] = one
            whole[part.first_bar : part.bars.stop] = best[1][part.first_bar : part.bars.stop]
    return whole, [(part, written[part.first_bar]) for part in parts]


def arranged(
    written: Written, quiet: Sequence[tuple[float, float]], style: Style
) -> dict[Instrument, Line]:
    """Put the parts one after the other, as players play them; one line an instrument."""
    tracks: dict[Instrument, Line] = {}
    for part, lines in written:
        for player, line in lines.items():
            role = ensemble.ROLES.index(player.role)
            rng = np.random.default_rng([part.seed, 11, role, player.program, part.first_bar])
            played = loosened(swung(drama.hushed(line, quiet), style.swing), rng)
            tracks.setdefault(player, []).extend(played)
    return {player: line for player, line in tracks.items() if line}


def _request(
    own: Sequence[Part],
    parts: Sequence[Part],
    level: BarLevels,
    cuts: NDArray[np.float64],
    lines: Lines,
) -> ChordRequest:
    index = [bar for part in own for bar in part.bars]
    return ChordRequest(
        own,
        level.tension[index],
        level.valence[index],
        level.density[index],
        cuts[index],
        style=lines.style.name,
        primer=lines.asked.primer,
        opens=own[0].label == parts[0].label,
        closes=own[-1].first_bar == parts[-1].first_bar,
    )


def _with_chords(bars: Sequence[Bar], parts: Sequence[Part], progression: Progression) -> list[Bar]:
    whole = list(bars)
    index = [bar for part in parts for bar in part.bars]
    for i, chords in zip(index, progression, strict=True):
        whole[i] = replace(bars[i], chords=chords[: max(1, bars[i].n_beats)])
    return whole


def _part_lines(
    bars: Sequence[Bar], part: Part, valence: float, lines: Lines, pedal: float
) -> dict[Instrument, Line]:
    """Write what everybody plays in one part."""
    own = [bars[i] for i in part.bars]
    energy = float(np.mean([0.5 * bar.density + 0.5 * bar.tension for bar in own]))
    players = lines.players(part, valence, energy)
    roles = {player.role for player in players}
    style, named = lines.style, bool(lines.asked.instruments)
    low = bass(bars, [part], style, pedal=pedal)
    registers = sorted({player.register for player in players if player.role == "melody"})
    tunes = {
        register: melody(bars, [part], low, style, register=register, rests=not named, home=pedal)
        for register in registers
    }
    found: dict[Instrument, Line] = {}
    for player in players:
        if player.role == "melody":
            line = tunes[player.register]
        elif player.role == "pad":
            line = accompaniment.pad(bars, [part], list(tunes.values()), style)
        elif player.role == "arpeggio":
            line = accompaniment.arpeggio(bars, [part], lines.shots, alone="pad" not in roles)
            line = line if "bass" in roles else [*line, *accompaniment.left_hand(bars, low)]
        elif player.role == "bass":
            line = low
        else:
            line = beats.drums(bars, [part], style)
        if not named and len(bars) >= _LONG:
            first = bars[min(_ENTERS.get(player.role, 0), len(bars) - 1)].first_beat
            line = [note for note in line if note.beat >= first]
        found[player] = line
    return found
