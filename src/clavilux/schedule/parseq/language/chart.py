"""The chart: every way to read an expression, in the order in which the original finds them.

Parseq's grammar is ambiguous where an ``if`` stands without brackets: in
``if a -b -c`` the minus signs may join or separate. The original takes the reading
that its Earley parser completes first. This parser walks the same chart in the same
order, so it takes the same reading; and where there is none, its chart holds what
could have come next, from which the original's error text is made. It is slow and
bounded: `parser` asks it only when the fast grammar is in doubt or has failed.

Source:
    J. Earley, "An efficient context-free parsing algorithm", CACM 13(2), 1970. The
    order is nearley's: first in, first out; predictions in order of the rules;
    those who wait for a completed rule are served latest first.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from clavilux.core.errors import DocumentError
from clavilux.schedule.parseq.javascript.values import quote
from clavilux.schedule.parseq.language.lexer import LexerError, Token, excerpt

MAX_STATES = 150_000
"""States in one chart; an expression that needs more is refused."""


@dataclass(frozen=True, slots=True)
class Terminal:
    """What one token must be: of a type, of a text, or holding one of some characters."""

    kind: str
    want: str

    def accepts(self, token: Token) -> bool:
        if self.kind == "type":
            return token.type == self.want
        if self.kind == "text":
            return token.text == self.want
        return any(character in self.want for character in token.value)

    def __str__(self) -> str:
        if self.kind == "type":
            return f"%{self.want}"
        return quote(self.want) if self.kind == "text" else _CLASSES[self.want]

    @property
    def described(self) -> str:
        """How an error names it."""
        if self.kind == "type":
            return f"{self.want} token"
        return quote(self.want) if self.kind == "text" else f"character matching {self}"


_CLASSES = {"+-": "/[+-]/", "*/%:^": r"/[*/%\:\^]/"}


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """One way to make a phrase."""

    name: str
    symbols: tuple[str | Terminal, ...]

    def shown(self, dot: int) -> str:
        """Print the rule with a mark where reading stands."""
        left = " ".join(map(str, self.symbols[:dot]))
        return f"{self.name} → {left} ● {' '.join(map(str, self.symbols[dot:]))}"


def _grammar() -> dict[str, list[Rule]]:
    """Read the table of rules below, in their order."""
    rules: dict[str, list[Rule]] = {}
    for line in _RULES.strip().splitlines():
        name, _, symbols = (part.strip() for part in line.partition("->"))
        rules.setdefault(name, []).append(
            Rule(name, tuple(_symbol(symbol) for symbol in symbols.split()))
        )
    return rules


def _symbol(word: str) -> str | Terminal:
    if word.startswith("%"):
        return Terminal("type", word[1:])
    if word.startswith("'"):
        return Terminal("text", word[1:-1])
    return Terminal("class", word[1:-1]) if word.startswith("[") else word


_RULES = """
input -> _ expression _
call_expression -> identifier _ '(' named_argument_list ')'
call_expression -> identifier _ '(' argument_list ')'
if_expression -> 'if' __ expression __ expression
if_expression -> 'if' __ expression _ expression _ 'else' __ expression
if_expression -> 'if' __ expression _ expression _ 'else' __ if_expression
argument_list ->
argument_list -> _ expression _
argument_list -> _ expression _ ',' argument_list
named_argument_list -> _ identifier _ '=' _ expression _
named_argument_list -> _ identifier _ '=' _ expression _ ',' named_argument_list
expression -> boolean_expression
boolean_expression -> comparison_expression
boolean_expression -> comparison_expression _ boolean_operator _ boolean_expression
boolean_operator -> 'and'
boolean_operator -> 'or'
comparison_expression -> additive_expression
comparison_expression -> additive_expression _ comparison_operator _ comparison_expression
comparison_operator -> '>'
comparison_operator -> '>='
comparison_operator -> '<'
comparison_operator -> '<='
comparison_operator -> '=='
comparison_operator -> '!='
comparison_operator -> '&&'
comparison_operator -> '||'
additive_expression -> multiplicative_expression
additive_expression -> multiplicative_expression _ [+-] _ additive_expression
multiplicative_expression -> negation
multiplicative_expression -> negation _ [*/%:^] _ multiplicative_expression
negation -> unary_expression
negation -> '-' unary_expression
unary_expression -> number
unary_expression -> identifier
unary_expression -> call_expression
unary_expression -> string_literal
unary_expression -> if_expression
unary_expression -> boolean_literal
unary_expression -> '(' _ expression _ ')'
boolean_literal -> 'true'
boolean_literal -> 'false'
string_literal -> %string_literal
number -> %number_literal
identifier -> %identifier
__$ebnf$1 -> %ws
__$ebnf$1 -> __$ebnf$1 %ws
__ -> __$ebnf$1
_$ebnf$1 ->
_$ebnf$1 -> _$ebnf$1 %ws
_ -> _$ebnf$1
"""
_GRAMMAR = _grammar()


@dataclass(slots=True, eq=False)
class State:
    """A rule read up to its dot, and how it came there."""

    rule: Rule
    dot: int
    start: int
    """The column in which the rule was begun."""
    waiting: "list[State]"
    """Who waits for this rule to be complete."""
    left: "State | None" = None
    right: "State | Token | None" = None

    @property
    def wanted(self) -> str | Terminal | None:
        """The next symbol, or None when the rule is complete."""
        return self.rule.symbols[self.dot] if self.dot < len(self.rule.symbols) else None

    def advanced(self, by: "State | Token") -> "State":
        """Return the state after one more symbol."""
        return State(self.rule, self.dot + 1, self.start, self.waiting, self, by)

    def parts(self) -> "list[State | Token]":
        """Return what its symbols were read as."""
        found: list[State | Token] = []
        state = self
        while state.left is not None and state.right is not None:
            found.append(state.right)
            state = state.left
        return found[::-1]


class Chart:
    """The columns of one reading, one before each token and one after the last."""

    def __init__(self) -> None:
        self.columns: list[list[State]] = []
        self._n_states = 0

    def read(self, tokens: Iterator[Token], text: str) -> State | None:
        """Read all tokens; return the first complete reading, or None if the text ends early.

        Raises:
            SyntaxError: A token fits no reading; the message is the original's.
            DocumentError: There are too many readings.
        """
        column: list[State] = []
        waiting: dict[str, list[State]] = {"input": []}
        self._predict("input", column, waiting, 0)
        self._close(column, waiting, 0)
        while True:
            try:
                token = next(tokens, None)
            except LexerError as error:
                raise SyntaxError(_report(str(error), "input (lexer error)", column)) from None
            if token is None:
                break
            scanned = [
                s for s in column if isinstance(w := s.wanted, Terminal) and w.accepts(token)
            ]
            following = [state.advanced(token) for state in reversed(scanned)]
            if not following:
                raise SyntaxError(_unexpected(token, text, column))
            column = following
            self.columns.append(column)
            self._close(column, {}, len(self.columns))
        complete = (s for s in column if s.rule.name == "input" and s.wanted is None)
        return next((state for state in complete if state.start == 0), None)

    def _predict(
        self, name: str, column: list[State], waiting: dict[str, list[State]], index: int
    ) -> None:
        column.extend(State(rule, 0, index, waiting[name]) for rule in _GRAMMAR[name])

    def _close(self, column: list[State], waiting: dict[str, list[State]], index: int) -> None:
        """Add to a column all that follows from what is in it."""
        empty: dict[str, list[State]] = {}
        done = 0
        while done < len(column):
            state = column[done]
            done += 1
            wanted = state.wanted
            if wanted is None:
                column.extend([other.advanced(state) for other in reversed(state.waiting)])
                if state.start == index:
                    empty.setdefault(state.rule.name, []).append(state)
            elif isinstance(wanted, str):
                if wanted in waiting:
                    waiting[wanted].append(state)
                    column.extend([state.advanced(other) for other in empty.get(wanted, ())])
                else:
                    waiting[wanted] = [state]
                    self._predict(wanted, column, waiting, index)
            if self._n_states + len(column) > MAX_STATES:
                raise DocumentError(
                    "the expression can be read in too many ways; put brackets around the parts "
                    "of each if"
                )
        self._n_states += len(column)


def _unexpected(token: Token, text: str, column: list[State]) -> str:
    read_to = token.line + (token.text.count("\n") if token.type == "ws" else 0)
    where = (
        f"Syntax error at line {token.line} col {token.column}:\n\n"
        f"{excerpt(text, read_to, token.line, token.column)}"
    )
    return _report(where, f"{token.type} token: {quote(token.value)}", column)


def _report(where: str, found: str, column: list[State]) -> str:
    """Return what was found and, for each thing that could have come instead, why."""
    lines = [where]
    expectant = [state for state in column if isinstance(state.wanted, Terminal)]
    if not expectant:
        lines.append(
            f"Unexpected {found}. I did not expect any more input. "
            "Here is the state of my parse table:\n"
        )
        _show(column, lines)
    else:
        lines.append(f"Unexpected {found}. Instead, I was expecting to see one of the following:\n")
    for state in expectant:
        assert isinstance(state.wanted, Terminal)
        lines.append(f"A {state.wanted.described} based on:")
        _show(_ancestry(state), lines)
    return "\n".join([*lines, ""])


def _ancestry(state: State) -> list[State]:
    """Return the rules within which a state stands, itself first; only itself if they go round."""
    chain: list[State] = []
    current = state
    while not any(current is other for other in chain):
        chain.append(current)
        if not current.waiting:
            return chain
        current = current.waiting[0]
    return [state]


def _show(states: list[State], lines: list[str]) -> None:
    last, same = "", 0
    for state in states:
        shown = state.rule.shown(state.dot)
        if shown == last:
            same += 1
        else:
            if same:
                lines.append(f"    ^ {same} more lines identical to this")
            same = 0
            lines.append(f"    {shown}")
        last = shown
