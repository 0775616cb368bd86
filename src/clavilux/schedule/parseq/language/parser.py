"""The parser: text of the Parseq language to a tree.

A fast LALR grammar (``grammar.lark``) reads what can be read in one way only. Where
an ``if`` leaves doubt, and to say what is wrong with a text that cannot be read, the
`chart` parser takes over, which follows the original step by step.
"""

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from lark import Lark, LarkError, Transformer
from lark.lexer import Lexer

from clavilux.core.errors import DocumentError
from clavilux.schedule.parseq.language.chart import Chart, State
from clavilux.schedule.parseq.language.layout import Doubt, arrange
from clavilux.schedule.parseq.language.lexer import LexerError, Token, check_size, tokenize
from clavilux.schedule.parseq.language.tree import (
    Call,
    Chain,
    Choice,
    Negative,
    Node,
    Number,
    Place,
    Text,
    Truth,
    Variable,
    children,
)

MAX_DEPTH = 100
"""How deep a tree may be; a long chain of ``else if`` counts once."""
_SHOWN = 60
"""Characters of an expression that a message shows."""
_NO_READING = "Cannot read properties of undefined (reading '0')"


class ParseqSyntaxError(DocumentError):
    """An expression cannot be read; `original` is what sd-parseq says."""

    def __init__(self, original: str, plain: str | None = None) -> None:
        super().__init__(plain or original)
        self.original = original


def parse_expression(text: str) -> Node:
    """Read one expression.

    Trees are immutable, so the same text gives the same object.

    Raises:
        ParseqSyntaxError: The text is not in the language.
        DocumentError: It is too long, too deep or too ambiguous to be read.
    """
    check_size(text)
    outcome = _outcome(text)
    if isinstance(outcome, DocumentError):
        raise outcome.with_traceback(None)
    return outcome


@lru_cache(maxsize=4096)
def _outcome(text: str) -> Node | DocumentError:
    """Return the tree of a text or the error it deserves; finding out takes long, seldom."""
    try:
        return _read(text)
    except DocumentError as error:
        error.__context__ = None  # it would keep alive all that was tried
        return error.with_traceback(None)


def _read(text: str) -> Node:
    try:
        tree = _fast(text)
    except (Doubt, LarkError, LexerError):
        tree = _thorough(text)
    _check_depth(tree)
    return tree


def _fast(text: str) -> Node:
    return _grammar().parse(arrange(tokenize(text)))  # type: ignore[return-value]


def _thorough(text: str) -> Node:
    try:
        reading = Chart().read(_lazily(text), text)
    except SyntaxError as error:
        raise ParseqSyntaxError(f"Error: {error}") from None
    if reading is None:
        raise ParseqSyntaxError(f"TypeError: {_NO_READING}", _incomplete(text))
    return _node(reading)


def _incomplete(text: str) -> str:
    """Return what an expression that ends too soon lacks, and where."""
    words = [token for token in tokenize(text) if token.type not in ("ws", "comment")]
    shown = text if len(text) <= _SHOWN else f"…{text[-_SHOWN:]}"
    if not words:
        return f"the expression {shown!r} is empty; write a number or a formula"
    depth = sum((w.type == "lparan") - (w.type == "rparan") for w in words)
    last = words[-1]
    lacks = f"something must follow {last.text!r}"
    if depth > 0 and last.type != "lparan":
        brackets = "a bracket is" if depth == 1 else f"{depth} brackets are"
        lacks = f"{brackets} not closed"
    return (
        f"the expression {shown!r} is incomplete at line {last.line}, column "
        f"{last.column + len(last.text)}: {lacks}"
    )


def _lazily(text: str) -> Iterator[Token]:
    """Return the tokens up to the first that is none, then raise: the chart reads that far."""
    try:
        yield from tokenize(text)
    except LexerError as error:
        yield from error.before
        raise


def _check_depth(tree: Node) -> None:
    waiting: list[tuple[Node, int]] = [(tree, 1)]
    while waiting:
        node, depth = waiting.pop()
        if depth > MAX_DEPTH:
            raise DocumentError(
                f"the expression nests more than {MAX_DEPTH} deep; split it over several fields"
            )
        for child in children(node):
            is_else_if = isinstance(node, Choice) and child is node.otherwise
            waiting.append((child, depth if is_else_if else depth + 1))


class _Words(Lexer):
    """Hands our own tokens to Lark."""

    def __init__(self, _conf: Any) -> None: ...

    def lex(self, words: Any) -> Iterator[Any]:  # type: ignore[override]
        return iter(words)


@cache
def _grammar() -> Lark:
    grammar = (files(__package__) / "grammar.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", lexer=_Words, transformer=_Builder())


def place(token: Token) -> Place:
    return Place(token.line, token.column - 1)


_NUMBER = re.compile(r"([0-9.]+)([fsb]?)")


def number(token: Token) -> Number:
    """Make a number of its token, such as ``2``, ``0.5s`` or ``4b``."""
    match = _NUMBER.fullmatch(token.text)
    assert match is not None
    return Number(float(match[1]), match[2])


