"""Damage to result files: what a client may meet on a bad day, done on purpose."""

from __future__ import annotations

import random
from pathlib import Path

import orjson

from nightshift.sandbox.faults import Fault, Rule
from nightshift.sandbox.usage import JsonObject

DEFAULT_SHARE = 0.5


def lines_for(line: bytes, rule: Rule | None) -> list[bytes]:
    """What is written instead of one result line."""
    match rule.fault if rule else None:
        case Fault.DUPLICATE_LINES:
            return [line, line]
        case Fault.MISSING_LINES:
            return []
        case Fault.MALFORMED_LINES:
            return [line[: len(line) // 2] + b"\n"]
        case Fault.EXTRA_LINES:
            return [line, _foreign(line)]
        case _:
            return [line]


def double_usage(body: JsonObject) -> None:
    """Makes a response claim twice the tokens that it used."""
    usage = body["usage"]
    body["usage"] = {name: count * 2 if isinstance(count, int) else count for name, count in usage.items()}


def shuffle(lines: list[bytes], seed: int) -> list[bytes]:
    """The same lines in another order."""
    return random.Random(seed).sample(lines, len(lines))


def truncate(path: Path, share: float | None) -> None:
    """Cuts a file in the middle of a line, after about `share` of its bytes."""
    wanted = int(path.stat().st_size * (DEFAULT_SHARE if share is None else share))
    with path.open("r+b") as file:
        file.seek(max(0, wanted - 1))
        # Never at the end of a line: a cut there could not be told from a shorter file.
        at_end_of_line = b"\n" in file.read(2)
        file.truncate(max(0, wanted - 2 if at_end_of_line else wanted))


def _foreign(line: bytes) -> bytes:
    content = orjson.loads(line)
    content["custom_id"] = f"unknown-{content['custom_id']}"
    return orjson.dumps(content, option=orjson.OPT_APPEND_NEWLINE)
