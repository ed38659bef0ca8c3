"""The steward's sheet: held-back rows as they came, what was found in them marked. Nothing else shows their text."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

import orjson
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from nightshift.batch.input.cells import InputRow
from nightshift.batch.review.held_back import HeldBack, held_back
from nightshift.batch.review.originals import original_rows
from nightshift.batch.services import Services
from nightshift.batch.vault import check_not_erased
from nightshift.guardrails.verdict import Finding

MOST_ON_PAGE = 500  # sheet.jsonl has all of them


@dataclass(frozen=True)
class Sheet:
    """Where the sheet is, and the rows on it."""

    uri: str
    rows: list[HeldBack]

    @property
    def open_rows(self) -> list[HeldBack]:
        return [row for row in self.rows if row.decision is None]

    def open_by_rule(self) -> dict[str, int]:
        """How many rows each rule holds back about which nothing is decided."""
        return dict(sorted(Counter(rule for row in self.open_rows for rule in row.rules).items()))


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text and what was found in it."""

    text: str
    rules: tuple[str, ...]


def write_sheet(services: Services, run_id: str) -> Sheet:
    """sheet.html and sheet.jsonl in the run's folder. Raises InvalidInput where the input is not there as it was."""
    check_not_erased(services, run_id)
    rows = held_back(services, run_id)
    uri = sheet_uri(services, run_id, "html")
    with services.lake.create(sheet_uri(services, run_id, "jsonl")) as path, path.open("wb") as file:
        for row, original in _with_text(services, run_id, rows):
            file.write(orjson.dumps(asdict(row) | {"text": original.variables}, option=orjson.OPT_APPEND_NEWLINE))
    shown = islice(_with_text(services, run_id, rows[:MOST_ON_PAGE]), MOST_ON_PAGE)
    with services.lake.create(uri) as path, path.open("w", encoding="utf-8", errors="replace") as page:
        page.writelines(_template("sheet.html.jinja").generate(_page(services, run_id, rows, shown)))
    return Sheet(uri, rows)


def blank_sheet(services: Services, run_id: str, erased_at: datetime) -> None:
    """What the sheet shows once the run's vault is erased: originals must not outlive it there."""
    note = f"Erased at {erased_at:%Y-%m-%d %H:%M:%S} UTC\n"
    for extension, content in (("html", note), ("jsonl", "")):
        uri = sheet_uri(services, run_id, extension)
        if services.lake.exists(uri):
            with services.lake.create(uri) as path:
                path.write_text(content)


def sheet_uri(services: Services, run_id: str, extension: str) -> str:
    return services.run_folder(run_id, "review", f"sheet.{extension}")


def marked(text: str, findings: Sequence[Finding]) -> list[Piece]:
    """The text cut where findings begin and end; characters that nobody sees are spelled out."""
    edges = sorted({0, len(text), *(edge for one in findings for edge in (one.start, one.end) if edge <= len(text))})
    pieces = []
    for start, end in pairwise(edges):
        rules = dict.fromkeys(one.rule for one in findings if one.start <= start and end <= one.end)
        pieces.append(Piece(_visible(text[start:end]), tuple(rules)))
    return pieces


def _with_text(services: Services, run_id: str, rows: list[HeldBack]) -> Iterator[tuple[HeldBack, InputRow]]:
    numbers = [row.row_number for row in rows]
    return zip(rows, original_rows(services, services.job(run_id), numbers), strict=True)


def _page(
    services: Services, run_id: str, rows: list[HeldBack], shown: Iterator[tuple[HeldBack, InputRow]]
) -> dict[str, Any]:
    job = services.job(run_id)
    return {
        "job": job,
        "rows": ((row, _columns(row, original)) for row, original in shown),
        "total": len(rows),
        "more": max(0, len(rows) - MOST_ON_PAGE),
    }


def _columns(row: HeldBack, original: InputRow) -> dict[str, list[Piece]]:
    return {
        name: marked(text, [finding for column, finding in row.findings if column == name])
        for name, text in original.variables.items()
    }


def _visible(text: str) -> str:
    """Zero-width, bidi and control characters as [U+200B]: what hides an attack must not hide it from the steward."""
    if text.isprintable():
        return text
    return "".join(
        f"[U+{ord(sign):04X}]"
        if sign not in "\n\t" and unicodedata.category(sign) in ("Cc", "Cf", "Co", "Cs")
        else sign
        for sign in text
    )


def _template(name: str) -> Any:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined
    )
    return environment.get_template(name)
