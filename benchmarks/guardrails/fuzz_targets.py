"""What must hold for any text. A target takes one and raises where it does not."""

from __future__ import annotations

import codecs
import io
import json
import time
from collections.abc import Callable, Mapping
from functools import cache

import orjson

from nightshift.batch.publication.unmasking import restore
from nightshift.cli.subject_lines import blocks, read_line
from nightshift.guardrails.masking.placeholders import Placeholders
from nightshift.guardrails.normalisation import view
from nightshift.guardrails.policy import find_policy
from nightshift.guardrails.screening import Screen
from nightshift.guardrails.subjects import Subject
from nightshift.guardrails.verdict import STRICTNESS, Direction, Verdict
from nightshift.guardrails.wrapping import unwrap, wrap

# Processor seconds: what takes more hangs, or is no longer linear. Texts have up to some hundred thousand characters.
_SLOW, _SLOW_PER_CHARACTER = 2.0, 50e-6
_KEY = bytes(32)


def screens(direction: Direction) -> Callable[[str], None]:
    """Screening ends soon, points into the text, and says the same of it in any company."""

    def target(text: str) -> None:
        # An answer is compared with the same text: the worst that it can be compared with.
        subject = Subject(text, prompt=text, system=text, sources=(text,))
        begin = time.process_time()
        verdict, _ = _screen(direction).screen([subject, "Hello."])
        _require_soon(begin, text)
        _require(verdict.action in STRICTNESS, "no such action")
        _points_into(verdict, text)
        _require(_screen(direction).screen(["An e-mail: a@example.com", subject])[1] == verdict, "depends on the batch")

    return target


def reads(text: str) -> None:
    """The view's positions lie in the text, whatever was undone."""
    begin = time.process_time()
    seen = view(text)
    _require_soon(begin, text)
    _require(seen.original == text, "another original")
    length = len(seen.plain.text)
    for start, end in (
        (0, length),
        (0, 0),
        (length, length),
        (length // 3, length // 2),
        (length // 2, length // 2 + 1),
    ):
        _require_span(*seen.plain.span(start, min(end, length)), text)
    for hidden in seen.decoded:
        _require_span(hidden.start, hidden.end, text)
        _require(bool(hidden.text), "an empty decoded text")


def restores(text: str) -> None:
    """What was masked comes back as it was."""
    (verdict,) = _screen("input").screen([text], masks=lambda _: Placeholders(_KEY))
    originals = {item.placeholder: item.original for item in verdict.replaced}
    if not any(name in text for name in originals):  # a text that quotes its own placeholders cannot be told apart
        _require(restore(verdict.text, originals) == text, "masking cannot be undone")


def wraps(text: str) -> None:
    """A wrapped text comes back and closes nothing."""
    wrapped = wrap(text, text[:40])
    _require(unwrap(wrapped) == text, "unwrapping gives another text")
    _require(wrapped.count("</untrusted") == 1, "the delimiter can be closed")


def reads_lines(text: str) -> None:
    """Every line that is not blank is a subject or an error, and an answer to it can be written."""
    content = text.encode("utf-8", "surrogatepass")
    whole = list(blocks(io.BytesIO(content), "user"))
    lines = io.BytesIO(content.removeprefix(codecs.BOM_UTF8)).readlines()
    _require(sum(map(len, whole)) == sum(bool(line.strip()) for line in lines), "a line is lost")
    for line in (line for block in whole for line in block):
        _require((line.subject is None) == (line.error is not None), "neither subject nor error")
        orjson.dumps({"id": line.key, "error": line.error})
    sent = json.dumps({"id": text, "text": text, "origin": text}).encode()
    line = read_line(1, sent, "user")
    _require(line.subject is None or line.subject.text == text, "another text arrived")


TARGETS: Mapping[str, Callable[[str], None]] = {
    "screen, input": screens("input"),
    "screen, context": screens("context"),
    "screen, output": screens("output"),
    "view": reads,
    "masking and back": restores,
    "wrapping and back": wraps,
    "lines of the command": reads_lines,
}


@cache
def _screen(direction: Direction) -> Screen:
    return Screen(find_policy("default", field="policy"), direction)


def _points_into(verdict: Verdict, text: str) -> None:
    for finding in verdict.findings:
        _require_span(finding.start, finding.end, text)
        _require(0 <= finding.score <= 1, "a score out of range")


def _require_span(start: int, end: int, text: str) -> None:
    _require(0 <= start <= end <= len(text), "a place outside the text")


def _require_soon(begin: float, text: str) -> None:
    _require(time.process_time() - begin < _SLOW + _SLOW_PER_CHARACTER * len(text), "takes too long")


def _require(holds: bool, otherwise: str) -> None:
    if not holds:
        raise AssertionError(otherwise)
