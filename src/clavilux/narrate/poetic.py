"""The poetic voice: sentences of what is heard, in a grammar that reads as English.

A content tuple in, one to three sentences out: what is sung, what plays behind, what stands in
front, and the colour of it. Every part has several patterns, chosen by chance.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from clavilux.narrate.abstractions import Entry, Vocabulary
from clavilux.narrate.content import LOUD_DB, Content
from clavilux.narrate.vectors import ours

_LEVELS = (
    (4.0, "scream"),
    (1.5, "yell"),
    (LOUD_DB, "loud"),
    (-5.0, "soft"),
    (-np.inf, "whisper"),
)
"""The least volume, in dB over the running average, of each manner of singing. Windows of the
songs in ``../shared/songs`` lie within 4 dB of it in 9 of 10 cases."""
_SINGING = {
    "scream": ("screams",),
    "yell": ("yells", "cries out", "shouts"),
    "loud": ("sings out", "loudly sings", "calls out"),
    "soft": ("softly sings", "murmurs", "quietly sings"),
    "whisper": ("whispers", "breathes"),
}
_WHO = ("someone", "a singer", "a figure", "a lone person")
_SUNG = (
    "{who} {sings} “{words}”, {action} {thing}",
    "{action} {thing}, {who} {sings} “{words}”",
    "“{words}”, {who} {sings}, {action} {thing}",
)
_LEADS = {
    "scream": ("at full force, ", "with great force, ", ""),
    "yell": ("loud and close, ", "at full force, ", ""),
    "loud": ("", "", "loud and clear, "),
    "soft": ("", "quietly, ", "at a distance, "),
    "whisper": ("far away, ", "almost silent, ", "softly, "),
}
_BOTH = (
    "{x} {xs} and {y} {ys}",
    "{x} {xs} while {y} {ys}",
    "{x} and {y} {all} together",
    "under {x}, {y} {ys}",
    "{y} {ys} wherever {x} {xs}",
)
_ONE = ("{x} {xs}", "{x} {xs} alone", "there {are} only {x}")
_NAMELESS = (
    "something without a name sounds",
    "a sound that nobody knows hangs in the air",
    "the air moves",
)
_SILENCE = (
    "silence holds its breath",
    "nothing sounds",
    "everything waits in silence",
    "the music rests",
)
_FRONT = (
    "in the foreground, {x} {xs} between {a} and {b}",
    "up close, {x} {turns} {b} into {a}",
    "{a} and {b} surround {x}",
    "where {a} and {b} meet, {x} {xs}",
    "in front of it all, {x} {xs} like {a} against {b}",
    "from {a}, {x} {rises} towards {b}",
    "{x} {carries} {a} through {b}",
)
_FRONT_OF_ONE = ("{x} {xs} like {a}", "in the foreground is {a}", "up close, {x} {becomes} {a}")
_PALETTE = (
    "the whole scene is washed in {colour}",
    "everything is lit in {colour}",
    "the palette is {colour}",
    "the colours gather around {colour}",
    "{colour} fills the frame",
    "it is all painted in {colour}",
)
_LIGHT = (", in {colour} light", ", bathed in {colour}", ", under a {colour} sky")
_THINGS = frozenset(
    (
        "animal", "artifact", "body", "food", "object", "person", "phenomenon", "plant", "shape",
        "substance",
    )
)  # fmt: skip
"""Kinds of nouns whose plurals are not mistaken for verbs."""
_MOST_WORDS = 14
"""Of what is sung, so many words are quoted."""


@dataclass(frozen=True, slots=True)
class Poem:
    """What is said of a window."""

    text: str
    pattern: tuple[str, ...]
    """The patterns it was made by, in order."""


def poem(content: Content, vocabulary: Vocabulary, rng: np.random.Generator) -> Poem:
    """Return what the poetic voice says of a content tuple."""
    used: list[str] = []

    def pick(patterns: Sequence[str]) -> str:
        chosen = patterns[int(rng.integers(len(patterns)))]
        used.append(chosen)
        return chosen

    def of(choices: Sequence[str]) -> str:
        return choices[int(rng.integers(len(choices)))]

    level = level_of(content.volume_db)
    entries = [vocabulary.entry(name) for name in content.instruments]
    phrases = [_phrase(entry, of) for entry in entries]
    silent = not entries and not content.words and not np.isfinite(content.volume_db)
    background, front = _parts(entries, phrases)
    behind = _behind(background, silent, pick, of)
    sentences = []
    if content.words:
        words = quoted(content.words)
        pattern = pick(_SUNG)
        sung = pattern.format(
            who=of(_WHO), sings=of(_SINGING[level]), words=words, action=of(vocabulary.actions),
            thing=thing_of(words, "the words"),
        )  # fmt: skip
        if entries:
            joins = (", while {behind}", ". Behind, {behind}")
            nested = " while " in behind or behind.startswith("under ")
            join = pick(joins[nested:])
            sung += join.format(behind=behind)
        sentences.append(sung)
    else:
        lead = "" if silent else pick(_LEADS[level])
        sentences.append(lead + behind)
    if front is not None:
        sentences.append(_in_front(front, content, entries, pick, of))
    lights = [pattern for pattern in _LIGHT if _suits(pattern, content.colour_name)]
    if len(sentences) > 1 and rng.random() < 0.5:
        sentences[-1] += pick(lights).format(colour=content.colour_name)
    else:
        sentences.append(pick(_PALETTE).format(colour=content.colour_name))
    return Poem(" ".join(_sentence(text) for text in sentences), tuple(used))


def _suits(pattern: str, colour: str) -> bool:
    """Return True if a colour's name reads well there: no "a azure sky", no "sky blue sky"."""
    if any(word in pattern and word in colour for word in ("light", "sky")):
        return False
    return "a {" not in pattern or colour[0] not in "aeiou"