class _Builder(Transformer[Any, Any]):
    """Makes nodes while Lark reads; Lark's tokens hold ours."""

    def start(self, parts: list[Any]) -> Node:
        return parts[0]  # type: ignore[no-any-return]

    def chain(self, parts: list[Any]) -> Chain:
        operators = tuple(part.value.text for part in parts[1::2])
        return Chain(tuple(parts[::2]), operators, parts[0].place)

    def negative(self, parts: list[Any]) -> Negative:
        return Negative(parts[1])

    def number(self, parts: list[Any]) -> Number:
        return number(parts[0].value)

    def text(self, parts: list[Any]) -> Text:
        return Text(parts[0].value.value)

    def true(self, parts: list[Any]) -> Truth:
        return Truth(True, place(parts[0].value))

    def false(self, parts: list[Any]) -> Truth:
        return Truth(False, place(parts[0].value))

    def variable(self, parts: list[Any]) -> Variable:
        return Variable(parts[0].value.text, place(parts[0].value))

    def bracket(self, parts: list[Any]) -> Node:
        return parts[1]  # type: ignore[no-any-return]

    def choice(self, parts: list[Any]) -> Choice:
        return Choice(parts[1], parts[3], parts[5], place(parts[0].value))

    def lone_choice(self, parts: list[Any]) -> Choice:
        return Choice(parts[1], parts[3], None, place(parts[0].value))

    def positional(self, parts: list[Any]) -> tuple[list[Node], None]:
        return [part for part in parts if not hasattr(part, "type")], None

    def named(self, parts: list[Any]) -> tuple[list[Node], list[str]]:
        pairs = parts[::2]
        return [value for _, value in pairs], [name for name, _ in pairs]

    def pair(self, parts: list[Any]) -> tuple[str, Node]:
        return parts[0].value.text, parts[2]

    def call(self, parts: list[Any]) -> Call:
        name = parts[0].value
        arguments, names = parts[2] if len(parts) == 4 else ([], None)
        return Call(name.text, tuple(arguments), names and tuple(names), place(name))


# From the chart's states to nodes -----------------------------------------------------------------

_CHAINS = frozenset(
    (
        "boolean_expression",
        "comparison_expression",
        "additive_expression",
        "multiplicative_expression",
    )
)


def _node(state: State) -> Node:
    """Build the tree of a reading."""
    state, parts = _descend(state)
    name = state.rule.name
    if name in _CHAINS:
        return _chain(state)
    if name == "negation":
        return Negative(_node(_state(parts[1])))
    if name == "call_expression":
        return _call(parts)
    if name == "if_expression":
        inner = [_node(_state(part)) for part in parts if _is_expression(part)]
        return Choice(
            inner[0], inner[1], inner[2] if len(inner) > 2 else None, place(_token(parts[0]))
        )
    if name == "unary_expression":  # in brackets
        return _node(_state(parts[2]))
    token = _token(parts[0])
    if name == "number":
        return number(token)
    if name == "string_literal":
        return Text(token.value)
    if name == "boolean_literal":
        return Truth(token.text == "true", place(token))
    return Variable(token.text, place(token))


def _descend(state: State) -> tuple[State, list[State | Token]]:
    """Pass through rules that only stand for another."""
    while True:
        parts = state.parts()
        if state.rule.name == "input":
            state = _state(parts[1])
        elif len(parts) == 1 and isinstance(parts[0], State):
            state = parts[0]
        else:
            return state, parts


def _chain(state: State) -> Chain:
    operands: list[Node] = []
    operators: list[str] = []
    level = state.rule.name
    while True:
        parts = state.parts()
        operands.append(_node(_state(parts[0])))
        if len(parts) == 1:
            return Chain(tuple(operands), tuple(operators), operands[0].place)
        operators.append(_operator(parts[2]))
        state = _state(parts[4])
        assert state.rule.name == level


def _operator(part: State | Token) -> str:
    token = part if isinstance(part, Token) else _token(part.parts()[0])
    return token.value


def _call(parts: list[State | Token]) -> Call:
    name = _token(_state(parts[0]).parts()[0])
    arguments: list[Node] = []
    names: list[str] = []
    rest: State | None = _state(parts[3])
    is_named = rest is not None and rest.rule.name == "named_argument_list"
    while rest is not None:
        inner = rest.parts()
        rest = None
        for part in inner:
            if isinstance(part, State) and part.rule.name == "expression":
                arguments.append(_node(part))
            elif isinstance(part, State) and part.rule.name == "identifier":
                names.append(_token(part.parts()[0]).text)
            elif isinstance(part, State) and part.rule.name.endswith("argument_list"):
                rest = part
    return Call(name.text, tuple(arguments), tuple(names) if is_named else None, place(name))


def _is_expression(part: State | Token) -> bool:
    return isinstance(part, State) and part.rule.name in ("expression", "if_expression")


def _state(part: State | Token) -> State:
    assert isinstance(part, State)
    return part


def _token(part: State | Token) -> Token:
    assert isinstance(part, Token)
    return part
