"""Scenes: the sections of music become shots of a film, blended on the downbeat.

Each label has matter and colours of its own, drawn from one seed; the same label comes back to
the same picture. Looks and words may be given by section.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import ceil

from clavilux.core.values import Curves, Facts, Section
from clavilux.pipelines.words import words_by_section
from clavilux.render import ShotStart
from clavilux.schedule.mapping import Mapping
from clavilux.schedule.mapping.rules import Rule

BLEND_S, MOST_S = 0.6, 2.0
"""Seconds over which a section comes in: as many whole beats as last so long, and at most."""
_SHORTEST_S = 3.0
"""A section that is shorter is seen as part of the one before."""
_SEED_STEP = 7919
_SEEDS = 1 << 63


@dataclass(frozen=True, slots=True, eq=False)
class Scenes:
    """The sections of a piece as a film shows them."""

    facts: Facts
    sections: tuple[Section, ...]
    dressed: dict[str, ShotStart]
    """The look, seed and variation of the colours by label."""
    words: Callable[[str], str]
    """Returns the words of a section by its label."""

    @classmethod
    def of(cls, facts: Facts, seed: int, looks: Sequence[str], prompts: Sequence[str]) -> "Scenes":
        """Share looks and words out among the sections of a piece.

        Args:
            facts: Of the whole piece.
            seed: Of the film, and of the first label.
            looks: By label, in order of their first sections, over and over; may be empty.
            prompts: Words, of all or of a section, as ``B: a red storm``.

        Raises:
            ArgumentError: A prompt names a section that isn't there.
        """
        sections = _long(facts)
        labels = list(dict.fromkeys(section.label for section in sections))
        words = words_by_section(prompts, [section.label for section in facts.sections])
        alike: dict[tuple[str | None, str], int] = {}
        dressed = {}
        for i, label in enumerate(labels):
            look = looks[i % len(looks)] if looks else None
            alike[look, words(label)] = n = alike.get((look, words(label)), -1) + 1
            dressed[label] = ShotStart(0, look, (seed + _SEED_STEP * i) % _SEEDS, variation=n)
        return cls(facts, sections, dressed, words)

    def follow(self, curves: Curves, start_s: float) -> tuple[Curves, tuple[ShotStart, ...]]:
        """Return curves with the words of sections, and the shots that these are.

        In each, `scene` counts from its own beginning.

        Args:
            curves: Of the film.
            start_s: When in the piece its first frame is shown, seconds.
        """
        shots: list[ShotStart] = []
        prompts: list[tuple[int, str]] = []
        scene = curves.get("scene", 0.0).copy()
        for section, first, end in self._spans(curves, start_s):
            longest = 0 if not shots else (first - shots[-1].first_frame) // 2
            blend = min(ceil(self._blend_s(section.start_s) * curves.frame_rate), longest)
            shots.append(replace(self.dressed[section.label], first_frame=first, blend=blend))
            scene[first:end] -= scene[first]
            prompts.append((first, self.words(section.label)))
        values = {**curves.values, "scene": scene}
        changed = prompts[:1] + [b for a, b in pairwise(prompts) if a[1] != b[1]]
        worded = tuple(changed) if any(words for _, words in changed) else ()
        return Curves(curves.frame_rate, values, worded), tuple(shots)

    def _spans(self, curves: Curves, start_s: float) -> list[tuple[Section, int, int]]:
        """Return the sections seen, each with its first frame and that after its last."""
        begins = [round((s.start_s - start_s) * float(curves.frame_rate)) for s in self.sections]
        ends = [*begins[1:], curves.n_frames]
        return [
            (section, max(0, begin), min(end, curves.n_frames))
            for section, begin, end in zip(self.sections, begins, ends, strict=True)
            if begin < curves.n_frames and end > 0
        ]

    def _blend_s(self, start_s: float) -> float:
        """Return how long before its downbeat a section begins to come in."""
        beats = self.facts.beats_s
        before = start_s - beats[beats < start_s - BLEND_S + 0.02]
        return min(float(before[-1]), MOST_S) if len(before) else BLEND_S


def _long(facts: Facts) -> tuple[Section, ...]:
    """Return the sections of a piece without those that are too short to be seen."""
    kept: list[Section] = []
    for section in facts.sections or (Section(0.0, facts.duration_s, "A"),):
        if kept and (
            section.end_s - section.start_s < _SHORTEST_S or section.label == kept[-1].label
        ):
            kept[-1] = kept[-1]._replace(end_s=section.end_s)
        else:
            kept.append(section)
    return tuple(kept)


def brings_scenes(mapping: Mapping) -> bool:
    """Return True if a mapping brings a new scene with every section."""
    return any(map(_is_new_scene, mapping.rules))


def without_scenes(mapping: Mapping) -> Mapping:
    """Return a mapping without its rules that bring a new scene with every section."""
    return replace(mapping, rules=tuple(r for r in mapping.rules if not _is_new_scene(r)))


def _is_new_scene(rule: Rule) -> bool:
    return rule.target == "scene" and rule.source.kind == "section" and rule.source.pattern == "*"
