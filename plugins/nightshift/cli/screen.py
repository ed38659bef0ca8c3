"""`nightshift screen`: JSON lines in, verdicts out. A filter for pipes: in order, as they come, without a network."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

import click
import orjson

from nightshift.guardrails.explaining import explain
from nightshift.guardrails.policy import GuardrailPolicy, find_policy
from nightshift.guardrails.scores import Scores
from nightshift.guardrails.screening import Screen
from nightshift.guardrails.subjects import ORIGINS, Batch, Origin, Subject
from nightshift.guardrails.verdict import Direction, Verdict

READ_BYTES = 1 << 18  # what is screened together when input comes faster than it is screened
LONGEST_LINE = 64 << 20  # bytes; more than any text that a provider takes
TOO_LONG = b"too long"

_USUAL: dict[Direction, Origin] = {"input": "user", "context": "document", "output": "assistant"}


@dataclass(frozen=True)
class _Line:
    """One line of input: a subject, or what is wrong with it."""

    key: Any
    subject: Subject | None = field(default=None, repr=False)
    error: str | None = None


@click.command()
@click.option("--direction", type=click.Choice(["input", "context", "output"]), required=True)
@click.option("--policy", "policy_name", default="default", show_default=True, help="A file of policies/guardrails.")
@click.option("--explain", "explained", is_flag=True, help="Say which rule decided, and what was hidden how.")
@click.argument("source", type=click.File("rb", lazy=False), default="-")
def screen(direction: Direction, policy_name: str, explained: bool, source: BinaryIO) -> None:
    """Screen JSON lines {"id", "text", ...} from SOURCE or standard input.

    Writes one line per line: id, action, score, findings and the text, masked. A line that cannot be read is denied
    and carries `error`; so does the count on standard error. `origin` says who wrote a text: user, system, document,
    tool or assistant; any other word counts as document. Answers may bring `prompt`, `system` and `sources`.
    """
    policy = find_policy(policy_name, field="--policy")
    filter_ = _Filter(policy, direction, explained)
    unreadable = 0
    for lines in _blocks(source):
        read = [_read(number, line, _USUAL[direction]) for number, line in lines]
        unreadable += sum(line.error is not None for line in read)
        sys.stdout.buffer.write(b"".join(filter_.screened(read)))
        sys.stdout.buffer.flush()
    if unreadable:
        click.echo(f"nightshift: {unreadable} lines could not be read and were denied; see their `error`", err=True)


class _Filter:
    """Screens lines and shows what came of it."""

    def __init__(self, policy: GuardrailPolicy, direction: Direction, explained: bool) -> None:
        self._screen = Screen(policy, direction)
        self._scores = Scores()
        self._policy, self._direction, self._explained = policy, direction, explained

    def screened(self, lines: list[_Line]) -> Iterator[bytes]:
        batch = Batch([line.subject for line in lines if line.subject is not None])
        verdicts = self._screen.screen_batch(batch)
        scores = self._scores.of(batch)
        place = 0
        for line in lines:
            if line.subject is None:
                yield _dump(_denied(line))
                continue
            shown = _shown(line.key, verdicts[place], {name: values[place] for name, values in scores.items()})
            if self._explained:
                shown["explain"] = explain(self._policy, self._direction, verdicts[place], batch.views[place])
            yield _dump(shown)
            place += 1


def _shown(key: Any, verdict: Verdict, scores: dict[str, float]) -> dict[str, Any]:
    return {
        "id": key,
        "action": verdict.action,
        "score": {name: round(value, 6) for name, value in scores.items()},
        "findings": [
            {"rule": item.rule, "entity": item.entity, "start": item.start, "end": item.end, "score": item.score}
            for item in verdict.findings
        ],
        "text": verdict.text,
        "policy": verdict.policy,
    }


def _denied(line: _Line) -> dict[str, Any]:
    return {
        "id": line.key,
        "action": "deny",
        "score": {"injection": None, "harm": None},
        "findings": [],
        "text": None,
        "error": line.error,
    }


def _dump(content: dict[str, Any]) -> bytes:
    return orjson.dumps(content, option=orjson.OPT_APPEND_NEWLINE)


def _blocks(source: BinaryIO) -> Iterator[list[tuple[int, bytes]]]:
    """Numbered lines, as many as have come: who waits for an answer gets it, who pipes a file gets blocks."""
    number, pieces, size, descriptor = 0, list[bytes](), 0, source.fileno()
    while data := os.read(descriptor, READ_BYTES):
        first, *others = data.split(b"\n")
        size += len(first)
        if size <= LONGEST_LINE:  # of a longer line only its length is kept
            pieces.append(first)
        if not others:
            continue
        lines = [b"".join(pieces) if size <= LONGEST_LINE else TOO_LONG, *others[:-1]]
        yield list(enumerate(lines, number + 1))
        number += len(lines)
        pieces, size = [others[-1]], len(others[-1])
    if size:
        yield [(number + 1, b"".join(pieces) if size <= LONGEST_LINE else TOO_LONG)]


def _read(number: int, line: bytes, usual: Origin) -> _Line:
    if line is TOO_LONG:
        return _Line(None, error=f"line {number} is longer than {LONGEST_LINE:,} bytes; way out: split the text")
    try:
        content = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        return _Line(None, error=f"line {number} is not JSON: {error.msg} at character {error.colno}")
    if not isinstance(content, dict):
        return _Line(None, error=f'line {number} is not an object; expected {{"id": ..., "text": "..."}}')
    key = content.get("id")
    for name, wanted in (("text", "a string"), ("prompt", "a string"), ("system", "a string")):
        value = content.get(name)
        if not isinstance(value, str) and (name == "text" or value is not None):
            return _Line(key, error=f"line {number}: {name}: {_kind(value)}; expected {wanted}")
    sources = content.get("sources") or []
    if not isinstance(sources, list) or not all(isinstance(item, str) for item in sources):
        return _Line(key, error=f"line {number}: sources: expected a list of strings")
    origin = _origin(content.get("origin"), usual)
    return _Line(key, Subject(content["text"], origin, content.get("prompt"), content.get("system"), tuple(sources)))


def _origin(named: object, usual: Origin) -> Origin:
    if named is None:
        return usual
    return next((origin for origin in ORIGINS if origin == named), "document")


def _kind(value: object) -> str:
    return "missing" if value is None else f"{type(value).__name__}"
