"""Checks a job's input file as Bedrock does while the job is Validating, one line at a time."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from nightshift.sandbox.bedrock_wire.wire import MAX_BYTES, MAX_RECORDS, MIN_RECORDS


@dataclass(frozen=True, slots=True)
class Findings:
    """How many records an input file holds, or what is wrong with it."""

    total: int = 0
    problem: str | None = None


def check(path: Path, arn: str) -> Findings:
    """Reads the file once; memory holds its record ids and nothing else. The first fault ends it."""
    if path.stat().st_size > MAX_BYTES:
        return Findings(problem=f"The input file of {arn} is larger than the allowed size of {MAX_BYTES} bytes")
    seen: set[str] = set()
    total = 0
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            total += 1
            problem = _problem(line, seen)
            if problem is not None:
                return Findings(total, f"Validation of the input file failed at line {number}: {problem}")
    return Findings(total, _wrong_number(total, arn))


def _wrong_number(total: int, arn: str) -> str | None:
    if total < MIN_RECORDS:
        return f"Batch job {arn} contains less records ({total}) than the required minimum of: {MIN_RECORDS}"
    if total > MAX_RECORDS:
        return f"Batch job {arn} contains more records ({total}) than the allowed maximum of: {MAX_RECORDS}"
    return None


def _problem(line: bytes, seen: set[str]) -> str | None:
    """AWS checks the form of a record here; whether the model takes `modelInput` shows when it is asked."""
    try:
        record: Any = orjson.loads(line)
    except orjson.JSONDecodeError:
        return "the line is not valid JSON"
    if not isinstance(record, dict) or not isinstance(record.get("modelInput"), dict):
        return "the record has no modelInput object"
    name = record.get("recordId", "")
    if not isinstance(name, str) or (name and not name.isalnum()):
        return "recordId is not alphanumeric"
    if name and name in seen:
        return "recordId is used by another record"
    seen.add(name)
    return None
