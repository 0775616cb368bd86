"""Reading a JavaScript pattern into a graph; see `regex`."""

from collections.abc import Callable

from clavilux.core.errors import DocumentError
from clavilux.schedule.parseq.javascript.regex_graph import (
    Node,
    PatternError,
    Search,
    Test,
    Units,
    units_of,
)
from clavilux.schedule.parseq.javascript.values import SPACE

MAX_NODES = 5_000
_LINE_ENDS = frozenset(map(ord, "\n\r\u2028\u2029"))
_DIGITS = frozenset(map(ord, "0123456789"))
_WORD = frozenset(map(ord, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"))
_SPACES = frozenset(map(ord, SPACE))
_CONTROLS = {"n": "\n", "r": "\r", "t": "\t", "v": "\v", "f": "\f"}
_CLASSES = {"d": _DIGITS, "w": _WORD, "s": _SPACES}

Part = tuple[Node, Node]
Make = Callable[[], Part]


class Reader:
    """Turns the text of a pattern into a graph; parts are made anew for each repetition."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.n_nodes = 0
        self.depth = 0

    def read(self) -> Part:
        make = self._choice()
        if self.at < len(self.text):
            raise PatternError("Unmatched ')'")
        return make()

    def _node(
        self,
        consumes: Test | None = None,
        holds: Callable[[Search, int], bool] | None = None,
    ) -> Node:
        self.n_nodes += 1
        if self.n_nodes > MAX_NODES:
            raise DocumentError("a pattern of info_match repeats too much; use * instead of counts")
        return Node(consumes, holds)

    def _peek(self, text: str) -> bool:
        return self.text.startswith(text, self.at)

    def _take(self, text: str) -> bool:
        if self._peek(text):
            self.at += len(text)
            return True
        return False

    def _choice(self) -> Make:
        self.depth += 1
        if self.depth > 50:
            raise DocumentError("a pattern of info_match nests more than 50 deep")
        ways = [self._sequence()]
        while self._take("|"):
            ways.append(self._sequence())
        self.depth -= 1

        def make() -> Part:
            start, end = self._node(), self._node()
            for way in ways:
                first, last = way()
                start.to.append(first)
                last.to.append(end)
            return start, end

        return make if len(ways) > 1 else ways[0]

    def _sequence(self) -> Make:
        parts: list[Make] = []
        while self.at < len(self.text) and self.text[self.at] not in "|)":
            parts.append(self._repeated())

        def make() -> Part:
            start = end = self._node()
            for part in parts:
                first, last = part()
                end.to.append(first)
                end = last
            return start, end

        return make

    def _repeated(self) -> Make:
        atom, may_repeat = self._atom()
        bounds = self._bounds()
        if bounds is None:
            return atom
        if not may_repeat:
            raise PatternError("Nothing to repeat")
        low, high = bounds
        if high is not None and low > high:
            raise PatternError("numbers out of order in {} quantifier")
        if low > MAX_NODES or (high or 0) > MAX_NODES:
            raise DocumentError("a pattern of info_match repeats too much; use * instead of counts")
        return lambda: self._repeat(atom, low, high)

    def _repeat(self, atom: Make, low: int, high: int | None) -> Part:
        start = end = self._node()
        for _ in range(low):
            first, last = atom()
            end.to.append(first)
            end = last
        if high is None:
            loop, out = self._node(), self._node()
            first, last = atom()
            loop.to += [first, out]
            last.to.append(loop)
            end.to.append(loop)
            return start, out
        skips = [end]
        for _ in range(high - low):
            first, last = atom()
            end.to.append(first)
            end = last
            skips.append(end)
        out = self._node()
        for skip in skips:
            skip.to.append(out)
        return start, out

    def _bounds(self) -> tuple[int, int | None] | None:
        bounds: tuple[int, int | None] | None = None
        if self._take("*"):
            bounds = (0, None)
        elif self._take("+"):
            bounds = (1, None)
        elif self._take("?"):
            bounds = (0, 1)
        elif self._peek("{"):
            bounds = self._counted()
        if bounds is not None:
            self._take("?")
        return bounds

    def _counted(self) -> tuple[int, int | None] | None:
        closing = self.text.find("}", self.at)
        low, comma, high = self.text[self.at + 1 : max(closing, 0)].partition(",")
        if closing < 0 or not _is_digits(low) or (high and not _is_digits(high)):
            return None
        self.at = closing + 1
        if not comma:
            return int(low), int(low)
        return int(low), int(high) if high else None

    def _atom(self) -> tuple[Make, bool]:
        character = self.text[self.at]
        if character in "*+?":
            raise PatternError("Nothing to repeat")
        if character == "{" and self._counted() is not None:
            raise PatternError("Nothing to repeat")
        self.at += 1
        if character == "(":
            return self._group()
        if character == "[":
            return self._one(self._set()), True
        if character == ".":
            return self._one(lambda unit: unit not in _LINE_ENDS), True
        if character == "^":
            return self._assert(lambda _, place: place == 0), False
        if character == "$":
            return self._assert(lambda search, place: place == len(search.units)), False
        if character == "\\":
            return self._escape()
        return self._literal(character), True

    def _literal(self, character: str) -> Make:
        units = units_of(character)
        if len(units) == 1:
            return self._one(lambda unit: unit == units[0])

        def make() -> Part:
            first = self._node(lambda unit: unit == units[0])
            last = self._node(lambda unit: unit == units[1])
            end = self._node()
            first.to.append(last)
            last.to.append(end)
            return first, end

        return make

    def _one(self, test: Test) -> Make:
        def make() -> Part:
            start, end = self._node(consumes=test), self._node()
            start.to.append(end)
            return start, end

        return make

    def _assert(self, condition: Callable[[Search, int], bool]) -> Make:
        def make() -> Part:
            start, end = self._node(holds=condition), self._node()
            start.to.append(end)
            return start, end

        return make

    def _group(self) -> tuple[Make, bool]:
        ahead, behind = "", ""
        if self._take("?"):
            if self._take("<=") or self._take("<!"):
                behind = self.text[self.at - 1]
            elif self._take("=") or self._take("!"):
                ahead = self.text[self.at - 1]
            elif self._take("<"):
                self._name()
            elif not self._take(":"):
                raise PatternError("Invalid group")
        inner = self._choice()
        if not self._take(")"):
            raise PatternError("Unterminated group")
        if ahead:
            return self._look_ahead(inner, ahead == "="), True
        if behind:
            return self._look_behind(inner, behind == "="), False
        return inner, True

    def _name(self) -> None:
        closing = self.text.find(">", self.at)
        name = self.text[self.at : max(closing, self.at)]
        if not name.replace("$", "_").isidentifier():
            raise PatternError("Invalid capture group name")
        self.at = closing + 1

    def _look_ahead(self, inner: Make, wanted: bool) -> Make:
        start, end = inner()
        return self._assert(lambda search, place: search.reaches(start, end, place) == wanted)

    def _look_behind(self, inner: Make, wanted: bool) -> Make:
        start, end = inner()

        def holds(search: Search, place: int) -> bool:
            begins = range(place, -1, -1)
            return any(search.reaches(start, end, at, place) for at in begins) == wanted

        return self._assert(holds)

    def _escape(self) -> tuple[Make, bool]:
        if self.at == len(self.text):
            raise PatternError("\\ at end of pattern")
        character = self.text[self.at]
        if character in "bB":
            self.at += 1
            return self._assert(lambda s, p: _at_word_edge(s.units, p) == (character == "b")), False
        if character in "123456789" or (character == "k" and "(?<" in self.text):
            raise DocumentError(
                f"the pattern {self.text!r} of info_match refers back to a group; that cannot be "
                "done in bounded time: write the alternatives out"
            )
        if character in "dDwWsS":
            self.at += 1
            return self._one(_class(character)), True
        return self._literal(self._escaped()), True

    def _escaped(self) -> str:
        """Read what follows a backslash as one character."""
        character = self.text[self.at]
        self.at += 1
        if character in _CONTROLS:
            return _CONTROLS[character]
        if character == "0":
            return "\0"
        if character == "c" and self.text[self.at : self.at + 1].isalpha():
            self.at += 1
            return chr(ord(self.text[self.at - 1]) % 32)
        if character == "c":
            self.at -= 1
            return "\\"
        length = {"x": 2, "u": 4}.get(character, 0)
        digits = self.text[self.at : self.at + length]
        if length and len(digits) == length and all(d in "0123456789abcdefABCDEF" for d in digits):
            self.at += length
            return chr(int(digits, 16))
        return character

    def _set(self) -> Test:
        negated = self._take("^")
        tests: list[Test] = []
        while not self._take("]"):
            if self.at >= len(self.text):
                raise PatternError("Unterminated character class")
            tests.append(self._set_item())
        return lambda unit: any(test(unit) for test in tests) != negated

    def _set_item(self) -> Test:
        low = self._set_member()
        if not (self._peek("-") and self.text[self.at + 1 : self.at + 2] not in ("]", "")):
            return _member_test(low)
        self.at += 1
        high = self._set_member()
        if callable(low) or callable(high):
            dash = ord("-")
            return lambda unit: unit == dash or _member_test(low)(unit) or _member_test(high)(unit)
        first, last = units_of(low)[-1], units_of(high)[0]
        if first > last:
            raise PatternError("Range out of order in character class")
        rest = units_of(low)[:-1] + units_of(high)[1:]
        return lambda unit: first <= unit <= last or unit in rest

    def _set_member(self) -> Test | str:
        character = self.text[self.at]
        self.at += 1
        if character != "\\":
            return character
        if self.at == len(self.text):
            raise PatternError("\\ at end of pattern")
        if self.text[self.at] in "dDwWsS":
            self.at += 1
            return _class(self.text[self.at - 1])
        if self._take("b"):
            return "\b"
        return self._escaped()


def _member_test(member: Test | str) -> Test:
    if callable(member):
        return member
    units = units_of(member)
    return lambda unit: unit in units


def _class(letter: str) -> Test:
    members = _CLASSES[letter.lower()]
    return (lambda unit: unit in members) if letter.islower() else lambda unit: unit not in members


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _at_word_edge(units: Units, place: int) -> bool:
    before = place > 0 and units[place - 1] in _WORD
    after = place < len(units) and units[place] in _WORD
    return before != after
