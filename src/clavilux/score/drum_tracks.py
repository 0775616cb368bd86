"""Drum tracks: drums which a file has on a channel that is not theirs.

Many programs export every track on the first channel, drums among them. Such a
track is known by its name; or by kick and snare, the keys of an electronic kit's
rims, which lie far below, and nothing above its cymbals.
"""

import re
from dataclasses import replace

import numpy as np

from clavilux.core.changes import Changes
from clavilux.core.drums import DRUM_CHANNEL
from clavilux.core.values import Score, Track

_NAME = re.compile(r"drum|percussion|\bkit\b", re.IGNORECASE)
_KICK, _SNARE, _RIMS, _HIGHEST = 36, 38, (22, 26), 59


def settle_drums(score: Score) -> Score:
    """Move tracks that are drums, though not by their channel, to the drum channel.

    Each leaves a line in the warnings. A score whose drums are where they belong
    comes back as it is.
    """
    if any((track.notes.channel == DRUM_CHANNEL).any() for track in score.tracks):
        return score
    moved = {i: _moved(t) for i, t in enumerate(score.tracks) if _is_drum_track(t)}
    lines = [
        f"track {i + 1} {track.name!r} is not on the drum channel, but was read as drums"
        for i, track in moved.items()
    ]
    tracks = tuple(moved.get(i, track) for i, track in enumerate(score.tracks))
    return replace(score, tracks=tracks, warnings=(*score.warnings, *lines)) if moved else score


def _is_drum_track(track: Track) -> bool:
    if not len(track.notes) or Changes.of(track.changes).of_kind("program").value.any():
        return False
    plays_rims = np.isin(track.notes.pitch, _RIMS).any() and track.notes.pitch.max() <= _HIGHEST
    plays_drums = np.isin([_KICK, _SNARE], track.notes.pitch).all()
    return bool(_NAME.search(track.name) or (plays_rims and plays_drums))


def _moved(track: Track) -> Track:
    notes, changes = track.notes, Changes.of(track.changes)
    return replace(
        track,
        notes=replace(notes, channel=np.full_like(notes.channel, DRUM_CHANNEL)),
        changes=replace(changes, channel=np.full_like(changes.channel, DRUM_CHANNEL)),
    )
