"""Characters that nobody sees: removed, and read where they carry a text of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nightshift.guardrails.normalisation.alignment import Aligned, Edit
from nightshift.guardrails.normalisation.triage import INVISIBLE
from nightshift.guardrails.normalisation.tricks import Encoding, Trick

_RUNS = re.compile(f"[{INVISIBLE}\x00-\x08\x0e-\x1f\x7f-\x9f]+")
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
_JOINERS = "\u200c\u200d\ufe0e\ufe0f"
_TAGS = re.compile("[\U000e0020-\U000e007e]{4,}")
_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]{4,}")
_BITS = re.compile("[\u200b-\u200d\u2060\ufeff]{24,}")


def strip_invisible(text: Aligned, tricks: set[Trick]) -> Aligned:
    """Without zero-width, bidirectional and control characters, selectors and tags."""
    edits: list[Edit] = []
    for run in _RUNS.finditer(text.text):
        edits.append((run.start(), run.end(), ""))
        tricks.update(_tricks_of(text.text, run))
    return text.rewritten(edits)


def _tricks_of(text: str, run: re.Match[str]) -> Iterator[Trick]:
    hidden = run.group()
    if hidden < " " or "\x7f" <= hidden[0] <= "\x9f":
        yield "control"
    elif _BIDI.search(hidden):
        yield "bidi"
    # Persian and Indic spelling and emoji need joiners and selectors; a Latin word needs nothing inside it.
    elif (len(hidden) > 1 or hidden not in _JOINERS or text[run.end() : run.end() + 1].isascii()) and (
        text[max(0, run.start() - 1) : run.start()].isalpha() and text[run.end() : run.end() + 1].isalpha()
    ):
        yield "invisible"


def read_invisible(text: str) -> Iterator[tuple[Encoding, int, int, str]]:
    """What is written in tag characters, variation selectors and zero-width bits."""
    for run in _TAGS.finditer(text):
        yield "tag-characters", run.start(), run.end(), "".join(chr(ord(c) - 0xE0000) for c in run.group())
    for run in _SELECTORS.finditer(text):
        yield "variation-selectors", run.start(), run.end(), bytes(map(_byte_of, run.group())).decode("utf-8", "ignore")
    for run in _BITS.finditer(text):
        yield from (("zero-width", run.start(), run.end(), read) for read in _bits(run.group()))


def _byte_of(selector: str) -> int:
    code = ord(selector)
    return code - 0xFE00 if code <= 0xFE0F else code - 0xE0100 + 16


def _bits(run: str) -> Iterator[str]:
    """Both ways of taking the two most frequent zero-width characters as bits."""
    two = sorted(set(run), key=lambda c: (-run.count(c), c))[:2]
    if len(two) < 2:
        return
    for zero, one in (two, two[::-1]):
        bits = "".join("1" if c == one else "0" for c in run if c in (zero, one))
        yield bytes(int(bits[i : i + 8], 2) for i in range(0, len(bits) - 7, 8)).decode("utf-8", "ignore")
