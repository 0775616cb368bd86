"""Layout: which part of an expression belongs to which ``if``.

An ``if`` of Parseq has no word between its condition and what follows, and in
``if a -b`` only the absence of another reading tells that the minus is a sign. This
pass finds each boundary where there is exactly one possible reading, and raises
`Doubt` where there may be several or none: the chart parser then decides.

Tokens with spaces in, Lark tokens without spaces out, with THEN at each boundary.
"""

from dataclasses import dataclass, field

from lark import Token as LarkToken

from clavilux.schedule.parseq.language.lexer import Token

_TYPES = {
    "lte": "COMPARE", "lt": "COMPARE", "gte": "COMPARE", "gt": "COMPARE", "eq": "COMPARE",
    "neq": "COMPARE", "lparan": "LPAR", "rparan": "RPAR", "comma": "COMMA", "assignment": "EQUAL",
    "plus": "PLUS", "minus": "MINUS", "multiply": "TIMES", "pow": "TIMES", "divide": "TIMES",
    "modulo": "TIMES", "colon": "TIMES", "string_literal": "STRING", "number_literal": "NUMBER",
    "identifier": "NAME", "if": "IF", "else": "ELSE", "true": "TRUE", "false": "FALSE",
}  # fmt: skip
_OPERANDS = frozenset(("NUMBER", "STRING", "NAME", "TRUE", "FALSE"))
_OPERATORS = frozenset(("BOOLEAN", "COMPARE", "PLUS", "MINUS", "SIGN", "TIMES"))
_OPERATOR_CHARACTERS = frozenset("+-*/%:^")


class Doubt(Exception):  # noqa: N818 - not an error: the chart parser will know
    """There is not exactly one plain way to read this."""


@dataclass(slots=True)
class _Word:
    """A token that is not a space, and whether spaces stand around it."""

    type: str
    token: Token
    spaced_before: bool
    spaced_after: bool = False
    then: bool = False
    """Whether a condition ends before this word."""


@dataclass(slots=True)
class _If:
    """An ``if`` whose end is not reached."""

    word: _Word
    found: bool = False
    """Whether the end of its condition is known."""
    possible: list[_Word] = field(default_factory=list)
    """Words before which the condition may end, if nothing better comes."""


def arrange(tokens: list[Token]) -> list[LarkToken]:
    """Drop the spaces and mark where each condition ends.

    Raises:
        Doubt: There is more than one way to read this, or none.
    """
    words = _words(tokens)
    if any(word.type == "IF" for word in words):
        for phrase in _phrases(words):
            _resolve(phrase)
    out = []
    for word in words:
        if word.then:
            out.append(LarkToken("THEN", ""))
        out.append(LarkToken(word.type, word.token))
    return out


def _words(tokens: list[Token]) -> list[_Word]:
    words: list[_Word] = []
    spaced = False
    for token in tokens:
        if token.type == "ws":
            spaced = True
            if words:
                words[-1].spaced_after = True
            continue
        words.append(_Word(_type(token), token, spaced))
        spaced = False
    for i, word in enumerate(words):
        following = words[i + 1].type if i + 1 < len(words) else ""
        if word.type in ("IF", "ELSE") and not word.spaced_after:
            raise Doubt
        if word.type in ("LPAR", "COMMA") and following == "RPAR" and word.spaced_after:
            raise Doubt
        if word.type == "MINUS" and not word.spaced_after:
            word.type = "SIGN"
    return words


def _type(token: Token) -> str:
    if token.type in ("and", "or"):
        return "BOOLEAN" if token.text in ("and", "or") else "COMPARE"
    if token.type not in _TYPES:
        raise Doubt  # a comment
    return _TYPES[token.type]


def _phrases(words: list[_Word]) -> list[list[_Word]]:
    """Split at brackets and commas; a bracket stands in its phrase as its opening word."""
    done: list[list[_Word]] = []
    open_phrases: list[list[_Word]] = [[]]
    for word in words:
        if word.type == "LPAR":
            open_phrases[-1].append(word)
            open_phrases.append([])
        elif word.type == "RPAR":
            done.append(open_phrases.pop())
            if not open_phrases:
                raise Doubt
        elif word.type in ("COMMA", "EQUAL"):
            done.append(open_phrases.pop())
            open_phrases.append([])
        else:
            open_phrases[-1].append(word)
    return done + open_phrases


def _resolve(phrase: list[_Word]) -> None:
    """Find the end of each condition in one phrase."""
    n_ifs = sum(word.type == "IF" for word in phrase)
    n_elses = sum(word.type == "ELSE" for word in phrase)
    if not n_ifs and not n_elses:
        return
    lone = n_ifs == 1 and n_elses == 0
    if n_ifs != n_elses and not lone:
        raise Doubt
    open_ifs: list[_If] = []
    wants_operand = True
    in_tail = False  # within the last part of an if, which an operator may extend or not
    for i, word in enumerate(phrase):
        after_name = i > 0 and phrase[i - 1].type == "NAME"
        if not wants_operand and word.type in _OPERATORS | {"ELSE"}:
            if in_tail and word.type != "ELSE":
                raise Doubt
            wants_operand = True
            if word.type == "ELSE":
                _decide(open_ifs)
                open_ifs.pop()
                in_tail = True
            elif word.type == "SIGN" and open_ifs and not open_ifs[-1].found:
                open_ifs[-1].possible.append(word)
                in_tail = lone
            continue
        if not wants_operand and word.type == "LPAR" and after_name:
            if open_ifs and not open_ifs[-1].found:
                open_ifs[-1].possible.append(word)
                in_tail = lone
            continue
        if not wants_operand:
            in_tail = in_tail or lone
            _end_condition(open_ifs, word, phrase[i + 1 : i + 2])
        if word.type == "IF":
            open_ifs.append(_If(word))
            wants_operand, in_tail = True, False
        elif word.type == "SIGN":
            wants_operand = True
        elif word.type in _OPERANDS or word.type == "LPAR":
            wants_operand = False
        else:
            raise Doubt
    if lone:
        _decide(open_ifs)
        _mark_lone(open_ifs.pop(), phrase)
    if open_ifs or wants_operand:
        raise Doubt


def _end_condition(open_ifs: list[_If], word: _Word, following: list[_Word]) -> None:
    """Note that a condition must end before `word`: two operands stand side by side."""
    if not open_ifs or open_ifs[-1].found:
        raise Doubt
    may_be_operator = word.type == "STRING" and _OPERATOR_CHARACTERS & set(word.token.value)
    if may_be_operator and following and following[0].type not in ("ELSE", "PLUS", "TIMES"):
        raise Doubt  # the original's grammar takes a string with a sign in it for an operator
    word.then = open_ifs[-1].found = True


def _decide(open_ifs: list[_If]) -> None:
    """Make sure that the innermost condition's end is known."""
    if not open_ifs:
        raise Doubt
    current = open_ifs[-1]
    if not current.found:
        if len(current.possible) != 1:
            raise Doubt
        current.possible[0].then = current.found = True


def _mark_lone(lone: _If, phrase: list[_Word]) -> None:
    boundary = next(word for word in phrase if word.then)
    if not boundary.spaced_before:
        raise Doubt
    lone.word.type = "LONE_IF"
