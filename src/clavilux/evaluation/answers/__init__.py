"""Answers: how well the picture answers to the music, and the music to the film.

Measures only: films, sounds and notes in, numbers out. Nothing here is used by
what it measures. `python -m benchmarks.answers` prints them for real songs and films.
"""

from clavilux.evaluation.answers.movement import (
    FilmMeasures,
    change_with_loudness,
    change_with_onsets,
    loudness_of,
    measure_film,
    opening_distances,
    picture_change,
    shuffled_onsets,
    smoothed,
)

__all__ = [
    "FilmMeasures",
    "change_with_loudness",
    "change_with_onsets",
    "loudness_of",
    "measure_film",
    "opening_distances",
    "picture_change",
    "shuffled_onsets",
    "smoothed",
]
