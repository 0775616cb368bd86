"""Fuzzing: documents changed at random, the same ones for the same seed.

``CLAVILUX_FUZZ_SHARE=0.05`` tries a twentieth of the cases, drawn anew every day;
by default all are tried.
"""

import datetime
import os
import random
import time
import traceback
from collections.abc import Callable, Iterator

LONGEST_S = 10.0
"""CPU seconds a case may take."""
TELLING = [
    *("", " ", "\n", "\0", "\ufeff", "ß", "字", "-1", "0", "1e400", "nan", "inf", "-0", "9" * 40),
    *("null", "true", "[]", "{}", '"', "'", "<", ">", "&", ":", ";", ",", "(", ")", "/", "\\", "%"),
    *(
        "1/0",
        "0x10",
        "1_000",
        "٣",
        "[" * 50,
        "(" * 50,
        "\t",
        "*",
        "|",
        "#",
        "- ",
        "~",
        "..",
        "1e-400",
    ),
]


def seeds(count: int) -> Iterator[int]:
    """Return the seeds to try: all of `count`, or today's share of them."""
    share = float(os.environ.get("CLAVILUX_FUZZ_SHARE", "1"))
    if share >= 1:
        yield from range(count)
        return
    today = random.Random(datetime.date.today().toordinal())
    yield from sorted(today.sample(range(count), max(1, round(count * share))))


def mutated(rng: random.Random, text: str) -> str:
    """Return `text` after one to six random changes, some of them large."""
    for _ in range(rng.randint(1, 6)):
        at, length = rng.randrange(len(text) + 1), rng.choice([1, 1, 2, 5, 20, 200])
        kind = rng.randrange(7)
        if kind == 0:
            text = text[:at] + text[at + length :]
        elif kind == 1:
            text = text[:at] + rng.choice(TELLING) + text[at + length :]
        elif kind == 2:
            text = text[:at] + rng.choice(TELLING) + text[at:]
        elif kind == 3:
            source = rng.randrange(len(text) + 1)
            text = text[:at] + text[source : source + length] + text[at:]
        elif kind == 4:
            text = (
                text[:at] + chr(rng.choice([rng.randrange(128), rng.randrange(0xD800)])) + text[at:]
            )
        elif kind == 5 and rng.random() < 0.2:
            text = text[:at]
        else:
            text = _with_a_number_changed(rng, text, at)
    return text


def _with_a_number_changed(rng: random.Random, text: str, at: int) -> str:
    digits = [i for i in range(at, min(len(text), at + 500)) if text[i].isdigit()]
    if not digits:
        return text
    where = digits[0]
    new = rng.choice(["0", "-1", "1e9", "1e400", "-1e-9", "99999999999", "0.1", "2147483648", "1"])
    return text[:where] + new + text[where + rng.choice([0, 1, 2]) :]


def run(count: int, case: Callable[[random.Random], str], try_it: Callable[[str], None]) -> int:
    """Try `count` cases (or today's share); fail with the first that raises or takes too long.

    Args:
        count: How many cases there are in all.
        case: Makes a document of a seeded generator.
        try_it: Reads the document; raises whatever is not an answer to a user.

    Returns:
        How many cases were tried.
    """
    tried = 0
    for seed in seeds(count):
        document = case(random.Random(seed))
        started = time.process_time()
        try:
            try_it(document)
        except Exception as error:
            raise AssertionError(
                f"seed {seed}: {type(error).__name__}: {str(error)[:300]}\n"
                f"{traceback.format_exc()[-1500:]}\n{document[:3000]!r}"
            ) from error
        took = time.process_time() - started
        assert took < LONGEST_S, f"seed {seed} took {took:.1f} s of CPU: {document[:3000]!r}"
        tried += 1
    return tried
