"""General MIDI: what program and percussion numbers mean.

Conventions
-----------
- Programs count from 0, as in the file; the standard prints them from 1.
- Drums are the notes of channel 9 counted from 0; the keys' groups, such as
  ``kick``, are those of `clavilux.core.drums`.

Source:
    MIDI Manufacturers Association, General MIDI System Level 1 (1991), tables 1
    to 3; keys 27 to 34 and 82 to 87 from General MIDI 2.
"""

import numpy as np
from numpy.typing import NDArray

from clavilux.core.drums import DRUM_CHANNEL
from clavilux.core.values import Notes, Score

FAMILIES: tuple[str, ...] = (
    "piano",
    "chromatic percussion",
    "organ",
    "guitar",
    "bass",
    "strings",
    "ensemble",
    "brass",
    "reed",
    "pipe",
    "synth lead",
    "synth pad",
    "synth effects",
    "ethnic",
    "percussive",
    "sound effects",
)
"""Eight programs each, in order."""

PROGRAMS: tuple[str, ...] = tuple(
    """acoustic grand piano|bright acoustic piano|electric grand piano|honky-tonk piano
electric piano 1|electric piano 2|harpsichord|clavinet
celesta|glockenspiel|music box|vibraphone|marimba|xylophone|tubular bells|dulcimer
drawbar organ|percussive organ|rock organ|church organ|reed organ|accordion|harmonica
tango accordion
acoustic guitar (nylon)|acoustic guitar (steel)|electric guitar (jazz)|electric guitar (clean)
electric guitar (muted)|overdriven guitar|distortion guitar|guitar harmonics
acoustic bass|electric bass (finger)|electric bass (pick)|fretless bass|slap bass 1|slap bass 2
synth bass 1|synth bass 2
violin|viola|cello|contrabass|tremolo strings|pizzicato strings|orchestral harp|timpani
string ensemble 1|string ensemble 2|synth strings 1|synth strings 2|choir aahs|voice oohs
synth voice|orchestra hit
trumpet|trombone|tuba|muted trumpet|french horn|brass section|synth brass 1|synth brass 2
soprano sax|alto sax|tenor sax|baritone sax|oboe|english horn|bassoon|clarinet
piccolo|flute|recorder|pan flute|blown bottle|shakuhachi|whistle|ocarina
lead 1 (square)|lead 2 (sawtooth)|lead 3 (calliope)|lead 4 (chiff)|lead 5 (charang)
lead 6 (voice)|lead 7 (fifths)|lead 8 (bass + lead)
pad 1 (new age)|pad 2 (warm)|pad 3 (polysynth)|pad 4 (choir)|pad 5 (bowed)|pad 6 (metallic)
pad 7 (halo)|pad 8 (sweep)
fx 1 (rain)|fx 2 (soundtrack)|fx 3 (crystal)|fx 4 (atmosphere)|fx 5 (brightness)
fx 6 (goblins)|fx 7 (echoes)|fx 8 (sci-fi)
sitar|banjo|shamisen|koto|kalimba|bagpipe|fiddle|shanai
tinkle bell|agogo|steel drums|woodblock|taiko drum|melodic tom|synth drum|reverse cymbal
guitar fret noise|breath noise|seashore|bird tweet|telephone ring|helicopter|applause
gunshot""".replace("\n", "|").split("|")
)
"""The 128 programs by number."""

_FIRST_DRUM = 27
DRUM_NAMES: dict[int, str] = dict(
    enumerate(
        """high q|slap|scratch push|scratch pull|sticks|square click|metronome click
metronome bell|acoustic bass drum|bass drum 1|side stick|acoustic snare|hand clap
electric snare|low floor tom|closed hi-hat|high floor tom|pedal hi-hat|low tom|open hi-hat
low-mid tom|hi-mid tom|crash cymbal 1|high tom|ride cymbal 1|chinese cymbal|ride bell
tambourine|splash cymbal|cowbell|crash cymbal 2|vibraslap|ride cymbal 2|hi bongo|low bongo
mute hi conga|open hi conga|low conga|high timbale|low timbale|high agogo|low agogo|cabasa
maracas|short whistle|long whistle|short guiro|long guiro|claves|hi wood block
low wood block|mute cuica|open cuica|mute triangle|open triangle|shaker|jingle bell
belltree|castanets|mute surdo|open surdo""".replace("\n", "|").split("|"),
        start=_FIRST_DRUM,
    )
)
"""Names of the percussion keys, 27 to 87."""


def program_name(program: int) -> str:
    """Name the instrument of `program`, 0 to 127."""
    return PROGRAMS[program]


def family(program: int) -> str:
    """Name the family to which `program`, 0 to 127, belongs."""
    return FAMILIES[program // 8]


def is_drum(notes: Notes) -> NDArray[np.bool_]:
    """Return which notes are played on the drum channel. Shape (n_notes,)."""
    return np.asarray(notes.channel == DRUM_CHANNEL)


def drum_notes(score: Score) -> Notes:
    """Return the drum notes of all tracks, in order of onset."""
    notes = merged(score)
    return notes.where(is_drum(notes))


def merged(score: Score) -> Notes:
    """Return the notes of all tracks as one, in order of onset; at one tick in order of tracks."""
    parts = [track.notes for track in score.tracks if len(track.notes)]
    if len(parts) < 2:
        return parts[0] if parts else Notes.empty()
    onset = np.concatenate([part.onset_tick for part in parts])
    order = np.argsort(onset, kind="stable")
    return Notes(
        onset[order],
        np.concatenate([part.offset_tick for part in parts])[order],
        np.concatenate([part.pitch for part in parts])[order],
        np.concatenate([part.velocity for part in parts])[order],
        np.concatenate([part.channel for part in parts])[order],
    )