def level_of(volume_db: float) -> str:
    """Return how loud a window is: ``scream``, ``yell``, ``loud``, ``soft`` or ``whisper``."""
    return next(name for least, name in _LEVELS if volume_db >= least)


def thing_of(words: str, otherwise: str = "") -> str:
    """Return the thing that words are about, with its article: their last noun.

    Args:
        words: What is sung or said.
        otherwise: What is returned if they hold no noun that is known.
    """
    noun = noun_of(words)
    if not noun:
        return otherwise
    return noun if ours().kinds.get(noun) == "feeling" else f"the {noun}"


def noun_of(words: str) -> str:
    """Return the last noun among words, as it stands there; empty if none is known."""
    kinds = ours().kinds
    for word in reversed(words.lower().replace("’", "'").split()):
        plain = word.strip(".,;:!?'\"“”()[]…—-")
        kind = kinds.get(plain, "quality")
        is_gerund = kind == "act" and plain.endswith("ing")
        is_thing = kind not in ("quality", "quantity") and not is_gerund
        if is_thing and not plain.endswith(("body", "thing")):
            return plain
        stems = (plain.removesuffix("s"), plain.removesuffix("es"))
        if plain.endswith("s") and any(kinds.get(stem) in _THINGS for stem in stems):
            return plain  # a plural; "ends" and "runs" are verbs more often
    return ""


def quoted(words: str) -> str:
    """Return what is sung as it stands between quotation marks."""
    plain = " ".join(words.replace("“", "").replace("”", "").replace('"', "").split())
    found = plain.split()
    text = " ".join(found[:_MOST_WORDS])
    return text.rstrip(".,;:!?…—- ") + ("…" if len(found) > _MOST_WORDS else "") or "…"


def third_person(verb: str, plural: bool) -> str:
    """Return a verb, perhaps with words after it, as it stands after he, she and it, or they."""
    if plural:
        return verb
    first, space, rest = verb.partition(" ")
    if first == "be":
        first = "is"
    elif first == "have":
        first = "has"
    elif first.endswith(("s", "sh", "ch", "x", "z", "o")):
        first += "es"
    elif first.endswith("y") and first[-2:-1] not in "aeiou":
        first = first[:-1] + "ies"
    else:
        first += "s"
    return first + space + rest


