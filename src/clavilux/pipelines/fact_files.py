"""Files of facts: what was seen or heard, as data for editors and researchers.

JSON holds everything, CSV one row a step of time with what happens in it.
"""

import csv
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from clavilux.core.files import write_bytes, write_text
from clavilux.core.values import Events, Facts, Section

CSV_RATE = 10.0
"""Rows a second."""


def as_document(facts: Facts) -> dict[str, Any]:
    """Return facts as plain lists: times in seconds, rounded to a tenth of a millisecond."""
    return {
        "duration_s": round(facts.duration_s, 4),
        "events": events_as_rows(facts.events),
        "beats_s": [round(t, 4) for t in facts.beats_s.tolist()],
        "downbeats_s": [round(t, 4) for t in facts.downbeats_s.tolist()],
        "sections": [_section(section) for section in facts.sections],
        "series": {
            name: {
                "rate": float(one.rate),
                "values": [None if np.isnan(v) else round(v, 5) for v in one.values.tolist()],
            }
            for name, one in sorted(facts.series.items())
        },
    }


def events_as_rows(events: Events) -> list[dict[str, Any]]:
    """Return events one by one: time, kind, strength."""
    return [
        {"time_s": round(time, 4), "kind": kind, "strength": round(strength, 4)}
        for time, kind, strength in zip(
            events.time_s.tolist(), events.kind, events.strength.tolist(), strict=True
        )
    ]


def write_json(document: Mapping[str, Any], target: Path) -> None:
    """Write a document as JSON."""
    write_bytes(target, orjson.dumps(document, option=orjson.OPT_INDENT_2) + b"\n")


def write_csv(facts: Facts, target: Path) -> None:
    """Write one row a tenth of a second: every series, the section, and events in the row."""
    times = np.arange(int(np.ceil(facts.duration_s * CSV_RATE))) / CSV_RATE
    names = sorted(facts.series)
    columns = [facts.series[name].at(times) for name in names]
    happening: dict[int, list[str]] = {}
    for time, kind in zip(facts.events.time_s.tolist(), facts.events.kind, strict=True):
        happening.setdefault(int(time * CSV_RATE + 1e-6), []).append(f"{kind}@{time:.3f}")
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(["time_s", "section", *names, "events"])
    for i, time in enumerate(times.tolist()):
        section = next((s.label for s in facts.sections if s.start_s <= time < s.end_s), "")
        values = [f"{column[i]:.5g}" for column in columns]
        rows.writerow([f"{time:.1f}", section, *values, " ".join(happening.get(i, []))])
    write_text(target, text.getvalue())


def _section(section: Section) -> dict[str, Any]:
    return {
        "start_s": round(section.start_s, 4),
        "end_s": round(section.end_s, 4),
        "label": section.label,
    }
