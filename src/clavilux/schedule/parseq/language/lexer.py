"""Tokens: the words of a Parseq expression.

Text in, a list of tokens out, spaces included: whether a space stands between two
words can change what they mean (``if a -b``), so it is for the parser to drop them.

Conventions
-----------
- Lines count from 1 and columns from 1, in UTF-16 units as a browser counts them.
"""

import json
import re
from dataclasses import dataclass

from clavilux.core.errors import DocumentError

MAX_LENGTH = 20_000
"""Characters in one expression."""
MAX_BRACKETS = 60
"""Brackets open at one time in one expression."""

_WORDS = re.compile(
    r"(?P<ws>[ \t\r\n]+)"
    r"|(?P<lte><=)|(?P<lt><)|(?P<gte>>=)|(?P<gt>>)|(?P<eq>==)|(?P<neq>!=)|(?P<and>&&)|(?P<or>\|\|)"
    r"|(?P<lparan>\()|(?P<rparan>\))|(?P<comma>,)|(?P<assignment>=)|(?P<plus>\+)|(?P<minus>-)"
    r"|(?P<multiply>\*)|(?P<pow>\^)|(?P<divide>/)|(?P<modulo>%)|(?P<colon>:)"
    r"|(?P<comment>\#[^\n]*)"
    r'|(?P<string_literal>"(?:[^\n\\"]|\\["\\ntbfr])*")'
    r"|(?P<number_literal>[0-9]+(?:\.[0-9]+)?[fsb]?)"
    r"|(?P<identifier>[a-zA-Z_][a-zA-Z_0-9]*)",
)
_KEYWORDS = frozenset(("else", "if", "and", "or", "true", "false"))


class LexerError(Exception):
    """The text holds something that is no word of the language; the message is the original's."""

    def __init__(self, message: str, before: "list[Token]") -> None:
        super().__init__(message)
        self.before = before
        """The tokens before it."""


@dataclass(frozen=True, slots=True)
class Token:
    """One word, or the space between two."""

    type: str
    text: str
    value: str
    line: int
    column: int


def check_size(text: str) -> None:
    """Refuse what could only be an attack, before any work is spent on it.

    Raises:
        DocumentError: The expression is too long, or nested too deeply.
    """
    if len(text) > MAX_LENGTH:
        raise DocumentError(
            f"the expression {text[:30]!r}… has {len(text)} characters; at most {MAX_LENGTH} "
            "are read: put long data into a time series"
        )
    depth = 0
    for bracket in re.findall(r'[()]|"[^"\n]*"', text):
        depth += (bracket == "(") - (bracket == ")")
        if depth > MAX_BRACKETS:
            raise DocumentError(
                f"the expression {text[:30]!r}… opens {depth} brackets within each other; "
                f"at most {MAX_BRACKETS} are read: split it over several fields"
            )


def tokenize(text: str) -> list[Token]:
    """Split `text` into tokens.

    Raises:
        LexerError: A character begins no word, or a string holds a raw control character.
    """
    tokens: list[Token] = []
    position, line, column = 0, 1, 1
    while position < len(text):
        match = _WORDS.match(text, position)
        if match is None:
            read_to = line + text.count("\n", position)
            raise LexerError(_no_word(text, read_to, line, column), tokens)
        kind, word = str(match.lastgroup), match.group()
        if kind == "identifier" and word in _KEYWORDS:
            kind = word
        tokens.append(Token(kind, word, _value(kind, word, tokens), line, column))
        position = match.end()
        breaks = word.count("\n") if kind == "ws" else 0
        if breaks:
            line += breaks
            column = len(word) - word.rfind("\n")
        else:
            column += len(word) + sum(c > "\uffff" for c in word)
    return tokens


def _value(kind: str, word: str, before: list[Token]) -> str:
    if kind == "comment":
        return word[1:]
    if kind != "string_literal":
        return word
    for index, character in enumerate(word):
        if character < " ":
            message = f"Bad control character in string literal in JSON at position {index}"
            raise LexerError(message, before)
    return str(json.loads(word))


def _no_word(text: str, read_to: int, line: int, column: int) -> str:
    shown = excerpt(text, read_to, line, column)
    return f"invalid syntax at line {line} col {column}:\n\n{shown}"


def excerpt(text: str, read_to: int, line: int, column: int) -> str:
    """Show a place in the text: up to two lines before it and two after, and a mark below.

    Args:
        text: The whole expression.
        read_to: The line at which reading stood when the error was found.
        line: The line to mark.
        column: The column to mark, from 1.
    """
    rows = text.split("\n")
    shown = rows[-min(len(rows), (read_to - line) + 3) :] if len(rows) else rows
    first = max(line - 2, 1)
    width = len(str(line + 2))
    out = []
    for number, row in enumerate(shown[:5], start=first):
        out.append(f"{number:>{width}}  {row}")
        if number == line:
            out.append(" " * (width + column + 1) + "^")
    return "\n".join(out)
