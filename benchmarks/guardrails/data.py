"""The development data: labelled texts and texts with personal data, by source."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "guardrails"
FILES = ("injection", "overdefense", "harm", "pii")

Span = tuple[str, int, int]

# What the development data calls an entity that detectors know by another name.
_SAME = {"DOMAIN_NAME": "URL"}


@dataclass(frozen=True)
class Marked:
    """A text and where personal data or a secret stands in it."""

    text: str = field(repr=False)
    spans: Sequence[Span]


def missing(folder: Path) -> str | None:
    """Why the data cannot be read, or None."""
    absent = [name for name in FILES if not (folder / f"{name}.jsonl").exists()]
    if not absent:
        return None
    return f"skipped: {absent[0]}.jsonl is not in {folder}; --data FOLDER says where the development data is"


def marked(folder: Path, entities: frozenset[str]) -> list[Marked]:
    """The texts of pii.jsonl with their spans of these entities."""
    return [of_row(row, entities) for row in rows(folder, "pii")]


def rows(folder: Path, name: str) -> Iterator[dict[str, Any]]:
    """The rows of one file."""
    with (folder / f"{name}.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def synthetic(seed: int, entities: frozenset[str], quick: bool) -> list[Marked]:
    """Texts in many languages with values that faker makes up. Raises ModuleNotFoundError without faker."""
    from benchmarks.guardrails.synthetic_personal_data import Texts

    personal, secret, clean = (300, 150, 300) if quick else (3000, 1500, 3000)
    return [of_row(row, entities) for row in Texts(seed).rows(personal, secret, clean)]


def of_row(row: dict[str, Any], entities: frozenset[str]) -> Marked:
    named = [(_SAME.get(item["type"], item["type"]), item["start"], item["end"]) for item in row["spans"]]
    return Marked(row["text"], [span for span in named if span[0] in entities])