Pick = Callable[[Sequence[str]], str]


@dataclass(frozen=True, slots=True)
class _Phrase:
    """An instrument as a subject."""

    name: str
    act: str
    plural: bool

    def verb(self, base: str) -> str:
        return third_person(base, self.plural)


def _phrase(entry: Entry, of: Pick) -> _Phrase:
    act = of(entry.acts)
    # "The glowing piano glows" says nothing twice.
    fitting = [q for q in entry.qualities if q[:4] not in f"{act} {entry.noun}"]
    quality = f"{of(fitting)} " if fitting and of(("", "q")) else ""
    return _Phrase(f"the {quality}{entry.noun}", act, entry.plural)


def _parts(
    entries: Sequence[Entry], phrases: Sequence[_Phrase]
) -> tuple[Sequence[_Phrase], tuple[_Phrase, Entry] | None]:
    """Part instruments into those behind and the one in front, which is the least likely."""
    if len(phrases) < 2:
        return phrases, (phrases[0], entries[0]) if phrases else None
    return phrases[: len(phrases) - 1][:2], (phrases[-1], entries[-1])


def _behind(background: Sequence[_Phrase], silent: bool, pick: Pick, of: Pick) -> str:
    if not background:
        return pick(_SILENCE if silent else _NAMELESS)
    x = background[0]
    if len(background) == 1:
        return pick(_ONE).format(x=x.name, xs=x.verb(x.act), are="are" if x.plural else "is")
    y = background[1]
    same = x.act.split()[0] == y.act.split()[0]
    patterns = [p for p in _BOTH if not (same and "{xs}" in p)]
    return pick(patterns).format(
        x=x.name, xs=x.verb(x.act), y=y.name, ys=y.verb(y.act), all=x.act.split()[0]
    )


def _in_front(
    front: tuple[_Phrase, Entry], content: Content, entries: Sequence[Entry], pick: Pick,
    of: Pick,
) -> str:  # fmt: skip
    x, _ = front
    things = _things(content.abstractions, entries, of)
    if len(entries) == 1 or len(things) < 2:
        if not things:
            return f"in the foreground, {x.name} {x.verb(x.act)}"
        pattern = pick(_FRONT_OF_ONE)
        # It has been named already: here it is "it".
        subject = "they" if x.plural else "it"
        said = subject if len(entries) == 1 else x.name
        return pattern.format(
            x=said, xs=x.verb(x.act), a=things[0], becomes=x.verb("become")
        )  # fmt: skip
    pattern = pick(_FRONT)
    return pattern.format(
        x=x.name, xs=x.verb(x.act), a=things[0], b=things[1], turns=x.verb("turn"),
        rises=x.verb("rise"), carries=x.verb("carry"),
    )  # fmt: skip


def _things(abstractions: Sequence[str], entries: Sequence[Entry], of: Pick) -> list[str]:
    """Return the abstractions as noun phrases, all different."""
    found: list[str] = []
    for i, word in enumerate(abstractions):
        entry = entries[i] if i < len(entries) else None
        known = entry is not None and entry.word == word and entry.nouns
        phrase = of(entry.nouns) if known and entry else _definite(word)
        if phrase not in found:
            found.append(phrase)
    return found


def _definite(word: str) -> str:
    """Return a word of somebody's own as a noun phrase; "the" suits what can be counted or not."""
    return word if " " in word else f"the {word}"


def _sentence(text: str) -> str:
    """Return text with a capital at its beginning and a full stop at its end."""
    first = 1 if text.startswith("“") else 0
    whole = text[:first] + text[first : first + 1].upper() + text[first + 1 :]
    return whole if whole.endswith((".", "…", "!", "?")) else f"{whole}."
