"""AIMV's sentences: its template, filled as its three examples fill it.

Where the template and the examples disagree, the examples win; docs/describe.md lists where.

Source:
    AIMV's README, "Content Transcription": the template, the rules and the examples.
"""

from collections.abc import Sequence

from clavilux.narrate.abstractions import Entry, Vocabulary
from clavilux.narrate.content import Content

_NOUNS = {"Drum stick strikes": "hit", "hits": "hit", "picks": "pick", "sings": "song"}
"""What an instrument does, as a noun, which follows it in sentences with words: "hit"."""


def sentence(content: Content, vocabulary: Vocabulary, *, action: str, thing: str) -> str:
    """Return AIMV's sentence of a content tuple.

    Args:
        content: What is in the window.
        vocabulary: What instruments become in words.
        action: What is done with what is sung of, such as ``holding``.
        thing: What is sung of, such as ``heart``; not used where nothing is said.
    """
    entries = [vocabulary.entry(name) for name in content.instruments]
    palette = f"the scene has a {content.colour_name} color palette"
    foreground = _foreground(entries, content.abstractions)
    background = entries[:2]
    if content.words:
        how = "loudly" if content.volume == "loud" else "softly"
        text = f"Person {how} sings, {action} {with_article(thing)}"
        if background:
            text += f", alongside {_alongside(background, vocabulary)}"
        if foreground:
            text += f" with a foreground {foreground}"
        return f"{text}, {palette}."
    # AIMV's second example, of a loud window without words, ends without a full stop.
    stop = "" if content.volume == "loud" else "."
    if not background:
        return f"{palette[:1].upper()}{palette[1:]}{stop}"
    text = f"{_playing(background, vocabulary)} in the background"
    if foreground:
        return f"{text}. In the foreground {with_article(foreground)}, {palette}{stop}"
    return f"{text}, {palette}{stop}"


def adjective(word: str) -> str:
    """Return a word as AIMV makes an adjective of it: techy, bouncey, pedaly."""
    return word if word.endswith("y") else f"{word}y"


def with_article(words: str) -> str:
    """Return words with "a" or "an" before them."""
    return f"{'an' if words[:1].lower() in 'aeiou' else 'a'} {words}"


def _foreground(entries: Sequence[Entry], abstractions: Sequence[str]) -> str:
    """Return the least likely instrument amid the abstractions, the last one as its adjective."""
    if len(entries) < 3 or len(abstractions) < 3:
        return ""
    first, second, third = abstractions[:3]
    return f"{adjective(third)} {entries[2].spoken} {second} {first}"


def _alongside(entries: Sequence[Entry], vocabulary: Vocabulary) -> str:
    """Return "a Crash and Splash hit"."""
    nouns = [_NOUNS.get(vocabulary.verb(entry), "play") for entry in entries]
    names = [_name(entry) for entry in entries]
    if len(set(nouns)) == 1:
        return f"{with_article(' and '.join(names))} {nouns[0]}"
    each = [f"{name} {noun}" for name, noun in zip(names, nouns, strict=True)]
    return with_article(" and ".join(each))


def _playing(entries: Sequence[Entry], vocabulary: Vocabulary) -> str:
    """Return "Kick hits and Bass plays"; a drum that is no kick is struck."""
    said = []
    for entry in entries:
        verb = vocabulary.verb(entry)
        struck = verb == vocabulary.drum_verb
        said.append(f"{verb} {_name(entry)}" if struck else f"{_name(entry)} {verb}")
    return " and ".join(said)


def _name(entry: Entry) -> str:
    return entry.spoken[:1].upper() + entry.spoken[1:]
