"""JavaScript's values: how its numbers and strings convert, compare, add and print.

Parseq documents were written against a browser, so their exact meaning is
JavaScript's: ``"2" == 2`` holds, ``5 % -3`` is 2 and ``0.5.toFixed(0)`` is "1".

Conventions
-----------
- A number is a Python float, never an int; a string is a str; `UNDEFINED` is what
  JavaScript calls undefined.
"""

import math
import re
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Final

NAN: Final = math.nan
SPACE = "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
SPACE += "\u2028\u2029\u202f\u205f\u3000\ufeff"
"""What JavaScript trims."""


class Undefined:
    """The type of `UNDEFINED`, of which there is one value."""

    def __repr__(self) -> str:
        return "undefined"


UNDEFINED: Final = Undefined()

Value = float | str | Undefined
"""What an expression may be worth at one frame."""

_DECIMAL = re.compile(
    r"[+-]?(?:Infinity|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)", re.ASCII
)
_RADIX = {"0x": 16, "0o": 8, "0b": 2}
_EXACT = Context(prec=1200, rounding=ROUND_HALF_UP)


def to_number(value: object) -> float:
    """Convert as JavaScript's ``Number(value)`` does; what is no number is NaN."""
    if isinstance(value, (bool, int, float)):
        try:
            return float(value)
        except OverflowError:
            return math.inf if value > 0 else -math.inf
    if value is None:
        return 0.0
    if isinstance(value, str):
        return _number_of_text(value)
    if isinstance(value, list):
        return _number_of_text(to_string(value))
    return NAN


def _number_of_text(text: str) -> float:
    text = text.strip(SPACE)
    if not text:
        return 0.0
    if text[:2].lower() in _RADIX:
        try:
            return float(int(text[2:], _RADIX[text[:2].lower()])) if "_" not in text else NAN
        except (ValueError, OverflowError):
            return NAN
    return float(text) if _DECIMAL.fullmatch(text) else NAN


def to_string(value: object) -> str:
    """Convert as JavaScript's ``String(value)`` does."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "null"
    if isinstance(value, (int, float)):
        return number_text(to_number(value))
    if isinstance(value, list):
        return ",".join("" if item is None else to_string(item) for item in value)
    return "undefined" if value is UNDEFINED else "[object Object]"


def number_text(x: float) -> str:
    """Print the shortest digits that read back as `x`, the way JavaScript lays them out."""
    if x != x:
        return "NaN"
    if x in (math.inf, -math.inf):
        return "Infinity" if x > 0 else "-Infinity"
    if x == int(x) and abs(x) < 1e15:
        return str(int(x))
    if 1e-4 <= abs(x) < 1e15:  # here Python lays out the same digits in the same way
        return repr(float(x))
    sign, digits, exponent = Decimal(repr(float(x))).normalize().as_tuple()
    assert isinstance(exponent, int)
    text = "".join(map(str, digits))
    point = len(text) + exponent  # where the decimal point stands within the digits
    if 0 < point <= 21:
        body = text.ljust(point, "0") if exponent >= 0 else f"{text[:point]}.{text[point:]}"
    elif -6 < point <= 0:
        body = "0." + "0" * -point + text
    else:
        mantissa = text[0] + ("." + text[1:] if len(text) > 1 else "")
        body = f"{mantissa}e{point - 1:+d}"
    return "-" + body if sign else body


def to_fixed(x: float, places: int) -> str:
    """Print with `places` decimals as ``toFixed`` does: exact ties go away from zero."""
    if not math.isfinite(x) or abs(x) >= 1e21:
        return number_text(x)
    scaled = x * (1 << (places + 1))
    if scaled == math.floor(scaled) and scaled % 2:  # only then can there be a tie
        exact = Decimal(x).quantize(Decimal(1).scaleb(-places), context=_EXACT)
        return f"{exact:f}"
    text = f"{x:.{places}f}"
    return text[1:] if x == 0 and text[0] == "-" else text


def to_precision(x: float, digits: int) -> str:
    """Print with `digits` significant digits as ``toPrecision`` does."""
    if not math.isfinite(x):
        return number_text(x)
    if x == 0:
        return "0." + "0" * (digits - 1) if digits > 1 else "0"
    rounded = Context(prec=digits, rounding=ROUND_HALF_UP).plus(Decimal(x))
    exponent = rounded.adjusted()
    if -6 <= exponent < digits:
        return f"{rounded:.{digits - 1 - exponent}f}"
    text = "".join(map(str, rounded.as_tuple().digits)).ljust(digits, "0")
    mantissa = text[0] + ("." + text[1:] if digits > 1 else "")
    return f"{'-' if rounded < 0 else ''}{mantissa}e{exponent:+d}"


def add(a: Value, b: Value) -> Value:
    """``a + b``: strings join, numbers add."""
    if isinstance(a, str) or isinstance(b, str):
        return to_string(a) + to_string(b)
    return to_number(a) + to_number(b)


def divide(a: float, b: float) -> float:
    """``a / b`` of numbers, where dividing by zero is infinite or NaN."""
    try:
        return a / b
    except ZeroDivisionError:
        if a == 0 or a != a:
            return NAN
        return math.copysign(math.inf, a) * math.copysign(1.0, b)


def remainder(a: float, b: float) -> float:
    """``a % b`` of numbers: the sign is the dividend's."""
    if b == 0 or a != a or b != b or math.isinf(a):
        return NAN
    return math.fmod(a, b)


def loosely_equal(a: Value, b: Value) -> bool:
    """``a == b``: a string and a number compare as numbers."""
    if isinstance(a, Undefined) or isinstance(b, Undefined):
        return a is b
    if isinstance(a, str) and isinstance(b, str):
        return a == b
    return to_number(a) == to_number(b)


def less(a: Value, b: Value) -> bool:
    """``a < b``: two strings compare by their UTF-16 units, anything else as numbers."""
    if isinstance(a, str) and isinstance(b, str):
        return a.encode("utf-16-be", "surrogatepass") < b.encode("utf-16-be", "surrogatepass")
    return to_number(a) < to_number(b)


def less_or_equal(a: Value, b: Value) -> bool:
    """``a <= b``; false when either is NaN."""
    if isinstance(a, str) and isinstance(b, str):
        return not less(b, a)
    return to_number(a) <= to_number(b)


def is_truthy(value: object) -> bool:
    """Whether ``if (value)`` would be taken: "", 0, NaN, null and undefined are not."""
    if isinstance(value, float):
        return value == value and value != 0
    if isinstance(value, (list, dict)):
        return True
    return bool(value) and value is not UNDEFINED


def type_name(value: Value) -> str:
    """``typeof value``."""
    if isinstance(value, str):
        return "string"
    return "undefined" if isinstance(value, Undefined) else "number"


def quote(text: str) -> str:
    """``JSON.stringify(text)``: in double quotes, with escapes."""
    escapes = {
        '"': '\\"',
        "\\": "\\\\",
        "\n": "\\n",
        "\r": "\\r",
        "\t": "\\t",
        "\b": "\\b",
        "\f": "\\f",
    }
    return '"' + "".join(escapes.get(c, c if c >= " " else f"\\u{ord(c):04x}") for c in text) + '"'
